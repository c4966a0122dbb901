package stage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/trust/review/stage"

	"pgregory.net/rapid"
)

var (
	began    = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	all      = stage.Rules{People: true, CoReview: true, Filing: true, Marks: true, Minors: true}
	good     = stage.Facts{Watched: 1000, Tier: true, Verified: true, MarkRead: true}
	mei      = stage.Person{ID: "mei", Roles: []stage.Role{stage.Submitter}}
	house    = stage.Person{ID: "house", Roles: []stage.Role{stage.House}}
	anna     = stage.Person{ID: "anna", Roles: []stage.Role{stage.Reviewer}}
	bo       = stage.Person{ID: "bo", Roles: []stage.Role{stage.Reviewer}}
	chen     = stage.Person{ID: "chen", Roles: []stage.Role{stage.Editor}}
	dao      = stage.Person{ID: "dao", Roles: []stage.Role{stage.FilingOfficer}}
	eva      = stage.Person{ID: "eva", Roles: []stage.Role{stage.MinorsOfficer}}
	fang     = stage.Person{ID: "fang", Roles: []stage.Role{stage.Reviewer, stage.FilingOfficer}}
	gao      = stage.Person{ID: "gao", Roles: []stage.Role{stage.Reviewer, stage.Editor}}
	hua      = stage.Person{ID: "hua", Roles: []stage.Role{stage.Reviewer}}
	robot    = stage.Person{ID: "robot", Roles: []stage.Role{stage.House, stage.Reviewer, stage.Editor, stage.FilingOfficer}}
	everyone = []stage.Person{mei, house, robot, anna, bo, chen, dao, eva, fang, gao, hua}
)

// walk lets people do things one after the other, a minute apart.
func walk(t *testing.T, c stage.Case, steps ...step) stage.Case {
	t.Helper()
	for i, s := range steps {
		next, err := c.Do(s.by, s.verb, "because", good, began.Add(time.Duration(len(c.Acts))*time.Minute))
		if err != nil {
			t.Fatalf("step %d, %s does %s in %s: %v", i+1, s.by.ID, s.verb, c.State, err)
		}
		c = next
	}
	return c
}

type step struct {
	by   stage.Person
	verb stage.Verb
}

var toFinal = []step{{mei, stage.Submit}, {house, stage.ChecksDone}, {anna, stage.Pass}, {bo, stage.Pass}}

func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	c := walk(t, stage.Case{State: stage.Draft, Rules: all}, append(slices.Clone(toFinal),
		step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered},
		step{dao, stage.WantMore}, step{dao, stage.Supply}, step{dao, stage.Number},
		step{fang, stage.Doubt}, step{dao, stage.Number}, step{fang, stage.Verify}, step{gao, stage.MarksSeen})...)
	if c.State != stage.Cleared {
		t.Errorf("is %s", c.State)
	}
}

func TestWhatAMarketDoesNotWantIsSkipped(t *testing.T) {
	t.Parallel()
	c := walk(t, stage.Case{State: stage.Draft}, step{mei, stage.Submit}, step{house, stage.ChecksDone})
	if c.State != stage.Cleared {
		t.Errorf("where nothing is wanted: %s", c.State)
	}
	c = walk(t, stage.Case{State: stage.Draft, Rules: stage.Rules{People: true}}, append(slices.Clone(toFinal), step{chen, stage.Pass})...)
	if c.State != stage.Cleared {
		t.Errorf("three people and no filing: %s", c.State)
	}
	c = walk(t, stage.Case{State: stage.Draft, Rules: stage.Rules{Marks: true}}, step{mei, stage.Submit}, step{house, stage.ChecksDone})
	if c.State != stage.Marking {
		t.Errorf("marks alone: %s", c.State)
	}
}

func TestWhyNot(t *testing.T) {
	t.Parallel()
	draft := stage.Case{State: stage.Draft, Rules: all}
	first := walk(t, draft, toFinal[:2]...)
	final := walk(t, draft, toFinal...)
	with := func(change func(*stage.Facts)) stage.Facts {
		f := good
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		c    stage.Case
		by   stage.Person
		verb stage.Verb
		f    stage.Facts
		want string
	}{
		"not all papers":             {draft, mei, stage.Submit, with(func(f *stage.Facts) { f.Lacking = []string{"the synopsis"} }), "review.incomplete"},
		"not at this point":          {draft, anna, stage.Pass, good, "review.not_now"},
		"nobody":                     {first, stage.Person{}, stage.Pass, good, "review.role"},
		"another role":               {first, dao, stage.Pass, good, "review.role"},
		"the house reviews":          {first, house, stage.Pass, good, "review.person_needed"},
		"an interest":                {first, anna, stage.Pass, with(func(f *stage.Facts) { f.Conflicted = []string{"anna"} }), "review.own_interest"},
		"a finding is open":          {first, anna, stage.Pass, with(func(f *stage.Facts) { f.Unanswered = 1 }), "review.findings_open"},
		"not watched":                {first, anna, stage.Pass, with(func(f *stage.Facts) { f.Watched = 979 }), "review.not_watched"},
		"returned without a word":    {first, anna, stage.Return, good, "review.reason_missing"},
		"the same person again":      {walk(t, first, step{anna, stage.Pass}), anna, stage.Pass, good, "review.same_person"},
		"who submitted reviews":      {first, stage.Person{ID: "mei", Roles: []stage.Role{stage.Reviewer}}, stage.Pass, good, "review.same_person"},
		"marks are not watched":      {walk(t, first, step{anna, stage.Pass}), bo, stage.Pass, with(func(f *stage.Facts) { f.MarksLeft = 4 }), "review.marks_not_watched"},
		"something may not be shown": {walk(t, final, step{eva, stage.PassMinors}), chen, stage.Pass, with(func(f *stage.Facts) { f.Grave = 1 }), "review.findings_grave"},
		"the class is open":          {walk(t, final, step{eva, stage.PassMinors}), chen, stage.Pass, with(func(f *stage.Facts) { f.Tier = false }), "review.class_open"},
		"minors' officer":            {final, chen, stage.Pass, good, "review.minors_open"},
		"a reviewer ends it":         {final, hua, stage.Pass, good, "review.role"},
		"a number for other bytes":   {walk(t, final, step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}, step{dao, stage.Number}), fang, stage.Verify, with(func(f *stage.Facts) { f.Verified = false }), "review.number_wrong"},
		"who entered it verifies it": {walk(t, final, step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}, step{dao, stage.Number}), dao, stage.Verify, good, "review.same_person"},
		"a mark nobody can read":     {walk(t, final, step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}, step{dao, stage.Number}, step{fang, stage.Verify}), gao, stage.MarksSeen, with(func(f *stage.Facts) { f.MarkRead = false }), "review.mark_unread"},
	} {
		reason := "because"
		if c.want == "review.reason_missing" {
			reason = "  "
		}
		next, err := c.c.Do(c.by, c.verb, reason, c.f, began)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if next.State != c.c.State || len(next.Acts) != len(c.c.Acts) {
			t.Errorf("%s: it moved all the same", name)
		}
	}
}

func TestAnAppealTakesTwoOthers(t *testing.T) {
	t.Parallel()
	appealed := walk(t, stage.Case{State: stage.Draft, Rules: all}, append(slices.Clone(toFinal), step{chen, stage.Reject}, step{mei, stage.Appeal})...)
	for _, by := range []stage.Person{anna, bo} {
		if err := appealed.May(by, stage.Reinstate, good); !errors.Is(err, stage.ErrTwice) {
			t.Errorf("%s, who reviewed it: %v", by.ID, err)
		}
	}
	for name, c := range map[string]struct {
		said []stage.Verb
		want stage.State
	}{
		"one alone":   {[]stage.Verb{stage.Reinstate}, stage.Appealed},
		"one, upheld": {[]stage.Verb{stage.Uphold}, stage.Appealed},
		"both":        {[]stage.Verb{stage.Reinstate, stage.Reinstate}, stage.First},
		"they differ": {[]stage.Verb{stage.Reinstate, stage.Uphold}, stage.Rejected},
		"or so":       {[]stage.Verb{stage.Uphold, stage.Reinstate}, stage.Rejected},
	} {
		got := appealed
		for i, verb := range c.said {
			got = walk(t, got, step{[]stage.Person{gao, hua}[i], verb})
		}
		if got.State != c.want {
			t.Errorf("%s: %s, want %s", name, got.State, c.want)
		}
	}
	if err := walk(t, appealed, step{gao, stage.Reinstate}).May(gao, stage.Reinstate, good); !errors.Is(err, stage.ErrTwice) {
		t.Errorf("the same person twice: %v", err)
	}
}

func TestAClockThatIsSetBackKeepsTheOrder(t *testing.T) {
	t.Parallel()
	c := walk(t, stage.Case{State: stage.Draft, Rules: all}, toFinal[:2]...)
	c, err := c.Do(anna, stage.Pass, "", good, began.Add(-time.Hour))
	if err != nil || c.Since.Before(c.Acts[1].At) {
		t.Errorf("since %v, %v", c.Since, err)
	}
	if due := c.Due(stage.Timers{stage.Second: 24 * time.Hour}); !due.Equal(c.Since.Add(24 * time.Hour)) {
		t.Errorf("due %v", due)
	}
	if due := c.Due(nil); !due.IsZero() {
		t.Errorf("without a timer it is due %v", due)
	}
}

// Whatever anybody tries, in whatever order, under whatever rules: what is cleared
// went the whole way its rules want, through different people without an interest.
func TestNothingIsClearedThatDidNotGoTheWay(t *testing.T) {
	t.Parallel()
	var verbs []stage.Verb
	for _, s := range []stage.State{stage.Draft, stage.Checking, stage.Blocked, stage.First, stage.Second, stage.Final, stage.CoReview, stage.Filing,
		stage.Supplement, stage.Issued, stage.Marking, stage.Cleared, stage.Rejected, stage.Appealed} {
		verbs = append(verbs, s.Open()...)
	}
	slices.Sort(verbs)
	verbs = slices.Compact(verbs)
	rapid.Check(t, func(t *rapid.T) {
		c := stage.Case{State: stage.Draft, Rules: stage.Rules{
			People: rapid.Bool().Draw(t, "people"), CoReview: rapid.Bool().Draw(t, "co-review"), Filing: rapid.Bool().Draw(t, "filing"),
			Marks: rapid.Bool().Draw(t, "marks"), Minors: rapid.Bool().Draw(t, "minors")}}
		conflicted := []string{rapid.SampledFrom(everyone).Draw(t, "who has an interest").ID}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			f := good
			f.Conflicted = conflicted
			if rapid.IntRange(0, 5).Draw(t, "lacks something") == 0 {
				f.Unanswered, f.Watched, f.Tier, f.Verified, f.MarkRead = 1, 0, false, false, false
			}
			// Mostly what leads on: a walk of wrong turns only goes nowhere.
			try := step{rapid.SampledFrom(everyone).Draw(t, "who"), rapid.SampledFrom(verbs).Draw(t, "verb")}
			if on := onward(c, f); len(on) > 0 && rapid.IntRange(0, 5).Draw(t, "sensible") > 0 {
				try = rapid.SampledFrom(on).Draw(t, "step")
			}
			before := c
			next, err := c.Do(try.by, try.verb, "because", f, began)
			if err == nil {
				c = next
			} else if next.State != before.State || len(next.Acts) != len(before.Acts) {
				t.Fatalf("refused with %v, and moved", err)
			}
			holds(t, c, conflicted)
		}
	})
}

// onward is what somebody may do now that ends nothing.
func onward(c stage.Case, f stage.Facts) []step {
	var out []step
	for _, verb := range c.State.Open() {
		if slices.Contains([]stage.Verb{stage.Withdraw, stage.Supersede, stage.Return, stage.Block}, verb) {
			continue
		}
		for _, by := range everyone {
			if c.May(by, verb, f) == nil {
				out = append(out, step{by, verb})
			}
		}
	}
	return out
}

func holds(t *rapid.T, c stage.Case, conflicted []string) {
	var deciders []string
	entered := map[stage.State]bool{}
	for _, a := range c.Acts {
		entered[a.To] = true
		if slices.Contains([]stage.Verb{stage.Submit, stage.Pass, stage.PassMinors, stage.Verify, stage.MarksSeen, stage.Uphold, stage.Reinstate}, a.Verb) {
			if a.System {
				t.Fatalf("the house did %s", a.Verb)
			}
			if slices.Contains(deciders, a.By) {
				t.Fatalf("%s decided twice: %v", a.By, c.Acts)
			}
			if a.Verb != stage.Submit && slices.Contains(conflicted, a.By) {
				t.Fatalf("%s has an interest and did %s", a.By, a.Verb)
			}
			deciders = append(deciders, a.By)
		}
	}
	if c.State != stage.Cleared {
		return
	}
	r := c.Rules
	for state, wanted := range map[stage.State]bool{stage.First: r.People, stage.Second: r.People, stage.Final: r.People,
		stage.CoReview: r.CoReview, stage.Filing: r.Filing, stage.Issued: r.Filing, stage.Marking: r.Marks} {
		if wanted && !entered[state] {
			t.Fatalf("cleared without %s: %v", state, c.Acts)
		}
	}
	if r.People && r.Minors && !slices.ContainsFunc(c.Acts, func(a stage.Act) bool { return a.Verb == stage.PassMinors }) {
		t.Fatal("cleared for minors without their officer")
	}
}

// Whoever may judge can always stop a version alone.
func TestOnePersonCanAlwaysMakeItStricter(t *testing.T) {
	t.Parallel()
	states := []struct {
		steps []step
		by    stage.Person
		verb  stage.Verb
	}{
		{toFinal[:2], anna, stage.Return}, {toFinal[:3], bo, stage.Return}, {toFinal, chen, stage.Reject}, {toFinal, hua, stage.Return},
		{append(slices.Clone(toFinal), step{eva, stage.PassMinors}, step{chen, stage.Pass}), dao, stage.Return},
		{append(slices.Clone(toFinal), step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}), chen, stage.Reject},
		{append(slices.Clone(toFinal), step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}, step{dao, stage.Number}), dao, stage.Doubt},
		{append(slices.Clone(toFinal), step{eva, stage.PassMinors}, step{chen, stage.Pass}, step{dao, stage.Answered}, step{dao, stage.Number}, step{fang, stage.Verify}, step{gao, stage.MarksSeen}), anna, stage.Reopen},
	}
	for _, s := range states {
		c := walk(t, stage.Case{State: stage.Draft, Rules: all}, s.steps...)
		bad := stage.Facts{Unanswered: 9}
		if err := c.May(s.by, s.verb, bad); err != nil {
			t.Errorf("%s in %s by %s: %v", s.verb, c.State, s.by.ID, err)
		}
	}
}
