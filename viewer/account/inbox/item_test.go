package inbox

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func matter(title string) event.Matter {
	return event.Matter{Key: "k", Kind: "test.kind", Severity: event.Work, Link: "/console/system",
		Title: map[string]string{"en": title, "zh-CN": title}, For: event.Audience{Roles: []actor.Role{actor.Operator}}}
}

func signals(t *rapid.T) []Signal {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Signal {
		s := Signal{At: noon.Add(time.Duration(rapid.IntRange(1, 6).Draw(t, "at")) * time.Minute)}
		if !rapid.Bool().Draw(t, "raised") {
			s.ForGood = rapid.IntRange(0, 9).Draw(t, "for good") == 0
			return s
		}
		m := matter(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "title"))
		s.Raised = &m
		if rapid.Bool().Draw(t, "due") {
			s.Due = noon.Add(time.Duration(rapid.IntRange(1, 3).Draw(t, "until")) * time.Hour)
		}
		if rapid.Bool().Draw(t, "fresh") {
			s.Fresh = s.At
		}
		return s
	}), 1, 8).Draw(t, "signals")
}

func heard(all []Signal) (i Item) {
	for _, s := range all {
		i = i.Hear(s)
	}
	return i
}

// Facts come late, twice and in any order: the item is the same.
func TestNeitherOrderNorRepetitionOfWhatIsSaidMatters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := signals(t)
		again := slices.Concat(all, rapid.SliceOfN(rapid.SampledFrom(all), 0, 6).Draw(t, "repeated"))
		mixed := rapid.Permutation(again).Draw(t, "mixed")
		if diff := cmp.Diff(heard(all), heard(mixed), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		last := slices.MaxFunc(all, func(a, b Signal) int { return a.At.Compare(b.At) }).At
		forGood := slices.ContainsFunc(all, func(s Signal) bool { return s.ForGood && s.Raised == nil })
		ended := slices.ContainsFunc(all, func(s Signal) bool { return s.Raised == nil && s.At.Equal(last) })
		if got, want := heard(mixed).State() == Resolved, forGood || ended; got != want {
			t.Fatalf("resolved: %v, want %v", got, want)
		}
	})
}

// What a person did holds until the condition is another, or came back.
func TestWhatIsDoneStaysDoneUntilItIsAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := heard(signals(t))
		if i.State() != Open {
			return
		}
		i.DoneAt = i.said(noon) // this node's clock is behind
		if i.State() != Done {
			t.Fatal("not done:", i)
		}
		m, later := matter("c"), i.DoneAt.Add(time.Minute)
		if i.Hear(Signal{At: later, Raised: &m}).State() != Done {
			t.Error("said again, and open")
		}
		if i.Hear(Signal{At: later, Raised: &m, Fresh: later}).State() != Open {
			t.Error("another one, and done")
		}
		back := i.Hear(Signal{At: later}).Hear(Signal{At: later.Add(time.Minute), Raised: &m})
		if back.State() != Open {
			t.Error("it came back, and is", back.State())
		}
	})
}

func TestPeopleAreRemindedADayBeforeAndWhenItIsDue(t *testing.T) {
	t.Parallel()
	due := noon.Add(72 * time.Hour)
	for _, c := range []struct{ now, want time.Time }{
		{noon, due.Add(-24 * time.Hour)}, {due.Add(-24 * time.Hour), due}, {due.Add(-time.Second), due}, {due, time.Time{}},
	} {
		if got := reminder(due, c.now); !got.Equal(c.want) {
			t.Errorf("at %s: %s, want %s", c.now, got, c.want)
		}
	}
	if !reminder(time.Time{}, noon).IsZero() {
		t.Error("reminded of what is due at no moment")
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	lin := Scope{Staff: "stf_lin", Org: "org_a", Roles: []actor.Role{actor.Producer}}
	makers := []actor.Role{actor.Producer, actor.Operator}
	for name, c := range map[string]struct {
		who  Scope
		for_ event.Audience
		want bool
	}{
		"a person":                  {lin, event.Audience{Staff: "stf_lin"}, true},
		"another person":            {lin, event.Audience{Staff: "stf_mei"}, false},
		"a role":                    {lin, event.Audience{Roles: makers, Org: "org_a"}, true},
		"a role elsewhere":          {lin, event.Audience{Roles: makers, Org: "org_b"}, false},
		"another role":              {lin, event.Audience{Roles: []actor.Role{actor.Admin}}, false},
		"all but them":              {lin, event.Audience{Roles: makers, Org: "org_a", Except: []id.Staff{"stf_lin"}}, false},
		"nobody":                    {lin, event.Audience{}, false},
		"somebody who is not there": {Scope{Roles: makers}, event.Audience{Roles: makers}, false},
	} {
		if got := c.who.Sees(c.for_); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A daily mail comes once on every day of its zone, also when clocks are set.
func TestADailyMailComesOnceADay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := Wish{Urgent: Daily, Hour: rapid.IntRange(0, 23).Draw(t, "hour"), Zone: rapid.SampledFrom([]string{"UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone")}
		zone, err := time.LoadLocation(w.Zone)
		if err != nil {
			t.Fatal(err)
		}
		at := noon.Add(time.Duration(rapid.Int64Range(0, int64(365*24*time.Hour)).Draw(t, "now")))
		day := w.next(at)
		for range 5 {
			following := w.next(day)
			a, b := day.In(zone).YearDay(), following.In(zone).YearDay()
			if !following.After(day) || b != a+1 && b != 1 {
				t.Fatalf("after %s comes %s", day.In(zone), following.In(zone))
			}
			day = following
		}
	})
}
