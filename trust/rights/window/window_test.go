package window_test

import (
	"fmt"
	"testing"
	"time"

	"cliffhanger/trust/rights/window"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func day(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }

func scope(from, to int, territories ...string) window.Scope {
	s := window.Scope{Rights: []window.Right{window.SVOD}, Territories: territories, Platforms: []string{"phone", "tv"}, Languages: []string{window.Everywhere},
		Span: window.Span{From: day(from)}}
	if to > 0 {
		s.Span.To = day(to)
	}
	return s
}

func ask(at int, territory string) window.Question {
	return window.Question{At: day(at), Territory: territory, Platform: "phone", Right: window.SVOD, Language: "zh"}
}

func TestSolve(t *testing.T) {
	t.Parallel()
	grants := []window.Grant{
		{ID: "asia", Scope: scope(10, 20, "CN", "ID")},
		{ID: "asia-more", Scope: scope(15, 40, "CN")},
		{ID: "world", Scope: window.Scope{Rights: []window.Right{window.SVOD}, Territories: []string{window.Everywhere}, Except: []string{"US"},
			Platforms: []string{"tv"}, Languages: []string{"en"}, Span: window.Span{From: day(0)}}},
	}
	bars := []window.Bar{{ID: "cinema", Scope: scope(18, 22, "CN")}, {ID: "longer", Scope: scope(19, 25, "CN")}}
	other := func(change func(*window.Question)) window.Question {
		q := ask(12, "CN")
		change(&q)
		return q
	}
	for name, c := range map[string]struct {
		q    window.Question
		want window.Answer
	}{
		"granted":                   {ask(12, "CN"), window.Answer{By: "asia", Until: day(18)}},
		"before it begins":          {ask(9, "CN"), window.Answer{Reason: window.NotYet, Until: day(10)}},
		"from its first moment":     {ask(10, "ID"), window.Answer{By: "asia", Until: day(20)}},
		"not in its last":           {ask(20, "ID"), window.Answer{Reason: window.Over}},
		"the one that holds longer": {ask(26, "CN"), window.Answer{By: "asia-more", Until: day(40)}},
		"held back":                 {ask(18, "CN"), window.Answer{Reason: window.HeldBack, By: "cinema", Until: day(22)}},
		"by what holds it longest":  {ask(19, "CN"), window.Answer{Reason: window.HeldBack, By: "longer", Until: day(25)}},
		"another territory":         {ask(12, "DE"), window.Answer{Reason: window.NoGrant}},
		"the world":                 {other(func(q *window.Question) { q.Territory, q.Platform, q.Language = "DE", "tv", "en" }), window.Answer{By: "world"}},
		"but for one":               {other(func(q *window.Question) { q.Territory, q.Platform, q.Language = "US", "tv", "en" }), window.Answer{Reason: window.NoGrant}},
		"another platform":          {other(func(q *window.Question) { q.Platform = "car" }), window.Answer{Reason: window.NoGrant}},
		"another right":             {other(func(q *window.Question) { q.Right = window.Download }), window.Answer{Reason: window.NoGrant}},
		"no territory":              {ask(12, ""), window.Answer{Reason: window.Unclear}},
		"no moment":                 {other(func(q *window.Question) { q.At = time.Time{} }), window.Answer{Reason: window.Unclear}},
	} {
		if diff := cmp.Diff(c.want, window.Solve(grants, bars, c.q)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestClashes(t *testing.T) {
	t.Parallel()
	signed := []window.Grant{{ID: "a", Licensee: "Lantern", Exclusive: true, Scope: scope(0, 30, "CN", "ID")}}
	grant := func(change func(*window.Grant)) window.Grant {
		g := window.Grant{ID: "b", Licensee: "Harbour", Scope: scope(20, 50, "ID", "VN")}
		change(&g)
		return g
	}
	want := []window.Clash{{With: "a", Rights: []window.Right{window.SVOD}, Territories: []string{"ID"}, Platforms: []string{"phone", "tv"}, Span: window.Span{From: day(20), To: day(30)}}}
	if diff := cmp.Diff(want, window.Clashes(signed, grant(func(*window.Grant) {}))); diff != "" {
		t.Error(diff)
	}
	for name, g := range map[string]window.Grant{
		"afterwards":            grant(func(g *window.Grant) { g.Span.From = day(30) }),
		"elsewhere":             grant(func(g *window.Grant) { g.Territories = []string{"VN"} }),
		"everywhere else":       grant(func(g *window.Grant) { g.Territories, g.Except = []string{window.Everywhere}, []string{"CN", "ID"} }),
		"another right":         grant(func(g *window.Grant) { g.Rights = []window.Right{window.AVOD} }),
		"another platform":      grant(func(g *window.Grant) { g.Platforms = []string{"car"} }),
		"to the same, not only": grant(func(g *window.Grant) { g.Licensee = "Lantern" }),
		"the same grant, again": grant(func(g *window.Grant) { g.ID = "a" }),
	} {
		if got := window.Clashes(signed, g); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := window.Clashes(signed, grant(func(g *window.Grant) { g.Licensee, g.Exclusive = "Lantern", true })); len(got) != 1 {
		t.Errorf("two exclusive ones to the same: %v", got)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if err := scope(1, 2, "CN").Validate(); err != nil {
		t.Error(err)
	}
	if err := (window.Scope{}).Validate(); err == nil {
		t.Error("an empty scope is good")
	}
	for name, change := range map[string]func(*window.Scope){
		"a right there is not":     func(s *window.Scope) { s.Rights = []window.Right{"steal"} },
		"a territory there is not": func(s *window.Scope) { s.Territories = []string{"China"} },
		"everything excepted":      func(s *window.Scope) { s.Except = []string{window.Everywhere} },
		"a platform there is not":  func(s *window.Scope) { s.Platforms = []string{"fridge"} },
		"an end before it begins":  func(s *window.Scope) { s.Span.To = day(0) },
	} {
		s := scope(1, 2, "CN")
		if change(&s); s.Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
}

var (
	territories = []string{"CN", "ID", "US", window.Everywhere}
	someRights  = []window.Right{window.SVOD, window.AVOD}
)

func anyScope(t *rapid.T) window.Scope {
	from := rapid.IntRange(0, 40).Draw(t, "from")
	s := window.Scope{
		Rights: rapid.SliceOfN(rapid.SampledFrom(someRights), 1, 2).Draw(t, "rights"), Territories: rapid.SliceOfN(rapid.SampledFrom(territories), 1, 2).Draw(t, "territories"),
		Except: rapid.SliceOfN(rapid.SampledFrom(territories[:3]), 0, 1).Draw(t, "except"), Platforms: rapid.SliceOfN(rapid.SampledFrom([]string{"phone", "tv", window.Everywhere}), 1, 2).Draw(t, "platforms"),
		Languages: []string{window.Everywhere}, Span: window.Span{From: day(from)},
	}
	if rapid.Bool().Draw(t, "ends") {
		s.Span.To = day(from + rapid.IntRange(1, 20).Draw(t, "days"))
	}
	return s
}

func anyQuestion(t *rapid.T) window.Question {
	return window.Question{At: day(rapid.IntRange(0, 70).Draw(t, "at")), Territory: rapid.SampledFrom(territories[:3]).Draw(t, "territory"),
		Platform: rapid.SampledFrom([]string{"phone", "tv", "car"}).Draw(t, "platform"), Right: rapid.SampledFrom(someRights).Draw(t, "right"), Language: "zh"}
}

// allows is what a grant means, said once more and without any of its words.
func allows(s window.Scope, q window.Question) bool {
	in := func(all []string, x string) bool {
		for _, y := range all {
			if y == x || y == "*" {
				return true
			}
		}
		return false
	}
	right := false
	for _, r := range s.Rights {
		right = right || r == q.Right
	}
	for _, x := range s.Except {
		if x == q.Territory {
			return false
		}
	}
	return right && in(s.Territories, q.Territory) && in(s.Platforms, q.Platform) && !q.At.Before(s.Span.From) && (s.Span.To.IsZero() || q.At.Before(s.Span.To))
}

// A work is shown exactly where a grant holds and no bar does; the answer holds until
// the moment it says; and more bars never show more.
func TestNothingIsShownOutsideItsGrants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var grants []window.Grant
		for i := range rapid.IntRange(0, 4).Draw(t, "grants") {
			grants = append(grants, window.Grant{ID: fmt.Sprint("g", i), Scope: anyScope(t)})
		}
		var bars []window.Bar
		for i := range rapid.IntRange(0, 3).Draw(t, "bars") {
			bars = append(bars, window.Bar{ID: fmt.Sprint("b", i), Scope: anyScope(t)})
		}
		truth := func(q window.Question) bool {
			ok := false
			for _, g := range grants {
				ok = ok || allows(g.Scope, q)
			}
			for _, b := range bars {
				ok = ok && !allows(b.Scope, q)
			}
			return ok
		}
		q := anyQuestion(t)
		a := window.Solve(grants, bars, q)
		if a.OK() != truth(q) {
			t.Fatalf("%+v: %+v", q, a)
		}
		for at := q.At; at.Before(day(90)) && a.OK() && (a.Until.IsZero() || at.Before(a.Until)); at = at.AddDate(0, 0, 1) {
			q.At = at
			if !truth(q) {
				t.Fatalf("said to hold until %v, and does not at %v", a.Until, at)
			}
		}
		if window.Solve(grants, append(bars, window.Bar{ID: "more", Scope: anyScope(t)}), q).OK() && !truth(q) {
			t.Fatal("one bar more shows what was not shown")
		}
	})
}

// Two grants clash exactly where one showing would be both's and either is exclusive.
func TestWhereGrantsClashAndOnlyThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := window.Grant{ID: "a", Licensee: "Lantern", Exclusive: rapid.Bool().Draw(t, "exclusive"), Scope: anyScope(t)}
		b := window.Grant{ID: "b", Licensee: "Harbour", Exclusive: rapid.Bool().Draw(t, "exclusive too"), Scope: anyScope(t)}
		got := len(window.Clashes([]window.Grant{a}, b)) > 0
		if got != (len(window.Clashes([]window.Grant{b}, a)) > 0) {
			t.Fatal("one clashes with the other, which does not clash with it")
		}
		both := false
		for at := range 90 {
			for _, territory := range []string{"CN", "ID", "US", "DE"} {
				for _, platform := range []string{"phone", "tv", "car"} {
					for _, right := range someRights {
						q := window.Question{At: day(at), Territory: territory, Platform: platform, Right: right, Language: "zh"}
						both = both || allows(a.Scope, q) && allows(b.Scope, q)
					}
				}
			}
		}
		if want := both && (a.Exclusive || b.Exclusive); got != want {
			t.Fatalf("clash %v, want %v", got, want)
		}
	})
}
