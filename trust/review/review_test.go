package review

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/trust/review/stage"
)

func TestThreePeopleClearExactlyTheseBytes(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		if s := h.standing(t); s.Cleared() || !s.Wanted || s.Case != "" {
			t.Fatalf("before anybody looked: %+v", s)
		}
		c := h.final(t)
		if s := h.standing(t); s.Cleared() || s.State != stage.Final {
			t.Fatalf("before the last word: %+v", s)
		}
		c = h.decide(t, chen, c, stage.Pass)
		s := h.standing(t)
		if c.State != stage.Cleared || !s.Cleared() || s.Case != c.ID || !slices.Equal(s.Deciders, []id.Staff{anna.Staff, bo.Staff, chen.Staff}) {
			t.Fatalf("%s, %+v", c.State, s)
		}
		h.change(func(m *Material) { m.Episodes[1].Subtitles = map[string]string{"en": strings.Repeat("f", 64)} })
		if s := h.standing(t); s.Cleared() || s.Case != "" {
			t.Fatalf("another subtitle was never reviewed: %+v", s)
		}
		must(t, h.Compare(t.Context(), drama))
		if now, _ := caseByID(t.Context(), h.db, c.ID); now.State != stage.Superseded {
			t.Errorf("the case of the old version is %s", now.State)
		}
		_, err := h.try(t, chen, c, stage.Reopen)
		mustRefuse(t, err, "review.work_changed")
		if names := h.announced(t); !slices.Contains(names, "facts.review.version_moved") || !slices.Contains(names, "facts.audit.work_viewed") {
			t.Errorf("announced %v", names)
		}
	})
}

// Appendix C 3: none of those who let a version on publishes it, under any account.
func TestWhoLetItOnDoesNotPublishIt(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		refused := func(by actor.Actor) string {
			f, err := h.MayPublish(t.Context(), by, h.standing(t))
			must(t, err)
			if f == nil {
				return ""
			}
			return f.Code
		}
		if got := refused(mei); got != "review.not_cleared" {
			t.Fatalf("not reviewed: %q", got)
		}
		h.decide(t, chen, h.final(t), stage.Pass)
		h.same["stf_annas_second"] = string(anna.Staff)
		for who, want := range map[id.Staff]string{mei.Staff: "", lin.Staff: "", anna.Staff: "review.own_decision", bo.Staff: "review.own_decision", chen.Staff: "review.own_decision", "stf_annas_second": "review.own_decision"} {
			if got := refused(actor.Actor{Kind: actor.Staff, Staff: who, Roles: []actor.Role{actor.Operator}}); got != want {
				t.Errorf("%s: %q, want %q", who, got, want)
			}
		}
		if got := refused(actor.OfSystem("catalogue")); got != "" {
			t.Errorf("the house, which was asked to: %q", got)
		}
		h.Config.Required = false
		if got := refused(chen); got != "" {
			t.Errorf("where nothing is wanted: %q", got)
		}
	})
}

// Appendix C 4: nobody has two parts in one version, under whichever account and
// whatever they are called by then.
func TestOnePersonHasOnePart(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		h.watchAll(t, anna, c)
		c = h.decide(t, anna, c, stage.Pass)
		_, err := h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.same_person")

		second := person("second", actor.Reviewer, actor.Editor)
		h.watchAll(t, second, c)
		h.same[second.Staff] = string(anna.Staff)
		h.watchAll(t, second, c)
		_, err = h.try(t, second, c, stage.Pass)
		mustRefuse(t, err, "review.same_person")

		h.same[second.Staff], h.same[anna.Staff] = "renamed", "renamed"
		h.watchAll(t, second, c)
		_, err = h.try(t, second, c, stage.Pass)
		mustRefuse(t, err, "review.same_person")

		delete(h.same, anna.Staff)
		delete(h.same, second.Staff)
		h.watchAll(t, second, c)
		h.decide(t, second, c, stage.Pass)
	})
}

func TestWhoHasAnInterestDoesNotReview(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		h.watchAll(t, anna, c)
		must(t, h.DeclareInterest(t.Context(), anna, anna.Staff, c.Material.Org, "my sister acts in it"))
		must(t, h.DeclareInterest(t.Context(), anna, anna.Staff, c.Material.Org, "my sister acts in it"))
		if n := strings.Count(strings.Join(h.announced(t), " "), "interest_declared"); n != 1 {
			t.Errorf("declared %d times", n)
		}
		_, err := h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.own_interest")

		h.watchAll(t, bo, c)
		h.same[bo.Staff] = string(mei.Staff) // who made it, under another account
		h.watchAll(t, bo, c)
		_, err = h.try(t, bo, c, stage.Pass)
		mustRefuse(t, err, "review.own_interest")

		mustRefuse(t, h.DeclareInterest(t.Context(), anna, bo.Staff, c.Material.Org, "envy"), "review.staff_only")
		mustRefuse(t, h.DeclareInterest(t.Context(), ada, bo.Staff, c.Material.Org, "x"), "review.staff_only")
		mustRefuse(t, h.DeclareInterest(t.Context(), lin, gone, c.Material.Org, "x"), "review.staff_unknown")
		must(t, h.DeclareInterest(t.Context(), lin, hua.Staff, c.Material.Org, "paid by them"))
		h.watchAll(t, hua, c)
		_, err = h.try(t, hua, c, stage.Pass)
		mustRefuse(t, err, "review.own_interest")
	})
}

// Appendix C 5, and the guard of the first review.
func TestOnlyWhoHasWatchedPasses(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		for _, by := range []actor.Actor{robot, nobody, ada, {Kind: actor.Viewer, Profile: "prf_1", Roles: []actor.Role{actor.Reviewer}}} {
			if _, err := h.try(t, by, c, stage.Pass); err == nil {
				t.Errorf("%+v passed it", by)
			}
		}
		_, err := h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.not_watched")
		_, err = h.Beat(t.Context(), anna, c.ID, "s", 1, 0)
		mustRefuse(t, err, "review.links_needed")

		_, err = h.Open(t.Context(), anna, c.ID, 1)
		must(t, err)
		for at := time.Duration(0); at <= 100*time.Second; at += time.Second { // posts faster than time
			seen, err := h.Beat(t.Context(), anna, c.ID, "fast", 1, at)
			must(t, err)
			if seen.Share > 20 {
				t.Fatalf("saw %d without any time", seen.Share)
			}
		}
		h.clock.Advance(5 * time.Second)
		seen, err := h.Beat(t.Context(), anna, c.ID, "seek", 1, 99*time.Second)
		must(t, err)
		if seen.Share > 20 {
			t.Fatalf("saw %d through a seek", seen.Share)
		}
		h.clock.Advance(-time.Hour) // the clock of the house goes back
		if seen, err = h.Beat(t.Context(), anna, c.ID, "seek", 1, 100*time.Second); err != nil || seen.Share > 20 {
			t.Fatalf("%v, %v", seen, err)
		}
		h.clock.Advance(2 * time.Hour)
		_, err = h.Beat(t.Context(), anna, c.ID, "seek", 1, 100*time.Second)
		mustRefuse(t, err, "review.links_needed")

		h.watch(t, anna, c, 1, 0, 100*time.Second)
		h.watch(t, anna, c, 2, 0, 100*time.Second)
		h.watch(t, anna, c, 3, 0, 93*time.Second) // 293 of 300 seconds
		_, err = h.try(t, anna, c, stage.Pass)
		mustRefuse(t, err, "review.not_watched")
		h.watch(t, anna, c, 3, 90*time.Second, 94*time.Second)
		c = h.decide(t, anna, c, stage.Pass)

		h.clock.Advance(time.Hour)
		_, err = h.try(t, bo, c, stage.Pass) // what anna saw is not what bo saw
		mustRefuse(t, err, "review.not_watched")
		if _, err := h.try(t, robot, c, stage.Pass); err == nil {
			t.Error("the house passed the second review")
		}
	})
}

func TestTheSecondReviewSeesWhatWasMarked(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		_, err := h.Note(t.Context(), anna, c.ID, Mark{Episode: 3, At: 50 * time.Second, Code: "violence", Severity: "S2", Note: "the fall"})
		must(t, err)
		_, err = h.Note(t.Context(), anna, c.ID, Mark{Episode: 2, At: 50 * time.Second, Code: "smoking", Severity: "S3"})
		must(t, err)
		for _, m := range []Mark{{Episode: 4, Code: "x", Severity: "S1"}, {Episode: 1, At: 101 * time.Second, Code: "x", Severity: "S1"}, {Episode: 1, Code: "Mr Wang", Severity: "S1"},
			{Episode: 1, Code: "x", Severity: "S9"}, {Episode: 1, Code: "x", Severity: "S1", Note: strings.Repeat("n", 501)}} {
			_, err := h.Note(t.Context(), anna, c.ID, m)
			mustRefuse(t, err, "review.mark_invalid")
		}
		_, err = h.Note(t.Context(), mei, c.ID, Mark{Episode: 1, Code: "x", Severity: "S1"})
		mustRefuse(t, err, "review.staff_only")
		h.watchAll(t, anna, c)
		c = h.decide(t, anna, c, stage.Pass)
		h.watch(t, bo, c, 1, 0, 100*time.Second)
		_, err = h.try(t, bo, c, stage.Pass)
		mustRefuse(t, err, "review.marks_not_watched")
		h.watch(t, bo, c, 3, 40*time.Second, 60*time.Second)
		_, err = h.try(t, bo, c, stage.Pass) // ten seconds after: the last one is not seen
		mustRefuse(t, err, "review.marks_not_watched")
		h.watch(t, bo, c, 3, 55*time.Second, 61*time.Second)
		h.decide(t, bo, c, stage.Pass)
	})
}

func TestTheMinorsOfficerPassesWhatIsForMinors(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.rules.Minors = true
		c := h.final(t)
		_, err := h.try(t, chen, c, stage.Pass)
		mustRefuse(t, err, "review.minors_open")
		_, err = h.try(t, chen, c, stage.PassMinors)
		mustRefuse(t, err, "review.role")
		c = h.decide(t, eva, c, stage.PassMinors)
		if c = h.decide(t, chen, c, stage.Pass); c.State != stage.Cleared {
			t.Error(c.State)
		}
	})
}

func TestAnAppealIsDecidedByTwoOthers(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.decide(t, chen, h.final(t), stage.Reject)
		_, err := h.try(t, other, c, stage.Appeal)
		mustRefuse(t, err, "review.case_unknown")
		_, err = h.try(t, anna, c, stage.Appeal)
		mustRefuse(t, err, "review.role")
		c = h.decide(t, mei, c, stage.Appeal)
		for _, by := range []actor.Actor{anna, bo} {
			_, err = h.try(t, by, c, stage.Reinstate)
			mustRefuse(t, err, "review.same_person")
		}
		if c = h.decide(t, gao, c, stage.Reinstate); c.State != stage.Appealed {
			t.Fatal("one alone made it looser")
		}
		_, err = h.try(t, gao, c, stage.Reinstate)
		mustRefuse(t, err, "review.same_person")
		if c = h.decide(t, hua, c, stage.Reinstate); c.State != stage.First {
			t.Error(c.State)
		}
	})
}

func TestAReplacedEpisodeIsReviewedAsADifference(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		old := h.decide(t, chen, h.final(t), stage.Pass)
		h.change(func(m *Material) { m.Episodes[2].Master, m.Episodes[2].Asset = strings.Repeat("9", 64), "ast_9" })
		must(t, h.Compare(t.Context(), drama))
		h.clock.Advance(time.Minute)
		c := h.submit(t)
		d, err := h.Look(t.Context(), anna, c.ID)
		must(t, err)
		if d.Before == nil || d.Before.ID != old.ID || len(d.Changes) != 1 || d.Changes[0].What != "video" || d.Changes[0].Episode != 3 {
			t.Fatalf("%+v, %+v", d.Before, d.Changes)
		}
		before, err := h.Open(t.Context(), anna, old.ID, 3) // side by side
		must(t, err)
		after, err := h.Open(t.Context(), anna, c.ID, 3)
		must(t, err)
		if before.HLS != "/media/ast_3" || after.HLS != "/media/ast_9" {
			t.Errorf("%s and %s", before.HLS, after.HLS)
		}
	})
}

// Twice at once, from two nodes: one act, one case.
func TestTwiceAtOnceIsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		nodes := []*Service{h.Service, h.node(t)}
		run := func(f func(s *Service) error) (ok int) {
			var wg sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() { errs[i] = f(nodes[i%2]) })
			}
			wg.Wait()
			for _, err := range errs {
				if err == nil {
					ok++
				}
			}
			return ok
		}
		if n := run(func(s *Service) error { _, err := s.Submit(t.Context(), mei, drama); return err }); n != 1 {
			t.Fatalf("submitted %d times", n)
		}
		list, err := h.Of(t.Context(), mei, drama)
		must(t, err)
		c := list[0].Case
		h.watchAll(t, anna, c)
		h.watchAll(t, bo, c)
		by := []actor.Actor{anna, bo}
		i := -1
		var mu sync.Mutex
		run(func(s *Service) error {
			mu.Lock()
			i++
			who := by[i%2]
			mu.Unlock()
			_, err := s.Decide(t.Context(), who, c.ID, 2, stage.Pass, "")
			return err
		})
		now, err := caseByID(t.Context(), h.db, c.ID)
		must(t, err)
		if now.State != stage.Second || len(now.Acts) != 3 {
			t.Errorf("%s after %d acts", now.State, len(now.Acts))
		}
		for _, who := range by { // said again, much later: what was done stays done once
			again, err := h.Decide(t.Context(), who, c.ID, 2, stage.Pass, "")
			if mine := now.Acts[2].By == string(who.Staff); mine != (err == nil) || mine && len(again.Acts) != 3 {
				t.Errorf("%s again: %v", who.Staff, err)
			}
		}
	})
}

func TestTheQueueSaysWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		for _, by := range []actor.Actor{mei, ada, nobody, robot} {
			if _, err := h.Queue(t.Context(), by, "", page.Request{}); err == nil {
				t.Errorf("%+v sees the queue", by)
			}
		}
		h.clock.Advance(24*time.Hour - time.Second)
		q, err := h.Queue(t.Context(), anna, "", page.Request{})
		must(t, err)
		if n, err := h.Overdue(t.Context()); err != nil || n != 0 || len(q.Items) != 1 || q.Items[0].Late {
			t.Fatalf("%d, %v, %+v", n, err, q.Items)
		}
		h.clock.Advance(2 * time.Second)
		if q, err = h.Queue(t.Context(), lin, "", page.Request{}); err != nil || !q.Items[0].Late || !q.Items[0].Due.Equal(c.Since.Add(24*time.Hour)) {
			t.Errorf("%+v, %v", q.Items, err)
		}
		if n, err := h.Overdue(t.Context()); err != nil || n != 1 {
			t.Errorf("%d late, %v", n, err)
		}
		h.decide(t, anna, c, stage.Return)
		if n, err := h.Overdue(t.Context()); err != nil || n != 0 {
			t.Errorf("%d late, %v", n, err)
		}
		if q, err = h.Queue(t.Context(), anna, "", page.Request{}); err != nil || len(q.Items) != 0 {
			t.Errorf("%+v, %v", q.Items, err)
		}
	})
}

func TestWhoSeesAReview(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		c := h.submit(t)
		for _, by := range []actor.Actor{mei, anna, chen, lin} {
			if _, err := h.Look(t.Context(), by, c.ID); err != nil {
				t.Errorf("%s: %v", by.Staff, err)
			}
		}
		for _, by := range []actor.Actor{other, ada, nobody} {
			_, err := h.Look(t.Context(), by, c.ID)
			mustRefuse(t, err, "review.case_unknown")
			_, err = h.Open(t.Context(), by, c.ID, 1)
			mustRefuse(t, err, "review.case_unknown")
			if list, err := h.Of(t.Context(), by, drama); err != nil || len(list) != 0 {
				t.Errorf("%v, %v", list, err)
			}
			_, err = h.Submit(t.Context(), by, drama)
			mustRefuse(t, err, "review.work_unknown")
		}
		_, err := h.Submit(t.Context(), mei, drama)
		mustRefuse(t, err, "review.submitted_already")
		h.decide(t, mei, c, stage.Withdraw)
		h.change(func(m *Material) { m.Episodes[1].Number = 3 })
		_, err = h.Submit(t.Context(), mei, drama)
		mustRefuse(t, err, "review.work_incomplete")
	})
}

// Any byte of what viewers see makes another version; the order of a map does not.
func TestAVersionIsItsBytes(t *testing.T) {
	t.Parallel()
	m := func(change func(m *Material)) string {
		w := Material{About: "a", Episodes: []Part{{Number: 1, Master: "m1", Subtitles: map[string]string{"en": "e", "zh-CN": "z"}}, {Number: 2, Master: "m2"}}}
		change(&w)
		return w.Version()
	}
	seen := map[string]string{}
	for name, change := range map[string]func(m *Material){
		"as it is":       func(*Material) {},
		"about":          func(m *Material) { m.About = "b" },
		"another master": func(m *Material) { m.Episodes[1].Master = "m3" },
		"changed places": func(m *Material) { m.Episodes[0].Master, m.Episodes[1].Master = "m2", "m1" },
		"one more":       func(m *Material) { m.Episodes = append(m.Episodes, Part{Number: 3, Master: "m3"}) },
		"one fewer":      func(m *Material) { m.Episodes = m.Episodes[:1] },
		"subtitle":       func(m *Material) { m.Episodes[0].Subtitles["en"] = "f" },
		"subtitle moved": func(m *Material) {
			m.Episodes[1].Subtitles = map[string]string{"en": "e"}
			delete(m.Episodes[0].Subtitles, "en")
		},
		"no subtitle":      func(m *Material) { m.Episodes[0].Subtitles = nil },
		"another language": func(m *Material) { m.Episodes[0].Subtitles = map[string]string{"en": "e", "ja": "z"} },
	} {
		v := m(change)
		if was, ok := seen[v]; ok {
			t.Errorf("%s is %s", name, was)
		}
		seen[v] = name
		for range 20 {
			if m(change) != v {
				t.Fatalf("%s is not one version", name)
			}
		}
	}
}
