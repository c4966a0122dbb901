package catalogue_test

import (
	"context"
	"fmt"
	"image/color"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
)

var pageRequest = page.Request{}

type wireCards struct {
	Items []struct {
		ID      id.Drama `json:"id"`
		Title   string   `json:"title"`
		Matched string   `json:"matched"`
	} `json:"items"`
	Next       string `json:"next"`
	Source     string `json:"source"`
	Suggestion string `json:"suggestion"`
}

func (w wireCards) titles() string {
	var out []string
	for _, c := range w.Items {
		out = append(out, c.Title)
	}
	return strings.Join(out, " ")
}

func TestListsAreCutWithoutLossOrRepetition(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var all []string
		var popular []id.Drama
		for i := range 11 {
			drama := h.published(fmt.Sprintf("剧%02d", i), "", 1)
			all = append(all, fmt.Sprintf("剧%02d", i))
			if i%3 == 0 {
				popular = append(popular, drama.ID)
			}
			h.clock.Advance(time.Minute)
		}
		h.audience.mu.Lock()
		h.audience.popular = append(popular, id.New[id.Drama]())
		h.audience.mu.Unlock()
		slices.Reverse(all)
		for query, want := range map[string]string{
			"sort=new": strings.Join(all, " "), "sort=popular": "剧00 剧03 剧06 剧09 剧10 剧08 剧07 剧05 剧04 剧02 剧01",
			"genre=revenge&sort=rating": "剧00 剧03 剧06 剧09 剧10 剧08 剧07 剧05 剧04 剧02 剧01", "genre=comedy": "", "audience=female": strings.Join(all, " "), "audience=male": "",
		} {
			var got []string
			cursor := ""
			for {
				var cards wireCards
				h.must("viewer", "GET", "/api/v1/dramas?limit=4&"+query+"&after="+cursor, nil, &cards)
				if s := cards.titles(); s != "" {
					got = append(got, s)
				}
				if cursor = cards.Next; cursor == "" {
					break
				}
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s: %s, want %s", query, s, want)
			}
		}
		for _, bad := range []string{"genre=western", "sort=best", "audience=cats", "after=%21"} {
			if status, _ := h.ask("viewer", "GET", "/api/v1/dramas?"+bad, nil); status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", bad, status)
			}
		}
	})
}

func TestViewersFindOnlyWhatIsPublished(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		shown := h.published("雨夜归来", "The Night She Came Back", 1)
		h.drama("雨夜草稿", "Night Draft", 1)
		gone := h.published("雨夜离去", "Night Gone", 1)
		if _, err := h.Step(t.Context(), h.producer, gone.ID, 0, catalogue.Withdraw, ""); err != nil {
			t.Fatal(err)
		}
		look := func(source string) {
			t.Helper()
			for q, matched := range map[string]string{"雨夜": "title", "雨": "title", "歸來": "title", "yygl": "title", "yuyegui": "title", "night": "title", "lin wan": "people", "复仇": "tag", "前世": "synopsis"} {
				var got wireCards
				h.must("viewer", "GET", "/api/v1/search?q="+q2(q), nil, &got)
				if len(got.Items) != 1 || got.Items[0].ID != shown.ID || got.Items[0].Matched != matched || got.Source != source || got.Suggestion != "" {
					t.Errorf("%s by %s: %+v", q, source, got)
				}
			}
			for _, q := range []string{"草稿", "%", "_", "'", "zzz", ""} {
				var got wireCards
				h.must("viewer", "GET", "/api/v1/search?q="+q2(q), nil, &got)
				if len(got.Items) != 0 {
					t.Errorf("%q by %s: %+v", q, source, got)
				}
			}
		}
		look(catalogue.FromSQL)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- h.Run(ctx) }()
		h.until("the index is live", func() bool {
			var got wireCards
			h.must("viewer", "GET", "/api/v1/search?q=night", nil, &got)
			return got.Source == catalogue.FromIndex
		})
		look(catalogue.FromIndex)
		var near wireCards
		h.must("viewer", "GET", "/api/v1/search?q="+q2("雨夜鬼来"), nil, &near)
		if near.titles() != "雨夜归来" || near.Suggestion != "雨夜归来" {
			t.Errorf("what sounds alike: %+v", near)
		}

		// What changes while the index is live is found, and no longer found.
		h.published("总裁", "Boss", 1)
		h.until("the new drama is found", func() bool {
			var got wireCards
			h.must("viewer", "GET", "/api/v1/search?q=boss", nil, &got)
			return len(got.Items) == 1
		})
		if _, err := h.Step(t.Context(), h.producer, shown.ID, 0, catalogue.Withdraw, ""); err != nil {
			t.Fatal(err)
		}
		var after wireCards
		h.must("viewer", "GET", "/api/v1/search?q=night", nil, &after)
		if len(after.Items) != 0 {
			t.Errorf("a withdrawn drama is found: %+v", after)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		h.must("viewer", "GET", "/api/v1/search?q=boss", nil, &after)
		if after.Source != catalogue.FromSQL || len(after.Items) != 1 {
			t.Errorf("without an index: %+v", after)
		}
	})
}

func q2(s string) string {
	return strings.NewReplacer("%", "%25", " ", "+", "'", "%27").Replace(s)
}

// until waits for what happens by itself soon.
func (h *house) until(what string, ok func() bool) {
	h.t.Helper()
	deadline := time.After(10 * time.Minute)
	for !ok() {
		select {
		case <-deadline:
			h.t.Fatal("never: " + what)
		case <-time.After(5 * time.Millisecond): // whoever makes it happen needs the processor, too
		}
	}
}

func TestShelvesAndGenres(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	a, b := h.published("甲", "A", 1), h.published("乙", "B", 1)
	h.audience.popular, h.audience.begun = []id.Drama{b.ID}, []id.Drama{a.ID}
	mean := 8.0
	h.audience.ratings = map[id.Drama]catalogue.Rating{a.ID: {Mean: &mean, Count: 30}}
	var got struct {
		Shelves []struct {
			Key, Title, More string
			Items            []catalogue.Card
		} `json:"shelves"`
	}
	h.must("viewer", "GET", "/api/v1/shelves?lang=en", nil, &got)
	var rows []string
	for _, s := range got.Shelves {
		row := s.Key + " " + s.Title + ":"
		for _, c := range s.Items {
			row += " " + c.Title
		}
		rows = append(rows, row)
	}
	want := []string{"continue Continue watching: A", "popular Popular: B", "new New: B A", "top-rated Top rated: B", "genre:revenge Revenge: B A"}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if c := got.Shelves[0].Items[0]; c.Rating == nil || *c.Rating != 8 || c.RatingCount != 30 || c.Poster == nil || c.Genres[0].Name != "Revenge" {
		t.Errorf("card %+v", c)
	}
	var genres struct{ Items []catalogue.GenreCount }
	h.must("viewer", "GET", "/api/v1/genres?lang=en", nil, &genres)
	if len(genres.Items) < 10 || genres.Items[0] != (catalogue.GenreCount{Label: catalogue.Label{Slug: "revenge", Name: "Revenge"}, Count: 2}) {
		t.Errorf("%+v", genres.Items)
	}
}

func TestADramaPageCarriesTheViewersSide(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama, other := h.published("甲", "A", 2), h.published("乙", "B", 1)
	e := h.dossier(drama.ID).Episodes
	nine := 9
	h.audience.personal = catalogue.Personal{Followed: true, CanRate: true, Rated: &nine,
		Positions: map[id.Episode]catalogue.Position{e[0].ID: {PositionMS: 4000, Finished: true}}, Resume: &catalogue.Resume{Episode: e[1].ID, Number: 2, PositionMS: 7}}
	var got struct {
		Drama struct {
			People     []catalogue.Credit
			StateForMe struct {
				Followed, Hidden bool
				CanRate          bool `json:"can_rate"`
				Rated            *int
			} `json:"state_for_me"`
		}
		Episodes []struct {
			PositionMS int64 `json:"position_ms"`
			Finished   bool
		}
		Resume  struct{ Number int }
		Similar []catalogue.Card
	}
	h.must("viewer", "GET", "/api/v1/dramas/"+string(drama.ID)+"?lang=en", nil, &got)
	if !got.Drama.StateForMe.Followed || !got.Drama.StateForMe.CanRate || *got.Drama.StateForMe.Rated != 9 || got.Episodes[0].PositionMS != 4000 || !got.Episodes[0].Finished ||
		got.Resume.Number != 2 || len(got.Similar) != 1 || got.Similar[0].ID != other.ID || got.Drama.People[0].Name != "Lin Wan" {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"x", string(id.New[id.Drama]()), string(id.New[id.Episode]()), strings.Repeat("x", 64)} {
		if status, _ := h.ask("viewer", "GET", "/api/v1/dramas/"+bad, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

func TestWatchable(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama, draft := h.published("甲", "A", 2), h.drama("乙", "B", 1)
		late := h.media.add(h.mine, false)
		if _, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &late}); err != nil {
			t.Fatal(err)
		}
		e, hidden := h.dossier(drama.ID).Episodes, h.dossier(draft.ID).Episodes[0]
		ask := func(at time.Time) map[id.Episode]catalogue.Watchable {
			t.Helper()
			got, err := h.Watchable(t.Context(), h.viewer, []id.Episode{e[0].ID, e[1].ID, e[2].ID, hidden.ID, id.New[id.Episode](), e[0].ID}, "en", at)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		got := ask(h.clock.Now())
		if len(got) != 2 || got[e[0].ID].Next == nil || got[e[0].ID].Next.ID != e[1].ID || got[e[1].ID].Next != nil || got[e[0].ID].Asset != e[0].Asset || got[e[0].ID].DramaTitle != "A" {
			t.Fatalf("%+v", got)
		}
		if got := ask(h.clock.Now().Add(-time.Second)); len(got) != 0 {
			t.Errorf("before the release: %+v", got)
		}
		h.play(late)
		h.idle()
		if got := ask(h.clock.Now()); len(got) != 3 || got[e[1].ID].Next == nil {
			t.Errorf("with its video the third can be watched: %+v", got)
		}
		first, err := h.FirstEpisodes(t.Context(), h.viewer, []id.Drama{drama.ID, draft.ID}, "en")
		if err != nil || len(first) != 1 || first[drama.ID].ID != e[0].ID || !first[drama.ID].Released {
			t.Errorf("%+v, %v", first, err)
		}
		cards, err := h.Cards(t.Context(), h.viewer, []id.Drama{drama.ID, draft.ID}, "en")
		if err != nil || len(cards) != 1 || cards[0].ReleasedCount != 3 {
			t.Errorf("%+v %v", cards, err)
		}
	})
}

func TestSharedPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama, draft := h.published("雨夜归来", "The Night", 1), h.drama("稿", "Draft Title", 1)
	for path, want := range map[string]int{
		string(drama.ID): 200, string(drama.ID) + "/1": 200, string(drama.ID) + "/2": 404, string(drama.ID) + "/01": 404, string(draft.ID): 404, "x": 404,
	} {
		w := h.serve("", "GET", "/d/"+path+"?lang=en", nil)
		page := w.Body.String()
		if w.Code != want || !strings.Contains(page, "<!doctype html>") || strings.Contains(page, "Draft Title") || strings.Contains(page, "og:title") != (want == 200) {
			t.Errorf("%s: %d %s", path, w.Code, page)
		}
		if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "sha256-") != (want == 200) {
			t.Errorf("%s: policy %s", path, policy)
		}
	}
	h.must("producer", "POST", console+"/dramas/"+string(drama.ID)+"/withdraw", map[string]any{"reason": "rights"}, nil)
	for _, path := range []string{string(drama.ID), string(drama.ID) + "/1"} {
		w := h.serve("", "GET", "/d/"+path+"?lang=en", nil)
		if page := w.Body.String(); w.Code != 404 || w.Header().Get("X-Robots-Tag") != "noindex" || strings.Contains(page, "The Night") || strings.Contains(page, "og:") || strings.Contains(page, "schema.org") {
			t.Errorf("%s, withdrawn: %d %s", path, w.Code, page)
		}
	}
}

func TestPicturesAreServedForEver(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	hash := h.drama("甲", "A", 1).Portrait.In().Hash
	for query, want := range map[string]string{"": "-720", "?w=180": "-180", "?w=200": "-360", "?w=9999": "-720", "?w=x": "-720"} {
		w := h.serve("", "GET", "/img/"+hash+".jpg"+query, nil)
		if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || !strings.Contains(w.Header().Get("ETag"), want) {
			t.Errorf("%q: %d %v", query, w.Code, w.Header())
		}
	}
	for _, bad := range []string{"x.jpg", hash, hash + ".png", strings.Repeat("0", 32) + ".jpg", "..%2F..%2Fetc.jpg"} {
		if status, _ := h.ask("", "GET", "/img/"+bad, nil); status != 404 {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

// However many dramas there are, staff find the episodes a file is used in.
func TestTheUsesOfAFile(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		first, second := h.drama("甲", "A", 2), h.drama("乙", "B", 0)
		asset := h.dossier(first.ID).Episodes[1].Asset
		h.must("producer", "POST", console+"/dramas/"+string(second.ID)+"/episodes", map[string]any{"number": 5, "asset_id": asset}, nil)
		unused := h.media.add(h.mine, true)
		want := []catalogue.Use{
			{Asset: asset, Drama: first.ID, Title: first.Title, Number: 2},
			{Asset: asset, Drama: second.ID, Title: second.Title, Number: 5},
		}
		for _, who := range []string{"producer", "operator"} {
			var got struct{ Items []catalogue.Use }
			h.must(who, "GET", console+"/episodes?assets="+string(unused)+","+string(asset), nil, &got)
			if diff := cmp.Diff(want, got.Items); diff != "" {
				t.Error(who, diff)
			}
			h.must(who, "GET", console+"/episodes?assets=", nil, &got)
			if len(got.Items) != 0 {
				t.Errorf("%s: no file is used in %+v", who, got.Items)
			}
		}
	})
}

// One file in two dramas: what viewers read is never a draft's, and a language
// comes once.
func TestSubtitlesOfAFileInTwoDramas(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		shown, draft := h.published("甲", "A", 1), h.drama("乙", "B", 0)
		one := h.dossier(shown.ID).Episodes[0]
		_, two, err := h.AddEpisode(t.Context(), h.producer, draft.ID, 0, catalogue.EpisodePatch{Asset: &one.Asset})
		if err != nil {
			t.Fatal(err)
		}
		text := func(words string) []byte { return []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n" + words + "\n") }
		hash := map[string]string{}
		put := func(e id.Episode, lang, words string) {
			t.Helper()
			_, sub, err := h.PutSubtitle(t.Context(), h.producer, e, 0, lang, text(words))
			if err != nil {
				t.Fatal(err)
			}
			hash[sub.Hash] = words
		}
		want := func(when, want string) {
			t.Helper()
			got, err := h.SubtitlesOf(t.Context(), []id.Asset{one.Asset, id.New[id.Asset]()})
			var list []string
			for _, s := range got[one.Asset] {
				list = append(list, s.Lang+" "+hash[s.Hash])
			}
			if err != nil || strings.Join(list, ", ") != want || len(got) > 1 {
				t.Errorf("%s: %q in %v, %v; want %q", when, strings.Join(list, ", "), got, err, want)
			}
		}
		put(two.ID, "en", "a draft's")
		put(two.ID, "zh-CN", "草稿")
		want("the one viewers find has none", "")
		put(one.ID, "en", "the right one")
		want("it has its own", "en the right one")
		if _, err := h.PutPoster(t.Context(), h.producer, draft.ID, 0, catalogue.Portrait, "", picture(300, 400, color.RGBA{R: 9, A: 255})); err != nil {
			t.Fatal(err)
		}
		for _, step := range []catalogue.Step{catalogue.MarkReady, catalogue.Publish} {
			if _, err := h.Step(t.Context(), h.producer, draft.ID, 0, step, ""); err != nil {
				t.Fatal(err)
			}
		}
		want("both are published", "en the right one, zh-CN 草稿")
		for _, drama := range []id.Drama{shown.ID, draft.ID} {
			if _, err := h.Step(t.Context(), h.producer, drama, 0, catalogue.Withdraw, "done"); err != nil {
				t.Fatal(err)
			}
		}
		want("neither is, and staff look at it", "en the right one, zh-CN 草稿")
		if got, err := h.AssetsOf(t.Context(), draft.ID); err != nil || len(got) != 1 || got[0] != one.Asset {
			t.Errorf("the files of a drama: %v, %v", got, err)
		}
	})
}

func TestAnUploadFindsItsEpisode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.drama("甲", "A", 1)
	first, second := h.media.add(h.mine, false), h.media.add(h.mine, false)
	for number, asset := range map[int]id.Asset{1: first, 2: second} {
		if err := h.AttachUpload(t.Context(), h.mine, drama.ID, number, asset); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.AttachUpload(t.Context(), h.theirs, drama.ID, 3, h.media.add(h.theirs, true)); err != nil {
		t.Fatal(err)
	}
	e := h.dossier(drama.ID).Episodes
	if len(e) != 2 || e[0].Asset != first || e[1].Asset != second {
		t.Errorf("%+v", e)
	}
}

// The word of a change may come late between nodes, or be lost. Whether an
// episode may be watched is right all the same, and what pages show follows.
func TestANodeNobodyTold(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		told, deaf := newHouse(t, d), newHouse(t, d) // each with a bus of its own
		drama := told.published("旧名", "Old name", 2)
		first := told.dossier(drama.ID).Episodes[0].ID
		watchable := func() (catalogue.Watchable, bool) {
			t.Helper()
			found, err := deaf.Watchable(t.Context(), deaf.viewer, []id.Episode{first}, "en", opening)
			if err != nil {
				t.Fatal(err)
			}
			w, ok := found[first]
			return w, ok
		}
		title := func() string {
			t.Helper()
			cards, err := deaf.Cards(t.Context(), deaf.viewer, []id.Drama{drama.ID}, "en")
			if err != nil || len(cards) != 1 {
				t.Fatal(cards, err)
			}
			return cards[0].Title
		}
		if w, ok := watchable(); !ok || w.DramaTitle != "Old name" || len(w.Subtitles) != 0 || title() != "Old name" {
			t.Fatalf("at first: %v %+v", ok, w)
		}
		told.must("operator", "PATCH", console+"/dramas/"+string(drama.ID), map[string]any{"version": drama.Version, "title": map[string]string{"zh-CN": "新名", "en": "New name"}}, nil)
		told.must("operator", "PUT", console+"/episodes/"+string(first)+"/subtitles/zh-cn", []byte(srt), nil)
		if w, ok := watchable(); !ok || w.DramaTitle != "New name" || len(w.Subtitles) != 1 {
			t.Fatalf("after a change elsewhere: %v %+v", ok, w)
		}
		go deaf.Run(t.Context())
		deaf.until("the node follows the change sequence", func() bool { return title() == "New name" })
		if _, err := told.Step(t.Context(), told.op, drama.ID, 0, catalogue.Withdraw, ""); err != nil {
			t.Fatal(err)
		}
		if w, ok := watchable(); ok {
			t.Fatalf("what was withdrawn elsewhere may be watched: %+v", w)
		}
	})
}

// What lists show is in memory before anybody asks: a rating that comes later
// is not seen yet.
func TestANodeReadsAhead(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		drama := newHouse(t, d).published("夜", "Night", 1)
		h := newHouse(t, d)
		go h.Run(t.Context())
		h.until("somebody asks for ratings", func() bool {
			h.audience.mu.Lock()
			defer h.audience.mu.Unlock()
			return h.audience.rated[drama.ID]
		})
		h.audience.mu.Lock()
		h.audience.ratings = map[id.Drama]catalogue.Rating{drama.ID: {Mean: new(9.5), Count: 100}}
		h.audience.mu.Unlock()
		cards, err := h.Cards(t.Context(), h.viewer, []id.Drama{drama.ID}, "en")
		if err != nil || len(cards) != 1 || cards[0].Title != "Night" || cards[0].Rating != nil {
			t.Errorf("%+v, %v", cards, err)
		}
	})
}
