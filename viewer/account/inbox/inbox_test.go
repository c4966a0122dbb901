package inbox_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/inbox"
)

func TestAnAlarmIsReadDoneAndComesBack(t *testing.T) {
	each(t, func(h *house) {
		lin, mei := h.desk("lin"), h.desk("mei")
		h.tell(alarm("a", "The pumps stand still"), alarm("a", "The pumps stand still"), event.AlarmRaised{Matter: matter("b", "A lamp is out")})
		lin.counts(2, 2)
		mei.counts(0, 0)
		lin.titles("", "The pumps stand still", "A lamp is out")
		first := lin.path(0)

		lin.must("PUT", first+"/read", nil, nil, "")
		lin.counts(2, 1)
		mei.must("PUT", first+"/read", nil, nil, "account.inbox_item_gone")
		mei.must("PUT", first+"/done", nil, nil, "account.inbox_item_gone")
		lin.must("PUT", list+"/nonsense/done", nil, nil, "account.inbox_item_gone")

		lin.must("PUT", first+"/done", nil, nil, "")
		lin.must("PUT", first+"/done", nil, nil, "")
		lin.counts(1, 1)
		lin.titles("?state=ended", "The pumps stand still")
		if by := lin.items("?state=ended").Items[0].DoneBy; by != "lin" {
			h.t.Errorf("done by %q", by)
		}
		lin.must("DELETE", first+"/done", nil, nil, "")
		lin.counts(2, 1)
		lin.must("PUT", first+"/done", nil, nil, "")
		h.tell(alarm("a", "The pumps stand still")) // said again: it is done all the same
		lin.counts(1, 1)

		h.tell(event.AlarmCleared{Key: "a"}, event.AlarmCleared{Key: "b"})
		lin.counts(0, 0)
		lin.must("DELETE", first+"/done", nil, nil, "account.inbox_item_ended")
		h.tell(alarm("a", "The pumps stand still again"))
		lin.counts(1, 1)
	})
}

func TestAPageFollowsAnother(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		now := h.clock.Now()
		h.tell(event.AlarmRaised{Matter: matter("plain", "plain")}, event.DeadlineSet{Matter: matter("late", "late"), Due: now.Add(9 * time.Hour)},
			event.DeadlineSet{Matter: matter("soon", "soon"), Due: now.Add(time.Hour)}, alarm("alarm", "alarm"))
		want, query := []string{"alarm", "soon", "late", "plain"}, "?limit=1"
		for n, title := range want {
			page := lin.items(query)
			lin.titles(query, title)
			if query = "?limit=1&after=" + page.Next; (page.Next == "") != (n == len(want)-1) {
				h.t.Fatalf("after %s comes %q", title, page.Next)
			}
		}
		lin.titles("?kind=test.thing", want...)
		lin.titles("?kind=other")
		for range want {
			lin.must("PUT", lin.path(0)+"/done", nil, nil, "")
			h.clock.Advance(time.Second)
		}
		lin.titles("?state=ended&limit=3", "plain", "late", "soon")
		lin.titles("?state=ended&limit=3&after="+lin.items("?state=ended&limit=3").Next, "alarm")
	})
}

func TestOneKindIsShownAlone(t *testing.T) {
	each(t, func(h *house) {
		lin, other := h.desk("lin"), matter("b", "A lamp is out")
		other.Kind = "test.lamp"
		h.tell(alarm("a", "Smoke"), alarm("c", "Fire"), event.AlarmRaised{Matter: other})
		lin.kinds(inbox.Kind{Kind: "test.lamp", Open: 1}, inbox.Kind{Kind: "test.thing", Open: 2})
		lin.titles("?kind=test.lamp", "A lamp is out")
		lin.titles("?kind=test.thing&limit=1", "Smoke")
		lin.titles("?kind=test.thing&limit=1&after="+lin.items("?kind=test.thing&limit=1").Next, "Fire")
		h.tell(event.AlarmCleared{Key: "b"})
		lin.kinds(inbox.Kind{Kind: "test.lamp"}, inbox.Kind{Kind: "test.thing", Open: 2})
		lin.titles("?state=ended&kind=test.lamp", "A lamp is out")
		lin.titles("?state=ended&kind=test.thing")
		h.desk("mei").kinds()
	})
}

func TestAnItemIsSeenOnlyByThoseItIsFor(t *testing.T) {
	each(t, func(h *house) {
		asset := id.New[id.Asset]()
		h.tell(event.AssetFailed{Asset: asset, Code: "media.broken", Org: ofOrg(h, "han"), Name: "Lantern 01.mp4"})
		for who, n := range map[string]int{"han": 1, "bo": 0, "lin": 0, "mei": 0} {
			h.desk(who).counts(n, n)
		}
		han := h.desk("han")
		han.titles("", "“Lantern 01.mp4” could not be prepared")
		if bo := h.desk("bo"); bo.do("PUT", han.path(0)+"/done", nil, nil) != "account.inbox_item_gone" || len(bo.items("?state=ended").Items) > 0 {
			h.t.Error("another company's item")
		}
		h.tell(event.AssetPlayable{Asset: asset, Org: ofOrg(h, "han"), Name: "Lantern 01.mp4"}) // it was tried again
		han.counts(0, 0)
		h.tell(event.AssetPlayable{Asset: asset, Org: ofOrg(h, "han"), Name: "Lantern 01.mp4", Blocked: true})
		han.titles("", "The checks keep “Lantern 01.mp4” from viewers")
		h.tell(event.AssetDeleted{Asset: asset, Org: ofOrg(h, "han")})
		han.counts(0, 0)

		(&desk{h, "nobody"}).must("GET", list, nil, nil, "account.session_ended")
		if _, err := h.inbox.Count(h.t.Context(), actor.Actor{Kind: actor.Viewer}); err == nil {
			h.t.Error("a viewer has an inbox")
		}
		if err := h.inbox.Observe(h.t.Context(), actor.Actor{Kind: actor.Staff, Staff: "x"}); err == nil {
			h.t.Error("a person observes for the house")
		}
	})
}

// A wish for a role waits for another administrator: not for who asked, nor as
// something one can put away.
func TestARoleThatWaitsIsTheOtherAdministratorsWork(t *testing.T) {
	each(t, func(h *house) {
		mei, ada := h.desk("mei"), h.desk("ada")
		by := actor.Actor{Kind: actor.Staff, Staff: h.staff["mei"].ID, Roles: []actor.Role{actor.Admin}}
		asked, err := h.accounts.Reassign(h.t.Context(), by, h.staff["lin"].ID, account.Reassignment{Roles: []actor.Role{actor.Operator, actor.Producer}, Reason: "is needed"})
		h.check(err)
		h.settle()
		mei.counts(0, 0)
		ada.titles("", "A role for lin waits for a second administrator")
		if due := ada.items("").Items[0].Due; due == nil || !due.Equal(asked.Grant.ExpiresAt) {
			h.t.Errorf("due %v", due)
		}
		ada.must("PUT", ada.path(0)+"/done", nil, nil, "account.inbox_item_binding")
		_, err = h.accounts.Approve(h.t.Context(), actor.Actor{Kind: actor.Staff, Staff: h.staff["ada"].ID, Roles: []actor.Role{actor.Admin}}, asked.Grant.ID)
		h.check(err)
		h.settle()
		ada.counts(0, 0)
	})
}

// A deadline is unread again, and mailed, a day before and when it is.
func TestADeadlineIsRemindedOf(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		set := event.DeadlineSet{Matter: matter("d", "Answer the order"), Due: h.clock.Now().Add(72 * time.Hour)}
		h.tell(set)
		read := func() { lin.must("PUT", lin.path(0)+"/read", nil, nil, ""); lin.counts(1, 0) }
		remind := func() { h.check(h.inbox.Remind(h.t.Context())) }
		pass := func(d time.Duration) { // sessions end meanwhile
			h.clock.Advance(d)
			lin = h.desk("lin")
		}
		read()
		remind()
		lin.counts(1, 0)
		h.mailed("lin")
		pass(48 * time.Hour)
		remind()
		remind()
		lin.counts(1, 1)
		h.mailed("lin", "Due soon: Answer the order / 即将到期：Answer the order")
		read()
		pass(24 * time.Hour)
		remind()
		lin.counts(1, 1)
		h.mailed("lin", "Overdue: Answer the order / 已逾期：Answer the order")
		pass(1000 * time.Hour)
		remind()
		h.mailed("lin")

		lin.must("PUT", lin.path(0)+"/done", nil, nil, "")
		pass(time.Second)
		set.Due = h.clock.Now().Add(30 * time.Hour) // the moment moves: it is open again
		h.tell(set)
		lin.counts(1, 1)
		h.tell(event.DeadlineWithdrawn{Key: "d"})
		pass(48 * time.Hour)
		remind()
		lin.counts(0, 0)
		h.mailed("lin")
	})
}

func TestMailComesAsAPersonAskedForIt(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		h.tell(alarm("a", "The pumps stand still"), event.AlarmRaised{Matter: matter("b", "A lamp is out")})
		h.mailed("lin", "Alarm: The pumps stand still / 警报：The pumps stand still")
		h.mailed("mei")

		var w inbox.Wish
		lin.must("GET", wishes, nil, &w, "")
		if w != (inbox.Wish{Urgent: inbox.AtOnce, Rest: inbox.Never, Hour: 9, Zone: "UTC", Locale: "en"}) {
			h.t.Fatal(w)
		}
		for _, c := range []struct {
			wish inbox.Wish
			code string
		}{
			{inbox.Wish{Urgent: "often", Rest: inbox.Daily, Zone: "UTC", Locale: "en"}, "account.inbox_often_unknown"},
			{inbox.Wish{Urgent: inbox.Daily, Rest: inbox.Daily, Hour: 24, Zone: "UTC", Locale: "en"}, "account.inbox_hour_invalid"},
			{inbox.Wish{Urgent: inbox.Daily, Rest: inbox.Daily, Zone: "Mars/Olympus", Locale: "en"}, "account.inbox_zone_unknown"},
			{inbox.Wish{Urgent: inbox.Daily, Rest: inbox.Daily, Zone: "UTC", Locale: "xx"}, "account.inbox_locale_unknown"},
		} {
			if got := lin.do("PUT", wishes, c.wish, nil); got != c.code && got != "httpx.invalid" {
				h.t.Errorf("%v: %q", c.wish, got)
			}
		}

		want := inbox.Wish{Urgent: inbox.Daily, Rest: inbox.AtOnce, Hour: 8, Zone: "Asia/Shanghai", Locale: "zh-CN"}
		lin.must("PUT", wishes, want, nil, "")
		if lin.must("GET", wishes, nil, &w, ""); w != want {
			h.t.Fatal(w)
		}
		h.tell(alarm("c", "Smoke"), event.AlarmRaised{Matter: matter("d", "A door is open")})
		h.mailed("lin", "A door is open")
		digests := func() { h.check(h.inbox.Digests(h.t.Context())) }
		digests()
		h.mailed("lin")
		h.clock.Advance(13 * time.Hour) // it is nine in the morning there
		digests()
		digests()
		h.mailed("lin", "您有 4 项待办")
		h.tell(event.AlarmCleared{Key: "a"}, event.AlarmCleared{Key: "b"}, event.AlarmCleared{Key: "c"}, event.AlarmCleared{Key: "d"})
		h.clock.Advance(24 * time.Hour)
		digests()
		h.mailed("lin") // nothing is open

		lin = h.desk("lin") // their session has ended
		want.Urgent, want.Rest = inbox.Never, inbox.Never
		lin.must("PUT", wishes, want, nil, "")
		h.tell(alarm("e", "Water"))
		h.clock.Advance(24 * time.Hour)
		digests()
		h.mailed("lin")
	})
}

// What comes and goes is mailed once an hour, unless it presses more.
func TestAConditionThatFluttersIsMailedOnce(t *testing.T) {
	each(t, func(h *house) {
		h.desk("lin").must("PUT", wishes, inbox.Wish{Urgent: inbox.AtOnce, Rest: inbox.AtOnce, Zone: "UTC", Locale: "en"}, nil, "")
		for range 3 {
			h.tell(event.AlarmRaised{Matter: matter("a", "The disk is filling up")})
			h.tell(event.AlarmCleared{Key: "a"})
		}
		h.mailed("lin", "The disk is filling up")
		h.tell(alarm("a", "The disk is full"))
		h.mailed("lin", "Alarm: The disk is full")
		h.tell(event.AlarmCleared{Key: "a"})
		h.clock.Advance(time.Hour)
		h.tell(alarm("a", "The disk is full"))
		h.mailed("lin", "Alarm: The disk is full")
	})
}

func TestWhatANodeObservesIsWrittenDownOnce(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		see := func(title string, holds bool) {
			h.check(h.inbox.Observe(h.t.Context(), system, inbox.Observation{Matter: matter("disk", title), Holds: holds}))
			h.clock.Advance(time.Minute)
		}
		see("full", false)
		lin.counts(0, 0)
		see("full", true)
		at := lin.items("").Items[0].Changed
		see("full", true)
		if again := lin.items("").Items[0].Changed; !again.Equal(at) {
			h.t.Error("written down again")
		}
		see("fuller", true)
		lin.titles("", "fuller")
		see("fuller", false)
		see("fuller", false)
		lin.counts(0, 0)
		lin.titles("?state=ended", "fuller")
	})
}

func TestWhatEndedLongAgoAndWhatWasForSomebodyGoneIsRemoved(t *testing.T) {
	each(t, func(h *house) {
		lin := h.desk("lin")
		own := matter("own", "Yours alone")
		own.For = event.Audience{Staff: h.staff["bo"].ID}
		h.tell(alarm("a", "Smoke"), event.AlarmCleared{Key: "a"}, event.AlarmRaised{Matter: matter("b", "stays")}, event.AlarmRaised{Matter: own})
		h.desk("bo").titles("", "Yours alone")
		h.desk("bo").must("PUT", wishes, inbox.Wish{Urgent: inbox.Daily, Rest: inbox.AtOnce, Zone: "UTC", Locale: "en"}, nil, "")
		h.check(h.inbox.Sweep(h.t.Context()))
		lin.titles("?state=ended", "Smoke")
		off := false
		_, err := h.accounts.Reassign(h.t.Context(), system, h.staff["bo"].ID, account.Reassignment{Active: &off})
		h.check(err)
		own.Title = map[string]string{"en": "More", "zh-CN": "More"}
		own.Key = "more"
		h.tell(event.AlarmRaised{Matter: own})
		h.mails("bo")
		h.clock.Advance(91 * 24 * time.Hour)
		h.check(h.inbox.Digests(h.t.Context()))
		h.check(h.inbox.Sweep(h.t.Context()))
		lin = h.desk("lin")
		lin.titles("?state=ended")
		lin.titles("", "stays")
		h.mailed("bo")
		var left int
		h.check(h.db.QueryRow(h.t.Context(), `SELECT COUNT(*) FROM account_inbox_item`).Scan(&left))
		if left != 1 {
			h.t.Errorf("%d items are left", left)
		}
	})
}

// An open page is told at once, and at every change.
func TestAnOpenPageIsToldOfEveryChange(t *testing.T) {
	each(t, func(h *house) {
		ctx, stop := context.WithCancel(h.t.Context())
		defer stop()
		told, ended := make(chan inbox.Count, 8), make(chan error, 1)
		by := actor.Actor{Kind: actor.Staff, Staff: h.staff["lin"].ID, Org: ofOrg(h, "lin"), Roles: []actor.Role{actor.Operator}}
		go func() {
			ended <- h.inbox.Live(ctx, by, func(event string, data any) error {
				if strings.HasPrefix(event, "inbox") {
					told <- data.(inbox.Count)
				}
				return nil
			})
		}()
		until := func(unread int) {
			for n := range told {
				if n.Unread == unread {
					return
				}
			}
		}
		until(0)
		h.tell(alarm("a", "Smoke"))
		until(1)
		lin := h.desk("lin")
		lin.must("PUT", lin.path(0)+"/done", nil, nil, "")
		until(0)
		stop()
		h.check(<-ended)
	})
}

// Every node looks at what is due; one of them does it.
func TestSeveralNodesMailOnce(t *testing.T) {
	each(t, func(h *house) {
		now := h.clock.Now()
		h.desk("lin").must("PUT", wishes, inbox.Wish{Urgent: inbox.AtOnce, Rest: inbox.Daily, Hour: now.Hour() + 1, Zone: "UTC", Locale: "en"}, nil, "")
		h.tell(event.DeadlineSet{Matter: matter("d", "Answer the order"), Due: now.Add(25 * time.Hour)}, event.AlarmRaised{Matter: matter("b", "A lamp is out")})
		h.clock.Advance(time.Hour)
		var nodes sync.WaitGroup
		for range 4 {
			nodes.Go(func() {
				if err := errors.Join(h.inbox.Remind(h.t.Context()), h.inbox.Digests(h.t.Context())); err != nil {
					h.t.Error(err)
				}
			})
		}
		nodes.Wait()
		got := h.mails("lin")
		slices.Sort(got)
		if want := []string{"2 matters wait in your inbox", "Due soon: Answer the order"}; !slices.Equal(got, want) {
			h.t.Fatalf("%q, want %q", got, want)
		}
	})
}
