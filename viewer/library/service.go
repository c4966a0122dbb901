package library

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Deps are what the library needs from the house.
type Deps struct {
	DB       *db.DB
	Bus      *bus.Bus
	Clock    clock.Clock
	Log      *slog.Logger
	Dramas   Dramas
	Finished Finished
}

// Service holds the use cases of this capability. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	bus      *bus.Bus
	clock    clock.Clock
	log      *slog.Logger
	dramas   Dramas
	finished Finished
	ranking  atomic.Pointer[ranking]
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{db: d.DB, bus: d.Bus, clock: d.Clock, log: d.Log, dramas: d.Dramas, finished: d.Finished}
}

// viewer is the profile that acts; nobody else has a library.
func viewer(by actor.Actor) (owner, error) {
	if !by.IsViewer() {
		return owner{}, errViewer
	}
	return owner{by.Account, by.Profile}, nil
}

// published lets only what viewers may find pass.
func (s *Service) published(ctx context.Context, drama id.Drama) error {
	ok, err := s.dramas.Exists(ctx, drama)
	if err == nil && !ok {
		return errDrama
	}
	return err
}

const (
	foldEvery  = 2 * time.Second
	foldAtOnce = 2000
)

// Run folds changes into the tally until ctx is done. Every node may run it;
// none has to for counts to be right, only for reading them to stay cheap.
func (s *Service) Run(ctx context.Context) error {
	every := time.NewTicker(foldEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if err := s.Fold(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("counts could not be folded; the next fold catches up", "err", err)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// Fold adds the changes that wait to the tally.
func (s *Service) Fold(ctx context.Context) error {
	for {
		waiting, err := anyChange(ctx, s.db)
		if err != nil || !waiting {
			return err
		}
		folded := 0
		err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			changes, err := takeChanges(ctx, tx, foldAtOnce)
			folded = len(changes)
			if err != nil {
				return err
			}
			return addToTally(ctx, tx, changes)
		})
		if err != nil || folded < foldAtOnce {
			return err
		}
	}
}

// Recount rebuilds the tally from the follows, likes and ratings themselves.
// Counts stay exact while it runs. It reads everything: for the command line.
func (s *Service) Recount(ctx context.Context, by actor.Actor) error {
	if by.Kind != actor.System && !by.Has(actor.Operator) {
		return errOperator
	}
	return s.db.InTx(ctx, rebuildTally)
}
