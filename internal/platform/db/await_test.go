package db_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

// telling runs f for each line of a log.
type telling func(line string)

func (f telling) Write(p []byte) (int, error) {
	f(string(p))
	return len(p), nil
}

func TestAServerThatIsNotThereYetIsAwaited(t *testing.T) {
	t.Parallel()
	server := dbtest.OwnPostgreSQL(t)
	server.Stop()
	started := false
	log := slog.New(slog.NewTextHandler(telling(func(line string) {
		if strings.Contains(line, "waiting for the database") && !started {
			started = true
			server.Start(t)
		}
	}), nil))
	d, err := db.Await(t.Context(), server.Address, log)
	if err != nil || !started {
		t.Fatalf("started %v: %v", started, err)
	}
	defer d.Close()
	if err := d.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerIsAwaitedAsLongAsAllowed(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := slog.New(slog.NewTextHandler(telling(func(string) { stop() }), nil)) // it has said that it waits
	_, err := db.Await(ctx, "postgres://me:secret@127.0.0.1:1/house", log)
	if fault.Of(err).Code != "db.unavailable" || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestAServerThatRefusesIsNotAwaited(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(dbtest.PostgreSQLAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	elsewhere, stranger := *address, *address
	elsewhere.Path, stranger.User = "/nowhere", url.User("nobody")
	for what, a := range map[string]*url.URL{"no such database": &elsewhere, "no such user": &stranger} {
		if d, err := db.Await(t.Context(), a.String(), quiet); fault.Of(err).Code != "db.refused" {
			d.Close()
			t.Errorf("%s: %v", what, err)
		}
	}
}
