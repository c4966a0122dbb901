package policy

import (
	"cmp"
	"slices"
	"time"
)

// Beat is one report of a player: where it is, and whether it goes on from there.
type Beat struct {
	Sitting string // one player showing one episode
	Seq     int64  // grows within a sitting
	Offset  time.Duration
	Jumped  bool // somebody moved it here; it did not play its way
	Stopped bool // it does not go on by itself
}

// Screen is what is kept of one device to count the time somebody watches it.
// Only when reports arrive counts, and how far they moved: no clock of a client.
type Screen struct {
	Heard   time.Time     // when the last report arrived
	Unused  time.Duration // passed since it is known and not counted as watched
	Sitting string
	Seq     int64
	Offset  time.Duration
	Running bool // the last report said that it goes on
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

// Hear counts reports that arrive now, in whatever order, and answers how long somebody watched since the last ones. In touch, the time that
// passed here counts; after a gap, how far the episode moved meanwhile, but never
// more than the time that passed and was not counted yet.
func (s Screen) Hear(beats []Beat, now time.Time) (Screen, time.Duration) {
	passed, known := longestMemory, !s.Heard.IsZero()
	if known {
		passed = max(now.Sub(s.Heard), 0)
	}
	inTouch := s.Running && passed <= Live
	s.Unused = min(s.Unused+passed, longestMemory)
	if !known || now.After(s.Heard) {
		s.Heard = now
	}
	played, jumped := s.follow(beats)
	var watched time.Duration
	if inTouch {
		watched = passed
	}
	if !inTouch || played > fastest*passed+slack {
		watched = max(watched, min(played+jumped, s.Unused))
	}
	if s.Unused -= watched; !known {
		s.Unused = 0 // what passed before it was known is not a store of time
	}
	return s, watched
}

// follow moves the screen along beats and answers how much of the episodes was
// played on the way, and how much more can have been shown before jumps. What was
// heard before does nothing.
func (s *Screen) follow(beats []Beat) (played, jumped time.Duration) {
	for _, b := range s.inOrder(beats) {
		same := b.Sitting == s.Sitting
		switch {
		case same && b.Seq <= s.Seq:
			continue
		case same && !b.Jumped:
			played += max(b.Offset-s.Offset, 0)
		case same && s.Running:
			jumped += tick
		}
		s.Sitting, s.Seq, s.Offset = b.Sitting, b.Seq, b.Offset
		if !b.Jumped { // one can jump while it stands still
			s.Running = !b.Stopped
		}
	}
	return played, jumped
}

// inOrder sorts beats by the one order nobody's clock can change: sittings as they
// came, the present one first, and within each by number.
func (s *Screen) inOrder(beats []Beat) []Beat {
	place := map[string]int{s.Sitting: 0}
	for _, b := range beats {
		if _, ok := place[b.Sitting]; !ok {
			place[b.Sitting] = len(place)
		}
	}
	out := slices.Clone(beats)
	slices.SortStableFunc(out, func(a, b Beat) int {
		return cmp.Or(cmp.Compare(place[a.Sitting], place[b.Sitting]), cmp.Compare(a.Seq, b.Seq))
	})
	return out
}
