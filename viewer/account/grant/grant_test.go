package grant_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account/grant"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func TestWhoNeedsASecond(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by, to  id.Staff
		admins  []id.Staff
		reason  string
		want    error
		state   grant.State
		missing []id.Staff
	}{
		"the only administrator":             {"a", "x", []id.Staff{"a"}, "", nil, grant.Granted, nil},
		"the only one, for themselves":       {"a", "a", []id.Staff{"a"}, "", nil, grant.Granted, nil},
		"one of two":                         {"a", "x", []id.Staff{"a", "b"}, "she leads", nil, grant.Pending, []id.Staff{"b"}},
		"one of two, without a reason":       {"a", "x", []id.Staff{"a", "b"}, "", grant.ErrReason, "", nil},
		"one of two, for the other":          {"a", "b", []id.Staff{"a", "b"}, "she leads", grant.ErrNoSecond, "", nil},
		"one of two, for themselves":         {"a", "a", []id.Staff{"a", "b"}, "why not", grant.ErrOwn, "", nil},
		"one of three, for another":          {"a", "b", []id.Staff{"a", "b", "c"}, "she leads", nil, grant.Pending, []id.Staff{"c"}},
		"somebody who is no administrator":   {"x", "y", []id.Staff{"a"}, "please", grant.ErrAdmin, "", nil},
		"the house itself":                   {"", "x", []id.Staff{"a", "b"}, "", nil, grant.Granted, nil},
		"the house, before anybody is there": {"", "x", nil, "", nil, grant.Granted, nil},
	} {
		r, err := grant.Ask(grant.Request{By: c.by, For: c.to, Reason: c.reason, Roles: []actor.Role{actor.Operator}}, c.admins, noon)
		if err != c.want || err == nil && r.State != c.state {
			t.Errorf("%s: %v %s, want %v %s", name, err, r.State, c.want, c.state)
		}
		if c.missing != nil && !slices.Equal(r.Missing(c.admins), c.missing) {
			t.Errorf("%s: missing %v", name, r.Missing(c.admins))
		}
		if r.Alone != (err == nil && c.by != "" && c.state == grant.Granted) {
			t.Errorf("%s: alone %v", name, r.Alone)
		}
	}
}

func TestARequestRunsOut(t *testing.T) {
	t.Parallel()
	admins := []id.Staff{"a", "b"}
	r, err := grant.Ask(grant.Request{By: "a", For: "x", Reason: "r", Roles: []actor.Role{actor.Operator}}, admins, noon)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Approve("b", admins, noon.Add(grant.Life-time.Microsecond)); err != nil || got.State != grant.Granted || got.Second != "b" {
		t.Error(got, err)
	}
	late := noon.Add(grant.Life)
	if got, err := r.Approve("b", admins, late); err != grant.ErrDecided || got.State != grant.Expired {
		t.Error(got, err)
	}
	if got, err := r.End("a", admins, late); err != grant.ErrDecided || got.State != grant.Expired {
		t.Error(got, err)
	}
}

// house is people who give and take roles in any order.
type house struct {
	people map[id.Staff]*person
	open   []grant.Request
	now    time.Time
}

type person struct {
	active bool
	roles  []actor.Role
}

func (h *house) admins() (out []id.Staff) {
	for who, p := range h.people {
		if p.active && slices.Contains(p.roles, actor.Admin) {
			out = append(out, who)
		}
	}
	slices.Sort(out)
	return out
}

func (h *house) take(r grant.Request) {
	p := h.people[r.For]
	if roles, err := r.Onto(p.roles); err == nil {
		p.roles, p.active = roles, p.active || r.Returns
	}
}

// Any sequence of requests, approvals, refusals, losses and waiting keeps the
// duties apart, needs two different people where there are two, and lets nobody
// decide on themselves.
func TestAnySequenceKeepsTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := []id.Staff{"a", "b", "c", "d"}
		h := &house{people: map[id.Staff]*person{}, now: noon}
		for _, n := range names {
			h.people[n] = &person{active: true}
		}
		h.people["a"].roles = []actor.Role{actor.Admin}
		h.people["b"].roles = rapid.SampledFrom([][]actor.Role{nil, {actor.Admin}, {actor.Reviewer}}).Draw(t, "second")
		who := rapid.SampledFrom(names)
		role := rapid.SampledFrom([]actor.Role{actor.Admin, actor.Reviewer, actor.Operator, actor.Producer})
		t.Repeat(map[string]func(*rapid.T){
			"ask": func(t *rapid.T) {
				admins := h.admins()
				r, err := grant.Ask(grant.Request{By: who.Draw(t, "by"), For: who.Draw(t, "for"), Reason: "r", Roles: []actor.Role{role.Draw(t, "role")}}, admins, h.now)
				switch {
				case err != nil:
				case r.State == grant.Granted:
					if len(admins) != 1 || admins[0] != r.By || !r.Alone {
						t.Fatalf("%+v by one of %v", r, admins)
					}
					h.take(r)
				default:
					h.open = append(h.open, r)
				}
			},
			"approve": func(t *rapid.T) {
				if len(h.open) == 0 {
					t.Skip()
				}
				i, by, admins := rapid.IntRange(0, len(h.open)-1).Draw(t, "which"), who.Draw(t, "by"), h.admins()
				could := slices.Contains(h.open[i].At(h.now).Missing(admins), by)
				r, err := h.open[i].Approve(by, admins, h.now)
				if err == nil {
					if !could || r.Second == r.By || r.Second == r.For || !slices.Contains(admins, r.By) || !slices.Contains(admins, by) {
						t.Fatalf("%+v approved by %s of %v", r, by, admins)
					}
					h.take(r)
					if _, again := r.Approve(by, admins, h.now); again != grant.ErrDecided {
						t.Fatal("twice", again)
					}
				}
				h.open[i] = r
			},
			"end": func(t *rapid.T) {
				if len(h.open) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(h.open)-1).Draw(t, "which")
				was := h.open[i].At(h.now).State
				r, err := h.open[i].End(who.Draw(t, "by"), h.admins(), h.now)
				if (err == nil) != (r.State == grant.Withdrawn && was == grant.Pending || r.State == grant.Refused && was == grant.Pending) {
					t.Fatalf("%+v %v", r, err)
				}
				h.open[i] = r
			},
			"leave": func(t *rapid.T) {
				if n := who.Draw(t, "who"); !slices.Equal(h.admins(), []id.Staff{n}) { // the last administrator stays
					h.people[n].active = false
				}
			},
			"lose": func(t *rapid.T) {
				n, lost := who.Draw(t, "who"), role.Draw(t, "role")
				if lost != actor.Admin || !slices.Equal(h.admins(), []id.Staff{n}) {
					h.people[n].roles = slices.DeleteFunc(slices.Clone(h.people[n].roles), func(r actor.Role) bool { return r == lost })
				}
			},
			"wait": func(t *rapid.T) {
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 80).Draw(t, "hours")) * time.Hour)
			},
			"": func(t *rapid.T) {
				for n, p := range h.people {
					if !grant.Apart(p.roles) {
						t.Fatalf("%s holds %v", n, p.roles)
					}
				}
				if len(h.admins()) == 0 {
					t.Fatal("nobody can give roles")
				}
			},
		})
	})
}
