package life

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(s string) { d.mu.Lock(); d.lines = append(d.lines, s); d.mu.Unlock() }

func (d *diary) part(name string, startErr, stopErr error) Part {
	return Funcs{
		OnStart: func(context.Context) error { d.add("start " + name); return startErr },
		OnStop:  func(context.Context) error { d.add("stop " + name); return stopErr },
	}
}

func node() *Node { return New(Default(), slog.New(slog.DiscardHandler)) }

func TestPartsStartInOrderAndStopInReverse(t *testing.T) {
	t.Parallel()
	var d diary
	n := node()
	for _, name := range []string{"db", "bus", "web"} {
		n.Add(name, d.part(name, nil, nil))
	}
	n.Add("nothing", Funcs{})
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(n.Stop(t.Context()), n.Stop(t.Context())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"start db", "start bus", "start web", "stop web", "stop bus", "stop db"}, d.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFailedStartUndoesWhatWasStarted(t *testing.T) {
	t.Parallel()
	var d diary
	n := node()
	n.Add("db", d.part("db", nil, nil))
	n.Add("bus", d.part("bus", errors.New("no quorum"), nil))
	n.Add("web", d.part("web", nil, nil))
	err := n.Start(t.Context())
	if err == nil || err.Error() != "start bus: no quorum" {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{"start db", "start bus", "stop db"}, d.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStopReachesEveryPartWhateverTheOthersDo(t *testing.T) {
	t.Parallel()
	var d diary
	n := node()
	n.Add("db", d.part("db", nil, nil))
	n.Add("bad", d.part("bad", nil, errors.New("will not")))
	n.Add("worse", Funcs{OnStop: func(context.Context) error { panic("ouch") }})
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := n.Stop(t.Context())
	if err == nil || !strings.Contains(err.Error(), "stop bad: will not") || !strings.Contains(err.Error(), "ouch") {
		t.Errorf("error %v", err)
	}
	if d.lines[len(d.lines)-1] != "stop db" {
		t.Errorf("got %v", d.lines)
	}
}

func TestAHangingPartCostsTheDeadlineAndNoMore(t *testing.T) {
	t.Parallel()
	var d diary
	forever := make(chan struct{})
	defer close(forever)
	n := New(Config{StopTimeout: time.Millisecond}, slog.New(slog.DiscardHandler))
	n.Add("db", d.part("db", nil, nil))
	n.Add("stuck", Funcs{OnStop: func(context.Context) error { <-forever; return nil }})
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := n.Stop(t.Context()); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "stop stuck") {
		t.Errorf("error %v", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lines[len(d.lines)-1] != "stop db" {
		t.Errorf("got %v", d.lines)
	}
}

type failing struct {
	Funcs
	failed chan error
}

func (f failing) Failed() <-chan error { return f.failed }

func TestRunEndsWhenAPartFailsOrTheContextEnds(t *testing.T) {
	t.Parallel()
	var d diary
	n := node()
	f := failing{failed: make(chan error, 1)}
	n.Add("db", d.part("db", nil, nil))
	n.Add("web", f)
	f.failed <- errors.New("listener closed")
	if err := n.Run(t.Context()); err == nil || err.Error() != "web ended: listener closed" {
		t.Errorf("error %v", err)
	}
	if d.lines[len(d.lines)-1] != "stop db" {
		t.Errorf("got %v", d.lines)
	}

	m := node()
	ctx, cancel := context.WithCancel(t.Context())
	m.Add("last", Funcs{
		OnStart: func(context.Context) error { cancel(); return nil }, // as a signal would
		OnStop:  func(context.Context) error { d.add("stop last"); return nil },
	})
	if err := m.Run(ctx); err != nil {
		t.Errorf("error %v", err)
	}
	if d.lines[len(d.lines)-1] != "stop last" {
		t.Errorf("got %v", d.lines)
	}
}

func TestReadyFollowsLifeAndProbes(t *testing.T) {
	t.Parallel()
	n := node()
	var broken error
	n.Health().Probe("db", func(context.Context) error { return nil })
	n.Health().Probe("bus", func(context.Context) error { return broken })
	expect := func(status int, want Report) {
		t.Helper()
		w := httptest.NewRecorder()
		n.Health().Ready(w, httptest.NewRequest("GET", "/readyz", nil))
		var got Report
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != status {
			t.Errorf("status %d, want %d (%v)", w.Code, status, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if bytes.Contains(w.Body.Bytes(), []byte("password")) {
			t.Error("a cause is shown")
		}
	}
	fine := map[string]string{"db": "ok", "bus": "ok"}
	expect(503, Report{false, "starting", fine})
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(200, Report{true, "running", fine})
	broken = errors.New("wrong password")
	expect(503, Report{false, "running", map[string]string{"db": "ok", "bus": "failing"}})
	broken = nil
	if err := n.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(503, Report{false, "stopping", fine})
	w := httptest.NewRecorder()
	n.Health().Alive(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != http.StatusOK {
		t.Errorf("alive: %d", w.Code)
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "web,worker,transcode,train", "all": "web,worker,transcode,train", " , ": "web,worker,transcode,train",
		"transcode": "transcode", "worker,web,web": "web,worker", " Web ": "web", "web,all": "web,worker,transcode,train",
		"webb": "", "web;worker": "",
	} {
		got, err := ParseRoles(in)
		if (err != nil) != (want == "") || got.String() != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	r, _ := ParseRoles("worker")
	if r.Has(Web) || !r.Has(Worker) {
		t.Error("Has")
	}
}

func FuzzRoles(f *testing.F) {
	f.Add("web,worker")
	f.Add("all")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRoles(s)
		if err != nil {
			return
		}
		again, err := ParseRoles(r.String())
		if err != nil || again.String() != r.String() || len(r) == 0 {
			t.Fatalf("%q: %v then %v (%v)", s, r, again, err)
		}
	})
}

func TestConfig(t *testing.T) {
	t.Parallel()
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
	if err := (Config{DrainDelay: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "stop-timeout") || !strings.Contains(err.Error(), "drain-delay") {
		t.Errorf("got %v", err)
	}
}
