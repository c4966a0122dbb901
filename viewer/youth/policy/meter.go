package policy

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Beat is one report of a player: where it is, and whether it goes on from there.
type Beat struct {
	Sitting string        `json:"-"`   // one player showing one episode
	Seq     int64         `json:"seq"` // grows within a sitting
	Offset  time.Duration `json:"offset"`
	Jumped  bool          `json:"jumped,omitempty"`  // somebody moved it here; it did not play its way
	Stopped bool          `json:"stopped,omitempty"` // it does not go on by itself
}

// Screen is what is kept of one device to count the time somebody watches it.
// Only when reports arrive counts, and how far they moved: no clock of a client.
type Screen struct {
	Heard    time.Time          // when the last report arrived
	Unused   time.Duration      // passed since it can have begun and not counted as watched
	Sitting  string             // that went on last
	Running  bool               // it said that it goes on
	Sittings map[string]Sitting // those that reports speak of
}

const (
	// Live is how far apart the reports of a player in touch come at most; it
	// sends one every ten seconds.
	Live = 15 * time.Second
	// tick bounds what a player shows between a report and a jump.
	tick = 10 * time.Second
	// fastest is the most an episode moves in a second, and slack what a report
	// may be late by. What moved further was not watched in touch with us.
	fastest = 3
	slack   = 5 * time.Second
	// longestMemory bounds how much may be counted at once.
	longestMemory = day
)

// Hear counts reports that arrive now, in whatever order and as often as they
// come, and answers how long somebody watched since the last ones. In touch, the
// time that passed here counts; after a gap, how far episodes moved meanwhile, but
// never more than the time that passed since the mode began and was not counted yet.
// What is counted is never given back: a jump that is told after a gap and after what
// follows it counts as played, at most to the end of its episode, and of a report
// that comes late, slack may be lost.
func (s Screen) Hear(beats []Beat, began, now time.Time) (Screen, time.Duration) {
	if oldest := now.Add(-longestMemory); began.Before(oldest) {
		began = oldest
	}
	if s.Heard.Before(began) {
		s.Heard, s.Unused, s.Running = began, 0, false
	}
	passed := max(now.Sub(s.Heard), 0)
	inTouch := s.Running && passed <= Live
	next, earlier, lately, news := s.follow(beats, inTouch, now)
	if !news {
		return s, 0
	}
	if inTouch {
		lately = max(lately, passed)
	}
	if now.After(s.Heard) {
		next.Heard = now
	}
	unused := min(s.Unused+passed, longestMemory)
	watched := min(earlier+lately, unused)
	next.Unused = unused - watched
	return next, watched
}

// follow moves the screen along beats and answers for how long episodes were shown
// that the time in touch cannot account for, and for how long others were. What was
// heard before is no news.
func (s Screen) follow(beats []Beat, inTouch bool, now time.Time) (next Screen, earlier, lately time.Duration, news bool) {
	next = s
	next.Sittings = map[string]Sitting{}
	maps.Copy(next.Sittings, s.Sittings)
	for _, name := range s.inOrder(beats) {
		before, known := s.Sittings[name]
		after, h := before.hear(beats, name, inTouch, now)
		if !h.news {
			continue
		}
		news, next.Sittings[name] = true, after
		if earlier += h.before; inTouch && known && name != s.Sitting {
			earlier += h.since // another was begun after it
			continue
		}
		lately += h.since
		if end, was := after.end(), before.end(); !was.Known || end.Seq > was.Seq {
			next.Sitting, next.Running = name, end.Running
		}
	}
	return next, earlier, lately, news
}

// inOrder is which sittings beats speak of, in the one order nobody's clock can
// change: those that were left, the present one, and the new ones as they came.
func (s Screen) inOrder(beats []Beat) (names []string) {
	for _, b := range beats {
		if !slices.Contains(names, b.Sitting) {
			names = append(names, b.Sitting)
		}
	}
	place := func(name string) int {
		if name == s.Sitting {
			return 1
		}
		if _, known := s.Sittings[name]; known {
			return 0
		}
		return 2
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	return names
}
