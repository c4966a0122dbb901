package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	streamFacts = "FACTS"
	streamNow   = "JOBS_NOW"
	streamLater = "JOBS_LATER"

	// kept is how long facts stay in the stream and rows in the outbox.
	kept = 7 * 24 * time.Hour
	// remembered is longer: whatever the stream may deliver, the inbox knows.
	remembered = kept + 24*time.Hour
	// duplicates is for how long a second publication of a row is recognised.
	duplicates = 10 * time.Minute
	// resend is more than the inner server leaves unsynced (2 min).
	resend = 5 * time.Minute
)

func (b *Bus) streams() []jetstream.StreamConfig {
	facts := jetstream.StreamConfig{
		Name: streamFacts, Subjects: []string{"facts.>", "again.>"}, Retention: jetstream.LimitsPolicy, MaxAge: kept,
	}
	now := jetstream.StreamConfig{Name: streamNow, Subjects: []string{"jobs.now.>"}, Retention: jetstream.WorkQueuePolicy}
	later := jetstream.StreamConfig{Name: streamLater, Subjects: []string{"jobs.later.>"}, Retention: jetstream.WorkQueuePolicy}
	all := []jetstream.StreamConfig{facts, now, later}
	for i := range all {
		all[i].Storage, all[i].Replicas, all[i].Duplicates = jetstream.FileStorage, b.cfg.Replicas, duplicates
	}
	return all
}

const (
	// patience is how long the inner server may take to make its streams.
	patience = 30 * time.Second
	// reminder is how often a node says again what it waits for.
	reminder = time.Minute
)

// ensureStreams makes the streams. A cluster refuses that until its servers have
// elected a leader, so it is tried until ctx ends.
func (b *Bus) ensureStreams(ctx context.Context) error {
	if b.inner != nil {
		bounded, stop := context.WithTimeout(ctx, patience)
		defer stop()
		ctx = bounded
	}
	var told time.Time
	for _, c := range b.streams() {
		for {
			bounded, stop := context.WithTimeout(ctx, waitLong)
			_, err := b.js.CreateOrUpdateStream(bounded, c)
			stop()
			if err == nil {
				break
			}
			if cause := b.nc.LastError(); !b.nc.IsConnected() && cause != nil {
				err = cause // what was asked only ran out of time
			}
			if ctx.Err() != nil {
				return downAt(b.cfg.URL, err)
			}
			if time.Since(told) > reminder {
				told = time.Now()
				b.log.Warn("waiting for the bus", "servers", hosts(b.cfg.URL), "error", err)
			}
			pause(ctx, troubled)
		}
	}
	return nil
}

// innerServer is a NATS server inside this process.
type innerServer struct {
	server *server.Server
	lock   *os.File
}

func startInner(dir string) (*innerServer, error) {
	if dir == "" {
		return nil, errors.New("bus: the inner server needs a folder")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, wrap("folder", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "cliffhanger", DontListen: true, NoSigs: true, NoLog: true, JetStream: true, StoreDir: dir,
	})
	if err != nil {
		lock.Close()
		return nil, wrap("inner server", err)
	}
	inner := &innerServer{server: s, lock: lock}
	s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		inner.stop()
		return nil, errors.New("bus: the inner server does not start")
	}
	return inner, nil
}

// lockFolder keeps a second process from writing the same files. The lock goes
// with the process, however that ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, wrap("folder", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("bus: another process uses %s: %w", dir, err)
	}
	return f, nil
}

func (s *innerServer) stop() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
	s.lock.Close()
}

// printable makes text fit for a TEXT column of either engine.
func printable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
