package catalogue

import (
	"context"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"

	"cliffhanger/event"
)

func (s *Service) listen() {
	b := s.Bus
	bus.On(b, "catalogue", func(ctx context.Context, tx *db.Tx, f event.AssetPlayable, _ bus.Meta) error {
		return s.videoChanged(ctx, tx, f.Asset, &Video{Playable: true, Blocked: f.Blocked, DurationMS: f.DurationMS, Width: f.Width, Height: f.Height})
	})
	bus.On(b, "catalogue", func(ctx context.Context, tx *db.Tx, f event.AssetComplete, _ bus.Meta) error {
		return s.videoChanged(ctx, tx, f.Asset, nil)
	})
	bus.On(b, "catalogue", func(ctx context.Context, tx *db.Tx, f event.AssetFailed, _ bus.Meta) error {
		return s.videoChanged(ctx, tx, f.Asset, nil)
	})
	bus.On(b, "catalogue", func(ctx context.Context, tx *db.Tx, f event.UploadCompleted, _ bus.Meta) error {
		if f.Drama == "" || f.Episode == 0 {
			return nil // sent for no episode in particular
		}
		return b.EnqueueTx(ctx, tx, attachUpload{f.Org, f.Drama, f.Episode, f.Asset})
	})
	bus.Work(b, bus.Worker{Name: "catalogue attach", Parallel: 1, MaxTries: 10}, func(ctx context.Context, j attachUpload, _ bus.Lease) error {
		return s.AttachUpload(ctx, j.Org, j.Drama, j.Episode, j.Asset)
	})
	bus.Work(b, bus.Worker{Name: "catalogue", Parallel: 1, MaxTries: 10}, func(ctx context.Context, j publishWhenReady, _ bus.Lease) error {
		return s.publishWaiting(ctx, j.Drama)
	})
	bus.Work(b, bus.Worker{Name: "catalogue replace", Parallel: 1, MaxTries: 10}, func(ctx context.Context, j replaceVideo, _ bus.Lease) error {
		return s.replaceWith(ctx, j.Asset)
	})
	bus.Tap(b, func(_ context.Context, f event.DramaChanged) { s.drop(f.Drama) })
	bus.Tap(b, func(_ context.Context, f event.DramaPublished) { s.appeared(f.Drama) })
	bus.Tap(b, func(_ context.Context, f event.DramaWithdrawn) { s.appeared(f.Drama) })
	bus.Tap(b, func(_ context.Context, f event.DramaRated) { s.shown.forget(f.Drama) })
}

// attachUpload gives a finished upload to the episode it was sent for: a job of
// its own, because it asks media about the file.
type attachUpload struct {
	Org     id.Org   `json:"org"`
	Drama   id.Drama `json:"drama"`
	Episode int      `json:"episode"`
	Asset   id.Asset `json:"asset"`
}

func (attachUpload) Queue() string { return "catalogue.attach_upload" }

// videoChanged keeps what media told (nil: nothing new of the picture) and
// moves the dramas that show it on in the change sequence. Their versions stay:
// nobody edited them.
func (s *Service) videoChanged(ctx context.Context, tx *db.Tx, asset id.Asset, v *Video) error {
	if v != nil {
		if err := saveVideo(ctx, tx, asset, *v); err != nil {
			return err
		}
	}
	dramas, err := dramasWith(ctx, tx, asset)
	if err != nil {
		return err
	}
	for _, d := range dramas {
		if err := s.write(ctx, tx, house, &d); err != nil {
			return err
		}
		if v == nil {
			continue
		}
		if err := s.tryPublishing(ctx, tx, d); err != nil {
			return err
		}
	}
	waiting, err := episodesAwaiting(ctx, tx, asset)
	if err != nil || v == nil || len(waiting) == 0 {
		return err
	}
	return s.tryReplacing(ctx, tx, asset)
}

// drop forgets what this node holds of a drama and wakes the search index.
func (s *Service) drop(drama id.Drama) {
	s.shown.forget(drama)
	s.live.Nudge()
}

// appeared is drop for a drama that lists begin or cease to hold.
func (s *Service) appeared(drama id.Drama) {
	s.drop(drama)
	s.shown.lists.InvalidateAll()
}
