package life

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// probeTimeout bounds one question to an engine.
const probeTimeout = 2 * time.Second

// Health answers whether the node is alive and ready. Probes are added before
// it is asked.
type Health struct {
	started  atomic.Bool
	stopping atomic.Bool

	mu     sync.Mutex
	names  []string
	probes map[string]func(context.Context) error
}

func newHealth() *Health { return &Health{probes: map[string]func(context.Context) error{}} }

// Probe adds something the node cannot work without, such as "db"; probe
// answers nil when it works. A second probe of a name replaces the first.
func (h *Health) Probe(name string, probe func(ctx context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.probes[name]; !ok {
		h.names = append(h.names, name)
	}
	h.probes[name] = probe
}

// Report is what a node says of itself. It names no causes: anyone may ask.
type Report struct {
	Ready  bool              `json:"ready"`
	State  string            `json:"state"`            // starting, running, stopping
	Checks map[string]string `json:"checks,omitempty"` // ok or failing, by probe
}

// Check asks all probes at once.
func (h *Health) Check(ctx context.Context) Report {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	h.mu.Lock()
	names := h.names
	probes := make([]func(context.Context) error, len(names))
	for i, name := range names {
		probes[i] = h.probes[name]
	}
	h.mu.Unlock()

	fine := make([]bool, len(names))
	var wg sync.WaitGroup
	for i, probe := range probes {
		wg.Go(func() { fine[i] = protect(names[i], "probe", ctx, probe) == nil })
	}
	wg.Wait()

	r := Report{Ready: true, State: "running", Checks: map[string]string{}}
	for i, name := range names {
		r.Checks[name] = "ok"
		if !fine[i] {
			r.Checks[name], r.Ready = "failing", false
		}
	}
	switch {
	case h.stopping.Load():
		r.State, r.Ready = "stopping", false
	case !h.started.Load():
		r.State, r.Ready = "starting", false
	}
	return r
}

// Alive is /healthz: 200 as long as the process can answer at all.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]bool{"alive": true})
}

// Ready is /readyz: 200 when requests should come here, else 503, with the
// Report as JSON.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	report := h.Check(r.Context())
	status := http.StatusOK
	if !report.Ready {
		status = http.StatusServiceUnavailable
	}
	write(w, status, report)
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
