package catalogue_test

import (
	"image/color"
	"net/http"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
)

type wireDrama struct {
	ID       id.Drama `json:"id"`
	Key      string   `json:"key"`
	State    string   `json:"state"`
	Version  int64    `json:"version"`
	Episodes []struct {
		ID        id.Episode `json:"id"`
		Number    int        `json:"number"`
		AssetID   *id.Asset  `json:"asset_id"`
		ReleaseAt *time.Time `json:"release_at"`
		Subtitles []struct {
			Lang string `json:"lang"`
			Cues int    `json:"cues"`
		} `json:"subtitles"`
	} `json:"episodes"`
	Missing []catalogue.Missing `json:"missing"`
}

func (d wireDrama) blocks() (codes []string) {
	for _, m := range d.Missing {
		if m.Severity == catalogue.Block {
			codes = append(codes, m.Code)
		}
	}
	return codes
}

const console = "/api/console/v1"

const srt = "1\n00:00:01,000 --> 00:00:02,500\n<b>你好</b>\n\n2\n00:00:03,000 --> 00:00:04,000\nHello & <script>alert(1)</script> welcome\n"

// Media's answer may be ahead of its facts: what the console shows as playable
// can be published at once.
func TestPublishingBeforeTheFactArrives(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.drama("快", "Fast", 0)
		asset := h.media.add(h.mine, false)
		if _, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &asset}); err != nil {
			t.Fatal(err)
		}
		h.media.assets[asset].Playable = true
		for _, step := range []catalogue.Step{catalogue.MarkReady, catalogue.Publish} {
			if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, step, ""); err != nil {
				t.Fatal(step, err)
			}
		}
		var page struct{ Episodes []catalogue.EpisodeRef }
		h.must("viewer", "GET", "/api/v1/dramas/"+string(drama.ID), nil, &page)
		if len(page.Episodes) != 1 || !page.Episodes[0].Released {
			t.Fatalf("the viewer sees %+v", page)
		}
	})
}

// A producer makes a drama from nothing; a viewer finds and opens it.
func TestADramaFromDraftToScreen(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var drama wireDrama
		h.must("producer", "POST", console+"/dramas", map[string]any{"title": map[string]string{"zh-CN": "雨夜归来", "en": "The Night She Came Back"}}, &drama)
		if drama.Key != "the-night-she-came-back" || drama.State != "draft" {
			t.Fatalf("made %+v", drama)
		}
		if got := strings.Join(drama.blocks(), " "); got != "synopsis_missing genre_missing poster_missing episodes_missing" {
			t.Fatalf("missing: %s", got)
		}
		at := console + "/dramas/" + string(drama.ID)
		if status, body := h.ask("producer", "POST", at+"/ready", map[string]any{}); status != http.StatusConflict || !strings.Contains(string(body), "episodes_missing") {
			t.Fatalf("an incomplete drama became ready: %d %s", status, body)
		}
		h.must("producer", "PATCH", at, map[string]any{"version": drama.Version, "synopsis": map[string]string{"zh-CN": "她回来了"}, "genres": []string{"revenge"}, "release": map[string]any{"mode": "daily", "per_day": 1}}, &drama)
		if status, _ := h.ask("producer", "PATCH", at, map[string]any{"version": 1, "year": 2026}); status != http.StatusConflict {
			t.Fatalf("an old version was accepted: %d", status)
		}
		h.must("producer", "PUT", at+"/posters/portrait", picture(300, 400, color.White), nil)
		first, second := h.media.add(h.mine, false), h.media.add(h.mine, true)
		h.must("producer", "POST", at+"/episodes", map[string]any{"asset_id": first}, &drama)
		h.must("producer", "POST", at+"/episodes", map[string]any{"title": map[string]string{"zh-CN": "真相"}, "asset_id": second}, &drama)
		if got := strings.Join(drama.blocks(), " "); got != "video_not_playable" {
			t.Fatalf("missing: %s", got)
		}
		h.must("producer", "PUT", console+"/episodes/"+string(drama.Episodes[1].ID)+"/subtitles/zh-cn", []byte(srt), nil)
		h.play(first)
		h.idle()
		h.must("producer", "POST", at+"/ready", map[string]any{}, &drama)
		h.must("producer", "POST", at+"/publish", map[string]any{"version": drama.Version}, &drama)
		if drama.State != "published" || drama.Episodes[1].Subtitles[0].Lang != "zh-CN" || drama.Episodes[1].Subtitles[0].Cues != 2 {
			t.Fatalf("published %+v", drama)
		}

		var page struct {
			Drama struct {
				Title         string `json:"title"`
				EpisodeCount  int    `json:"episode_count"`
				ReleasedCount int    `json:"released_count"`
				TotalMS       int64  `json:"total_ms"`
			} `json:"drama"`
			Episodes []catalogue.EpisodeRef `json:"episodes"`
		}
		view := "/api/v1/dramas/" + string(drama.ID)
		h.must("viewer", "GET", view+"?lang=en", nil, &page)
		if page.Drama.Title != "The Night She Came Back" || page.Drama.EpisodeCount != 2 || page.Drama.ReleasedCount != 1 || page.Drama.TotalMS != 90_000 {
			t.Fatalf("the viewer sees %+v", page.Drama)
		}
		if e := page.Episodes[1]; e.Released || e.Title != "" || e.ReleasedAt == nil || !e.ReleasedAt.Equal(opening.AddDate(0, 0, 1)) {
			t.Fatalf("tomorrow's episode tells %+v", e)
		}
		h.clock.Advance(24 * time.Hour)
		h.must("viewer", "GET", view, nil, &page)
		if page.Drama.Title != "雨夜归来" || page.Drama.ReleasedCount != 2 || page.Episodes[1].Title != "真相" {
			t.Fatalf("a day later the viewer sees %+v", page)
		}

		h.must("producer", "POST", at+"/withdraw", map[string]any{"reason": "a song"}, &drama)
		if status, _ := h.ask("viewer", "GET", view, nil); status != http.StatusNotFound {
			t.Fatalf("a withdrawn drama answers %d", status)
		}
		if status, _ := h.ask("producer", "DELETE", at, nil); status != http.StatusConflict {
			t.Fatalf("a drama viewers have seen was deleted: %d", status)
		}
	})
}

func TestWhatIsPublishedStaysComplete(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("雨夜归来", "Night", 2)
		at := console + "/dramas/" + string(drama.ID)
		if status, _ := h.ask("producer", "PATCH", at, map[string]any{"version": drama.Version, "title": map[string]string{"en": "Night"}}); status != http.StatusConflict {
			t.Errorf("the original title was taken away: %d", status)
		}
		if status, _ := h.ask("producer", "DELETE", console+"/episodes/"+string(h.dossier(drama.ID).Episodes[0].ID), nil); status != http.StatusConflict {
			t.Errorf("the first episode was deleted: %d", status)
		}
		if got := h.now(drama.ID); got.Version != drama.Version || got.Title["zh-CN"] != "雨夜归来" {
			t.Errorf("a refused change left traces: %+v", got)
		}
		h.must("producer", "PATCH", at, map[string]any{"version": drama.Version, "title": map[string]string{"zh-CN": "雨夜归来", "en": "The Night"}}, nil)
	})
}

func TestAGateKeepsADramaFromViewers(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.drama("雨夜归来", "Night", 1)
	at := console + "/dramas/" + string(drama.ID)
	h.must("producer", "POST", at+"/ready", map[string]any{}, nil)
	h.gate.object = []catalogue.Objection{{Gate: "media", Code: "blocked", Path: "episodes[1]", Message: "Black for 12 s."}, {Gate: "rights", Code: "none", Path: "", Message: "No grant."}}
	status, body := h.ask("producer", "POST", at+"/publish", map[string]any{})
	if status != http.StatusConflict || !strings.Contains(string(body), "media.blocked") || !strings.Contains(string(body), "rights.none") {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := h.ask("viewer", "GET", "/api/v1/dramas/"+string(drama.ID), nil); status != http.StatusNotFound {
		t.Fatalf("the viewer sees it: %d", status)
	}
}

func TestADramaPublishesItselfWhenItsFirstEpisodePlays(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.drama("雨夜归来", "Night", 0)
		first, second := h.media.add(h.mine, false), h.media.add(h.mine, false)
		for _, asset := range []id.Asset{first, second} {
			if _, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &asset}); err != nil {
				t.Fatal(err)
			}
		}
		yes := true
		if _, err := h.Edit(t.Context(), h.producer, drama.ID, 0, catalogue.Patch{PublishWhenReady: &yes}); err != nil {
			t.Fatal(err)
		}
		h.play(second)
		h.idle()
		if got := h.now(drama.ID).State; got != catalogue.Draft {
			t.Fatalf("the second episode alone made it %s", got)
		}
		h.play(first)
		h.idle()
		if got := h.now(drama.ID); got.State != catalogue.Published || got.PublishWhenReady {
			t.Fatalf("it is %+v", got)
		}
		cards, err := h.Cards(t.Context(), h.viewer, []id.Drama{drama.ID}, "en")
		if err != nil || len(cards) != 1 || cards[0].ReleasedCount != 2 {
			t.Fatalf("%+v, %v", cards, err)
		}
	})
}

// The first episode is fine and the drama is published; what quality control
// stops later on is not shown, and holds up neither the others nor an edit.
func TestABlockedVideoIsNotShown(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("雨夜归来", "Night", 1)
		bad, good := h.media.add(h.mine, false), h.media.add(h.mine, false)
		for _, asset := range []id.Asset{bad, good} {
			if _, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &asset}); err != nil {
				t.Fatal(err)
			}
		}
		h.judge(bad, true)
		h.judge(good, false)
		h.idle()
		shown := func() (out string) {
			t.Helper()
			var page struct{ Episodes []catalogue.EpisodeRef }
			h.must("viewer", "GET", "/api/v1/dramas/"+string(drama.ID), nil, &page)
			e := h.dossier(drama.ID).Episodes
			got, err := h.Watchable(t.Context(), h.viewer, []id.Episode{e[0].ID, e[1].ID, e[2].ID}, "en", h.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			for i := range e {
				if _, ok := got[e[i].ID]; ok != page.Episodes[i].Released {
					t.Errorf("episode %d: watchable %v, shown as released %v", i+1, ok, !ok)
				}
				out += map[bool]string{true: "+", false: "-"}[page.Episodes[i].Released]
			}
			return out
		}
		if got := shown(); got != "+-+" {
			t.Fatalf("shown: %s", got)
		}
		at := console + "/dramas/" + string(drama.ID)
		h.must("producer", "PATCH", at, map[string]any{"version": h.now(drama.ID).Version, "title": map[string]string{"zh-CN": "雨夜归来", "en": "The Night"}}, nil)
		var seen wireDrama
		h.must("producer", "GET", at, nil, &seen)
		if got := strings.Join(seen.blocks(), " "); got != "video_blocked" {
			t.Errorf("the producer is told: %q", got)
		}
		first := console + "/episodes/" + string(h.dossier(drama.ID).Episodes[0].ID)
		h.must("producer", "PATCH", first, map[string]any{"asset_id": bad}, nil)
		if got := shown(); got != "+-+" {
			t.Errorf("with a blocked video for the first: %s", got)
		}
		h.judge(bad, false)
		h.idle()
		if got := shown(); got != "+++" {
			t.Errorf("with another verdict: %s", got)
		}
	})
}

// Another company's work does not exist: not by its address, not in lists, not
// by search, not by its key.
func TestAProducerCannotTellAnothersWorkFromNone(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("雨夜归来", "The Night", 1)
		episode := h.dossier(drama.ID).Episodes[0].ID
		at, ep := console+"/dramas/"+string(drama.ID), console+"/episodes/"+string(episode)
		nowhere, noEpisode := console+"/dramas/"+string(id.New[id.Drama]()), console+"/episodes/"+string(id.New[id.Episode]())
		jpg := picture(300, 400, color.Black)
		for _, c := range []struct {
			method, theirs, none string
			body                 any
		}{
			{"GET", at, nowhere, nil},
			{"PATCH", at, nowhere, map[string]any{"version": 1, "year": 2020}},
			{"DELETE", at, nowhere, nil},
			{"POST", at + "/ready", nowhere + "/ready", map[string]any{}},
			{"POST", at + "/publish", nowhere + "/publish", map[string]any{}},
			{"POST", at + "/withdraw", nowhere + "/withdraw", map[string]any{}},
			{"POST", at + "/reopen", nowhere + "/reopen", map[string]any{}},
			{"GET", at + "/export", nowhere + "/export", nil},
			{"PUT", at + "/posters/portrait", nowhere + "/posters/portrait", jpg},
			{"PUT", at + "/posters/portrait/en", nowhere + "/posters/portrait/en", jpg},
			{"DELETE", at + "/posters/portrait", nowhere + "/posters/portrait", nil},
			{"DELETE", at + "/posters/portrait/en", nowhere + "/posters/portrait/en", nil},
			{"POST", at + "/episodes", nowhere + "/episodes", map[string]any{}},
			{"PATCH", ep, noEpisode, map[string]any{"number": 2}},
			{"DELETE", ep, noEpisode, nil},
			{"PUT", ep + "/subtitles/en", noEpisode + "/subtitles/en", []byte(srt)},
			{"GET", ep + "/subtitles/en", noEpisode + "/subtitles/en", nil},
			{"DELETE", ep + "/subtitles/en", noEpisode + "/subtitles/en", nil},
		} {
			status, body := h.ask("rival", c.method, c.theirs, c.body)
			wantStatus, want := h.ask("rival", c.method, c.none, c.body)
			if status != http.StatusNotFound || status != wantStatus || string(body) != string(want) {
				t.Errorf("%s %s: %d %s, but nothing is %d %s", c.method, c.theirs, status, body, wantStatus, want)
			}
		}
		for _, q := range []string{"", "?q=雨夜", "?q=night", "?state=published", "?organisation_id=" + string(h.mine)} {
			if _, body := h.ask("rival", "GET", console+"/dramas"+q, nil); string(body) != "{\"items\":[]}\n" {
				t.Errorf("list%s shows %s", q, body)
			}
		}
		uses := console + "/episodes?assets=ast_none," + string(h.dossier(drama.ID).Episodes[0].Asset)
		if _, body := h.ask("rival", "GET", uses, nil); string(body) != "{\"items\":[]}\n" {
			t.Errorf("another's video is used in %s", body)
		}
		var mine wireDrama
		h.must("rival", "POST", console+"/dramas", map[string]any{"key": drama.Key, "title": map[string]string{"en": "x"}}, &mine)
		if mine.Key != drama.Key {
			t.Errorf("another's key got in the way: %s", mine.Key)
		}
		if status, _ := h.ask("rival", "POST", console+"/dramas", map[string]any{"organisation_id": h.mine, "title": map[string]string{"en": "x"}}); status != http.StatusNotFound {
			t.Errorf("a drama for another company: %d", status)
		}
		asset := h.media.add(h.mine, true)
		theirs := console + "/dramas/" + string(mine.ID) + "/episodes"
		_, known := h.ask("rival", "POST", theirs, map[string]any{"asset_id": asset})
		_, unknown := h.ask("rival", "POST", theirs, map[string]any{"asset_id": id.New[id.Asset]()})
		if string(known) != string(unknown) || !strings.Contains(string(known), "asset_unknown") {
			t.Errorf("another's video: %s, none: %s", known, unknown)
		}
	})
}

func TestOnlyStaffEnterTheConsole(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.drama("雨夜归来", "Night", 1)
	for who, want := range map[string]int{"": http.StatusUnauthorized, "viewer": http.StatusForbidden, "operator": http.StatusOK} {
		if status, _ := h.ask(who, "GET", console+"/dramas/"+string(drama.ID), nil); status != want {
			t.Errorf("%q: %d, want %d", who, status, want)
		}
	}
	if _, err := h.Create(t.Context(), h.viewer, catalogue.NewDrama{Org: h.mine}); err == nil {
		t.Error("a viewer made a drama")
	}
}
