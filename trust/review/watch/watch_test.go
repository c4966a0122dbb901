package watch_test

import (
	"slices"
	"testing"
	"time"

	"cliffhanger/trust/review/watch"

	"pgregory.net/rapid"
)

var (
	began   = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	lengths = []time.Duration{90 * time.Second, 61500 * time.Millisecond}
)

// play tells of an episode from one position to another at a pace, a beat each ten
// seconds of time.
func play(s *watch.Seen, sitting string, episode int, from, to time.Duration, pace float64, at time.Time) time.Time {
	for pos := from; ; {
		s.Hear(watch.Beat{Sitting: sitting, Episode: episode, Position: pos, At: at}, lengths)
		if pos >= to {
			return at
		}
		step := min(time.Duration(float64(10*time.Second)*pace), to-pos)
		pos += step
		at = at.Add(time.Duration(float64(step) / pace))
	}
}

func TestWhoWatchesEverythingHasSeenIt(t *testing.T) {
	t.Parallel()
	for _, pace := range []float64{1, 1.5, 2} {
		var s watch.Seen
		at := play(&s, "one", 0, 0, lengths[0], pace, began)
		play(&s, "two", 1, 0, lengths[1], pace, at)
		if got := s.Share(lengths); got != 1000 {
			t.Errorf("at %v: %d ‰", pace, got)
		}
	}
}

func TestASecondBetweenTwoBeatsCounts(t *testing.T) {
	t.Parallel()
	var s watch.Seen
	play(&s, "one", 0, 300*time.Millisecond, lengths[0], 1.02, began)
	missing := slices.Collect(s.Missing(watch.Around(0, 0, lengths[0], lengths[0])))
	if !slices.Equal(missing, []watch.Second{{0, 0}}) {
		t.Errorf("missing %v, want the first second alone", missing)
	}
}

func TestWhatWasNotWatchedDoesNotCount(t *testing.T) {
	t.Parallel()
	for name, hear := range map[string]func(*watch.Seen){
		"faster than twice": func(s *watch.Seen) { play(s, "one", 0, 0, lengths[0], 3, began) },
		"a seek to the end": func(s *watch.Seen) {
			s.Hear(watch.Beat{Sitting: "one", At: began}, lengths)
			s.Hear(watch.Beat{Sitting: "one", Position: lengths[0], At: began.Add(time.Second)}, lengths)
		},
		"all at once": func(s *watch.Seen) {
			for pos := time.Duration(0); pos <= lengths[0]; pos += 10 * time.Second {
				s.Hear(watch.Beat{Sitting: "one", Position: pos, At: began}, lengths)
			}
		},
		"backwards": func(s *watch.Seen) {
			for i := range 10 {
				s.Hear(watch.Beat{Sitting: "one", Position: time.Duration(9-i) * 10 * time.Second, At: began.Add(time.Duration(i) * 10 * time.Second)}, lengths)
			}
		},
		"a clock that goes back": func(s *watch.Seen) {
			s.Hear(watch.Beat{Sitting: "one", At: began}, lengths)
			s.Hear(watch.Beat{Sitting: "one", Position: 10 * time.Second, At: began.Add(-time.Hour)}, lengths)
		},
		"an hour of silence": func(s *watch.Seen) {
			s.Hear(watch.Beat{Sitting: "one", At: began}, lengths)
			s.Hear(watch.Beat{Sitting: "one", Position: lengths[0], At: began.Add(time.Hour)}, lengths)
		},
		"another sitting": func(s *watch.Seen) {
			s.Hear(watch.Beat{Sitting: "one", At: began}, lengths)
			s.Hear(watch.Beat{Sitting: "two", Position: 10 * time.Second, At: began.Add(10 * time.Second)}, lengths)
		},
		"an episode there is not": func(s *watch.Seen) {
			s.Hear(watch.Beat{Episode: 2, At: began}, lengths)
			s.Hear(watch.Beat{Episode: -1, At: began}, lengths)
			s.Hear(watch.Beat{Position: lengths[0] + 1, At: began}, lengths)
		},
	} {
		var s watch.Seen
		if hear(&s); s.Share(lengths) != 0 {
			t.Errorf("%s: %d ‰", name, s.Share(lengths))
		}
	}
}

// Whatever players say, in whatever order: nobody sees more than twice the time that
// passed, and what was seen stays seen.
func TestNobodySeesFasterThanTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s watch.Seen
		at, first := began, time.Time{}
		steps := rapid.IntRange(1, 200).Draw(t, "steps")
		for range steps {
			at = at.Add(time.Duration(rapid.IntRange(-500, 12000).Draw(t, "after")) * time.Millisecond)
			before := s.Share(lengths)
			b := watch.Beat{
				Sitting: rapid.SampledFrom([]string{"one", "two"}).Draw(t, "sitting"), Episode: rapid.IntRange(0, 1).Draw(t, "episode"),
				Position: time.Duration(rapid.IntRange(0, 91000).Draw(t, "position")) * time.Millisecond, At: at,
			}
			if first.IsZero() {
				first = at
			}
			s.Hear(b, lengths)
			if got := s.Share(lengths); got < before {
				t.Fatalf("%d ‰ were seen, now %d", before, got)
			}
		}
		passed := s.Last.At.Sub(first) + 500*time.Millisecond
		seen := time.Duration(s.Share(lengths)) * (90 + 62) * time.Second / 1000
		if seen > watch.Fastest*passed {
			t.Fatalf("%v seen while %v passed", seen, passed)
		}
	})
}

// Two players of one person that play side by side have one person's time.
func TestTwoPlayersHaveOnePersonsTime(t *testing.T) {
	t.Parallel()
	var s watch.Seen
	for i := range 10 {
		at, pos := began.Add(time.Duration(i)*10*time.Second), time.Duration(i)*10*time.Second
		for episode, sitting := range []string{"one", "two"} {
			s.Hear(watch.Beat{Sitting: sitting, Episode: episode, Position: min(pos, lengths[episode]), At: at}, lengths)
		}
	}
	if got := s.Share(lengths); got > 600 {
		t.Errorf("%d ‰ of two episodes at once", got)
	}
}

func TestWhatIsMissingAroundAMark(t *testing.T) {
	t.Parallel()
	var s watch.Seen
	play(&s, "one", 0, 0, 35*time.Second, 1, began)
	got := slices.Collect(s.Missing(watch.Around(0, 30*time.Second, 10*time.Second, lengths[0])))
	want := []watch.Second{{0, 35}, {0, 36}, {0, 37}, {0, 38}, {0, 39}, {0, 40}}
	if !slices.Equal(got, want) {
		t.Errorf("missing %v, want %v", got, want)
	}
	if got := slices.Collect(watch.Around(1, 0, 2*time.Second, lengths[1])); !slices.Equal(got, []watch.Second{{1, 0}, {1, 1}, {1, 2}}) {
		t.Errorf("around the beginning: %v", got)
	}
	if got := slices.Collect(watch.Around(1, lengths[1], time.Second, lengths[1])); !slices.Equal(got, []watch.Second{{1, 60}, {1, 61}}) {
		t.Errorf("around the end: %v", got)
	}
}

// What a beat may come early by is lent once, not with every beat.
func TestBeatsWithoutTimeBetweenThemSeeNothing(t *testing.T) {
	t.Parallel()
	var s watch.Seen
	lengths := []time.Duration{100 * time.Second}
	at := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for p := time.Duration(0); p <= lengths[0]; p += time.Second {
		s.Hear(watch.Beat{Sitting: "s", Position: p, At: at}, lengths)
	}
	if share := s.Share(lengths); share > 10 {
		t.Errorf("saw %d thousandths in no time", share)
	}
}
