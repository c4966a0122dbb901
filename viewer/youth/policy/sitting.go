package policy

import (
	"cmp"
	"slices"
	"time"
)

// Sitting is what was heard of one player showing one episode, so that a report
// counts once, whenever it comes and however often.
type Sitting struct {
	Past   Course        `json:"past,omitzero"`  // of all beats before Beats; what comes late to it is not heard
	Beats  []Beat        `json:"beats"`          // by number, without those between which nothing can change
	Played time.Duration `json:"played"`         // counted
	Jumped time.Duration `json:"jumped"`         // likewise, before jumps
	Doubt  time.Duration `json:"doubt,omitzero"` // not counted: nobody can have played as far as it moved
	Heard  time.Time     `json:"-"`              // when it last said something new
}

// Course is what a row of beats came to.
type Course struct {
	Known   bool          `json:"known"` // there was one
	Seq     int64         `json:"seq"`
	Offset  time.Duration `json:"offset"`
	Running bool          `json:"running"` // it goes on
	Played  time.Duration `json:"played"`  // between its beats
	Jumped  time.Duration `json:"jumped"`  // at most shown before jumps
}

// mostBeats bounds what is kept of a sitting.
const mostBeats = 64

// plus is the course with the beat that follows it.
func (c Course) plus(b Beat) Course {
	switch {
	case c.Known && !b.Jumped:
		c.Played += max(b.Offset-c.Offset, 0)
	case c.Known && c.Running:
		c.Jumped += tick
	}
	if c.Known, c.Seq, c.Offset = true, b.Seq, b.Offset; !b.Jumped { // one can jump while it stands still
		c.Running = !b.Stopped
	}
	return c
}

func (c Course) shown() time.Duration { return c.Played + c.Jumped }

// end is the course of the whole sitting.
func (s Sitting) end() Course {
	c := s.Past
	for _, b := range s.Beats {
		c = c.plus(b)
	}
	return c
}

// until is the course up to the beat of a number.
func (s Sitting) until(seq int64) Course {
	c := s.Past
	for _, b := range s.Beats {
		if b.Seq <= seq {
			c = c.plus(b)
		}
	}
	return c
}

// heard is what beats say that is new of a sitting: for how long the episode was
// shown before what was known of it already, and since then.
type heard struct {
	news          bool
	before, since time.Duration
}

// hear is the sitting with those of beats that are its own. Since what was known is
// nothing where the time in touch accounts for it. What was counted is not counted
// again, even where a beat that comes late shows that it was too much.
func (s Sitting) hear(beats []Beat, name string, inTouch bool, now time.Time) (after Sitting, h heard) {
	was, passed, before := s.end(), max(now.Sub(s.Heard), 0), s
	s.Beats = slices.Clone(s.Beats)
	for _, b := range beats {
		if b.Sitting != name || s.Past.Known && b.Seq <= s.Past.Seq {
			continue
		}
		at, old := slices.BinarySearchFunc(s.Beats, b.Seq, func(b Beat, seq int64) int { return cmp.Compare(b.Seq, seq) })
		if !old {
			s.Beats = slices.Insert(s.Beats, at, b)
		}
	}
	end := s.end()
	s.Doubt = min(s.Doubt, max(end.Played-s.Played, 0)) // what was not played turns out to be a jump
	played, jumped := max(end.Played-s.Played-s.Doubt, 0), max(end.Jumped-s.Jumped, 0)
	touching := inTouch && was.Running && passed <= Live
	if touching {
		doubt := min(s.leap(was), played)
		s.Doubt, played = s.Doubt+doubt, played-doubt // the time in touch accounts for it
	}
	if was.Known {
		then := s.until(was.Seq)
		h.before = min(max(then.shown()-was.shown(), 0), played+jumped)
	}
	h.since = played + jumped - h.before
	if touching && h.since <= fastest*passed+slack+jumped {
		h.since = 0
	}
	s.Played, s.Jumped, s.Heard = s.Played+played, s.Jumped+jumped, now
	if s.forget(); slices.Equal(s.Beats, before.Beats) {
		return before, heard{}
	}
	h.news = true
	return s, h
}

// leap is how far the sitting moved after a course that goes on, if that is further
// than anybody can have played it with so many reports: a player sends one every
// tick. Somebody moved it there, and the report that says so is still on its way. A
// smaller leap than fastest times tick for each report counts as played.
func (s Sitting) leap(was Course) time.Duration {
	i := slices.IndexFunc(s.Beats, func(b Beat) bool { return b.Seq > was.Seq })
	if i < 0 || s.Beats[i].Jumped {
		return 0
	}
	moved, reports := s.Beats[i].Offset-was.Offset, min(s.Beats[i].Seq-was.Seq, int64(longestMemory/tick))
	if moved <= fastest*tick*time.Duration(reports)+slack {
		return 0
	}
	return moved
}

// forget drops beats that can come again without a change: the episode was played
// up to them and on from them. Of too many it drops the first.
func (s *Sitting) forget() {
	for i := len(s.Beats) - 2; i > 0; i-- {
		last, b, next := s.Beats[i-1], s.Beats[i], s.Beats[i+1]
		if !b.Jumped && !next.Jumped && last.Offset <= b.Offset && b.Offset <= next.Offset {
			s.Beats = slices.Delete(s.Beats, i, i+1)
		}
	}
	for len(s.Beats) > mostBeats {
		s.Past, s.Beats = s.Past.plus(s.Beats[0]), s.Beats[1:]
	}
}
