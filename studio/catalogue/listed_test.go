package catalogue_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/release"
)

// inMarket asks as a viewer whom a trusted proxy knows to be in a country.
func (h *house) inMarket(country, path string, out any) {
	h.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = trusted
	r.Header.Set("X-Country", country)
	r.Header.Set("Authorization", "Bearer viewer")
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil || w.Code != 200 {
		h.t.Fatalf("%s: %d, %v", path, w.Code, err)
	}
}

// lists answers, by list, which dramas a viewer in a country finds there.
func (h *house) lists(country string, beside id.Drama) map[string][]id.Drama {
	h.t.Helper()
	type cards []struct{ ID id.Drama }
	out := map[string][]id.Drama{}
	add := func(name string, cards cards) {
		for _, c := range cards {
			out[name] = append(out[name], c.ID)
		}
	}
	for _, path := range []string{"/dramas?", "/dramas?genre=revenge&", "/dramas?sort=popular&", "/search?q=night&"} {
		for next := ""; ; {
			var page struct {
				Items cards
				Next  string
			}
			h.inMarket(country, "/api/v1"+path+"limit=1&after="+next, &page)
			add(path, page.Items)
			if next = page.Next; next == "" {
				break
			}
		}
	}
	var front struct {
		Shelves []struct {
			Key   string
			Items cards
		}
	}
	h.inMarket(country, "/api/v1/shelves", &front)
	for _, shelf := range front.Shelves {
		add("shelf "+shelf.Key, shelf.Items)
	}
	var page struct{ Similar cards }
	h.inMarket(country, "/api/v1/dramas/"+string(beside), &page)
	add("similar", page.Similar)
	return out
}

func TestListsShowWhatIsOutInTheMarket(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		publish := func(zh, en string, edit func(*catalogue.About)) id.Drama {
			drama := h.drama(zh, en, 2)
			if _, err := h.Edit(t.Context(), h.producer, drama.ID, 0, catalogue.Patch{About: edit}); err != nil {
				t.Fatal(err)
			}
			for _, step := range []catalogue.Step{catalogue.MarkReady, catalogue.Publish} {
				if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, step, ""); err != nil {
					t.Fatal(err)
				}
			}
			return drama.ID
		}
		later := release.Plan{Mode: release.All, StartsAt: opening.Add(time.Hour)}
		soon := publish("夜一", "Night one", func(a *catalogue.About) { a.Release = later })
		var genres struct{ Items []catalogue.GenreCount }
		h.inMarket("", "/api/v1/genres", &genres)
		for _, g := range genres.Items {
			if g.Count != 0 {
				t.Errorf("before anything is out: %+v", g)
			}
		}
		everywhere := publish("夜二", "Night two", func(*catalogue.About) {})
		abroad := publish("夜三", "Night three", func(a *catalogue.About) { a.Markets = []release.Market{{Code: "JP", Plan: later}} })
		h.audience.popular = []id.Drama{soon, abroad, everywhere}

		expect := func(when, country string, want ...id.Drama) {
			t.Helper()
			beside := soon // whose page can be opened: it tells when the episodes come
			lists := h.lists(country, beside)
			names := []string{"/dramas?", "/dramas?genre=revenge&", "/dramas?sort=popular&", "/search?q=night&", "shelf popular", "shelf new", "shelf top-rated", "shelf genre:revenge", "similar"}
			if len(lists) != len(names) {
				t.Errorf("%s, %q: %d lists, want %d: %v", when, country, len(lists), len(names), lists)
			}
			for _, name := range names {
				want := slices.DeleteFunc(slices.Clone(want), func(d id.Drama) bool { return name == "similar" && d == beside })
				slices.Sort(want)
				slices.Sort(lists[name])
				if !slices.Equal(lists[name], want) {
					t.Errorf("%s, %q, %s: %v, want %v", when, country, name, lists[name], want)
				}
			}
		}
		expect("at the opening", "", everywhere, abroad)
		expect("at the opening", "JP", everywhere)
		h.clock.Advance(2 * time.Hour)
		if _, err := h.Step(t.Context(), h.producer, everywhere, 0, catalogue.Withdraw, ""); err != nil { // lists in memory go
			t.Fatal(err)
		}
		expect("later", "JP", soon, abroad)
	})
}

func TestMinorsFindOnlyWhatIsForThemAndNoRankings(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var dramas []id.Drama
		for _, title := range []string{"Night one", "Night two", "Night three"} {
			drama := h.drama(title, title, 1)
			for _, step := range []catalogue.Step{catalogue.MarkReady, catalogue.Publish} {
				if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, step, ""); err != nil {
					t.Fatal(err)
				}
			}
			dramas = append(dramas, drama.ID)
		}
		mine, adults := dramas[1], dramas[0]
		h.audience.popular, h.audience.begun = []id.Drama{adults, mine}, []id.Drama{adults, mine}
		h.audience.forMinors = map[id.Drama]bool{mine: true}
		if found := h.lists("", adults); len(found["/dramas?"]) != 3 || len(found["shelf popular"]) != 2 {
			t.Fatalf("a grown-up finds %v", found)
		}
		h.viewer.Minor = "8-12"
		found := h.lists("", mine)
		for list, ids := range found {
			if len(ids) != 1 || ids[0] != mine {
				t.Errorf("%s: %v", list, ids)
			}
		}
		for _, list := range []string{"/dramas?", "/dramas?sort=popular&", "/search?q=night&", "shelf new", "shelf continue"} {
			if len(found[list]) == 0 {
				t.Errorf("%s is empty", list)
			}
		}
		if found["shelf popular"] != nil || found["shelf top-rated"] != nil || found["similar"] != nil {
			t.Errorf("rankings and likenesses: %v", found)
		}
		cards, err := h.Cards(t.Context(), h.viewer, dramas, "en")
		if err != nil || len(cards) != 1 {
			t.Errorf("%d cards, %v", len(cards), err)
		}
		if _, err := h.Open(t.Context(), h.viewer, adults, "en"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the page of what is not for minors: %v", err)
		}
	})
}
