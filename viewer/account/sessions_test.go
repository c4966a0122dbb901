package account

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
)

func (h *house) signInWith(t *testing.T, email, browser string) (actor.Actor, string) {
	t.Helper()
	_, token, err := h.SignIn(t.Context(), email, goodPassword, here, browser)
	must(t, err)
	return h.who(t, actor.Staff, token), token
}

func TestStaffSeeAndEndTheirSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		h.hire(t, "mo@example.com", ProducerOrg, actor.Producer)
		h.signInWith(t, "lin@example.com", "Opera · Linux")
		h.clock.Advance(staffIdle) // that one has run out
		began := h.clock.Now()
		by, token := h.signInWith(t, "lin@example.com", "Chrome · Linux")
		h.clock.Advance(time.Minute)
		phone, onPhone := h.signInWith(t, "lin@example.com", "Safari · iOS")
		h.clock.Advance(time.Minute)
		desk, atDesk := h.signInWith(t, "lin@example.com", "")
		other, others := h.signInWith(t, "mo@example.com", "Edge · Windows")

		open, err := h.MySessions(t.Context(), by)
		must(t, err)
		if diff := cmp.Diff([]StaffSession{
			{by.Session, "Chrome · Linux", began, began, true},
			{desk.Session, "", began.Add(2 * time.Minute), began.Add(2 * time.Minute), false},
			{phone.Session, "Safari · iOS", began.Add(time.Minute), began.Add(time.Minute), false},
		}, open); diff != "" {
			t.Error(diff)
		}
		mustRefuse(t, h.EndMySession(t.Context(), by, by.Session), "account.session_held")
		mustRefuse(t, h.EndMySession(t.Context(), by, other.Session), "account.session_unknown")
		must(t, h.EndMySession(t.Context(), by, phone.Session))
		mustRefuse(t, h.EndMySession(t.Context(), by, phone.Session), "account.session_unknown")
		_, err = h.resolve(t.Context(), actor.Staff, onPhone)
		mustRefuse(t, err, "account.session_ended")
		h.who(t, actor.Staff, atDesk)

		must(t, h.EndMyOtherSessions(t.Context(), by))
		must(t, h.EndMyOtherSessions(t.Context(), by))
		_, err = h.resolve(t.Context(), actor.Staff, atDesk)
		mustRefuse(t, err, "account.session_ended")
		h.who(t, actor.Staff, token)
		h.who(t, actor.Staff, others)

		viewer, _ := h.enter(t)
		for _, nobody := range []actor.Actor{{}, viewer, system} {
			_, err := h.MySessions(t.Context(), nobody)
			mustRefuse(t, err, "account.staff_only")
			mustRefuse(t, h.EndMySession(t.Context(), nobody, by.Session), "account.staff_only")
			mustRefuse(t, h.EndMyOtherSessions(t.Context(), nobody), "account.staff_only")
		}
	})
}

// However many sessions there are, the one that asks is in the list.
func TestTheListOfSessionsIsBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		by, _ := h.signIn(t, "lin@example.com")
		for range sessionsShown {
			h.clock.Advance(time.Second)
			h.signIn(t, "lin@example.com")
		}
		open, err := h.MySessions(t.Context(), by)
		must(t, err)
		if len(open) != sessionsShown || open[0].ID != by.Session || !open[0].Current || open[1].Current {
			t.Error(len(open), open[0])
		}
	})
}

func TestAnAdministratorSignsSomebodyOutEverywhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "op@example.com", OperatorOrg, actor.Admin)
		gone := h.hire(t, "two@example.com", OperatorOrg, actor.Admin)
		lin := h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		by, admin := h.signIn(t, "op@example.com")
		former, _ := h.signIn(t, "two@example.com")
		_, first := h.signIn(t, "lin@example.com")
		_, second := h.signIn(t, "lin@example.com")
		elsewhere := nodeOf(t, h.db, h.bus, h.clock) // hears no beacons: it does not run
		elsewhere.who(t, actor.Staff, first)
		before, err := h.StaffLog(t.Context(), by, page.Request{})
		must(t, err)

		must(t, h.SignOutStaff(t.Context(), by, lin.ID))
		for _, token := range []string{first, second} {
			_, err := h.resolve(t.Context(), actor.Staff, token)
			mustRefuse(t, err, "account.session_ended")
		}
		h.who(t, actor.Staff, admin)
		h.clock.Advance(believed)
		_, err = elsewhere.resolve(t.Context(), actor.Staff, first)
		mustRefuse(t, err, "account.session_ended")
		h.signIn(t, "lin@example.com") // who may come back

		log, err := h.StaffLog(t.Context(), by, page.Request{})
		must(t, err)
		if e := log.Items[0]; len(log.Items) != len(before.Items)+1 || e.Act != actSignedOut || e.For != lin.ID || e.By != by.Staff || len(e.Roles) != 0 {
			t.Errorf("%+v", e)
		}
		mustRefuse(t, h.SignOutStaff(t.Context(), by, id.New[id.Staff]()), "account.staff_unknown")
		no := false
		_, err = h.Reassign(t.Context(), system, gone.ID, Reassignment{Active: &no})
		must(t, err)
		mustRefuse(t, h.SignOutStaff(t.Context(), former, lin.ID), "account.admin_only") // as of a moment ago
	})
}

// What lasts as long as a session ends where it is ended, and nothing else does.
func TestWhatWatchesASessionEndsWithIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "op@example.com", OperatorOrg, actor.Admin)
		lin := h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		by, here := h.signIn(t, "lin@example.com")
		_, there := h.signIn(t, "lin@example.com")
		watch := func(token string) context.Context {
			ctx, stop := h.while(t.Context(), sessionKey{actor.Staff, digestOf(token)}, time.Hour)
			t.Cleanup(stop)
			return ctx
		}
		mine, others := watch(here), []context.Context{watch(there), watch(there)}
		must(t, h.EndMyOtherSessions(t.Context(), by))
		for _, ctx := range others {
			<-ctx.Done()
		}
		<-watch(there).Done() // and so does what comes late
		_, err := h.Reassign(t.Context(), system, lin.ID, Reassignment{Roles: []actor.Role{actor.Producer}})
		must(t, err) // is news of a session that goes on
		if !h.holds(t.Context(), sessionKey{actor.Staff, digestOf(here)}) || mine.Err() != nil {
			t.Error("a session that goes on ended")
		}
		must(t, h.SignOutStaff(t.Context(), system, lin.ID))
		<-mine.Done()
	})
}

// Watching is no use of a session, and ends when it has run out.
func TestWatchingIsNoUse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		_, token := h.signIn(t, "lin@example.com")
		key := sessionKey{actor.Staff, digestOf(token)}
		h.clock.Advance(time.Hour)
		if !h.holds(t.Context(), key) || len(h.touches) != 0 {
			t.Error("watching was taken for use")
		}
		h.clock.Advance(staffIdle - time.Hour)
		ctx, stop := h.while(t.Context(), key, time.Hour)
		defer stop()
		<-ctx.Done() // it has run out
		if h.holds(t.Context(), key) {
			t.Error("a session that ran out holds")
		}
		away, cancel := context.WithCancel(t.Context())
		cancel()
		if !h.holds(away, sessionKey{actor.Staff, digestOf(token)}) {
			t.Error("a database that does not answer ends sessions")
		}
	})
}

func TestNodesTellWhoWatchesElsewhere(t *testing.T) {
	t.Parallel()
	d := databases.SQLite(t)
	h := newHouse(t, d)
	must(t, h.bus.Start(t.Context()))
	other := nodeOf(t, d, h.bus, h.clock)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- other.Run(ctx) }()
	heard := make(chan struct{}, 64)
	end, err := h.bus.Watch(subjectEnded, func(string, []byte) { heard <- struct{}{} })
	must(t, err)
	defer end()
	h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
	for { // the other node watches once it hears of itself
		by, token := h.signIn(t, "lin@example.com")
		key := sessionKey{actor.Staff, digestOf(token)}
		there, leave := other.while(t.Context(), key, time.Hour)
		other.who(t, actor.Staff, token)
		must(t, h.SignOut(t.Context(), by))
		<-heard
		_, err := other.resolve(t.Context(), actor.Staff, token)
		if errors.Is(err, errSession) {
			<-there.Done()
		}
		leave()
		if err != nil {
			break
		}
	}
	stop()
	must(t, <-ran)
}
