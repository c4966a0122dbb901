package playback

import (
	"context"
	"time"

	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
)

const sweepEvery = time.Hour

// Run removes what has expired, now and then, until ctx ends. Every node may run it.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Log.Log(ctx, obs.Level(err), "what has expired could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep removes links that nobody followed in time, and devices that play no more.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := s.Clock.Now()
		if err := sweepRunning(ctx, tx, now); err != nil {
			return err
		}
		return sweepHandoffs(ctx, tx, now)
	})
}
