package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const sec = time.Second

// hear lets a screen hear batches, each at its second after noon.
func hear(s Screen, batches ...batch) (total time.Duration) {
	for _, b := range batches {
		var watched time.Duration
		s, watched = s.Hear(b.beats, noon.Add(time.Duration(b.at)*sec))
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
		"a start before what was kept": {[]batch{{0, []Beat{tick10(1, 0)}}, {600, []Beat{{Sitting: "b", Seq: 1}}},
			{601, []Beat{{Sitting: "c", Seq: 1}, {Sitting: "c", Seq: 2, Offset: 400 * sec, Stopped: true}}}}, 400},
		"the clock went back": {[]batch{{100, []Beat{tick10(1, 0)}}, {50, []Beat{tick10(2, 3)}}, {110, []Beat{tick10(3, 10)}}}, 10},
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
	lastly  time.Duration // since its last report
	watched time.Duration // truly
}

func (p *player) report(jumped, stopped bool) {
	p.seq++
	p.lastly = 0
	p.kept = append(p.kept, Beat{Sitting: string(rune('a' + p.sitting)), Seq: p.seq, Offset: p.offset, Jumped: jumped, Stopped: stopped})
}

func (p *player) send(now time.Time) (watched time.Duration) {
	if p.offline || len(p.kept) == 0 {
		return 0
	}
	slices.Reverse(p.kept) // whatever the order
	if len(p.kept) > 1 && p.kept[0].Sitting != p.kept[len(p.kept)-1].Sitting {
		slices.Reverse(p.kept) // save that of sittings
	}
	p.screen, watched = p.screen.Hear(p.kept, now)
	p.kept = nil
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

func (p *player) act(t *rapid.T) {
	switch rapid.SampledFrom([]string{"start", "pause", "seek", "lose", "find", "wait"}).Draw(t, "act") {
	case "start":
		if !p.playing {
			p.playing = true
			if p.sitting < 20 {
				p.sitting++
			}
			p.seq, p.offset = 0, time.Duration(rapid.IntRange(0, 600).Draw(t, "from"))*sec
			p.report(false, false)
		}
	case "pause":
		if p.playing {
			p.playing = false
			p.report(false, true)
		}
	case "seek":
		p.offset = time.Duration(rapid.IntRange(0, 3000).Draw(t, "to")) * sec
		if p.playing {
			p.report(true, false)
		}
	case "lose":
		p.offline = true
	case "find":
		p.offline = false
	}
}

// What is counted is what was watched, on however many devices, in touch or not,
// whatever their clocks say (no report carries one), up to what the players have
// not told yet and the seconds around a jump.
func TestNobodyGainsMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		players := make([]*player, rapid.IntRange(1, 3).Draw(t, "devices"))
		acts := 0
		for i := range players {
			players[i] = &player{}
		}
		now, counted := noon, time.Duration(0)
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			p := players[rapid.IntRange(0, len(players)-1).Draw(t, "who")]
			if p.sitting < 20 {
				p.act(t)
				acts++
				counted += p.send(now)
			}
			for range rapid.IntRange(0, 200).Draw(t, "seconds") {
				now = now.Add(sec)
				for _, p := range players {
					p.step()
					counted += p.send(now)
				}
			}
		}
		var watched time.Duration
		for _, p := range players {
			if p.playing {
				p.playing = false
				p.report(false, true)
			}
			p.offline = false
			counted += p.send(now)
			watched += p.watched
		}
		if counted < watched-time.Duration(acts)*slack {
			t.Fatalf("%v was watched and %v counted", watched, counted)
		}
		if most := watched + time.Duration(acts)*Live; counted > most {
			t.Fatalf("%v was watched and %v counted", watched, counted)
		}
	})
}
