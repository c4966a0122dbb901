package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// The floor is what Go's own file server needs for a range: this program,
// started once more, with nothing around http.ServeContent.

// serveFloor hands out one file under every address until it is stopped.
func serveFloor(path string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String() + "/")
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := os.Open(path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		defer f.Close()
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Unix(1e9, 0), f)
	}))
}

// startFloor starts it as a process of its own, whose processor time can be told.
func startFloor(ctx context.Context, path string) (s server, stop func(), err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-floor="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return server{}, nil, err
	}
	if err := cmd.Start(); err != nil {
		return server{}, nil, err
	}
	stop = func() { cmd.Process.Kill(); cmd.Wait() }
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return server{}, nil, fmt.Errorf("the plain file server does not start: %w", err)
	}
	return server{strings.TrimSpace(address), []int{cmd.Process.Pid}}, stop, nil
}
