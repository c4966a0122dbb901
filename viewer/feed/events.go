package feed

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Listen keeps the scores; call it before the bus starts.
func (s *Service) Listen() {
	const listener = "feed"
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.DramaPublished, m bus.Meta) error {
		return setPublished(ctx, tx, f.Drama, true, clock.Micros(m.At))
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.DramaWithdrawn, m bus.Meta) error {
		return setPublished(ctx, tx, f.Drama, false, clock.Micros(m.At))
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.EpisodeStarted, _ bus.Meta) error {
		return count(ctx, tx, f.Drama, 1, 0)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.EpisodeFinished, _ bus.Meta) error {
		return count(ctx, tx, f.Drama, 0, 1)
	})
}
