package youth

import (
	"context"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// ListenToPeople makes the mode follow its people; call it before the bus starts.
func (s *Service) ListenToPeople() {
	const listener = "youth"
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountErased, _ bus.Meta) error {
		rows, err := erase(ctx, tx, f.Account)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.ProfileDeleted, _ bus.Meta) error {
		return eraseProfile(ctx, tx, f.Account, f.Profile)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountMerged, _ bus.Meta) error {
		rows, err := move(ctx, tx, f)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, matter string, rows int64, err error) error {
	if err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, event.AccountSettled{Matter: matter, Capability: "youth", Rows: rows})
}

// exportedAct is one thing that was done with the mode.
type exportedAct struct {
	Act    string    `json:"act"`
	Detail string    `json:"detail"`
	At     time.Time `json:"at"`
}

// exportedDay is how long was watched in the mode.
type exportedDay struct {
	Day        string `json:"day"`
	UsedMS     int64  `json:"used_ms"`
	ExtendedMS int64  `json:"extended_ms"`
}

// Export is everything kept of a profile's mode, or nil.
func (s *Service) Export(ctx context.Context, by actor.Actor) (any, error) {
	if !by.IsViewer() {
		return nil, errViewer
	}
	var out struct {
		Acts []exportedAct `json:"acts"`
		Days []exportedDay `json:"days"`
	}
	var err error
	if out.Acts, err = exportActs(ctx, s.DB, by); err != nil {
		return nil, err
	}
	if out.Days, err = exportDays(ctx, s.DB, by); err != nil || len(out.Acts)+len(out.Days) == 0 {
		return nil, err
	}
	return out, nil
}
