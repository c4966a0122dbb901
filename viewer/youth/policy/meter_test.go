package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const sec = time.Second

// hear lets a screen hear batches, each at its second after noon, when the mode began.
func hear(s Screen, batches ...batch) (total time.Duration) {
	for _, b := range batches {
		var watched time.Duration
		s, watched = s.Hear(b.beats, noon, noon.Add(time.Duration(b.at)*sec))
		total += watched
	}
	return total
}

type batch struct {
	at    int
	beats []Beat
}

func tick10(seq int64, offset int) Beat {
	return Beat{Sitting: "a", Seq: seq, Offset: time.Duration(offset) * sec}
}

func TestWhatIsWatched(t *testing.T) {
	t.Parallel()
	stop := func(b Beat) Beat { b.Stopped = true; return b }
	jump := func(b Beat) Beat { b.Jumped = true; return b }
	for name, c := range map[string]struct {
		batches []batch
		want    int
	}{
		"nothing yet":     {[]batch{{0, []Beat{tick10(1, 0)}}}, 0},
		"in touch":        {[]batch{{0, []Beat{tick10(1, 0)}}, {10, []Beat{tick10(2, 10)}}, {20, []Beat{tick10(3, 20)}}}, 20},
		"at double speed": {[]batch{{0, []Beat{tick10(1, 0)}}, {10, []Beat{tick10(2, 20)}}, {20, []Beat{tick10(3, 40)}}}, 20},
		"a pause does not count": {[]batch{{0, []Beat{tick10(1, 0)}}, {4, []Beat{stop(tick10(2, 4))}}, {12, []Beat{tick10(3, 4)}},
			{300, []Beat{stop(tick10(4, 4))}}, {400, []Beat{tick10(5, 4)}}}, 4},
		"a gap counts what was shown":         {[]batch{{0, []Beat{tick10(1, 0)}}, {600, []Beat{tick10(2, 10), tick10(3, 20), stop(tick10(4, 25))}}}, 25},
		"but never more than the time passed": {[]batch{{0, []Beat{tick10(1, 0)}}, {60, []Beat{tick10(2, 900)}}, {70, []Beat{tick10(3, 910)}}}, 70},
		"a jump is not watched":               {[]batch{{0, []Beat{tick10(1, 0)}}, {100, []Beat{jump(tick10(2, 90)), tick10(3, 100)}}}, 20},
		"twice is once":                       {[]batch{{0, []Beat{tick10(1, 0)}}, {100, []Beat{stop(tick10(2, 50))}}, {500, []Beat{stop(tick10(2, 50))}}}, 50},
		"a batch twice is once": {[]batch{{0, []Beat{tick10(1, 0)}}, {100, []Beat{tick10(2, 10), tick10(3, 40), stop(tick10(4, 50))}},
			{500, []Beat{tick10(2, 10), tick10(3, 40), stop(tick10(4, 50))}}}, 50},
		"a start before what was kept": {[]batch{{0, []Beat{tick10(1, 0)}}, {600, []Beat{{Sitting: "b", Seq: 1}}},
			{601, []Beat{{Sitting: "c", Seq: 1}, {Sitting: "c", Seq: 2, Offset: 400 * sec, Stopped: true}}}}, 400},
		"two episodes twice are once": {[]batch{{0, []Beat{tick10(1, 0)}}, {100, []Beat{tick10(2, 40), stop(tick10(3, 50)), {Sitting: "b", Seq: 1}, {Sitting: "b", Seq: 2, Offset: 30 * sec, Stopped: true}}},
			{500, []Beat{tick10(2, 40), stop(tick10(3, 50)), {Sitting: "b", Seq: 1}, {Sitting: "b", Seq: 2, Offset: 30 * sec, Stopped: true}}}}, 80},
		"what a new screen kept comes in two pieces": {[]batch{{200, []Beat{tick10(1, 0), stop(tick10(2, 50))}},
			{201, []Beat{{Sitting: "b", Seq: 1}, {Sitting: "b", Seq: 2, Offset: 60 * sec, Stopped: true}}}}, 110},
		"a jump told after what follows it":   {[]batch{{3600, []Beat{tick10(1, 0)}}, {3610, []Beat{tick10(3, 605)}}, {3611, []Beat{jump(tick10(2, 600))}}, {3620, []Beat{tick10(4, 615)}}}, 20},
		"a jump that is never told":           {[]batch{{3600, []Beat{tick10(1, 0)}}, {3610, []Beat{tick10(3, 605)}}, {3620, []Beat{tick10(4, 615)}}}, 20},
		"what follows it without a network":   {[]batch{{3600, []Beat{tick10(1, 0)}}, {3610, []Beat{tick10(3, 605)}}, {3611, []Beat{jump(tick10(2, 600))}}, {4000, []Beat{tick10(33, 905)}}}, 311},
		"the next episode is told first":      {[]batch{{0, []Beat{tick10(1, 0)}}, {10, []Beat{{Sitting: "b", Seq: 1}, stop(tick10(2, 5))}}, {20, []Beat{{Sitting: "b", Seq: 2, Offset: 2 * sec}}}}, 20},
		"what was kept in two pieces at once": {[]batch{{0, []Beat{tick10(1, 0)}}, {600, []Beat{tick10(31, 300)}}, {601, []Beat{stop(tick10(61, 600))}}}, 600},
		"the clock went back":                 {[]batch{{100, []Beat{tick10(1, 0)}}, {50, []Beat{tick10(2, 3)}}, {110, []Beat{tick10(3, 10)}}}, 10},
	} {
		if got := hear(Screen{}, c.batches...); got != time.Duration(c.want)*sec {
			t.Errorf("%s: %v, want %ds", name, got, c.want)
		}
	}
}

// player is one device before which somebody sits: it plays in touch or without
// a network, and what it could not send it keeps.
type player struct {
	screen  Screen
	sitting int
	seq     int64
	offset  time.Duration
	playing bool
	offline bool
	kept    []Beat
	sent    [][]Beat // so that they can come again
	slow    bool
	delayed [][]Beat      // sent and not there yet
	lastly  time.Duration // since its last report
	watched time.Duration // truly
}

func (p *player) report(jumped, stopped bool) {
	p.seq++
	p.lastly = 0
	p.kept = append(p.kept, Beat{Sitting: string(rune('a' + p.sitting)), Seq: p.seq, Offset: p.offset, Jumped: jumped, Stopped: stopped})
}

// send brings what is kept, in one piece.
func (p *player) send(now time.Time) (watched time.Duration) {
	if p.offline || len(p.kept) == 0 {
		return 0
	}
	if p.slow {
		p.delayed, p.kept = append(p.delayed, p.kept), nil
		return 0
	}
	watched, p.kept = p.hear(p.kept, now), nil
	return watched
}

// hear brings beats of some sittings, those of each in whatever order.
func (p *player) hear(beats []Beat, now time.Time) (watched time.Duration) {
	beats = slices.Clone(beats)
	slices.Reverse(beats)
	if beats[0].Sitting != beats[len(beats)-1].Sitting {
		slices.Reverse(beats) // save that of sittings
	}
	p.screen, watched = p.screen.Hear(beats, noon, now)
	p.sent = append(p.sent, beats)
	return watched
}

// step lets a second pass.
func (p *player) step() {
	if !p.playing {
		return
	}
	p.offset, p.watched, p.lastly = p.offset+sec, p.watched+sec, p.lastly+sec
	if p.lastly >= tick {
		p.report(false, false)
	}
}

// stop is a pause, if it plays.
func (p *player) stop() {
	if p.playing {
		p.playing = false
		p.report(false, true)
	}
}

// home is what players watch, what was counted of it, and by how much that may be
// less or more than what is true.
type home struct {
	players    []*player
	now        time.Time
	counted    time.Duration
	less, more time.Duration
}

func (h *home) send(p *player) { h.counted += p.send(h.now) }

// find brings a player back in touch: of what it plays since its last report, a
// part may be lost to the next one.
func (h *home) find(p *player) {
	if p.offline && p.playing {
		h.less += tick
	}
	p.offline = false
}

// piecemeal brings what was kept in two pieces, one after the other: of the second,
// no more is lost than a report may be late by.
func (h *home) piecemeal(p *player, cut int) {
	first, second := p.kept[:cut], p.kept[cut:]
	h.counted += p.hear(first, h.now)
	h.counted += p.hear(second, h.now)
	p.kept = nil
	h.less += slack
}

// arrive brings what took its time, the last first.
func (h *home) arrive(p *player) {
	for len(p.delayed) > 0 {
		last := len(p.delayed) - 1
		beats := p.delayed[last]
		if slices.ContainsFunc(beats, func(b Beat) bool { return b.Jumped }) {
			h.more += day // what came after a jump looked played
		}
		h.counted += p.hear(beats, h.now)
		h.less, h.more = h.less+slack, h.more+Live
		p.delayed = p.delayed[:last]
	}
}

func (h *home) act(t *rapid.T, p *player) {
	switch rapid.SampledFrom([]string{"start", "pause", "seek", "lose", "find", "piecemeal", "again", "delay", "late", "forward", "back"}).Draw(t, "act") {
	case "start":
		if !p.playing {
			p.playing, p.sitting = true, p.sitting+1
			p.seq, p.offset = 0, time.Duration(rapid.IntRange(0, 600).Draw(t, "from"))*sec
			p.report(false, false)
		}
	case "pause":
		if p.offline {
			h.more += Live // nobody can tell since when, if it is in touch again at once
		}
		p.stop()
	case "seek":
		p.offset = time.Duration(rapid.IntRange(0, 3000).Draw(t, "to")) * sec
		if p.playing {
			if p.offline {
				h.more += tick
			}
			p.report(true, false)
		}
	case "lose":
		p.offline = true
	case "find":
		h.find(p)
	case "piecemeal":
		if h.find(p); len(p.kept) > 1 {
			h.piecemeal(p, rapid.IntRange(1, len(p.kept)-1).Draw(t, "cut"))
		}
	case "again": // the answer was lost
		if h.send(p); len(p.sent) > 0 {
			h.counted += p.hear(rapid.SampledFrom(p.sent).Draw(t, "which"), h.now)
		}
	case "delay": // what is sent takes its time
		p.slow = !p.slow
	case "late":
		h.arrive(p)
	case "forward": // the clock of the house was late
		by := time.Duration(rapid.IntRange(0, 3600).Draw(t, "by")) * sec
		h.now = h.now.Add(by)
		h.more += time.Duration(len(h.players)) * Live
	case "back": // or early
		by := time.Duration(rapid.IntRange(0, 30).Draw(t, "by")) * sec
		h.now = h.now.Add(-by)
		h.less += time.Duration(len(h.players)) * by
		h.more += time.Duration(len(h.players)) * Live
	}
}

// What is counted is what was watched, on however many devices, in touch or not,
// whatever their clocks say (no report carries one) and in however many pieces it
// comes. Only where nobody can know better it is a little more, and a little less
// only where the house's own clock went back or a piece was small.
func TestNobodyGainsMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := &home{now: noon, players: make([]*player, rapid.IntRange(1, 3).Draw(t, "devices"))}
		for i := range h.players {
			h.players[i] = &player{offline: rapid.Bool().Draw(t, "first heard of late")}
		}
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			p := h.players[rapid.IntRange(0, len(h.players)-1).Draw(t, "who")]
			h.act(t, p)
			h.send(p)
			for range rapid.IntRange(0, 200).Draw(t, "seconds") {
				h.now = h.now.Add(sec)
				for _, p := range h.players {
					p.step()
					h.send(p)
				}
			}
		}
		var watched time.Duration
		for _, p := range h.players {
			p.stop()
			p.offline, p.slow = false, false
			h.send(p)
			h.arrive(p)
			watched += p.watched
		}
		if h.counted < watched-h.less {
			t.Fatalf("%v was watched and %v counted, which is more than %v less", watched, h.counted, h.less)
		}
		if h.counted > watched+h.more {
			t.Fatalf("%v was watched and %v counted, which is more than %v more", watched, h.counted, h.more)
		}
	})
}

// In touch, a seek that is told after the reports that follow it is not watched:
// what is counted is at most what a player can show between the reports that came,
// and never less than what was watched.
func TestASeekToldLateIsNotWatched(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s Screen
		var counted, watched, more time.Duration
		now, seq, offset := noon.Add(6*time.Hour), int64(1), time.Duration(0) // there is time that was not counted
		say := func(b Beat) {
			var w time.Duration
			s, w = s.Hear([]Beat{b}, noon, now)
			counted += w
		}
		say(Beat{Sitting: "a", Seq: seq})
		for range rapid.IntRange(1, 12).Draw(t, "seeks") {
			offset += time.Duration(rapid.IntRange(-300, 3000).Draw(t, "by")) * sec
			offset = max(offset, 0)
			seq++
			seek := Beat{Sitting: "a", Seq: seq, Offset: offset, Jumped: true}
			late := rapid.IntRange(0, 3).Draw(t, "told after")
			for i := range 4 {
				if i == late {
					say(seek)
				}
				now, offset, watched, seq = now.Add(tick), offset+tick, watched+tick, seq+1
				say(Beat{Sitting: "a", Seq: seq, Offset: offset})
			}
			more += fastest*2*tick + slack
		}
		if counted < watched || counted > watched+more {
			t.Fatalf("%v was watched and %v counted, at most %v more may be", watched, counted, more)
		}
	})
}

// Whatever a client says, and wherever the clock of the house goes, nobody is
// charged with more than the time that passed, nor gets any back.
func TestNobodyIsChargedMoreThanPassed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s Screen
		now, latest, total := noon, noon, time.Duration(0)
		for range rapid.IntRange(1, 40).Draw(t, "reports") {
			now = now.Add(time.Duration(rapid.IntRange(-20, 100).Draw(t, "passed")) * sec)
			beats := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Beat {
				return Beat{
					Sitting: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sitting"), Seq: rapid.Int64Range(1, 60).Draw(t, "seq"),
					Offset: time.Duration(rapid.IntRange(0, 4000).Draw(t, "offset")) * sec,
					Jumped: rapid.Bool().Draw(t, "jumped"), Stopped: rapid.Bool().Draw(t, "stopped"),
				}
			}), 1, 6).Draw(t, "beats")
			var watched time.Duration
			s, watched = s.Hear(beats, noon, now)
			if watched < 0 || s.Unused < 0 {
				t.Fatalf("%v was counted, and %v is left to count", watched, s.Unused)
			}
			if total += watched; now.After(latest) {
				latest = now
			}
			if passed := latest.Sub(noon); total > passed {
				t.Fatalf("%v passed and %v was counted", passed, total)
			}
		}
	})
}
