package market

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// ListenToPeople makes what is kept follow its people; call it before the bus starts.
func (s *Service) ListenToPeople() {
	const listener = "market"
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountErased, _ bus.Meta) error {
		rows, err := erase(ctx, tx, f.Account)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountMerged, _ bus.Meta) error {
		rows, err := move(ctx, tx, f.From, f.Into)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, matter string, rows int64, err error) error {
	if err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, event.AccountSettled{Matter: matter, Capability: "market", Rows: rows})
}

// Export is where the account's sessions were taken to be, and why, and where it says
// it is, or nil.
func (s *Service) Export(ctx context.Context, by actor.Actor) (any, error) {
	if !by.IsViewer() {
		return nil, errViewer
	}
	all, err := sessionsOf(ctx, s.DB, by.Account)
	if err != nil {
		return nil, err
	}
	said, err := loadSetting(ctx, s.DB, by.Account)
	if err != nil || len(all) == 0 && said.Kind == "" {
		return nil, err
	}
	out := map[string]any{"sessions": all}
	if said.Kind != "" {
		out["setting"] = said
	}
	return out, nil
}
