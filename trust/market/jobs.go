package market

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/platform/db"
)

const (
	lookEvery   = 10 * time.Second
	sessionLife = 400 * 24 * time.Hour // a session of an account lasts no longer unused
	atOnce      = 500
)

// Run announces packs whose day has come and removes markets of old sessions, until
// ctx is done. Every node may run it: who is first does it.
func (s *Service) Run(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			if err := errors.Join(s.Tell(ctx), s.Sweep(ctx)); err != nil && ctx.Err() == nil {
				s.Log.Warn("rules of markets could not be looked after; the next look catches up", "error", err)
			}
		}
	}
}

// Tell announces packs that took effect by their day.
func (s *Service) Tell(ctx context.Context) error {
	now := s.Clock.Now()
	rows, err := due(ctx, s.DB, now, atOnce)
	if err != nil {
		return err
	}
	for _, was := range rows {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			p := was
			p.ToldAt = now
			if err := saveProposal(ctx, tx, p, was); err != nil {
				return err
			}
			return s.Bus.Announce(ctx, tx, inForce(p))
		})
		if err != nil && !errors.Is(err, errDone) { // another node was faster
			return err
		}
	}
	return nil
}

// Sweep removes the markets of sessions that cannot be open any more; one that is
// has its market decided anew.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return sweepSessions(ctx, tx, s.Clock.Now().Add(-sessionLife))
	})
}
