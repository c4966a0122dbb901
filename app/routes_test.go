package app

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"cliffhanger/internal/platform/life"
)

// A proxy on the same machine comes from here too, for anybody.
func TestMetricsAreForThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, roles := range []life.Roles{life.AllRoles, {life.Transcode}} {
		cfg := roomy()
		cfg.Data, cfg.Roles, cfg.HTTP.Addr = t.TempDir(), roles, "127.0.0.1:0"
		a, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		h := a.handler()
		for name, c := range map[string]struct {
			peer, header string
			status       int
		}{
			"here":                {"127.0.0.1:5000", "", 200},
			"here by IPv6":        {"[::1]:5000", "", 200},
			"elsewhere":           {"192.0.2.7:5000", "", 404},
			"a proxy":             {"127.0.0.1:5000", "X-Forwarded-For", 404},
			"a proxy by standard": {"127.0.0.1:5000", "Forwarded", 404},
			"a cache":             {"127.0.0.1:5000", "Via", 404},
		} {
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.RemoteAddr = c.peer
			if c.header != "" {
				r.Header.Set(c.header, "for=127.0.0.1")
			}
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != c.status {
				t.Errorf("%s, %s: status %d, want %d", roles, name, w.Code, c.status)
			}
		}
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
