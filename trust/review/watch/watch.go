// Package watch is a pure room: how much of a version a reviewer has really seen.
//
// A player says where it is, again and again; what counts is decided here, by the
// server's clock. A second counts once it was played through, at twice its pace at
// most, so that neither a seek nor a player that posts faster than time passes has
// seen anything. However many players a reviewer opens at once, time passes once.
package watch

import (
	"iter"
	"math/bits"
	"time"
)

// Fastest is the pace beyond which nothing counts as seen.
const Fastest = 2

// late is by how much a beat may come late on its way, so that one who watches at
// the fastest pace loses nothing to the network.
const late = 500 * time.Millisecond

// longest is how far apart two beats may be that belong together: a player that fell
// silent for longer has to begin again.
const longest = 30 * time.Second

// Second is one second of the version: the one that begins At into that episode.
type Second struct {
	Episode int
	At      int // seconds
}

// Beat is what a player says: where it is, in which sitting, and when that arrived.
type Beat struct {
	Sitting  string // one player that plays on; a seek begins another
	Episode  int
	Position time.Duration
	At       time.Time // the server's clock
}

// Seen is what one reviewer has seen of one version. The zero value has seen nothing.
type Seen struct {
	Episodes [][]uint64 // a bit for each second
	Last     Beat
	Run      time.Duration // the position from which Last was reached without a gap
	Spent    time.Time     // up to here time has been used, or lent
}

// Hear takes one beat in. What cannot have been watched changes nothing but where
// the reviewer is; lengths are those of the version's episodes.
func (s *Seen) Hear(b Beat, lengths []time.Duration) {
	last := s.Last
	if b.Episode < 0 || b.Episode >= len(lengths) || b.Position < 0 || b.Position > lengths[b.Episode] || b.At.Before(last.At) {
		return
	}
	run := s.Run
	s.Last, s.Run = b, b.Position
	if b.Sitting != last.Sitting || b.Episode != last.Episode || b.At.Sub(last.At) > longest {
		return
	}
	from := last.At
	if s.Spent.After(from) {
		from = s.Spent // another player of the same person used that time
	}
	played := b.Position - last.Position
	took := (played + Fastest - 1) / Fastest
	if played <= 0 || took > b.At.Sub(from)+late {
		return
	}
	s.Run = run
	if s.Spent = from.Add(took); s.Spent.Before(b.At) { // what came early is paid back by what follows
		s.Spent = b.At
	}
	s.mark(b.Episode, max(run, last.Position.Truncate(time.Second)), b.Position, lengths[b.Episode])
}

// mark counts the seconds that lie wholly between two positions; the last one of an
// episode ends with it.
func (s *Seen) mark(episode int, from, to, length time.Duration) {
	first := int((from + time.Second - 1) / time.Second)
	end := int(to / time.Second)
	if to == length {
		end = seconds(length)
	}
	for len(s.Episodes) <= episode {
		s.Episodes = append(s.Episodes, nil)
	}
	if words := (seconds(length) + 63) / 64; len(s.Episodes[episode]) < words {
		s.Episodes[episode] = append(s.Episodes[episode], make([]uint64, words-len(s.Episodes[episode]))...)
	}
	for at := first; at < end; at++ {
		s.Episodes[episode][at/64] |= 1 << (at % 64)
	}
}

// Has reports whether that second was seen.
func (s *Seen) Has(x Second) bool {
	return x.Episode >= 0 && x.Episode < len(s.Episodes) && x.At >= 0 && x.At/64 < len(s.Episodes[x.Episode]) &&
		s.Episodes[x.Episode][x.At/64]>>(x.At%64)&1 == 1
}

// Seconds are those that were seen, in their order.
func (s *Seen) Seconds() iter.Seq[Second] {
	return func(yield func(Second) bool) {
		for episode, words := range s.Episodes {
			for i, w := range words {
				for ; w != 0; w &= w - 1 {
					if !yield(Second{episode, 64*i + bits.TrailingZeros64(w)}) {
						return
					}
				}
			}
		}
	}
}

// Share is how much of the whole was seen, in thousandths, rounded down.
func (s *Seen) Share(lengths []time.Duration) int {
	seen, all := 0, 0
	for i, length := range lengths {
		all += seconds(length)
		if i < len(s.Episodes) {
			for _, w := range s.Episodes[i] {
				seen += bits.OnesCount64(w)
			}
		}
	}
	if all == 0 {
		return 0
	}
	return 1000 * seen / all
}

// Missing are the seconds of those that were not seen, in the order asked for.
func (s *Seen) Missing(of iter.Seq[Second]) iter.Seq[Second] {
	return func(yield func(Second) bool) {
		for x := range of {
			if !s.Has(x) && !yield(x) {
				return
			}
		}
	}
}

// Around are the seconds from margin before a moment of an episode to margin after
// it, as far as the episode has them.
func Around(episode int, at, margin, length time.Duration) iter.Seq[Second] {
	return func(yield func(Second) bool) {
		first := max(0, int((at-margin)/time.Second))
		end := min(seconds(length), int((at+margin)/time.Second)+1)
		for t := first; t < end; t++ {
			if !yield(Second{episode, t}) {
				return
			}
		}
	}
}

// seconds is how many seconds a length has; one that is begun counts.
func seconds(length time.Duration) int { return int((length + time.Second - 1) / time.Second) }
