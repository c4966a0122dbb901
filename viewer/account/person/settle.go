package person

import (
	"context"
	"encoding/json"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// matter is a merge or an erasure until every keeper has answered twice.
type matter struct {
	id     string
	rounds int
	merged *event.AccountMerged
	erased *event.AccountErased
}

func (m matter) fact() bus.Fact {
	if m.merged != nil {
		return *m.merged
	}
	return *m.erased
}

// body is what is kept to say it once more: identifiers, and those only as long
// as the matter is open.
func (m matter) body() string {
	b, err := json.Marshal(m.fact())
	if err != nil {
		panic("person: a fact must be plain data: " + err.Error())
	}
	return string(b)
}

// announce tells all keepers, for the first time or once more.
func (s *Service) announce(ctx context.Context, tx *db.Tx, m matter, now time.Time) error {
	m.rounds++
	if err := saveMatter(ctx, tx, m, now.Add(settleAgain)); err != nil {
		return err
	}
	for _, k := range s.Keepers {
		if err := insertUnsettled(ctx, tx, m.id, k); err != nil {
			return err
		}
	}
	return s.Bus.Announce(ctx, tx, m.fact())
}

// Listen notes who has answered; call it before the bus starts.
func (s *Service) Listen() {
	bus.On(s.Bus, "account", func(ctx context.Context, tx *db.Tx, f event.AccountSettled, _ bus.Meta) error {
		return deleteUnsettled(ctx, tx, f.Matter, f.Capability)
	})
}

const (
	rounds     = 2
	lookEvery  = 15 * time.Second
	sweepEvery = time.Hour
)

// Run announces what is due once more, forgets what is settled, and codes and proofs that
// ended, until ctx is done. Every node may run it.
func (s *Service) Run(ctx context.Context) error {
	look, hourly := time.NewTicker(lookEvery), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer hourly.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			err = s.Settle(ctx)
		case <-hourly.C:
			err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return sweep(ctx, tx, s.Clock.Now()) })
		}
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("merged and erased accounts could not be looked after; the next look catches up", "err", err)
		}
	}
}

// Settle does what Run does when it looks.
func (s *Service) Settle(ctx context.Context) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := s.Clock.Now()
		due, err := dueMatters(ctx, tx, now)
		if err != nil {
			return err
		}
		for _, m := range due {
			if m.rounds < rounds {
				err = s.announce(ctx, tx, m, now)
			} else {
				err = closeMatter(ctx, tx, m.id)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
