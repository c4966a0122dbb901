package playback

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const drama = id.Drama("drm_x")

// reports draws what three devices of one profile say, in the order it happened:
// each in several sittings, some of them rewatches from the start, some at the
// very same moment as another device.
func reports(t *rapid.T) []Report {
	var out []Report
	at, seq := noon, map[string]int64{}
	sitting := map[string]int{}
	for range rapid.IntRange(1, 25).Draw(t, "count") {
		at = at.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "pause")) * time.Second)
		device := rapid.SampledFrom([]string{"phone", "tablet", "tv"}).Draw(t, "device")
		event := rapid.SampledFrom([]Event{Start, Tick, Tick, Seek, Pause, End}).Draw(t, "event")
		if event == Start {
			sitting[device]++
		}
		name := fmt.Sprint(device, sitting[device])
		seq[name]++
		out = append(out, Report{
			Episode: rapid.SampledFrom([]id.Episode{"eps_1", "eps_2"}).Draw(t, "episode"),
			Offset:  time.Duration(rapid.IntRange(0, 90).Draw(t, "offset")) * time.Second,
			At:      at, Seq: seq[name], Sitting: name, Event: event, Device: id.Device(device),
		})
	}
	return out
}

// latest is the report that a set of them ends at, said without Move: of every
// sitting the last, of these the one that happened last; of those at the same
// moment the one that comes first in the order of names.
func latest(rs []Report) Report {
	last := map[string]Report{}
	for _, r := range rs {
		if l, ok := last[r.Sitting]; !ok || r.Seq > l.Seq {
			last[r.Sitting] = r
		}
	}
	return slices.MaxFunc(slices.Collect(maps.Values(last)), func(a, b Report) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(b.Sitting, a.Sitting))
	})
}

// delivered is a set of reports as networks bring it: in any order, some twice.
func delivered(t *rapid.T, rs []Report) []Report {
	out := slices.Clone(rs)
	for range rapid.IntRange(0, 5).Draw(t, "repeats") {
		out = append(out, rs[rapid.IntRange(0, len(rs)-1).Draw(t, "twice")])
	}
	source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	source.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
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
		last := latest(rs)
		want := [3]any{last.Episode, last.Offset, last.Sitting}
		if got := run(Position{}, delivered(t, rs)); where(got) != want {
			t.Fatalf("at %v, want %v", where(got), want)
		}
	})
}

func TestAPositionNeverGoesBackInTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Position{}
		for _, r := range delivered(t, reports(t)) {
			// Networks are slow at times: the moment of a report is a little wrong.
			r.At = r.At.Add(-time.Duration(rapid.IntRange(0, 5).Draw(t, "delay")) * time.Second)
			next, _ := p.Move(drama, r, length, noon)
			if next.HappenedAt.Before(p.HappenedAt) || next.Sitting == p.Sitting && next.Seq < p.Seq {
				t.Fatalf("from %+v back to %+v", p, next)
			}
			p = next
		}
	})
}

// A drama was seen to its end on one device and is begun again on another. What
// the first still says of the time before never undoes that, nor does it the other
// way round: a rewatch that is told late does not undo what came after it.
func TestARewatchIsUndoneByNothingOlder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sitting := func(name string, from time.Time, offset time.Duration) (rs []Report) {
			for i := range rapid.IntRange(1, 8).Draw(t, name) {
				rs = append(rs, Report{Episode: "eps_1", Offset: offset + time.Duration(i)*time.Second, Sitting: name, Event: Tick,
					At: from.Add(time.Duration(i) * time.Second), Seq: int64(i + 1)})
			}
			return rs
		}
		first := sitting("first", noon, 80*time.Second)
		again := sitting("again", noon.Add(time.Minute), 0)
		for _, order := range [][]Report{append(slices.Clone(again), delivered(t, first)...), append(slices.Clone(first), delivered(t, again)...)} {
			p := run(Position{}, order)
			if last := again[len(again)-1]; p.Sitting != "again" || p.Offset != last.Offset {
				t.Fatalf("at %+v, want %+v", p, last)
			}
		}
	})
}

// However its clock is set between the moment and the sending, a device that was
// offline does not get ahead of what was watched when it came back.
func TestAClockThatIsSetBackUndoesNoRewatch(t *testing.T) {
	t.Parallel()
	rewatch := Report{Episode: "eps_1", Offset: time.Second, At: noon, Seq: 1, Sitting: "tv", Event: Start}
	for name, back := range map[string]time.Duration{"by two hours": 2 * time.Hour, "by a year": 365 * 24 * time.Hour} {
		wrong := noon.Add(back) // an hour before the rewatch it was one
		kept := Report{Episode: "eps_1", Offset: 80 * time.Second, At: onOurClock(wrong.Add(-time.Hour), noon, noon), Seq: 9, Sitting: "phone", Event: Pause}
		if p := run(Position{}, []Report{rewatch, kept}); p.Sitting != "tv" {
			t.Errorf("%s: %+v", name, p)
		}
	}
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

func TestAtTheSameMomentWhoHadSeenMoreGoesFirst(t *testing.T) {
	t.Parallel()
	phone := Report{Episode: "eps_1", Offset: time.Second, At: noon, Seq: 1, Sitting: "phone", BasedOn: 3}
	for based, want := range map[int64]string{2: "phone", 3: "phone", 4: "a tv"} {
		tv := Report{Episode: "eps_2", At: noon, Seq: 1, Sitting: "a tv", BasedOn: based}
		if based == 3 {
			tv.Sitting = "tv" // names decide
		}
		for _, order := range [][]Report{{phone, tv}, {tv, phone}} {
			if p := run(Position{}, order); p.Sitting != want {
				t.Errorf("based on %d: %+v", based, p)
			}
		}
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
		"kept right in small steps":         {noon.Add(time.Second), noon, 0},
		"set back between then and now":     {noon, born, longestAge},
		"sent before it happened":           {noon.Add(time.Hour), noon, longestAge},
		"the future, sending unknown":       {noon.Add(time.Hour), time.Time{}, 0},
		"the past, sending unknown":         {noon.Add(-time.Hour), time.Time{}, time.Hour},
		"before all clocks, unknown":        {born.Add(-time.Hour), time.Time{}, longestAge},
		"a year no duration can reach":      {time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), born, longestAge},
		"longer ago than durations last":    {time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), noon, longestAge},
		"no moment at all counts as now":    {time.Time{}, noon.Add(time.Hour), 0},
		"offline for longer than we follow": {noon.Add(-2 * longestAge), noon, longestAge},
	} {
		if got := noon.Sub(onOurClock(c.at, c.sent, noon)); got != c.ago {
			t.Errorf("%s: %v ago, want %v", name, got, c.ago)
		}
	}
}

// However often a device's clock is set while it is offline, forwards or back, and
// in whatever order a batch holds what it kept: of a sitting the last report counts,
// and what was watched last in the sitting is not lost to its own beginning.
func TestAClockThatIsSetOfflineLosesNothingOfASitting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at, wrong := noon, time.Duration(0)
		elsewhere := Report{Episode: "eps_2", At: noon.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "elsewhere")) * time.Second), Seq: 1, Sitting: "tv", Event: Tick}
		var kept []Report
		seq := map[string]int64{}
		for range rapid.IntRange(1, 20).Draw(t, "reports") {
			at = at.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "pause")) * time.Second)
			if rapid.IntRange(0, 3).Draw(t, "is set") == 0 {
				wrong = time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "by")) * time.Second
			}
			sitting := rapid.SampledFrom([]string{"first", "second"}).Draw(t, "sitting")
			seq[sitting]++
			kept = append(kept, Report{Episode: "eps_1", Offset: time.Duration(seq[sitting]) * time.Second, At: at.Add(wrong), Seq: seq[sitting], Sitting: sitting, Event: Tick})
		}
		now := at.Add(time.Minute)
		for i := range kept {
			kept[i].At = onOurClock(kept[i].At, now.Add(wrong), now)
		}
		p := run(Position{}, append([]Report{elsewhere}, inOrder(rapid.Permutation(kept).Draw(t, "batch"))...))
		if p.Sitting != "tv" && p.Seq != seq[p.Sitting] {
			t.Fatalf("at report %d of %d of the sitting", p.Seq, seq[p.Sitting])
		}
		if want := run(Position{}, append([]Report{elsewhere}, inOrder(kept)...)); where(p) != where(want) {
			t.Fatalf("at %v, and in another order at %v", where(p), where(want))
		}
	})
}
