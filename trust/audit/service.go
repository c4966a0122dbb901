package audit

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/audit/tree"
)

// Deps are what the log needs from the house.
type Deps struct {
	Config Config
	Node   string // this node's name: who holds the lease
	DB     *db.DB
	Bus    *bus.Bus
	Blobs  blob.Store
	Clock  clock.Clock
	Log    *slog.Logger
}

// Service holds the use cases of this capability. It is safe for concurrent use.
type Service struct {
	cfg   Config
	node  string
	db    *db.DB
	bus   *bus.Bus
	blobs blob.Store
	clock clock.Clock
	log   *slog.Logger
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{cfg: d.Config, node: d.Node, db: d.DB, bus: d.Bus, blobs: d.Blobs, clock: d.Clock, log: d.Log}
}

var (
	errReaders   = fault.New(fault.Forbidden, "audit.readers_only", "Only operators and regulators read the entries of the log.")
	errEntry     = fault.New(fault.NotFound, "audit.entry_unknown", "There is no such entry under the latest checkpoint.")
	errNothing   = fault.New(fault.NotFound, "audit.not_begun", "The log has no checkpoint yet. Try again in a moment.")
	errDramaForm = fault.New(fault.Invalid, "audit.drama_malformed", "This is not the identifier of a drama: they begin with drm_.")
)

// mayRead lets those read entries who watch over the house, and the house itself.
func mayRead(by actor.Actor) error {
	if by.Kind == actor.System || by.Has(actor.Operator) || by.Has(actor.Regulator) {
		return nil
	}
	return errReaders
}

// State is how the log stands. Everybody may know.
type State struct {
	Size       int64  // entries under the latest checkpoint; 0 before the first
	Root       string // base64
	Checkpoint string // the signed note, or ""
	At         int64  // when it was signed, microseconds
	Key        string // the public half, or ""
}

// State answers it.
func (s *Service) State(ctx context.Context) (State, error) {
	key, err := verifierOf(ctx, s.db)
	if err != nil {
		return State{}, err
	}
	last, err := lastCheckpoint(ctx, s.db)
	if err != nil || last.note == "" {
		return State{Key: key}, err
	}
	text, _, _ := strings.Cut(last.note, "\n\n")
	c, err := tree.Parse(text + "\n")
	return State{c.Size, c.Root.String(), last.note, last.at, key}, err
}

// Behind answers how long the oldest fact has waited to be entered; 0: none waits.
func (s *Service) Behind(ctx context.Context) (time.Duration, error) {
	first, err := firstWaiting(ctx, s.db, 1)
	if err != nil || len(first) == 0 {
		return 0, err
	}
	return max(0, s.clock.Now().Sub(clock.Time(first[0].at))), nil
}

// Line is one entry as it stands in the log.
type Line struct {
	Seq   int64
	Entry string // its bytes
}

type seqKey struct{ Seq int64 }

// Entries lists what is under the latest checkpoint, the latest first, of one drama or
// of all: 50 at a time, at most 200. That somebody looked is announced.
func (s *Service) Entries(ctx context.Context, by actor.Actor, drama string, r page.Request) (page.Of[Line], error) {
	none := page.Of[Line]{Items: []Line{}}
	if err := mayRead(by); err != nil {
		return none, err
	}
	if drama != "" {
		if _, err := id.Parse[id.Drama](drama); err != nil {
			return none, errDramaForm.Because(err)
		}
	}
	before := seqKey{1<<63 - 1}
	if err := page.Read(r.After, &before); err != nil {
		return none, err
	}
	last, err := lastCheckpoint(ctx, s.db)
	if err != nil {
		return none, err
	}
	limit := page.Clamp(r.Limit, 50, 200)
	found, err := linesBefore(ctx, s.db, drama, min(before.Seq, last.size), limit+1)
	if err != nil {
		return none, err
	}
	out := page.Cut(found, limit, func(l Line) any { return seqKey{l.Seq} })
	read := event.LogRead{By: event.By(by), Drama: id.Drama(drama), First: -1, Last: -1}
	if n := len(out.Items); n > 0 {
		read.First, read.Last = out.Items[n-1].Seq, out.Items[0].Seq
	}
	return out, s.announce(ctx, read)
}

// Prove answers the proof that an entry is in the log. That somebody looked is
// announced.
func (s *Service) Prove(ctx context.Context, by actor.Actor, seq int64) (tree.Proof, error) {
	if err := mayRead(by); err != nil {
		return tree.Proof{}, err
	}
	last, err := lastCheckpoint(ctx, s.db)
	if err != nil {
		return tree.Proof{}, err
	}
	if seq < 0 || seq >= last.size {
		return tree.Proof{}, errEntry
	}
	entries, err := entriesBetween(ctx, s.db, seq, seq+1)
	if err != nil {
		return tree.Proof{}, err
	}
	p, err := tree.Prove(seq, last.size, entries[0], []byte(last.note), stored(ctx, s.db, nil))
	if err != nil {
		return p, err
	}
	return p, s.announce(ctx, event.LogRead{By: event.By(by), First: seq, Last: seq})
}

func (s *Service) announce(ctx context.Context, f bus.Fact) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.bus.Announce(ctx, tx, f) })
}

// stored reads hashes of the tree from the database, those in fresh from there.
func stored(ctx context.Context, q db.Q, fresh map[int64]tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		found, missing := make(map[int64]tlog.Hash, len(places)), []int64{}
		for _, p := range places {
			if h, ok := fresh[p]; ok {
				found[p] = h
			} else {
				missing = append(missing, p)
			}
		}
		if err := hashesAt(ctx, q, missing, found); err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			h, ok := found[p]
			if !ok {
				return nil, fmt.Errorf("audit: the database lacks hash %d of the log", p)
			}
			out[i] = h
		}
		return out, nil
	})
}
