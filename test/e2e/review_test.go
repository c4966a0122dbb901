package e2e

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// reviewed is a version on its way through review, as the console shows it.
type reviewed struct {
	ID      string
	State   string
	Acts    []struct{ Verb, By string }
	Changes []struct {
		What    string
		Episode int
	}
	Before string
}

// reviewer judges works of others.
type reviewer struct{ *client }

// sees watches an episode of a version until the server has counted so much of it.
func (r reviewer) sees(of reviewed, share int) {
	r.t.Helper()
	var links struct{ HLS string }
	r.call("POST", consoleAPI+"/reviews/"+of.ID+"/links", map[string]any{"episode": 1}, &links)
	if a, err := r.do("GET", links.HLS, nil, nil); err != nil || a.status != http.StatusOK || !strings.HasPrefix(string(a.body), "#EXTM3U") {
		r.t.Fatalf("the manifest of an unpublished episode: %d %v", a.status, err)
	}
	began, sitting := time.Now(), "one"
	until(r.t, "the seconds that were watched to be counted", func() bool {
		at := min(time.Since(began), 2*time.Second)
		var seen struct{ Share int }
		r.call("POST", consoleAPI+"/reviews/"+of.ID+"/beats", map[string]any{"sitting": sitting, "episode": 1, "position_ms": at.Milliseconds()}, &seen)
		if at == 2*time.Second { // a busy machine may have lost some of it: once more
			began, sitting = time.Now(), sitting+"-"
		}
		return seen.Share >= share
	})
}

func (c *client) review(id string) (r reviewed) {
	c.t.Helper()
	c.call("GET", consoleAPI+"/reviews/"+id, nil, &r)
	return r
}

func (c *client) decides(of reviewed, verb string) (r reviewed) {
	c.t.Helper()
	c.call("POST", consoleAPI+"/reviews/"+of.ID+"/acts", map[string]any{"verb": verb, "acts": len(c.review(of.ID).Acts), "reason": "seen"}, &r)
	return r
}

// A drama is published once three people let exactly its bytes on, and by none of
// them; a change of it has to be reviewed again.
func TestThreePeopleClearADrama(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"), "--review.required")
	house := setUp(t, n)
	var me struct{ Organisation struct{ ID string } }
	house.call("GET", consoleAPI+"/me", nil, &me)
	anna, bo := reviewer{recruit(t, house, me.Organisation.ID, "anna", "reviewer")}, reviewer{recruit(t, house, me.Organisation.ID, "bo", "reviewer")}
	chen := reviewer{recruit(t, house, me.Organisation.ID, "chen", "editor", "operator")}
	again := reviewer{recruit(t, house, me.Organisation.ID, "an-na", "reviewer")} // another account, the same name but for a line
	lin := found(t, house, "Lin")
	lin.work()
	dramas := consoleAPI + "/dramas/" + lin.drama.ID
	lin.call("POST", dramas+"/ready", map[string]any{}, nil)
	lin.refused("POST", dramas+"/publish", map[string]any{}, http.StatusConflict, "catalogue.publish_refused")

	var of reviewed
	lin.call("POST", dramas+"/reviews", map[string]any{}, &of)
	lin.refused("POST", dramas+"/reviews", map[string]any{}, http.StatusConflict, "review.submitted_already")
	if of.State != "first" {
		t.Fatalf("submitted, it is %s", of.State)
	}
	anna.refused("POST", consoleAPI+"/reviews/"+of.ID+"/acts", map[string]any{"verb": "pass", "acts": 2}, http.StatusConflict, "review.not_watched")
	anna.sees(of, 980)
	anna.decides(of, "pass")
	again.sees(of, 300)
	again.refused("POST", consoleAPI+"/reviews/"+of.ID+"/acts", map[string]any{"verb": "pass", "acts": 3}, http.StatusForbidden, "review.same_person")
	bo.sees(of, 300)
	bo.decides(of, "pass")
	lin.refused("POST", dramas+"/publish", map[string]any{}, http.StatusConflict, "catalogue.publish_refused")
	if of = chen.decides(of, "pass"); of.State != "cleared" {
		t.Fatalf("passed by three, it is %s", of.State)
	}
	chen.refused("POST", dramas+"/publish", map[string]any{}, http.StatusConflict, "catalogue.publish_refused")

	d := lin.producer.drama(lin.drama.ID)
	lin.call("PATCH", dramas, map[string]any{"version": d.Version, "title": map[string]string{"zh-CN": "别的话", "en": "Other words"}}, nil)
	lin.refused("POST", dramas+"/publish", map[string]any{}, http.StatusConflict, "catalogue.publish_refused")
	until(t, "the old version's review to end", func() bool { return lin.review(of.ID).State == "superseded" })
	var next reviewed
	lin.call("POST", dramas+"/reviews", map[string]any{}, &next)
	if next.Before != of.ID || len(next.Changes) != 1 || next.Changes[0].What != "about" {
		t.Errorf("differs by %+v from %q", next.Changes, next.Before)
	}
	anna.sees(next, 980)
	anna.decides(next, "pass")
	bo.sees(next, 300)
	bo.decides(next, "pass")
	chen.decides(next, "pass")
	lin.call("POST", dramas+"/publish", map[string]any{}, nil)

	until(t, "all of it to be in the log", func() bool {
		var acts []string
		for _, e := range house.logOf(lin.drama.ID) {
			acts = append(acts, e.Act)
		}
		moved := slices.DeleteFunc(slices.Clone(acts), func(a string) bool { return a != "review.version_moved" })
		viewed := slices.DeleteFunc(slices.Clone(acts), func(a string) bool { return a != "audit.work_viewed" })
		return len(moved) == 11 && len(viewed) == 5 && slices.Contains(acts, "catalogue.drama_published")
	})
}
