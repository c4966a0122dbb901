package review

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/checks"
	"cliffhanger/trust/review/lexicon"
	"cliffhanger/trust/review/stage"
)

// A version with a listed word in its title stays at its first reviewer until
// somebody answered for it.
func TestEveryFindingIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.change(func(m *Material) {
			m.Title = map[string]string{"zh-CN": "地下賭場風雲", "en": "The 0nline Casino"}
		})
		c := h.submit(t)
		h.watchAll(t, anna, c)
		found, err := h.Findings(t.Context(), anna, c.ID)
		must(t, err)
		if len(found) != 2 {
			t.Fatalf("found %+v", found)
		}
		_, err = h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.findings_open")

		answer := func(by actor.Actor, key string, a Answer, reason string) error {
			_, err := h.AnswerFinding(t.Context(), by, c.ID, key, a, reason)
			return err
		}
		first, second := found[0].Key, found[1].Key
		mustRefuse(t, answer(mei, first, Dismissed, "it is a title"), "review.staff_only")
		mustRefuse(t, answer(other, first, Dismissed, "it is a title"), "review.case_unknown")
		mustRefuse(t, answer(lin, first, Dismissed, "it is a title"), "review.staff_only")
		mustRefuse(t, answer(anna, first, Dismissed, " "), "review.reason_missing")
		mustRefuse(t, answer(anna, first, "perhaps", "x"), "review.answer_unknown")
		mustRefuse(t, answer(anna, "none", Confirmed, "x"), "review.finding_unknown")
		h.same["stf_meis_second"] = string(mei.Staff)
		mustRefuse(t, answer(person("meis_second", actor.Reviewer), first, Dismissed, "mine"), "review.own_interest")

		must(t, answer(anna, first, Dismissed, "It is the story's place; nobody is invited."))
		must(t, answer(anna, first, Dismissed, "Said again."))
		mustRefuse(t, answer(bo, first, Dismissed, "I think so too."), "review.finding_answered")
		_, err = h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.findings_open")
		must(t, answer(anna, second, Confirmed, "The title names one."))
		h.decide(t, anna, c, stage.Pass)

		// Stricter by one, looser by two, under any account.
		mustRefuse(t, answer(anna, second, Dismissed, "I changed my mind."), "review.finding_confirmed")
		must(t, answer(bo, second, Dismissed, "A word of the plot."))
		must(t, answer(bo, first, Confirmed, "Better not."))
	})
}

// Repeating a check adds what is new and leaves answers alone.
func TestAnsweredFindingsStayAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		all := checks.Words(words(), []checks.Text{{Where: checks.Picture, Episode: 2, From: 3 * time.Second, To: 4 * time.Second, Text: "冰毒", Sure: 0.8}})
		put := func(all []checks.Finding) {
			must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return insertFindings(ctx, tx, c.ID, all, h.clock.Now()) }))
		}
		put(all)
		f, err := h.AnswerFinding(t.Context(), anna, c.ID, all[0].Key(), Dismissed, "A doctor speaks.")
		must(t, err)
		all[0].Version = "2027-01-01"
		put(append(all, checks.Finding{Check: "words", Rule: "cn-zh/drugs-2", Version: "2027-01-01", Code: "drugs", Severity: lexicon.Ban, Where: checks.Picture, Episode: 2, Score: 1}))
		got, err := h.Findings(t.Context(), bo, c.ID)
		must(t, err)
		if len(got) != 2 || got[0].Answer != "" || got[1].Answer != Dismissed || got[1].Reason != f.Reason || got[1].From != 3*time.Second || got[1].AnsweredBy != anna.Staff || !got[1].AnsweredAt.Equal(morning) {
			t.Errorf("%+v", got)
		}
		if open, grave, err := weigh(t.Context(), h.db, c.ID); open != 1 || grave != 0 || err != nil {
			t.Errorf("%d open, %d grave, %v", open, grave, err)
		}
	})
}

// What was confirmed and may not be shown goes up to the editor, who passes it only
// once somebody else took it back.
func TestWhatMayNotBeShownIsPassedByNoEditor(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.change(func(m *Material) { m.Title = map[string]string{"zh-CN": "地下赌场风云"} })
		c := h.submit(t)
		h.watchAll(t, anna, c)
		found, err := h.Findings(t.Context(), anna, c.ID)
		must(t, err)
		if len(found) != 1 || !found[0].Severity.Grave() {
			t.Fatalf("%+v", found)
		}
		answer := func(by actor.Actor, a Answer) error {
			_, err := h.AnswerFinding(t.Context(), by, c.ID, found[0].Key, a, "because")
			return err
		}
		must(t, answer(anna, Confirmed))
		h.decide(t, anna, c, stage.Pass)
		h.watch(t, bo, c, 1, 0, 95*time.Second)
		h.decide(t, bo, c, stage.Pass)
		_, err = h.try(t, chen, c, stage.Pass)
		mustRefuse(t, err, "review.findings_grave")
		must(t, answer(bo, Dismissed))
		if got := h.decide(t, chen, c, stage.Pass); got.State != stage.Cleared {
			t.Errorf("it is %s", got.State)
		}
		said := slices.DeleteFunc(h.announced(t), func(fact string) bool { return !strings.Contains(fact, "finding_answered") })
		if len(said) != 2 {
			t.Errorf("two answers, announced %q", said)
		}
	})
}

func TestAVideoThatCannotBePlayedIsNoEmptyLink(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		h.broken = c.Material.Episodes[1].Asset
		_, err := h.Open(t.Context(), anna, c.ID, 2)
		mustRefuse(t, err, "review.video_unplayable")
		_, err = h.Open(t.Context(), anna, c.ID, 1)
		must(t, err)
	})
}

// A change of a drama nobody submitted leaves no work behind.
func TestOnlyDramasInReviewAreCompared(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.Listen()
		must(t, h.Bus.Start(t.Context()))
		tell := func() {
			must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return h.Bus.Announce(ctx, tx, event.DramaChanged{Drama: drama, Org: "org_lantern"})
			}))
			must(t, h.Bus.Idle(t.Context()))
		}
		jobs := func() (n int) {
			must(t, h.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM bus_outbox WHERE kind = 'job'`).Scan(&n))
			return n
		}
		tell()
		before := jobs()
		h.submit(t)
		tell()
		if after := jobs(); before != 0 || after != 1 {
			t.Errorf("%d and %d jobs, want none and one", before, after)
		}
	})
}
