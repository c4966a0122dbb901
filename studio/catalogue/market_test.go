package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
	"cliffhanger/studio/catalogue/release"
)

const trusted, stranger = "192.0.2.1:1", "203.0.113.9:1"

// released answers which episodes of a drama's page a viewer may watch: "++-".
// It also asks whether lists, players and newcomers are told the same.
func (h *house) released(drama id.Drama, from, country string) (out string) {
	h.t.Helper()
	r := httptest.NewRequest("GET", "/api/v1/dramas/"+string(drama), nil)
	r.RemoteAddr = from
	r.Header.Set("X-Country", country)
	r.Header.Set("Authorization", "Bearer viewer")
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	var page struct {
		Drama    catalogue.Card
		Episodes []catalogue.EpisodeRef
	}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
		h.t.Fatal(err)
	}
	by := h.viewer
	if from == trusted {
		by.Market = country
	}
	ids := make([]id.Episode, len(page.Episodes))
	for i, e := range page.Episodes {
		ids[i] = e.ID
	}
	watchable, err := h.Watchable(h.t.Context(), by, ids, "en", h.clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	for i, e := range page.Episodes {
		mark := map[bool]string{true: "+", false: "-"}[e.Released]
		out += mark
		known, ok := watchable[e.ID]
		if ok != e.Released || ok && (known.Next != nil) != (i+1 < len(ids) && page.Episodes[i+1].Released) {
			h.t.Errorf("%s: episode %d is told as %s, but to be watched %v, before %+v", country, i+1, mark, ok, known.Next)
		}
	}
	h.comesAsTold(by, page.Episodes)
	cards, err := h.Cards(h.t.Context(), by, []id.Drama{drama}, "en")
	if err != nil || len(cards) != 1 || cards[0].ReleasedCount != strings.Count(out, "+") || page.Drama.ReleasedCount != cards[0].ReleasedCount {
		h.t.Errorf("%s: %s, but the cards %+v and %+v, %v", country, out, cards, page.Drama, err)
	}
	first, err := h.FirstEpisodes(h.t.Context(), by, []id.Drama{drama}, "en")
	if _, ok := first[drama]; err != nil || ok != strings.Contains(out, "+") {
		h.t.Errorf("%s: %s, but the first is %+v, %v", country, out, first, err)
	}
	return out
}

// comesAsTold asks whether players hear the times that pages show.
func (h *house) comesAsTold(by actor.Actor, episodes []catalogue.EpisodeRef) {
	h.t.Helper()
	for _, e := range episodes {
		comes, err := h.ComesAt(h.t.Context(), by, e.ID)
		told := e.ReleasedAt
		if e.Released {
			told = nil
		}
		if err != nil || comes.IsZero() != (told == nil) || told != nil && !comes.Equal(*told) {
			h.t.Errorf("%s: episode %d comes at %v, is told for %v, %v", by.Market, e.Number, comes, told, err)
		}
	}
}

func TestMarketsHaveTimesOfTheirOwn(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.drama("雨夜归来", "Night", 4)
		at := console + "/dramas/" + string(drama.ID)
		plan := func(markets string) int {
			t.Helper()
			body := fmt.Sprintf(`{"version": %d, "markets": %s}`, h.now(drama.ID).Version, markets)
			status, _ := h.ask("producer", "PATCH", at, json.RawMessage(body))
			return status
		}
		const daily = `{"market": "us", "mode": "daily", "per_day": 1, "time_zone": "America/New_York"}`
		late := fmt.Sprintf(`{"market": "JP", "mode": "all", "starts_at": %q}`, opening.AddDate(0, 0, 3).Format(time.RFC3339))
		if status := plan("[" + daily + "," + late + "]"); status != 200 {
			t.Fatalf("the plans: %d", status)
		}
		for _, bad := range []string{`[{"market": "home", "mode": "all"}]`, `[{"market": "US", "mode": "daily", "per_day": 1}]`, `[{"market": "US", "mode": "all"}, {"market": "us", "mode": "all"}]`} {
			if status := plan(bad); status != 422 && status != 400 {
				t.Errorf("%s: %d", bad, status)
			}
		}
		h.must("producer", "POST", at+"/ready", map[string]any{}, nil)
		h.must("producer", "POST", at+"/publish", map[string]any{}, nil)

		expect := func(when string, want map[string]string) {
			t.Helper()
			for country, marks := range want {
				if got := h.released(drama.ID, trusted, country); got != marks {
					t.Errorf("%s, %q: %s, want %s", when, country, got, marks)
				}
			}
			if got := h.released(drama.ID, stranger, "JP"); got != "++++" {
				t.Errorf("%s, a stranger who says JP: %s", when, got)
			}
		}
		expect("at the opening", map[string]string{"": "++++", "FR": "++++", "US": "+---", "JP": "----"})
		for shared, want := range map[[2]string]int{{"/4", ""}: 200, {"/1", "US"}: 200, {"/4", "US"}: 404, {"/1", "JP"}: 404, {"", "JP"}: 200} {
			r := httptest.NewRequest("GET", "/d/"+string(drama.ID)+shared[0], nil)
			r.RemoteAddr = trusted
			r.Header.Set("X-Country", shared[1])
			w := httptest.NewRecorder()
			if h.web.ServeHTTP(w, r); w.Code != want || strings.Contains(w.Body.String(), "og:title") != (want == 200) {
				t.Errorf("the page %q to share, in %q: %d %s", shared[0], shared[1], w.Code, w.Body)
			}
		}
		var seen struct {
			Markets  []struct{ Market, Mode, TimeZone string }
			Episodes []struct {
				Elsewhere map[string]time.Time `json:"released_elsewhere"`
			}
		}
		h.must("producer", "GET", at, nil, &seen)
		if len(seen.Markets) != 2 || seen.Markets[0].Market != "US" || !seen.Episodes[2].Elsewhere["US"].Equal(opening.AddDate(0, 0, 2)) || !seen.Episodes[2].Elsewhere["JP"].Equal(opening.AddDate(0, 0, 3)) {
			t.Errorf("the console: %+v", seen)
		}

		h.clock.Advance(25 * time.Hour)
		expect("a day later", map[string]string{"": "++++", "US": "++--", "JP": "----"})
		asset := h.media.add(h.mine, true)
		if _, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &asset}); err != nil {
			t.Fatal(err)
		}
		h.idle()
		if got := h.released(drama.ID, trusted, "US"); got != "++---" {
			t.Errorf("with a fifth: %s", got)
		}
		if status := plan("[" + late + "]"); status != 200 {
			t.Fatalf("without a plan for US: %d", status)
		}
		if got := h.released(drama.ID, trusted, "US"); got != "+++++" {
			t.Errorf("US follows home: %s", got)
		}
		if status := plan("[" + strings.Replace(daily, `"us"`, `"FR"`, 1) + "]"); status != 200 {
			t.Fatalf("a plan for FR: %d", status)
		}
		for country, want := range map[string]string{"FR": "+++++", "JP": "+++++"} {
			if got := h.released(drama.ID, trusted, country); got != want {
				t.Errorf("with another plan, %s: %s, want %s", country, got, want)
			}
		}
	})
}

func TestAFolderSaysWhatMarketsFollow(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	dir := slate(t, 1)
	took := func(change func(string) string) catalogue.Drama {
		t.Helper()
		path := filepath.Join(dir, "drama.toml")
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, []byte(change(string(text))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		r, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
		if err != nil || len(r.Refused()) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		return h.now(r.Drama)
	}
	const us = "[[markets]]\nmarket = \"US\"\nrelease = \"daily:2\"\ntime_zone = \"America/New_York\"\n"
	d := took(func(text string) string { return strings.Replace(text, "[title]", us+"[title]", 1) })
	if len(d.Markets) != 1 || d.Markets[0].Code != "US" || d.Markets[0].PerDay != 2 {
		t.Fatalf("%+v", d.Markets)
	}
	_, err := h.Edit(t.Context(), h.producer, d.ID, 0, catalogue.Patch{About: func(a *catalogue.About) {
		a.Markets = append([]release.Market{}, a.Markets...)
		a.Markets[0].StartsAt = opening
	}})
	if err != nil {
		t.Fatal(err)
	}
	before := h.now(d.ID)
	for name, change := range map[string]func(string) string{
		"the same again": func(text string) string { return text },
		"without a word": func(text string) string { return strings.Replace(text, us, "", 1) },
	} {
		if diff := cmp.Diff(before, took(change)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	var tar bytes.Buffer
	if err := h.folders.ExportTar(t.Context(), h.producer, d.ID, &tar); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(tar.String(), us) {
		t.Error("the export says nothing of it")
	}
	const own = "number = 1\nrelease_at = 2027-01-01T20:00:00+08:00\n"
	took(func(text string) string { return strings.Replace(text, "number = 1\n", own, 1) })
	timed := h.dossier(d.ID)
	if want := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC); !timed.Episodes[0].OwnAt.Equal(want) {
		t.Errorf("the episode's own time: %v", timed.Episodes[0].OwnAt)
	}
	for _, change := range []func(string) string{
		func(text string) string { return text },
		func(text string) string { return strings.Replace(text, own, "number = 1\n", 1) },
	} {
		if diff := cmp.Diff(timed.Drama, took(change)); diff != "" {
			t.Error(diff)
		}
	}
}
