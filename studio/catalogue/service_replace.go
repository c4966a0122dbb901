package catalogue

import (
	"context"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// keepVideoOf lets viewers keep the video an episode had while the one it was
// given cannot be watched: that one waits to take its place.
func (e *Episode) keepVideoOf(before Episode, given AssetFacts) {
	if before.Video.Shown() && e.Asset != "" && e.Asset != before.Asset && !given.video().Shown() {
		e.Asset, e.Next = before.Asset, e.Asset
	}
}

// replaceVideo is the job that lets a video take the place it waits for: a job,
// because it asks media about the file.
type replaceVideo struct {
	Asset id.Asset `json:"asset"`
}

func (replaceVideo) Queue() string { return "catalogue.replace_video" }

// tryReplacing asks for the job. It is asked for when a video begins to wait,
// since media may have finished it in between, and when media has.
func (s *Service) tryReplacing(ctx context.Context, tx *db.Tx, asset id.Asset) error {
	if asset == "" {
		return nil
	}
	return s.Bus.EnqueueTx(ctx, tx, replaceVideo{asset})
}

// replaceWith lets the asset take the place of the videos it is to replace, if
// viewers may be shown it by now; if not, its becoming so tries again.
func (s *Service) replaceWith(ctx context.Context, asset id.Asset) error {
	facts, err := s.Media.Playable(ctx, []id.Asset{asset})
	if err != nil || !facts[asset].video().Shown() {
		return err
	}
	waiting, err := episodesAwaiting(ctx, s.DB, asset)
	if err != nil {
		return err
	}
	for _, e := range waiting {
		_, err := s.change(ctx, house, e.Drama, 0, func(ctx context.Context, tx *db.Tx, _ *Drama) (bool, error) {
			e, err := loadEpisode(ctx, tx, e.ID)
			if err != nil || e.Next != asset {
				return false, err
			}
			e.Asset, e.Next = asset, ""
			if err := updateEpisode(ctx, tx, e); err != nil {
				return false, err
			}
			return true, attached(ctx, tx, asset, facts[asset])
		})
		if err != nil && fault.KindOf(err) != fault.NotFound { // gone meanwhile
			return err
		}
	}
	return nil
}
