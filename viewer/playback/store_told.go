package playback

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// store applies what players told in one transaction: it reads once, decides, and
// writes once, however many they are.
func (s *Service) store(ctx context.Context, batch []*told) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		w := work{Service: s, tx: tx, marks: map[episodeOf]*mark{}}
		var err error
		if w.places, err = placesAt(ctx, tx, dramasOf(batch)); err != nil {
			return err
		}
		unsure := w.unsure(batch)
		if w.seen, err = seenBefore(ctx, tx, unsure); err != nil {
			return err
		}
		if w.cleared, err = clearedBy(ctx, tx, unsure); err != nil {
			return err
		}
		for _, t := range batch {
			if err := w.advanceAll(ctx, t); err != nil {
				return err
			}
		}
		if err := saveMarks(ctx, tx, slices.SortedFunc(maps.Values(w.marks), func(a, b *mark) int { return a.of.compare(b.of) })); err != nil {
			return err
		}
		if err := savePlaces(ctx, tx, w.moved); err != nil {
			return err
		}
		return beatAll(ctx, tx, batch)
	})
}

// dramaOf is a drama as a profile has it.
type dramaOf struct {
	account id.Account
	profile id.Profile
	drama   id.Drama
}

// episodeOf is an episode as a profile has it.
type episodeOf struct {
	dramaOf
	episode id.Episode
}

func (a episodeOf) compare(b episodeOf) int {
	return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.profile, b.profile), cmp.Compare(a.drama, b.drama), cmp.Compare(a.episode, b.episode))
}

// seen is how far a profile has come with an episode.
type seen struct{ begun, finished bool }

// mark is what is kept of an episode beyond the position: the furthest point that
// the position does not tell, and when it was begun and finished first.
type mark struct {
	of         episodeOf
	furthest   time.Duration
	startedAt  time.Time
	finishedAt time.Time // zero: not by what was told now
}

// place is where a profile is in a drama.
type place struct {
	of dramaOf
	Position
}

// work is a batch in progress.
type work struct {
	*Service
	tx      *db.Tx
	places  map[dramaOf]Position
	seen    map[episodeOf]seen  // of those that are unsure
	cleared map[owner]time.Time // by their profiles, where they ever were
	marks   map[episodeOf]*mark
	moved   []place
}

func (t *told) in(drama id.Drama) dramaOf { return dramaOf{t.by.Account, t.by.Profile, drama} }

func dramasOf(batch []*told) []dramaOf {
	var out []dramaOf
	for _, t := range batch {
		for _, drama := range keys(t.reports) {
			out = append(out, t.in(drama))
		}
	}
	return out
}

// unsure are the episodes that may be begun or finished for the first time. Who
// has a place in an episode has begun it, so most reports need not ask.
func (w *work) unsure(batch []*told) []episodeOf {
	var out []episodeOf
	for _, t := range batch {
		for _, drama := range keys(t.reports) {
			at := w.places[t.in(drama)]
			for _, r := range t.reports[drama] {
				of := episodeOf{t.in(drama), r.Episode}
				if at.Episode == r.Episode && !r.finishes(t.watchable[r.Episode].Length) || slices.Contains(out, of) {
					continue
				}
				out = append(out, of)
			}
		}
	}
	return out
}

// advanceAll applies what one player told, drama by drama.
func (w *work) advanceAll(ctx context.Context, t *told) error {
	t.outcomes, t.seats = make([]Outcome, 0, len(t.reports)), places{}
	for _, drama := range keys(t.reports) {
		o, err := w.advance(ctx, t, drama)
		if err != nil {
			return err
		}
		if o.Version > 0 { // else nothing that came counts
			t.outcomes = append(t.outcomes, o)
		}
	}
	return nil
}

// advance applies the reports about one drama.
func (w *work) advance(ctx context.Context, t *told, drama id.Drama) (Outcome, error) {
	at := w.places[t.in(drama)]
	o := Outcome{Position: at}
	for _, r := range t.reports[drama] {
		counts, err := w.mark(ctx, t, drama, r)
		if err != nil {
			return o, err
		}
		if !counts {
			continue
		}
		next, moved := o.Move(drama, r, t.watchable[r.Episode].Length, t.at)
		switch {
		case !moved:
			w.passed(t.in(drama), r.Episode, r.Offset, r.At, o.Position)
		case o.Version > 0:
			w.passed(t.in(drama), o.Episode, o.Offset, o.HappenedAt, next)
		}
		if moved {
			o.Position, o.Applied = next, true
		}
	}
	if o.Applied {
		o.Version = at.Version + 1 // one batch is one change, however many reports it held
		w.moved = append(w.moved, place{t.in(drama), o.Position})
	}
	return o, nil
}

// quiet is how long the facts of a profile are not announced after it cleared
// its history. What was seen is forgotten at once, so it cannot be told whether
// an episode is begun again; without the pause whoever clears and repeats would
// make a drama popular alone. Only the moment of clearing is kept for it.
const quiet = 24 * time.Hour

// markOf is the mark of an episode in this batch.
func (w *work) markOf(of episodeOf, at time.Time) *mark {
	m := w.marks[of]
	if m == nil {
		m = &mark{of: of, startedAt: at}
		w.marks[of] = m
	}
	return m
}

// passed keeps that a profile has been at a point of an episode, where its position,
// which is at now, does not tell. Who plays on has no mark to write: how far a profile
// ever got is the furthest of the mark and the position.
func (w *work) passed(in dramaOf, episode id.Episode, offset time.Duration, when time.Time, at Position) {
	if at.Episode == episode && at.Offset >= offset {
		return
	}
	m := w.markOf(episodeOf{in, episode}, when)
	m.furthest = max(m.furthest, offset)
}

// mark keeps the first beginning and the first end of an episode, and announces
// them. What happened before the profile cleared its history, and comes late, does
// not count: it would bring back what was forgotten.
func (w *work) mark(ctx context.Context, t *told, drama id.Drama, r Report) (counts bool, err error) {
	of, watchable := episodeOf{t.in(drama), r.Episode}, t.watchable[r.Episode]
	before, unsure := w.seen[of]
	if !unsure {
		before.begun = true
	}
	finished := r.finishes(watchable.Length)
	begins, ends := !before.begun, finished && !before.finished
	var cleared time.Time
	if begins || ends {
		if cleared = w.cleared[owner{of.account, of.profile}]; r.At.Before(cleared) {
			return false, nil
		}
	}
	if begins || ends {
		m := w.markOf(of, r.At)
		m.furthest = max(m.furthest, r.Offset)
		if ends && m.finishedAt.IsZero() {
			m.finishedAt = r.At
		}
	}
	w.seen[of] = seen{true, before.finished || finished}
	if t.at.Sub(cleared) < quiet {
		return true, nil
	}
	if begins {
		err = w.Bus.Announce(ctx, w.tx, event.EpisodeStarted{Account: of.account, Profile: of.profile, Drama: drama, Episode: r.Episode, Asset: watchable.Asset, At: r.At})
		if err != nil {
			return false, err
		}
	}
	if ends {
		err = w.Bus.Announce(ctx, w.tx, event.EpisodeFinished{Account: of.account, Profile: of.profile, Drama: drama, Episode: r.Episode, At: r.At})
	}
	return true, err
}
