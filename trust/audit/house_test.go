package audit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/trust/audit/record"
	"cliffhanger/trust/audit/tree"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"audit": Migrations, "bus": bus.Migrations}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// house is a log with a bus, both of one node, and room for more nodes.
type house struct {
	*Service
	t     testing.TB
	dir   string
	clock *clock.Fake
	store blob.Store
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: clock.NewFake(noon)}
	var err error
	h.store, err = blob.Local(filepath.Join(h.dir, "blobs"))
	h.check(err)
	h.Service = h.node("a", d, bustest.OpenAt(t, d, h.clock), h.store)
	h.Listen()
	h.check(h.bus.Start(t.Context()))
	return h
}

// node is another node of the house that has the key.
func (h *house) node(name string, d *db.DB, b *bus.Bus, store blob.Store) *Service {
	cfg := Default()
	cfg.KeyFile = filepath.Join(h.dir, "audit.key")
	return New(Deps{Config: cfg, Node: name, DB: d, Bus: b, Blobs: store, Clock: h.clock, Log: slog.New(slog.DiscardHandler)})
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// say announces facts and waits until the log has heard them.
func (h *house) say(facts ...bus.Fact) {
	h.t.Helper()
	for _, f := range facts {
		h.clock.Advance(time.Millisecond)
		h.check(h.announce(h.t.Context(), f))
	}
	h.check(h.bus.Idle(h.t.Context()))
}

// dramas are n facts about as many dramas.
func dramas(n int) (facts []bus.Fact) {
	for range n {
		facts = append(facts, event.DramaPublished{Drama: id.New[id.Drama](), Org: id.New[id.Org](), By: event.By(operator)})
	}
	return facts
}

var (
	operator  = actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Roles: []actor.Role{actor.Operator}}
	regulator = actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Roles: []actor.Role{actor.Regulator}}
)

// read reads a file of the log where everybody's are.
func (h *house) read(path string) ([]byte, error) {
	o, err := h.store.Open(h.t.Context(), folder+path)
	if errors.Is(err, blob.ErrMissing) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return io.ReadAll(o)
}

func (h *house) verifier() note.Verifier {
	h.t.Helper()
	public, err := verifierOf(h.t.Context(), h.db)
	h.check(err)
	v, err := note.NewVerifier(public)
	h.check(err)
	return v
}

// holds verifies the whole log as it is published and answers its entries, each of
// which has to be there once.
func (h *house) holds(want int) (entries []record.Entry) {
	h.t.Helper()
	st, err := h.State(h.t.Context())
	h.check(err)
	if st.Size != int64(want) {
		h.t.Fatalf("%d entries are published, want %d", st.Size, want)
	}
	c, err := tree.Open([]byte(st.Checkpoint), h.verifier())
	h.check(err)
	h.check(tree.Verify(c, h.read, true))
	kept, err := h.read(checkpointPath(c.Size))
	h.check(err)
	if !bytes.Equal(kept, []byte(st.Checkpoint)) {
		h.t.Error("another checkpoint lies beside the tiles")
	}
	all, err := entriesBetween(h.t.Context(), h.db, 0, c.Size)
	h.check(err)
	seen := map[string]bool{}
	for _, text := range all {
		e, err := record.Parse(text)
		h.check(err)
		if seen[e.Fact] {
			h.t.Fatalf("%s is there twice", e.Fact)
		}
		seen[e.Fact] = true
		entries = append(entries, e)
	}
	return entries
}

func (h *house) write() { h.t.Helper(); h.check(h.Write(h.t.Context())) }

func has(err error, code string) bool { return err != nil && fault.Of(err).Code == code }

// failing is a store that fails at the n-th writing.
type failing struct {
	blob.Store
	left int
	err  error
}

func (f *failing) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if f.left--; f.left < 0 {
		return f.err
	}
	return f.Store.Put(ctx, key, r, size)
}

var errCut = errors.New("the power went")

func acts(entries []record.Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Act)
	}
	return strings.Join(out, " ")
}

func verifierFrom(t testing.TB, public string) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
