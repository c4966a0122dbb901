package playback

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
)

// Entry is one drama in continue watching or in the history.
type Entry struct {
	Position
	Card any
	Ref  any // the episode to go on with
}

// Continue lists the dramas a profile is in the middle of, latest first. A drama
// whose episode was seen to its end goes on with the next one; a drama seen to
// its last released episode is left out until there is more.
func (s *Service) Continue(ctx context.Context, by actor.Actor, limit int, locale string) ([]Entry, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	// Some rows may turn out to have nothing to go on with: read a few more.
	positions, err := latestPositions(ctx, s.DB, by, time.Time{}, "", 2*limit+10)
	if err != nil {
		return nil, err
	}
	entries, err := s.dress(ctx, by, positions, locale, true)
	if err != nil {
		return nil, err
	}
	return entries[:min(limit, len(entries))], nil
}

type historyKey struct {
	At    int64
	Drama id.Drama
}

// History lists everything a profile watched, latest first.
func (s *Service) History(ctx context.Context, by actor.Actor, req page.Request, locale string) (page.Of[Entry], error) {
	if err := viewer(by); err != nil {
		return page.Of[Entry]{}, err
	}
	var after historyKey
	if err := page.Read(req.After, &after); err != nil {
		return page.Of[Entry]{}, err
	}
	var before time.Time
	if after.At > 0 {
		before = time.UnixMicro(after.At)
	}
	positions, err := latestPositions(ctx, s.DB, by, before, after.Drama, req.Limit+1)
	if err != nil {
		return page.Of[Entry]{}, err
	}
	cut := page.Cut(positions, req.Limit, func(p Position) any { return historyKey{p.UpdatedAt.UnixMicro(), p.Drama} })
	entries, err := s.dress(ctx, by, cut.Items, locale, false)
	return page.Of[Entry]{Items: entries, Next: cut.Next}, err
}

// ClearHistory forgets all positions and everything a profile has seen; see quiet.
func (s *Service) ClearHistory(ctx context.Context, by actor.Actor) error {
	if err := viewer(by); err != nil {
		return err
	}
	now := s.Clock.Now()
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return forget(ctx, tx, by, now) })
}

// dress adds cards to positions and drops what is not published any more. With
// onward, a finished episode is replaced by the next one.
func (s *Service) dress(ctx context.Context, by actor.Actor, positions []Position, locale string, onward bool) ([]Entry, error) {
	episodes := make([]id.Episode, len(positions))
	dramas := make([]id.Drama, len(positions))
	for i, p := range positions {
		episodes[i], dramas[i] = p.Episode, p.Drama
	}
	watchable, err := s.Episodes.Watchable(ctx, by, episodes, locale, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	cards, err := s.Episodes.Cards(ctx, by, dramas, locale)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(positions))
	for _, p := range positions {
		w, ok := watchable[p.Episode]
		card := cards[p.Drama]
		if !ok || card == nil {
			continue
		}
		e := Entry{Position: p, Card: card, Ref: w.Ref}
		if onward {
			if e.Episode, e.Offset, e.Ref = p.onward(w); e.Episode == "" {
				continue
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// onward is where a viewer at p, which is in w, goes on: there, or at the
// beginning of the next episode; "" after the last that is released.
func (p Position) onward(w Watchable) (id.Episode, time.Duration, any) {
	if p.Finished {
		return w.Next, 0, w.NextRef
	}
	return p.Episode, p.Offset, w.Ref
}

// Onward answers where a profile goes on in each of the dramas it has begun; a
// Seat without Episode where it has seen all there is. The others are absent.
func (s *Service) Onward(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]Seat, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	positions, err := positionsOf(ctx, s.DB, by, dramas)
	if err != nil {
		return nil, err
	}
	episodes := make([]id.Episode, 0, len(positions))
	for _, p := range positions {
		episodes = append(episodes, p.Episode)
	}
	watchable, err := s.Episodes.Watchable(ctx, by, episodes, locale, s.Clock.Now())
	seats := make(map[id.Drama]Seat, len(positions))
	for drama, p := range positions {
		if w, ok := watchable[p.Episode]; ok {
			seat := Seat{At: p}
			seat.Episode, seat.Offset, seat.Ref = p.onward(w)
			seats[drama] = seat
		}
	}
	return seats, err
}

// Seen is how far a profile got in one episode.
type Seen struct {
	Offset   time.Duration
	Finished bool
}

// SeenIn answers, for a drama page, where the profile is and what it has seen.
func (s *Service) SeenIn(ctx context.Context, by actor.Actor, drama id.Drama) (Position, map[id.Episode]Seen, error) {
	if err := viewer(by); err != nil {
		return Position{}, nil, err
	}
	positions, err := positionsOf(ctx, s.DB, by, []id.Drama{drama})
	if err != nil {
		return Position{}, nil, err
	}
	seen, err := seenIn(ctx, s.DB, by, drama)
	if err != nil {
		return Position{}, nil, err
	}
	at := positions[drama]
	if is, ok := seen[at.Episode]; ok {
		is.Offset = max(is.Offset, at.Offset)
		seen[at.Episode] = is
	}
	return at, seen, nil
}

// Seat is where a viewer goes on in a drama. The zero Seat is nowhere: not begun,
// or seen to the last episode there is.
type Seat struct {
	Episode id.Episode
	Number  int // where Resume was asked
	Offset  time.Duration
	Ref     any // where Onward was asked
	At      Position
}

// Resume answers where a profile goes on in one drama: in the episode it is in,
// or at the beginning of the one after it has finished.
func (s *Service) Resume(ctx context.Context, by actor.Actor, at Position) (Seat, error) {
	if err := viewer(by); err != nil || at.Version == 0 {
		return Seat{}, err
	}
	seat, ask := Seat{Offset: at.Offset}, at.Episode
	for {
		found, err := s.Episodes.Watchable(ctx, by, []id.Episode{ask}, "", s.Clock.Now())
		w, ok := found[ask]
		switch {
		case err != nil || !ok:
			return Seat{}, err
		case ask == at.Episode && at.Finished:
			if w.Next == "" {
				return Seat{}, nil
			}
			seat.Offset, ask = 0, w.Next
		default:
			seat.Episode, seat.Number = w.Episode, w.Number
			return seat, nil
		}
	}
}

// FinishedCount is how many episodes of a drama a profile has seen to the end.
func (s *Service) FinishedCount(ctx context.Context, by actor.Actor, drama id.Drama) (int, error) {
	if err := viewer(by); err != nil {
		return 0, err
	}
	return finishedCount(ctx, s.DB, by, drama)
}

// Recent lists the dramas a profile watched last, for those who must not repeat
// or may continue them; at most limit.
func (s *Service) Recent(ctx context.Context, by actor.Actor, limit int) ([]Position, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	return latestPositions(ctx, s.DB, by, time.Time{}, "", limit)
}
