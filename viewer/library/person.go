package library

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Listen makes the library follow its people; call it before the bus starts.
func (s *Service) Listen() {
	const listener = "library"
	bus.On(s.bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountErased, _ bus.Meta) error {
		rows, err := s.erase(ctx, tx, f)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
	bus.On(s.bus, listener, func(ctx context.Context, tx *db.Tx, f event.ProfileDeleted, _ bus.Meta) error {
		_, err := s.erase(ctx, tx, event.AccountErased{Account: f.Account, Profiles: []id.Profile{f.Profile}})
		return err
	})
	bus.On(s.bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountMerged, _ bus.Meta) error {
		rows, err := s.merge(ctx, tx, f)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, matter string, rows int64, err error) error {
	if err != nil {
		return err
	}
	return s.bus.Announce(ctx, tx, event.AccountSettled{Matter: matter, Capability: "library", Rows: rows})
}

// erase forgets what an account's profiles thought; it counts no more.
func (s *Service) erase(ctx context.Context, tx *db.Tx, f event.AccountErased) (rows int64, err error) {
	for _, p := range f.Profiles {
		marks, err := takeMarks(ctx, tx, owner{f.Account, p})
		if err != nil {
			return rows, err
		}
		rows += int64(len(marks))
		for _, m := range marks {
			if err := uncount(ctx, tx, m); err != nil {
				return rows, err
			}
		}
	}
	return rows, nil
}

// merge gives what one profile thought to another. Where both have an opinion
// the follow, like or hidden drama that is there stays, and the later rating
// counts: once, as it is one person's.
func (s *Service) merge(ctx context.Context, tx *db.Tx, f event.AccountMerged) (rows int64, err error) {
	for from, into := range f.Profiles {
		marks, err := takeMarks(ctx, tx, owner{f.From, from})
		if err != nil {
			return rows, err
		}
		rows += int64(len(marks))
		for _, m := range marks {
			if err := give(ctx, tx, owner{f.Into, into}, m); err != nil {
				return rows, err
			}
		}
	}
	return rows, nil
}

// give makes m a mark of who, or takes it out of the count.
func give(ctx context.Context, tx *db.Tx, who owner, m mark) error {
	was, err := markAgain(ctx, tx, who, m)
	if err != nil || was == nil {
		return err
	}
	return uncount(ctx, tx, *was)
}

// uncount takes a mark that is no more out of the tally.
func uncount(ctx context.Context, tx *db.Tx, m mark) error {
	if m.kind == hides {
		return nil
	}
	return insertChange(ctx, tx, tally{m.subject, m.kind, -1, -int64(m.score)})
}
