package app

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os/signal"
	"strings"
	"syscall"

	"cliffhanger/internal/platform/life"
)

type serveCommand struct{}

func (serveCommand) Run(ctx context.Context, t *terminal) error {
	if err := t.check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills the process the usual way
	a, err := Open(ctx, t.config, t.log)
	if err != nil {
		if ctx.Err() != nil { // asked to stop while it waited for its engines
			t.log.Info("stopped before the start", "error", err)
			return nil
		}
		return err
	}
	a.Node.Add("welcome", life.Funcs{OnStart: func(ctx context.Context) error { return a.welcome(ctx, t) }})
	return a.Node.Run(ctx)
}

// welcome prints where the node is, and, while nobody works here yet, the link
// with which the first person sets the house up.
func (a *App) welcome(ctx context.Context, t *terminal) error {
	fmt.Fprintf(t.out, "\n  Cliffhanger %s\n\n  Watch    %s\n  Console  %s\n  API      %s\n",
		Version, a.address("/"), a.address("/console"), a.address("/api/docs"))
	defer fmt.Fprintln(t.out, "\n  Ctrl+C stops the node.")
	if !a.Config.Roles.Has(life.Web) {
		return nil // nobody can be set up here
	}
	token, needed, err := a.Account.SetupLink(ctx)
	if err != nil {
		return err
	}
	if needed {
		fmt.Fprintf(t.out, "\n  Set up   %s\n           (works once, for 30 minutes; start again for a new one)\n", a.address("/console/setup#"+token))
	}
	return nil
}

// address is a link to this node for somebody on the same machine.
func (a *App) address(path string) string {
	path, fragment, _ := strings.Cut(path, "#")
	u := a.Config.local(a.door.Addr().String())
	u.Path, u.Fragment = path, fragment
	return u.String()
}

// local is a node that listens there, as seen from the same machine. With ACME
// there is a certificate for its domains only.
func (c *Config) local(listens string) url.URL {
	scheme := "http"
	if c.HTTP.TLS.Enabled() {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(listens)
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	if domains := c.HTTP.TLS.ACMEDomains; len(domains) > 0 {
		host = domains[0]
	}
	return url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}
}
