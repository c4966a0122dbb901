package playback

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"cliffhanger/internal/kernel/id"
)

// Position is where a profile is in a drama. The zero Position is nowhere yet.
type Position struct {
	Drama      id.Drama
	Episode    id.Episode
	Offset     time.Duration // into the episode
	Finished   bool          // the episode was seen to its end
	Version    int64         // grows by one with every change
	HappenedAt time.Time     // when the viewer was there, by the server's clock
	Device     id.Device
	Sitting    string // the sitting that wrote it; within one, Seq orders
	Seq        int64
	BasedOn    int64     // the version its player had seen
	UpdatedAt  time.Time // when the server stored it
}

// Event is why a report was sent.
type Event string

const (
	Start Event = "start" // the first frame, or a return to a position after a pause of the app
	Tick  Event = "tick"  // every ten seconds
	Pause Event = "pause"
	Seek  Event = "seek"
	End   Event = "end" // the last frame was shown
)

// Report is what a player says about one moment of one sitting. A sitting is
// one player showing one episode; its reports are numbered by Seq.
type Report struct {
	Episode id.Episode
	Offset  time.Duration
	At      time.Time // when it happened, already on the server's clock
	Seq     int64
	Sitting string
	Event   Event
	BasedOn int64 // the version of the position the player had seen
	Device  id.Device
}

// legible reports whether a player can have said r at all: neither engine must
// meet bytes it cannot store.
func (r Report) legible() bool {
	_, err := id.Parse[id.Episode](string(r.Episode))
	return err == nil && !strings.ContainsFunc(r.Sitting, unicode.IsControl)
}

// endTolerance is how much of an episode may be missing for it to count as
// seen: players stop a little before the nominal duration.
func endTolerance(length time.Duration) time.Duration { return min(2*time.Second, length/10) }

// finishes reports whether r reaches the end of an episode of that length.
func (r Report) finishes(length time.Duration) bool {
	return r.Event == End && r.Offset >= length/2 || length > 0 && r.Offset >= length-endTolerance(length)
}

// Move answers where the profile is once r is known, and whether r moved it.
//
// Within a sitting the higher Seq wins, so that a late or repeated report does
// nothing while a seek back is obeyed. Between sittings the later moment wins, so
// that what a device kept while offline is merged by when it happened: a rewatch
// is a sitting of its own, and no report of an older one undoes it, nor does a
// rewatch that comes late undo what was watched after it. At the same moment a
// player that had seen more of the profile's history goes first, and then the
// order of names decides: whatever order a set of reports comes in, the end is
// the same. Moves are idempotent.
func (p Position) Move(drama id.Drama, r Report, length time.Duration, now time.Time) (Position, bool) {
	if p.Version > 0 && !r.supersedes(p) {
		return p, false
	}
	happened := r.At
	if r.Sitting == p.Sitting && happened.Before(p.HappenedAt) {
		happened = p.HappenedAt // the report is later; it merely travelled faster
	}
	return Position{
		Drama: drama, Episode: r.Episode, Offset: min(max(r.Offset, 0), length), Finished: r.finishes(length),
		Version: p.Version + 1, HappenedAt: happened, Device: r.Device, Sitting: r.Sitting, Seq: r.Seq, BasedOn: r.BasedOn, UpdatedAt: now,
	}, true
}

func (r Report) supersedes(p Position) bool {
	if r.Sitting == p.Sitting {
		return r.Seq > p.Seq
	}
	return cmp.Or(r.At.Compare(p.HappenedAt), cmp.Compare(r.BasedOn, p.BasedOn), strings.Compare(p.Sitting, r.Sitting)) > 0
}

// longestAge is how long after its moment a report is believed. An older one
// comes from a clock that was set in between.
const longestAge = 30 * 24 * time.Hour

// leap is how far a clock may be set back between a moment and the sending of its
// report by itself: clocks are kept right in small steps.
const leap = time.Minute

// onOurClock translates a client's moment: sentAt is its clock when it sent the
// batch, now is ours when it came. Only how long the client says that it kept
// the report counts, so a clock that is wrong by a minute or by fifty years is
// right. Nothing happens in the future. What happened after it was sent happened
// nobody knows when, the clock was set back in between; it must not count as the
// latest, or it would undo what was watched since.
func onOurClock(at, sentAt, now time.Time) time.Time {
	if at.IsZero() {
		return now
	}
	known := !sentAt.IsZero()
	if !known {
		sentAt = now
	}
	kept := sentAt.Sub(at)
	if known && kept < -leap {
		kept = longestAge
	}
	return now.Add(-min(max(kept, 0), longestAge))
}

// inOrder are reports as they happened. A later one of a sitting did not happen
// before an earlier one: where it says so, the device's clock was set in between,
// and it happened no earlier than that one.
func inOrder(reports []Report) []Report {
	out := slices.SortedStableFunc(slices.Values(reports), func(a, b Report) int {
		return cmp.Or(strings.Compare(a.Sitting, b.Sitting), cmp.Compare(a.Seq, b.Seq))
	})
	for i := 1; i < len(out); i++ {
		if before := out[i-1]; before.Sitting == out[i].Sitting && out[i].At.Before(before.At) {
			out[i].At = before.At
		}
	}
	slices.SortStableFunc(out, func(a, b Report) int { return a.At.Compare(b.At) })
	return out
}
