package inbox

import (
	"context"
	"log/slog"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/mail"
)

// Deps are what this room needs.
type Deps struct {
	DB     *db.DB
	Bus    *bus.Bus
	Clock  clock.Clock
	Log    *slog.Logger
	Mail   mail.Sender
	Public string // the address people use, for links in mails; empty: none
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	open streams
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

var (
	errStaff   = fault.New(fault.Forbidden, "account.inbox_staff_only", "Only people who work here have an inbox.")
	errHouse   = fault.New(fault.Forbidden, "account.inbox_house_only", "Only the house itself can do this.")
	errGone    = fault.New(fault.NotFound, "account.inbox_item_gone", "There is no such item, or it is not for you. Reload the inbox.")
	errEnded   = fault.New(fault.Conflict, "account.inbox_item_ended", "This item is no longer open. Reload the inbox to see what became of it.")
	errBinding = fault.New(fault.Conflict, "account.inbox_item_binding", "This item stays until what it is about is dealt with. Open it to do so.")
)

// scopeOf is what staff may see: deny by default.
func scopeOf(by actor.Actor) (Scope, error) {
	if by.Kind != actor.Staff || by.Staff == "" {
		return Scope{}, errStaff
	}
	return Scope{by.Staff, by.Org, by.Roles}, nil
}

// Inbox lists what is for by, of one kind or of all: what is open, alarms first and
// then what is due first; or what has ended, the latest first. Staff only.
func (s *Service) Inbox(ctx context.Context, by actor.Actor, ended bool, kind string, p page.Request) (page.Of[Found], error) {
	scope, err := scopeOf(by)
	if err != nil {
		return page.Of[Found]{}, err
	}
	limit := page.Clamp(p.Limit, 50, 200)
	if ended {
		before := endedKey{At: 1<<63 - 1}
		if err := page.Read(p.After, &before); err != nil {
			return page.Of[Found]{}, err
		}
		rows, err := endedItems(ctx, s.DB, scope, kind, before, limit+1)
		return page.Cut(rows, limit, func(f Found) any { return f.endedKey() }), err
	}
	after := openKey{Rank: -1}
	if err := page.Read(p.After, &after); err != nil {
		return page.Of[Found]{}, err
	}
	rows, err := openItems(ctx, s.DB, scope, kind, after, limit+1)
	return page.Cut(rows, limit, func(f Found) any { return f.openKey() }), err
}

// Count says how much is open and unread. Staff only.
func (s *Service) Count(ctx context.Context, by actor.Actor) (Count, error) {
	scope, err := scopeOf(by)
	if err != nil {
		return Count{}, err
	}
	return countOpen(ctx, s.DB, scope)
}

// Kinds are those of the items that are or were for by, with how many are open.
// Staff only.
func (s *Service) Kinds(ctx context.Context, by actor.Actor) ([]Kind, error) {
	scope, err := scopeOf(by)
	if err != nil {
		return nil, err
	}
	return kindsOf(ctx, s.DB, scope)
}

// change does something to an item that by may see.
func (s *Service) change(ctx context.Context, by actor.Actor, which id.Item, do func(ctx context.Context, tx *db.Tx, i Item, now time.Time) error) error {
	scope, err := scopeOf(by)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := itemByID(ctx, tx, which)
		if err != nil {
			return err
		}
		if !scope.Sees(i.For) {
			return errGone
		}
		tx.OnCommit(s.changed)
		return do(ctx, tx, i, s.Clock.Now())
	})
}

// Read notes that by has seen an item. Staff it is for only.
func (s *Service) Read(ctx context.Context, by actor.Actor, which id.Item) error {
	return s.change(ctx, by, which, func(ctx context.Context, tx *db.Tx, i Item, now time.Time) error {
		return markRead(ctx, tx, by.Staff, i.Key, i.said(now))
	})
}

// Finish marks the matter done, for everybody it is for. Staff it is for only.
func (s *Service) Finish(ctx context.Context, by actor.Actor, which id.Item) error {
	return s.change(ctx, by, which, func(ctx context.Context, tx *db.Tx, i Item, now time.Time) error {
		switch {
		case i.State() == Done:
			return nil // somebody was faster
		case i.State() != Open:
			return errEnded
		case i.Binding:
			return errBinding
		}
		after := i
		after.DoneAt, after.DoneBy = i.said(now), by.Staff
		return saveItem(ctx, tx, moved(i, after, now))
	})
}

// Reopen says that it is not done after all. Staff it is for only.
func (s *Service) Reopen(ctx context.Context, by actor.Actor, which id.Item) error {
	return s.change(ctx, by, which, func(ctx context.Context, tx *db.Tx, i Item, now time.Time) error {
		switch i.State() {
		case Open:
			return nil
		case Resolved:
			return errEnded
		}
		after := i
		after.DoneAt, after.DoneBy = time.Time{}, ""
		return saveItem(ctx, tx, moved(i, after, now))
	})
}

// Observation is what a node sees of a condition that nobody announces.
type Observation struct {
	event.Matter
	Holds bool
	Fresh time.Time // it has been what it is since then, where that is known
}

// Observe notes observations, which may be made again and again, by every node. The
// house itself only.
func (s *Service) Observe(ctx context.Context, by actor.Actor, seen ...Observation) error {
	if by.Kind != actor.System {
		return errHouse
	}
	for _, o := range seen {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			signal := Signal{At: s.Clock.Now(), Fresh: o.Fresh}
			if o.Holds {
				signal.Raised = &o.Matter
			}
			before, err := itemByKey(ctx, tx, o.Key)
			if err != nil {
				return err
			}
			if known := before.State() == Resolved && !o.Holds || o.Holds && same(before, before.Hear(signal)); known {
				return nil
			}
			return s.hear(ctx, tx, o.Key, before, signal)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
