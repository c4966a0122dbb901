package playback

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// shelf is what this node read of published episodes a moment ago, for reports of
// progress only: a player says every ten seconds where it is in the same episode,
// and a report that comes a minute after its episode was withdrawn harms nobody.
type shelf struct {
	known *otter.Cache[placed, shelved]
}

// placed is an episode as a market finds it.
type placed struct {
	episode id.Episode
	market  string
}

type shelved struct {
	Watchable
	readAt time.Time
}

const (
	believed    = time.Minute // how long what was read is trusted
	mostShelved = 50_000      // episodes, some 20 MB
)

func newShelf() shelf {
	return shelf{otter.Must(&otter.Options[placed, shelved]{MaximumSize: mostShelved})}
}

// published answers those of the episodes that a viewer may watch, or could a
// minute ago. What cannot be watched is asked for each time.
func (s *Service) published(ctx context.Context, by actor.Actor, episodes []id.Episode, now time.Time) (map[id.Episode]Watchable, error) {
	out := make(map[id.Episode]Watchable, len(episodes))
	var missing []id.Episode
	for _, e := range episodes {
		if k, ok := s.shelf.known.GetIfPresent(placed{e, by.Market}); ok && now.Sub(k.readAt).Abs() < believed {
			out[e] = k.Watchable
		} else {
			missing = append(missing, e)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	read, err := s.Episodes.Watchable(ctx, by, missing, "", now)
	for e, w := range read {
		w.Ref, w.NextRef = nil, nil // nobody asks for them here
		out[e] = w
		s.shelf.known.Set(placed{e, by.Market}, shelved{w, now})
	}
	return out, err
}
