package catalogue

import (
	"context"

	"cliffhanger/internal/kernel/id"
)

// Forget empties this node's memory of a drama.
func (s *Service) Forget(drama id.Drama) { s.shown.forget(drama) }

// SweepOnce is one round of Sweep.
func (s *Service) SweepOnce(ctx context.Context) error { return s.kept.Round(ctx) }
