package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/life"
)

type doctorCommand struct {
	URL   string `help:"Ask the node at this address whether it is ready, and nothing else."`
	Quiet bool   `help:"Say only what is wrong."`
}

// ailment is an error with what to do about it.
type ailment struct{ what, cure string }

func (a ailment) Error() string { return a.what + "; " + a.cure }

// Run examines one thing after the other and fails if any of them is ill.
func (c doctorCommand) Run(ctx context.Context, t *terminal) error {
	if c.URL != "" {
		return c.report(t.out, "node "+c.URL, ready(ctx, c.URL))
	}
	sick := 0
	for _, x := range []struct {
		name  string
		check func(ctx context.Context, t *terminal) error
	}{
		{"configuration", func(_ context.Context, t *terminal) error { return t.check() }},
		{"data folder", checkFolder},
		{"ffmpeg", checkFFmpeg},
		{"database", checkDatabase},
		{"bus", checkBus},
		{"media store", checkBlobs},
		{"address", checkAddress},
	} {
		ctx, cancel := context.WithTimeout(ctx, time.Minute) // a machine under load is slow, not ill
		if c.report(t.out, x.name, x.check(ctx, t)) != nil {
			sick++
		}
		cancel()
	}
	if sick > 0 {
		return fmt.Errorf("%d of the checks failed", sick)
	}
	return nil
}

func (c doctorCommand) report(w io.Writer, name string, err error) error {
	switch {
	case err != nil:
		fmt.Fprintf(w, "  ill   %-14s %s\n", name, forPeople(err))
	case !c.Quiet:
		fmt.Fprintf(w, "  well  %s\n", name)
	}
	return err
}

func ready(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address, "/")+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return ailment{"it does not answer: " + err.Error(), "see whether it runs"}
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if answer.StatusCode != http.StatusOK {
		return ailment{"it is not ready: " + strings.TrimSpace(string(body)), "see its log"}
	}
	return nil
}

func checkFolder(_ context.Context, t *terminal) error {
	if err := os.MkdirAll(t.config.Data, 0o750); err != nil {
		return err
	}
	if err := ownData(t.config.Data, os.Geteuid()); err != nil {
		return err
	}
	f, err := os.CreateTemp(t.config.Data, ".doctor-*")
	if err != nil {
		return ailment{"cannot write to " + t.config.Data, "give the user who runs the server the right to"}
	}
	f.Close()
	os.Remove(f.Name())
	free, total, err := blob.Free(t.config.Data)
	if err == nil && free <= t.config.Media.Spared(total) {
		return ailment{fmt.Sprintf("only %d MB are free", free>>20), "free some space: uploads are refused until then"}
	}
	return err
}

func checkFFmpeg(ctx context.Context, t *terminal) error {
	if !t.config.Roles.Has(life.Transcode) {
		return nil
	}
	return videoTools(ctx)
}

func checkDatabase(ctx context.Context, t *terminal) error {
	if !t.config.Database.Set() { // a file that is not there yet is made at the first start
		if _, err := os.Stat(filepath.Join(t.config.Data, "cliffhanger.db")); err != nil {
			return nil
		}
	}
	d, err := db.Open(ctx, t.config.database(), t.log)
	if err != nil {
		return err
	}
	return d.Close()
}

func checkBus(ctx context.Context, t *terminal) error {
	if !t.config.NATS.Set() {
		return nil // it runs inside
	}
	return bus.Reachable(ctx, t.config.NATS.Reveal())
}

func checkBlobs(ctx context.Context, t *terminal) error {
	store, err := t.config.blobs()
	if err != nil {
		return err
	}
	_, err = store.List(ctx, "doctor/", "", 1)
	return err
}

func checkAddress(_ context.Context, t *terminal) error {
	l, err := net.Listen("tcp", t.config.HTTP.Addr)
	if err != nil {
		return ailment{"cannot listen on " + t.config.HTTP.Addr + ": " + err.Error(), "stop what uses it, or choose another with --http.addr"}
	}
	return l.Close()
}
