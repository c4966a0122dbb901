package account

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/account/grant"
)

// board hires administrators of those names and answers them signed in.
func (h *house) board(t testing.TB, names ...string) (out []actor.Actor) {
	t.Helper()
	for _, n := range names {
		h.hire(t, n+"@example.com", OperatorOrg, actor.Admin)
		by, _ := h.signIn(t, n+"@example.com")
		out = append(out, by)
	}
	return out
}

func (h *house) acts(t testing.TB) (out []Act) {
	t.Helper()
	log, err := h.StaffLog(t.Context(), system, page.Request{Limit: longestPage})
	must(t, err)
	for _, e := range slices.Backward(log.Items) {
		if e.By != "" { // not the house itself
			out = append(out, e.Act)
		}
	}
	return out
}

func (h *house) roles(t testing.TB, who id.Staff) []actor.Role {
	t.Helper()
	p, err := staffByID(t.Context(), h.db, who)
	must(t, err)
	return p.Roles
}

var operatorToo = Reassignment{Roles: []actor.Role{actor.Operator, actor.Producer}, Reason: "runs the night shift"}

func TestTheOnlyAdministratorGivesRolesAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lin := h.hire(t, "lin@example.com", OperatorOrg, actor.Producer)
		ada := h.board(t, "ada")[0]
		_, err := h.Hire(t.Context(), ada, Hire{Name: "Bo", Email: "bo@example.com", Roles: []actor.Role{actor.Admin}, Org: lin.Org.ID})
		must(t, err) // Bo has not chosen a password yet: there is still one
		got, err := h.Reassign(t.Context(), ada, lin.ID, Reassignment{Roles: operatorToo.Roles})
		must(t, err)
		if diff := cmp.Diff(operatorToo.Roles, got.Roles); diff != "" || got.Grant.State != grant.Granted {
			t.Error(diff, got.Grant)
		}
		log, err := h.StaffLog(t.Context(), ada, page.Request{Limit: 1})
		must(t, err)
		if e := log.Items[0]; e.Act != Act(grant.Granted) || !e.Alone || e.By != ada.Staff || e.For != lin.ID || e.ForName != "Lin" || log.Next == "" {
			t.Errorf("%+v", e)
		}
	})
}

func TestTwoAdministratorsGiveARoleTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		board := h.board(t, "ada", "bo", "cy")
		ada, bo, cy := board[0], board[1], board[2]
		lin := h.hire(t, "lin@example.com", OperatorOrg, actor.Producer)
		_, token := h.signIn(t, "lin@example.com")
		_, err := h.Reassign(t.Context(), ada, lin.ID, Reassignment{Roles: operatorToo.Roles})
		mustRefuse(t, err, "account.grant_reason_missing")
		got, err := h.Reassign(t.Context(), ada, lin.ID, operatorToo)
		must(t, err)
		if got.Grant.State != grant.Pending || slices.Contains(got.Roles, actor.Operator) {
			t.Fatalf("%+v", got)
		}
		_, err = h.Reassign(t.Context(), bo, lin.ID, operatorToo)
		mustRefuse(t, err, "account.grant_asked")
		open, err := h.OpenGrants(t.Context(), bo)
		must(t, err)
		if len(open) != 1 || open[0].ForName != "Lin" || len(open[0].Missing) != 2 || open[0].Missing[0].ID != bo.Staff || open[0].Reason != operatorToo.Reason {
			t.Errorf("%+v", open)
		}
		_, err = h.Approve(t.Context(), ada, got.Grant.ID)
		mustRefuse(t, err, "account.grant_own")
		_, err = h.Approve(t.Context(), bo, id.New[id.Grant]())
		mustRefuse(t, err, "account.grant_unknown")
		won := 0
		for _, err := range together(4, func(i int) error {
			_, err := h.Approve(t.Context(), []actor.Actor{bo, cy}[i%2], got.Grant.ID)
			return err
		}) {
			if err == nil {
				won++
			} else if !errors.Is(err, grant.ErrDecided) {
				t.Error(err)
			}
		}
		if won != 1 || !h.who(t, actor.Staff, token).Has(actor.Operator) {
			t.Error(won, h.roles(t, lin.ID))
		}
		// Taking away needs nobody else.
		_, err = h.Reassign(t.Context(), cy, lin.ID, Reassignment{Roles: []actor.Role{actor.Producer}, Reason: "left the shift"})
		must(t, err)
		if h.who(t, actor.Staff, token).Has(actor.Operator) {
			t.Error("still an operator")
		}
		if diff := cmp.Diff([]Act{"asked", "granted", "removed"}, h.acts(t)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNewPeopleHaveNoRolesUntilTwoAgree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		board := h.board(t, "ada", "bo")
		org := h.hire(t, "lin@example.com", OperatorOrg, actor.Producer).Org.ID
		in := Hire{Name: "Jun", Email: "jun@example.com", Roles: []actor.Role{actor.Producer, actor.Reviewer}, Org: org, Reason: "judges"}
		jun, err := h.Hire(t.Context(), board[0], in)
		must(t, err)
		_, _, err = h.ChoosePassword(t.Context(), jun.Link, goodPassword, "")
		must(t, err)
		by, token := h.signIn(t, "jun@example.com")
		if len(by.Roles) != 0 || len(jun.Roles) != 0 {
			t.Error(by.Roles, jun.Roles)
		}
		_, err = h.Approve(t.Context(), board[1], jun.Grant.ID)
		must(t, err)
		if by = h.who(t, actor.Staff, token); !by.Has(actor.Reviewer) || !by.Has(actor.Producer) {
			t.Error(by.Roles)
		}
		_, err = h.Reassign(t.Context(), board[0], jun.ID, Reassignment{Roles: []actor.Role{actor.Producer, actor.Reviewer, actor.Admin}, Reason: "x"})
		mustRefuse(t, err, "account.duties_apart")
		_, err = h.Reassign(t.Context(), board[0], board[1].Staff, Reassignment{Roles: []actor.Role{actor.Admin, actor.Operator}, Reason: "x"})
		mustRefuse(t, err, "account.grant_no_second")
	})
}

func TestRequestsEndWithoutAGrant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		board := h.board(t, "ada", "bo", "cy")
		ada, bo, cy := board[0], board[1], board[2]
		lin := h.hire(t, "lin@example.com", OperatorOrg, actor.Producer)
		asked := func(by actor.Actor) id.Grant {
			t.Helper()
			got, err := h.Reassign(t.Context(), by, lin.ID, operatorToo)
			must(t, err)
			return got.Grant.ID
		}
		no := false
		for _, c := range []struct {
			state grant.State
			end   func(id.Grant) error
		}{
			{grant.Withdrawn, func(g id.Grant) error { _, err := h.EndGrant(t.Context(), ada, g); return err }},
			{grant.Refused, func(g id.Grant) error { _, err := h.EndGrant(t.Context(), bo, g); return err }},
			{grant.Expired, func(id.Grant) error { h.clock.Advance(grant.Life); return h.sweep(t.Context()) }},
			{grant.Lapsed, func(id.Grant) error {
				_, err := h.Reassign(t.Context(), cy, ada.Staff, Reassignment{Active: &no, Reason: "left"})
				return err
			}},
		} {
			if c.state == grant.Lapsed { // the sessions ended meanwhile
				ada, _ = h.signIn(t, "ada@example.com")
				bo, _ = h.signIn(t, "bo@example.com")
			}
			g := asked(ada)
			must(t, c.end(g))
			if got, err := grantByID(t.Context(), h.db, g); err != nil || got.State != c.state {
				t.Error(got.State, err, "want", c.state)
			}
			_, err := h.Approve(t.Context(), bo, g)
			mustRefuse(t, err, "account.grant_decided")
			open, err := h.OpenGrants(t.Context(), bo)
			if err != nil || len(open) != 0 {
				t.Error(open, err)
			}
		}
		g := asked(bo)
		_, err := h.Reassign(t.Context(), cy, lin.ID, Reassignment{Active: &no})
		must(t, err)
		_, err = h.Approve(t.Context(), cy, g)
		mustRefuse(t, err, "account.grant_decided")
	})
}

// Whoever was deactivated comes back with the word of two, too.
func TestComingBackIsAGrant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		board := h.board(t, "ada", "bo")
		lin := h.hire(t, "lin@example.com", OperatorOrg, actor.Operator)
		no, yes := false, true
		_, err := h.Reassign(t.Context(), board[0], lin.ID, Reassignment{Active: &no})
		must(t, err)
		got, err := h.Reassign(t.Context(), board[0], lin.ID, Reassignment{Active: &yes, Reason: "is back"})
		must(t, err)
		_, _, err = h.SignIn(t.Context(), "lin@example.com", goodPassword, here, "")
		mustRefuse(t, err, "account.credentials_wrong")
		_, err = h.Approve(t.Context(), board[1], got.Grant.ID)
		must(t, err)
		if by, _ := h.signIn(t, "lin@example.com"); !by.Has(actor.Operator) {
			t.Error(by.Roles)
		}
	})
}
