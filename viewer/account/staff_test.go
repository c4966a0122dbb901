package account

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/argon"
)

func TestSigningIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lin := h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		by, token := h.signIn(t, "LIN@example.com ")
		if by.Staff != lin.ID || by.Org != lin.Org.ID || !by.Has(actor.Producer) || by.Has(actor.Operator) || by.IsViewer() {
			t.Errorf("%+v", by)
		}
		if _, err := h.resolve(t.Context(), actor.Viewer, token); !errors.Is(err, errSession) {
			t.Error("a staff token is a viewer", err)
		}
		for email, password := range map[string]string{
			"lin@example.com": "a lantern in the rai", "nobody@example.com": goodPassword, "lin@@": goodPassword, "": "",
		} {
			_, _, err := h.SignIn(t.Context(), email, password, here, "")
			mustRefuse(t, err, "account.credentials_wrong")
		}
		must(t, h.SignOut(t.Context(), by))
		_, err := h.resolve(t.Context(), actor.Staff, token)
		mustRefuse(t, err, "account.session_ended")
	})
}

// network is an address in the n-th of many networks.
func network(n int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, byte(n), 1}) }

func TestGuessingIsSlowedWhereItIsDoneAndNowhereElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
	try := func(password string, from int) error {
		_, _, err := h.SignIn(t.Context(), "lin@example.com", password, network(from), "")
		return err
	}
	for range guessPace.Free {
		mustRefuse(t, try("wrong", 1), "account.credentials_wrong")
	}
	mustRefuse(t, try(goodPassword, 1), "account.sign_in_throttled")
	must(t, try(goodPassword, 2)) // who is elsewhere is not locked out
	h.clock.Advance(time.Second)
	mustRefuse(t, try("wrong", 1), "account.credentials_wrong")
	h.clock.Advance(time.Second)
	mustRefuse(t, try(goodPassword, 1), "account.sign_in_throttled")
	h.clock.Advance(time.Second)
	must(t, try(goodPassword, 1))
	for range guessPace.Free { // a right password forgives
		mustRefuse(t, try("wrong", 1), "account.credentials_wrong")
	}
}

func TestGuessingFromEverywhereIsSlowedAndDoesNotLockTheOwnerOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
	try := func(password string, from int) error {
		_, _, err := h.SignIn(t.Context(), "lin@example.com", password, network(from), "")
		return err
	}
	const home = 200
	must(t, try(goodPassword, home))
	for i := range emailPace.Free {
		mustRefuse(t, try("wrong", i), "account.credentials_wrong")
	}
	mustRefuse(t, try("wrong", 100), "account.sign_in_throttled")
	mustRefuse(t, try(goodPassword, 100), "account.sign_in_throttled")
	must(t, try(goodPassword, home))
	mustRefuse(t, try("wrong", 101), "account.sign_in_throttled") // and that does not forgive the others
	for range guessPace.Free {
		mustRefuse(t, try("wrong", home), "account.credentials_wrong")
	}
	mustRefuse(t, try(goodPassword, home), "account.sign_in_throttled")
}

func TestGuessingIsSlowedPerAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
	for range 2 * addressPace.Free { // right passwords of an office do not count
		h.signIn(t, "lin@example.com")
	}
	for i := range addressPace.Free {
		_, _, err := h.SignIn(t.Context(), string(rune('a'+i%26))+string(rune('a'+i/26))+"@example.com", "wrong", here, "")
		mustRefuse(t, err, "account.credentials_wrong")
	}
	_, _, err := h.SignIn(t.Context(), "lin@example.com", goodPassword, here, "")
	mustRefuse(t, err, "account.sign_in_throttled")
	_, _, err = h.SignIn(t.Context(), "lin@example.com", goodPassword, netip.MustParseAddr("2001:db8::1"), "")
	must(t, err)
}

func TestStaffSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		_, idle := h.signIn(t, "lin@example.com")
		h.clock.Advance(staffIdle)
		_, err := h.resolve(t.Context(), actor.Staff, idle)
		mustRefuse(t, err, "account.session_ended")
		_, busy := h.signIn(t, "lin@example.com")
		began := h.clock.Now()
		for {
			h.clock.Advance(11 * time.Hour)
			_, err := h.resolve(t.Context(), actor.Staff, busy)
			if err != nil {
				mustRefuse(t, err, "account.session_ended")
				break
			}
			h.noteUses(t.Context(), <-h.touches)
		}
		if lived := h.clock.Now().Sub(began); lived < staffLife || lived > staffLife+12*time.Hour {
			t.Error("a busy session lived", lived)
		}
		must(t, h.sweep(t.Context()))
		var left int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM account_staff_session`).Scan(&left))
		if left != 0 {
			t.Error(left)
		}
	})
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		_, elsewhere := h.signIn(t, "lin@example.com")
		by, token := h.signIn(t, "lin@example.com")
		const next = "a lantern in the snow"
		mustRefuse(t, h.ChangePassword(t.Context(), by, "wrong", next, here), "account.password_wrong")
		mustRefuse(t, h.ChangePassword(t.Context(), by, goodPassword, "password123", here), "account.password_common")
		must(t, h.ChangePassword(t.Context(), by, goodPassword, next, here))
		h.who(t, actor.Staff, token)
		_, err := h.resolve(t.Context(), actor.Staff, elsewhere)
		mustRefuse(t, err, "account.session_ended")
		_, _, err = h.SignIn(t.Context(), "lin@example.com", goodPassword, here, "")
		mustRefuse(t, err, "account.credentials_wrong")
		_, _, err = h.SignIn(t.Context(), "lin@example.com", next, here, "")
		must(t, err)
	})
}

func TestPasswordsMoveToThePresentCost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lin := h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		h.hasher = newHasher(argon.Cost{MemoryKiB: 128, Passes: 2, Lanes: 1})
		_, _, err := h.SignIn(t.Context(), "lin@example.com", "wrong", here, "")
		mustRefuse(t, err, "account.credentials_wrong")
		before, err := staffByID(t.Context(), h.db, lin.ID)
		must(t, err)
		h.signIn(t, "lin@example.com")
		after, err := staffByID(t.Context(), h.db, lin.ID)
		must(t, err)
		if before.password != lin.password || !strings.HasPrefix(after.password, "$argon2id$v=19$m=128,t=2,p=1$") {
			t.Error(before.password, after.password)
		}
		h.signIn(t, "lin@example.com")
	})
}

func TestHiringAndChoosingAPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ops := h.hire(t, "op@example.com", OperatorOrg, actor.Admin)
		by, _ := h.signIn(t, "op@example.com")
		p, err := h.Hire(t.Context(), by, Hire{Name: " Jun ", Email: "Jun@Example.com", Roles: []actor.Role{actor.Producer}, Org: ops.Org.ID})
		must(t, err)
		lost := p.Link
		if p.Name != "Jun" || p.Email != "jun@example.com" || !p.Invited {
			t.Errorf("%+v", p)
		}
		for _, password := range []string{"", goodPassword} {
			_, _, err := h.SignIn(t.Context(), "jun@example.com", password, here, "")
			mustRefuse(t, err, "account.credentials_wrong")
		}
		link, err := h.NewPasswordLink(t.Context(), by, p.ID)
		must(t, err)
		_, _, err = h.ChoosePassword(t.Context(), lost, goodPassword, "")
		mustRefuse(t, err, "account.password_link_invalid")
		_, _, err = h.ChoosePassword(t.Context(), link, "short", "")
		mustRefuse(t, err, "account.password_short")
		won := 0
		for _, err := range together(4, func(int) error {
			_, _, err := h.ChoosePassword(t.Context(), link, goodPassword, "")
			return err
		}) {
			if err == nil {
				won++
			} else if !errors.Is(err, errPasswordLink) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("the link worked %d times", won)
		}
		h.signIn(t, "jun@example.com")
		link, err = h.NewPasswordLink(t.Context(), by, p.ID)
		must(t, err)
		h.clock.Advance(passwordLinkLife)
		_, _, err = h.ChoosePassword(t.Context(), link, goodPassword, "")
		mustRefuse(t, err, "account.password_link_invalid")
		_, err = h.Hire(t.Context(), system, Hire{Name: "J", Email: "jun@example.com", Roles: p.Roles, Org: ops.Org.ID})
		mustRefuse(t, err, "account.email_taken")
		_, err = h.Hire(t.Context(), system, Hire{Name: "J", Email: "j@example.com", Roles: p.Roles, Org: "org_unknown"})
		mustRefuse(t, err, "account.organisation_unknown")
	})
}

func TestOnlyAdministratorsManageStaff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		h.hire(t, "op@example.com", OperatorOrg, actor.Operator, actor.Producer)
		h.hire(t, "judge@example.com", OperatorOrg, actor.Reviewer)
		producer, _ := h.signIn(t, "lin@example.com")
		operator, _ := h.signIn(t, "op@example.com")
		reviewer, _ := h.signIn(t, "judge@example.com")
		viewer, _ := h.enter(t)
		for _, by := range []actor.Actor{{}, viewer, producer, operator, reviewer} {
			_, organisations := h.Organisations(t.Context(), by, page.Request{})
			_, everybody := h.Everybody(t.Context(), by, page.Request{})
			_, founded := h.FoundOrganisation(t.Context(), by, "X", ProducerOrg)
			_, ensured := h.EnsureOrganisation(t.Context(), by, "X", ProducerOrg)
			_, hired := h.Hire(t.Context(), by, Hire{Name: "X", Email: "x@example.com"})
			_, staffed := h.EnsureStaff(t.Context(), by, Hire{Name: "X", Email: "x@example.com"}, goodPassword)
			_, reassigned := h.Reassign(t.Context(), by, producer.Staff, Reassignment{Roles: []actor.Role{actor.Operator}})
			_, link := h.NewPasswordLink(t.Context(), by, producer.Staff)
			_, listed := h.OpenGrants(t.Context(), by)
			_, read := h.StaffLog(t.Context(), by, page.Request{})
			signedOut := h.SignOutStaff(t.Context(), by, producer.Staff)
			_, approved := h.Approve(t.Context(), by, "grt_x")
			_, ended := h.EndGrant(t.Context(), by, "grt_x")
			for _, err := range []error{organisations, everybody, founded, ensured, hired, staffed, reassigned, link, listed, read, signedOut, approved, ended} {
				mustRefuse(t, err, "account.admin_only")
			}
		}
	})
}

func TestReassigning(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		op := h.hire(t, "op@example.com", OperatorOrg, actor.Admin)
		second := h.hire(t, "two@example.com", OperatorOrg, actor.Admin, actor.Producer)
		lin := h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		_, token := h.signIn(t, "two@example.com")
		no, yes := false, true
		_, err := h.Reassign(t.Context(), system, lin.ID, Reassignment{Roles: []actor.Role{actor.Operator}})
		mustRefuse(t, err, "account.roles_invalid")
		_, err = h.Reassign(t.Context(), system, id.New[id.Staff](), Reassignment{Active: &no})
		mustRefuse(t, err, "account.staff_unknown")
		got, err := h.Reassign(t.Context(), system, second.ID, Reassignment{Roles: []actor.Role{actor.Producer}})
		must(t, err)
		if diff := cmp.Diff([]actor.Role{actor.Producer}, got.Roles); diff != "" || h.who(t, actor.Staff, token).Has(actor.Admin) {
			t.Error("the old role still holds", diff)
		}
		for _, in := range []Reassignment{{Active: &no}, {Roles: []actor.Role{actor.Producer}}} {
			_, err = h.Reassign(t.Context(), system, op.ID, in)
			mustRefuse(t, err, "account.last_admin")
		}
		_, err = h.Reassign(t.Context(), system, second.ID, Reassignment{Active: &no})
		must(t, err)
		_, err = h.resolve(t.Context(), actor.Staff, token)
		mustRefuse(t, err, "account.session_ended")
		_, _, err = h.SignIn(t.Context(), "two@example.com", goodPassword, here, "")
		mustRefuse(t, err, "account.credentials_wrong")
		_, err = h.NewPasswordLink(t.Context(), system, second.ID)
		mustRefuse(t, err, "account.staff_inactive")
		_, err = h.Reassign(t.Context(), system, second.ID, Reassignment{Active: &yes})
		must(t, err)
		h.signIn(t, "two@example.com")
	})
}

// Two administrators who retire each other at the same moment do not leave nobody.
func TestOneAdministratorAlwaysStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		people := []Staff{h.hire(t, "a@example.com", OperatorOrg, actor.Admin), h.hire(t, "b@example.com", OperatorOrg, actor.Admin)}
		no := false
		errs := together(2, func(i int) error {
			_, err := h.Reassign(t.Context(), system, people[i].ID, Reassignment{Active: &no})
			return err
		})
		slices.SortFunc(errs, func(a, _ error) int {
			if a == nil {
				return -1
			}
			return 1
		})
		must(t, errs[0])
		mustRefuse(t, errs[1], "account.last_admin")
	})
}

func TestListsAreCut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, name := range []string{"Moon", "amber", "Star", "星光"} {
			_, err := h.FoundOrganisation(t.Context(), system, name, ProducerOrg)
			must(t, err)
		}
		_, err := h.FoundOrganisation(t.Context(), system, " ＡＭＢＥＲ ", ProducerOrg)
		mustRefuse(t, err, "account.organisation_exists")
		var names []string
		for after := ""; ; {
			p, err := h.Organisations(t.Context(), system, page.Request{After: after, Limit: 3})
			must(t, err)
			for _, o := range p.Items {
				names = append(names, o.Name)
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if diff := cmp.Diff([]string{"amber", "Moon", "Star", "星光"}, names); diff != "" {
			t.Error(diff)
		}
		for _, email := range []string{"c@x.y", "a@x.y", "b@x.y"} {
			h.hire(t, email, ProducerOrg, actor.Producer)
		}
		first, err := h.Everybody(t.Context(), system, page.Request{Limit: 2})
		must(t, err)
		rest, err := h.Everybody(t.Context(), system, page.Request{Limit: 2, After: first.Next})
		must(t, err)
		if len(first.Items) != 2 || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].Email != "b@x.y" {
			t.Error(first, rest)
		}
		all, err := h.OrganisationsOf(t.Context(), []id.Org{first.Items[0].Org.ID, "org_unknown"})
		if err != nil || len(all) != 1 {
			t.Error(all, err)
		}
	})
}

func TestEnsuringTwiceAtOnceMakesOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		got := together(4, func(int) id.Staff {
			org, err := h.EnsureOrganisation(t.Context(), system, "Demo House", ProducerOrg)
			if err != nil {
				t.Error(err)
			}
			p, err := h.EnsureStaff(t.Context(), system, Hire{Name: "Demo", Email: "demo@example.com", Roles: []actor.Role{actor.Producer}, Org: org.ID}, goodPassword)
			if err != nil {
				t.Error(err)
			}
			return p.ID
		})
		if got[0] == "" || len(slices.Compact(got)) != 1 {
			t.Error(got)
		}
		h.signIn(t, "demo@example.com")
	})
}

func TestSettingUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		founding := Founding{Organisation: "Lantern", Name: "Op", Email: "op@example.com", Password: goodPassword}
		lost, needed, err := h.SetupLink(t.Context())
		must(t, err)
		h.clock.Advance(setupLife / 2)
		token, _, err := h.SetupLink(t.Context())
		must(t, err)
		if !needed || lost == "" || lost == token {
			t.Fatal(needed, lost, token)
		}
		h.clock.Advance(setupLife / 2)
		_, _, err = h.SetUp(t.Context(), lost, founding)
		mustRefuse(t, err, "account.setup_link_invalid")
		other, _, err := h.SetupLink(t.Context()) // of a second node
		must(t, err)
		for _, spoil := range []struct {
			code  string
			spoil func(*Founding)
		}{
			{"account.organisation_name_invalid", func(f *Founding) { f.Organisation = " " }},
			{"account.name_invalid", func(f *Founding) { f.Name = "\u200b" }},
			{"account.email_invalid", func(f *Founding) { f.Email = "op" }},
			{"account.password_short", func(f *Founding) { f.Password = "short" }},
		} {
			bad := founding
			spoil.spoil(&bad)
			_, _, err = h.SetUp(t.Context(), token, bad)
			mustRefuse(t, err, spoil.code)
		}
		won := 0
		for _, err := range together(4, func(i int) error {
			who, session, err := h.SetUp(t.Context(), []string{token, other}[i%2], founding)
			if err == nil {
				if by, err := h.resolve(t.Context(), actor.Staff, session); err != nil || by.Staff != who.ID || !who.administers() {
					t.Errorf("%+v, %v", who, err)
				}
			}
			return err
		}) {
			if err == nil {
				won++
			} else if !errors.Is(err, errSetup) && !errors.Is(err, errSetupDone) {
				t.Error(err)
			}
		}
		for _, used := range []string{token, other} {
			_, _, err = h.SetUp(t.Context(), used, founding)
			mustRefuse(t, err, "account.setup_done")
		}
		left, needed, err := h.SetupLink(t.Context())
		if won != 1 || left != "" || needed || err != nil {
			t.Error(won, left, needed, err)
		}
	})
}

func TestAWayBackForTheOnlyAdministrator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.hire(t, "ada@example.com", OperatorOrg, actor.Admin)
		by, token := h.signIn(t, "ada@example.com")
		_, err := h.Recover(t.Context(), by, ada.ID)
		mustRefuse(t, err, "account.admin_only")
		_, err = h.Recover(t.Context(), system, id.New[id.Staff]())
		mustRefuse(t, err, "account.staff_unknown")

		first, err := h.Recover(t.Context(), system, ada.ID)
		must(t, err)
		late, err := h.Recover(t.Context(), system, ada.ID)
		must(t, err)
		_, _, err = h.ChoosePassword(t.Context(), first, "another lantern", "")
		mustRefuse(t, err, "account.password_link_invalid") // a later one replaced it
		h.clock.Advance(setupLife)
		_, _, err = h.ChoosePassword(t.Context(), late, "another lantern", "")
		mustRefuse(t, err, "account.password_link_invalid")
		h.who(t, actor.Staff, token) // a link alone ends nothing

		link, err := h.Recover(t.Context(), system, ada.ID)
		must(t, err)
		who, fresh, err := h.ChoosePassword(t.Context(), link, "another lantern", "")
		must(t, err)
		if again := h.who(t, actor.Staff, fresh); who.ID != ada.ID || !again.Has(actor.Admin) {
			t.Errorf("%+v", again)
		}
		_, err = h.resolve(t.Context(), actor.Staff, token)
		mustRefuse(t, err, "account.session_ended")
		_, _, err = h.ChoosePassword(t.Context(), link, "a third lantern", "")
		mustRefuse(t, err, "account.password_link_invalid")

		log, err := h.StaffLog(t.Context(), system, page.Request{})
		must(t, err)
		e := log.Items[0]
		if e.Act != actRecovered || e.For != ada.ID || e.By != "" || !e.At.Equal(h.clock.Now()) || log.Items[2].Act != actRecovered || log.Items[3].Act == actRecovered {
			t.Errorf("the log: %+v", log.Items)
		}

		away := false
		h.hire(t, "bo@example.com", OperatorOrg, actor.Admin)
		_, err = h.Reassign(t.Context(), system, ada.ID, Reassignment{Active: &away})
		must(t, err)
		_, err = h.Recover(t.Context(), system, ada.ID)
		mustRefuse(t, err, "account.staff_inactive")
	})
}
