package playback

import (
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// maxReports bounds a batch: a device that was offline for long sends several.
const maxReports = 100

// Outcome is what a report came to: the position as it is now, and whether
// this report is what put it there.
type Outcome struct {
	Position
	Applied bool
}

// Heard is what a batch of reports came to.
type Heard struct {
	Outcomes []Outcome
	Stop     bool // the account plays elsewhere by now; this device must end
}

// Progress takes a batch of reports, in any order, as often as it comes, and
// answers one outcome per drama. Reports about episodes that are not published
// (any more), and those that no player can have made, are dropped: the viewer
// can do nothing about it.
func (s *Service) Progress(ctx context.Context, by actor.Actor, sentAt time.Time, reports []Report) (Heard, error) {
	if err := viewer(by); err != nil {
		return Heard{}, err
	}
	if len(reports) > maxReports {
		return Heard{}, fault.New(fault.Invalid, "playback.too_many_reports", "At most %d reports fit in one request; send the rest in the next one.", maxReports)
	}
	now := s.Clock.Now()
	reports = slices.DeleteFunc(slices.Clone(reports), func(r Report) bool { return !r.legible() })
	for _, gate := range s.Gates {
		if err := gate.Watched(ctx, by, reports); err != nil {
			return Heard{}, err
		}
	}
	watchable, err := s.published(ctx, by, episodesOf(reports), now)
	if err != nil {
		return Heard{}, err
	}
	byDrama := map[id.Drama][]Report{}
	for _, r := range reports {
		if w, ok := watchable[r.Episode]; ok {
			r.At, r.Device = onOurClock(r.At, sentAt, now), by.Device
			byDrama[w.Drama] = append(byDrama[w.Drama], r)
		}
	}
	if len(byDrama) == 0 {
		return Heard{}, nil
	}
	for drama, rs := range byDrama {
		byDrama[drama] = inOrder(rs)
	}
	stream, live := pulseOf(byDrama, now)
	var limit int
	if live {
		if limit, err = s.limit(ctx, by.Account); err != nil {
			return Heard{}, err
		}
	}
	t := &told{by: by, reports: byDrama, watchable: watchable, stream: stream, live: live, limit: limit, at: now}
	if err := s.intake.keep(ctx, s, t); err != nil {
		return Heard{}, err
	}
	s.askToStop(ctx, by, t.seats.out)
	return Heard{t.outcomes, t.seats.stopped}, nil
}

func episodesOf(reports []Report) []id.Episode {
	var out []id.Episode
	for _, r := range reports {
		if !slices.Contains(out, r.Episode) {
			out = append(out, r.Episode)
		}
	}
	return out
}

// keys are the dramas in a fixed order, so that two batches lock rows alike.
func keys[V any](m map[id.Drama]V) []id.Drama {
	out := make([]id.Drama, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
