package httpx

import (
	"net/http"
	"strings"

	"cliffhanger/internal/platform/httpx/lane"
)

// lanesKey finds a server's lanes in the context of its requests.
type lanesKey struct{}

// shortcut leads requests for parts of files past everything else: they need no
// caller, no body and no log, and were they asked for wrongly, the lane leaves
// them to the ordinary way.
type shortcut struct {
	prefix string // of the route's paths
	find   lane.Find
	sent   func()
}

func newShortcut(r Route, m measures) shortcut {
	prefix, _, _ := strings.Cut(r.Path, "{")
	return shortcut{prefix, r.Part, m.requests.WithLabelValues(http.MethodGet, r.Path, "206").Inc}
}

func (s shortcut) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.RequestURI, s.prefix) {
			lanes, _ := r.Context().Value(lanesKey{}).(*lane.Lanes)
			if lanes != nil && lanes.Take(w, r, s.find, s.sent) {
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
