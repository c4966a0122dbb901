package bustest

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/testkit/tool"
)

// Cluster starts three NATS servers on loopback ports, which end with the test.
// url lists all of them; kill stops the i-th (0 to 2) for good.
func Cluster(t testing.TB) (url string, kill func(i int)) {
	t.Helper()
	c := NewCluster(t)
	return c.URL, c.Kill
}

// NATS is a cluster of three servers whose files outlive them.
type NATS struct {
	URL     string
	servers [3]*server.Server
	options [3]server.Options
}

// NewCluster is Cluster for tests that also bring servers back.
func NewCluster(t testing.TB) *NATS {
	t.Helper()
	c := &NATS{}
	dir := t.TempDir()
	var ports, between [3]int // for clients, and for each other
	var routes []*url.URL
	var addresses []string
	for i := range c.servers {
		ports[i], between[i] = tool.FreePort(t), tool.FreePort(t)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", between[i])})
		addresses = append(addresses, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
	}
	c.URL = strings.Join(addresses, ",")
	for i := range c.servers {
		c.options[i] = server.Options{
			ServerName: serverName(i), Host: "127.0.0.1", Port: ports[i], Routes: routes,
			Cluster:   server.ClusterOpts{Name: "cliffhanger", Host: "127.0.0.1", Port: between[i]},
			JetStream: true, StoreDir: filepath.Join(dir, serverName(i)), NoSigs: true, NoLog: true,
		}
	}
	t.Cleanup(func() {
		for i := range c.servers {
			c.Kill(i)
		}
	})
	for i := range c.servers {
		c.Start(t, i)
	}
	for _, s := range c.servers {
		if !s.ReadyForConnections(3 * time.Minute) {
			t.Fatal("a NATS server does not start")
		}
	}
	return c
}

func serverName(i int) string { return fmt.Sprintf("n%d", i) }

// Start brings the i-th server up, with the files it had.
func (c *NATS) Start(t testing.TB, i int) {
	t.Helper()
	o := c.options[i] // a server changes its options
	s, err := server.NewServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	c.servers[i] = s
	s.Start()
}

// Kill stops the i-th server; stopping it again does nothing.
func (c *NATS) Kill(i int) {
	if s := c.servers[i]; s != nil {
		s.Shutdown()
		s.WaitForShutdown()
		c.servers[i] = nil
	}
}

// Leader answers which server leads the stream.
func (c *NATS) Leader(t testing.TB, stream string) int {
	t.Helper()
	nc, err := nats.Connect(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	for ; ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		s, err := js.Stream(ctx, stream)
		if err != nil {
			continue
		}
		for i := range c.servers {
			if info := s.CachedInfo().Cluster; info != nil && info.Leader == serverName(i) {
				return i
			}
		}
	}
	t.Fatal("the stream has no leader")
	return -1
}
