package actor_test

import (
	"testing"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

func TestWhoMayManageAnOrganisationsWork(t *testing.T) {
	t.Parallel()
	mine, theirs := id.New[id.Org](), id.New[id.Org]()
	staff := func(org id.Org, roles ...actor.Role) actor.Actor {
		return actor.Actor{Kind: actor.Staff, Org: org, Roles: roles}
	}
	for name, c := range map[string]struct {
		by   actor.Actor
		want bool
	}{
		"nobody":                        {actor.Actor{}, false},
		"a viewer":                      {actor.Actor{Kind: actor.Viewer, Org: mine, Roles: []actor.Role{actor.Operator}}, false},
		"staff without a role":          {staff(mine), false},
		"a producer of the company":     {staff(mine, actor.Producer), true},
		"a producer of another company": {staff(theirs, actor.Producer), false},
		"an operator":                   {staff(theirs, actor.Operator), true},
		"the house":                     {actor.OfSystem("import"), true},
	} {
		if got := c.by.MayManage(mine); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if staff("", actor.Producer).MayManage("") {
		t.Error("no organisation is nobody's to manage")
	}
}
