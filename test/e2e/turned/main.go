// Command turned is the program with a clock that a test turns by hand: each line
// of its standard input is a duration, such as 9h30m, by which its clock goes
// forward from then on; each is answered with a line on the standard output. The
// program itself has no such clock, and nothing that could be told of one.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"cliffhanger/app"
	"cliffhanger/internal/kernel/clock"
)

// turned is the machine's clock, and how far it was turned.
type turned struct{ ahead atomic.Int64 }

func (t *turned) Now() time.Time { return time.Now().UTC().Add(time.Duration(t.ahead.Load())) }

func (t *turned) listen() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		by, err := time.ParseDuration(lines.Text())
		if err != nil {
			fmt.Fprintln(os.Stderr, "turned:", err)
			continue
		}
		t.ahead.Add(int64(by))
		fmt.Println("Clock", t.Now().Format(time.RFC3339))
	}
}

func main() {
	t := &turned{}
	clock.System = t
	go t.listen()
	os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr))
}
