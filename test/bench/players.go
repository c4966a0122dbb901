package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"

	"cliffhanger/internal/kernel/id"
)

// The players that report beside what is measured are this program, started once
// more: whoever measures must not wait for its own hands to be free. They are the
// crowd out there, so the machine serves them last.

// playing is what such a process is told.
type playing struct {
	URL      string
	Tokens   []string
	Episodes []id.Episode // what is reported, each viewer of one; none: batches without a report
}

// servePlayers sends batches, 2,000 a second, until its input ends.
func servePlayers(in io.Reader) error {
	var p playing
	orders := json.NewDecoder(in)
	if err := orders.Decode(&p); err != nil {
		return err
	}
	a := &audience{p.URL, newAudienceClient(), make([]*person, len(p.Tokens))}
	for i, token := range p.Tokens {
		a.people[i] = &person{token: token}
	}
	ask := a.nothing
	if len(p.Episodes) > 0 {
		ask = func(i int) error { return a.report(string(p.Episodes[i%len(a.people)%len(p.Episodes)]), i) }
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, io.MultiReader(orders.Buffered(), in))
		stop()
	}()
	_, err := arrivals(ctx, reportsPerSecond, 10*time.Minute, ask)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// startPlayers starts them; stop answers what they met.
func startPlayers(ctx context.Context, people *audience, episodes []id.Episode) (stop func() error, err error) {
	p := playing{URL: people.url, Episodes: episodes}
	for _, one := range people.people {
		p.Tokens = append(p.Tokens, one.token)
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "nice", "-n", "19", os.Args[0], "-players")
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() error {
		in.Close()
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("players: %w: %s", err, &said)
		}
		return nil
	}
	if _, err := in.Write(text); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

func newAudienceClient() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
}
