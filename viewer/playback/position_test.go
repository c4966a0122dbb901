package playback

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const drama = id.Drama("drm_x")

// reports draws what two devices of one profile say, in the order it happened.
func reports(t *rapid.T) []Report {
	var out []Report
	at, seq := noon, map[string]int64{}
	for range rapid.IntRange(1, 20).Draw(t, "count") {
		at = at.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "pause")) * time.Second)
		sitting := rapid.SampledFrom([]string{"phone", "tv"}).Draw(t, "sitting")
		seq[sitting]++
		out = append(out, Report{
			Episode: rapid.SampledFrom([]id.Episode{"eps_1", "eps_2"}).Draw(t, "episode"),
			Offset:  time.Duration(rapid.IntRange(0, 90).Draw(t, "offset")) * time.Second,
			At:      at, Seq: seq[sitting], Sitting: sitting, Event: Tick, Device: id.Device(sitting),
		})
	}
	return out
}

const length = 90 * time.Second

func run(p Position, reports []Report) Position {
	for _, r := range reports {
		p, _ = p.Move(drama, r, length, noon)
	}
	return p
}

func where(p Position) [3]any { return [3]any{p.Episode, p.Offset, p.Sitting} }

func TestTheLatestMomentWinsInWhateverOrderReportsArrive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := reports(t)
		want := run(Position{}, rs)
		shuffled := append(slices.Clone(rs), rs[rapid.IntRange(0, len(rs)-1).Draw(t, "twice")])
		source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		source.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := run(Position{}, shuffled); where(got) != where(want) {
			t.Fatalf("in order %v, shuffled %v", where(want), where(got))
		}
	})
}

func TestAReportThatWasAppliedDoesNothingTheSecondTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := reports(t)
		p := run(Position{}, rs)
		for _, r := range rs {
			if again, moved := p.Move(drama, r, length, noon); moved || again != p {
				t.Fatalf("a repeat of %+v moved %+v", r, p)
			}
		}
	})
}

func TestOneMoveIsOneVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Position{}
		for _, r := range reports(t) {
			next, moved := p.Move(drama, r, length, noon)
			if grew := next.Version - p.Version; moved && grew != 1 || !moved && grew != 0 {
				t.Fatalf("moved %v, version grew by %d", moved, grew)
			}
			p = next
		}
	})
}

func TestASeekBackInTheSameSittingIsObeyed(t *testing.T) {
	t.Parallel()
	p := run(Position{}, []Report{
		{Episode: "eps_1", Offset: 50 * time.Second, At: noon, Seq: 1, Sitting: "a", Event: Tick},
		{Episode: "eps_1", Offset: 10 * time.Second, At: noon.Add(time.Second), Seq: 2, Sitting: "a", Event: Seek},
	})
	if p.Offset != 10*time.Second {
		t.Fatalf("at %v", p.Offset)
	}
}

func TestWhatADeviceKeptWhileOfflineDoesNotUndoWhatHappenedLater(t *testing.T) {
	t.Parallel()
	tv := Report{Episode: "eps_2", Offset: 5 * time.Second, At: noon, Seq: 1, Sitting: "tv", Event: Start}
	train := Report{Episode: "eps_1", Offset: 80 * time.Second, At: noon.Add(-time.Hour), Seq: 9, Sitting: "phone", Event: Pause}
	if p := run(Position{}, []Report{tv, train}); p.Episode != "eps_2" {
		t.Fatalf("the phone's old report won: %+v", p)
	}
}

func TestAtTheSameMomentWhoHadSeenTheStateGoesFirst(t *testing.T) {
	t.Parallel()
	p := run(Position{}, []Report{{Episode: "eps_1", Offset: time.Second, At: noon, Seq: 1, Sitting: "phone"}})
	rival := Report{Episode: "eps_2", At: noon, Seq: 1, Sitting: "tv"}
	if _, moved := p.Move(drama, rival, length, noon); moved {
		t.Fatal("a player that had seen nothing moved the position")
	}
	rival.BasedOn = p.Version
	if _, moved := p.Move(drama, rival, length, noon); !moved {
		t.Fatal("a hand-off within the same moment was refused")
	}
}

func TestFinishing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event  Event
		offset time.Duration
		want   bool
	}{
		"the last frame":               {End, 90 * time.Second, true},
		"a second before the end":      {Tick, 89 * time.Second, true},
		"in the middle":                {Tick, 45 * time.Second, false},
		"an end claimed at the start":  {End, time.Second, false},
		"an end a little early (trim)": {End, 80 * time.Second, true},
	} {
		if got := (Report{Event: c.event, Offset: c.offset}).finishes(length); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAWrongClockIsCorrectedAndNothingHappensInTheFuture(t *testing.T) {
	t.Parallel()
	born := time.Unix(0, 0)
	for name, c := range map[string]struct {
		at, sent time.Time
		ago      time.Duration
	}{
		"a right clock":                     {noon.Add(-time.Minute), noon, time.Minute},
		"a fast clock":                      {noon.Add(3*time.Hour - time.Minute), noon.Add(3 * time.Hour), time.Minute},
		"a slow clock":                      {noon.Add(-11 * time.Minute), noon.Add(-10 * time.Minute), time.Minute},
		"a clock that began in 1970":        {born, born.Add(5 * time.Second), 5 * time.Second},
		"a clock before 1970":               {born.Add(-time.Hour), born.Add(-time.Hour + time.Second), time.Second},
		"set right between then and now":    {born, noon, longestAge},
		"set back between then and now":     {noon, born, 0},
		"the future":                        {noon.Add(time.Hour), noon, 0},
		"the future, sending unknown":       {noon.Add(time.Hour), time.Time{}, 0},
		"the past, sending unknown":         {noon.Add(-time.Hour), time.Time{}, time.Hour},
		"before all clocks, unknown":        {born.Add(-time.Hour), time.Time{}, longestAge},
		"a year no duration can reach":      {time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), born, 0},
		"longer ago than durations last":    {time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), noon, longestAge},
		"no moment at all counts as now":    {time.Time{}, noon.Add(time.Hour), 0},
		"offline for longer than we follow": {noon.Add(-2 * longestAge), noon, longestAge},
	} {
		if got := noon.Sub(onOurClock(c.at, c.sent, noon)); got != c.ago {
			t.Errorf("%s: %v ago, want %v", name, got, c.ago)
		}
	}
}
