package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	nats "github.com/nats-io/nats-server/v2/server"
)

// serveNATS runs a JetStream cluster of three servers on loopback ports, with
// their files below dir, until it is stopped. It prints their addresses.
func serveNATS(dir string) error {
	const servers = 3
	ports, err := freePorts(2 * servers)
	if err != nil {
		return err
	}
	var routes []*url.URL
	var addresses []string
	for i := range servers {
		addresses = append(addresses, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", ports[servers+i])})
	}
	var all []*nats.Server
	for i := range servers {
		name := fmt.Sprintf("n%d", i)
		s, err := nats.NewServer(&nats.Options{
			ServerName: name, Host: "127.0.0.1", Port: ports[i], Routes: routes,
			Cluster:   nats.ClusterOpts{Name: "cliffhanger", Host: "127.0.0.1", Port: ports[servers+i]},
			JetStream: true, StoreDir: filepath.Join(dir, name), NoSigs: true, NoLog: true,
		})
		if err != nil {
			return err
		}
		s.Start()
		all = append(all, s)
	}
	for _, s := range all {
		if !s.ReadyForConnections(time.Minute) {
			return errors.New("a NATS server does not start")
		}
	}
	fmt.Println(strings.Join(addresses, ","))
	select {}
}

// startNATS starts a cluster as a process of its own.
func (b *bench) startNATS(ctx context.Context) (addresses string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-nats="+filepath.Join(b.dir, "nats"))
	cmd.Stderr, cmd.SysProcAttr = os.Stderr, &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { cmd.Process.Kill(); cmd.Wait() }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the NATS cluster does not start: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}
