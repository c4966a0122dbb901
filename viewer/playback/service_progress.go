package playback

import (
	"context"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
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
	stream, live := pulseOf(byDrama, now)
	var limit int
	if live {
		if limit, err = s.limit(ctx, by.Account); err != nil {
			return Heard{}, err
		}
	}
	var outcomes []Outcome
	var seats places
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		seats = places{}
		if outcomes, err = s.advanceAll(ctx, tx, by, byDrama, watchable, now); err != nil || !live {
			return err
		}
		seats, err = beat(ctx, tx, by, stream, limit, now)
		return err
	})
	if err != nil {
		return Heard{}, err
	}
	for _, o := range outcomes {
		if o.Applied {
			s.tellDevices(ctx, by, o.Position)
		}
	}
	s.askToStop(ctx, by, seats.out)
	return Heard{outcomes, seats.stopped}, nil
}

// advanceAll applies the reports drama by drama.
func (s *Service) advanceAll(ctx context.Context, tx *db.Tx, by actor.Actor, byDrama map[id.Drama][]Report,
	watchable map[id.Episode]Watchable, now time.Time) ([]Outcome, error) {
	positions, err := positionsOf(ctx, tx, by, keys(byDrama))
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, 0, len(byDrama))
	for _, drama := range keys(byDrama) {
		o, err := s.advance(ctx, tx, by, drama, positions[drama], byDrama[drama], watchable, now)
		if err != nil {
			return nil, err
		}
		if o.Version > 0 { // else nothing that came counts
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

// advance applies the reports about one drama.
func (s *Service) advance(ctx context.Context, tx *db.Tx, by actor.Actor, drama id.Drama, at Position, reports []Report,
	watchable map[id.Episode]Watchable, now time.Time) (Outcome, error) {
	slices.SortStableFunc(reports, func(a, b Report) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return int(a.Seq - b.Seq)
	})
	o := Outcome{Position: at}
	for _, r := range reports {
		w := watchable[r.Episode]
		// Who has a place in an episode has begun it: most reports need not ask.
		begun := o.Version > 0 && o.Episode == r.Episode
		counts, err := s.markSeen(ctx, tx, by, w, r, begun, now)
		if err != nil {
			return o, err
		}
		if !counts {
			continue
		}
		if next, moved := o.Move(drama, r, w.Length, now); moved {
			o.Position, o.Applied = next, true
		}
	}
	if !o.Applied {
		return o, nil
	}
	o.Version = at.Version + 1 // one batch is one change, however many reports it held
	return o, savePosition(ctx, tx, by, o.Position)
}

// quiet is how long the facts of a profile are not announced after it cleared
// its history. What was seen is forgotten at once, so it cannot be told whether
// an episode is begun again; without the pause whoever clears and repeats would
// make a drama popular alone. Only the moment of clearing is kept for it.
const quiet = 24 * time.Hour

// markSeen keeps, per episode, how far the profile ever got, and announces the
// first beginning and the first end. What happened before the profile cleared its
// history, and comes late, does not count: it would bring back what was forgotten.
func (s *Service) markSeen(ctx context.Context, tx *db.Tx, by actor.Actor, w Watchable, r Report, begun bool, now time.Time) (counts bool, err error) {
	finished := r.finishes(w.Length)
	before := seen{begun: begun}
	if finished || !begun {
		if before, err = seenBefore(ctx, tx, by, w.Drama, r.Episode); err != nil {
			return false, err
		}
	}
	begins, ends := !before.begun, finished && !before.finished
	var cleared time.Time
	if begins || ends {
		if cleared, err = lastCleared(ctx, tx, by); err != nil || r.At.Before(cleared) {
			return false, err
		}
	}
	if err := saveSeen(ctx, tx, by, w.Drama, r, finished); err != nil {
		return false, err
	}
	if now.Sub(cleared) < quiet {
		return true, nil
	}
	if begins {
		err = s.Bus.Announce(ctx, tx, event.EpisodeStarted{Account: by.Account, Profile: by.Profile, Drama: w.Drama, Episode: r.Episode, Asset: w.Asset, At: r.At})
		if err != nil {
			return false, err
		}
	}
	if ends {
		err = s.Bus.Announce(ctx, tx, event.EpisodeFinished{Account: by.Account, Profile: by.Profile, Drama: w.Drama, Episode: r.Episode, At: r.At})
	}
	return true, err
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
