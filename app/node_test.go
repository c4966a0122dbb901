package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"
)

// A node keeps its name whatever its host is called next time, until it is given
// another.
func TestANodeKeepsItsName(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	name := func(set string, serve bool) string {
		t.Helper()
		cfg := roomy()
		cfg.Data, cfg.Node, cfg.HTTP.Addr = data, set, "127.0.0.1:0"
		if !serve {
			if err := cfg.settle(); err != nil {
				t.Fatal(err)
			}
			return cfg.Node
		}
		a, err := Open(t.Context(), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close(context.WithoutCancel(t.Context()))
		return a.Config.Node
	}
	first := defaultNode(data)
	if got := name("", false); got != first {
		t.Errorf("before the first start: %q, want %q", got, first)
	}
	if _, err := os.Stat(nodeFile(data)); err == nil {
		t.Error("looking at the configuration wrote it down")
	}
	if got := name("", true); got != first {
		t.Errorf("at the first start: %q, want %q", got, first)
	}
	// The container is made anew: the folder is the same, what the host is called is not.
	if err := os.WriteFile(nodeFile(data), []byte("0a1b2c3d4e5f-0a1b2c\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ set, want string }{{"", "0a1b2c3d4e5f-0a1b2c"}, {"theatre", "theatre"}, {"", "theatre"}} {
		if got := name(c.set, true); got != c.want {
			t.Errorf("set to %q it is %q, want %q", c.set, got, c.want)
		}
	}
}
