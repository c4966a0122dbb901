package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/platform/db"
)

func TestAnEpisodeHasATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.drama("雨夜归来", "Night", 4)
		at := console + "/dramas/" + string(drama.ID)
		give := func(number int, when string) (int, string) {
			t.Helper()
			e := h.dossier(drama.ID).Episodes[number-1]
			status, body := h.ask("producer", "PATCH", console+"/episodes/"+string(e.ID), json.RawMessage(`{"release_at": `+when+`}`))
			return status, string(body)
		}
		on := func(days int) string { return fmt.Sprintf("%q", opening.AddDate(0, 0, days).Format(time.RFC3339)) }
		if status, body := give(3, on(2)); status != 200 {
			t.Fatalf("a draft: %d %s", status, body)
		}
		h.must("producer", "POST", at+"/ready", map[string]any{}, nil)
		h.must("producer", "POST", at+"/publish", map[string]any{}, nil)
		expect := func(when, want string) {
			t.Helper()
			if got := h.released(drama.ID, stranger, ""); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
		}
		expect("the fourth waits for the third", "++--")

		version := h.now(drama.ID).Version
		if status, _ := give(3, on(2)); status != 200 || h.now(drama.ID).Version != version {
			t.Error("the same time again is a change")
		}
		if status, body := give(1, on(5)); status != 409 || !strings.Contains(body, "catalogue.episode_released") {
			t.Errorf("an episode that is out: %d %s", status, body)
		}
		if status, body := give(4, on(1)); status != 422 || !strings.Contains(body, "catalogue.release_order") || !strings.Contains(body, "2026-11-26 04:00") {
			t.Errorf("before the third: %d %s", status, body)
		}
		if status, _ := give(4, `"soon"`); status != 422 && status != 400 {
			t.Errorf("no time: %d", status)
		}
		if status, body := give(4, on(5)); status != 200 || !strings.Contains(body, `"own_release_at":"2026-11-29T04:00:00Z"`) {
			t.Errorf("the fourth: %d %s", status, body)
		}

		var tar bytes.Buffer
		if err := h.folders.ExportTar(t.Context(), h.producer, drama.ID, &tar); err != nil || !strings.Contains(tar.String(), "release_at = 2026-11-26T04:00:00Z") {
			t.Errorf("the export says nothing of it: %v", err)
		}
		h.clock.Advance(49 * time.Hour)
		expect("two days later", "+++-")
		if status, _ := give(4, "null"); status != 200 {
			t.Errorf("by the plan: %d", status)
		}
		expect("by the plan again", "++++")
	})
}
