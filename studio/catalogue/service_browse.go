package catalogue

import (
	"context"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/studio/catalogue/words"
)

// Sort is the order of a list viewers see.
type Sort string

const (
	ByNew     Sort = "new"
	ByPopular Sort = "popular"
	ByRating  Sort = "rating"
)

// Selection is which published dramas a viewer wants listed.
type Selection struct {
	Genre    string // slug; empty: any
	Audience string // female or male, which include what is for all; empty: any
	Sort     Sort   // empty: ByNew
}

// mostRanked is how far down a ranking goes; behind it dramas follow by age.
const mostRanked = 500

// mostLooked bounds how many dramas are looked at together in search of some
// that are out.
const mostLooked = 500

// browseKey is a place in a list: in its ranking, or behind it.
type browseKey struct {
	Ranked int    `json:"r,omitempty"` // how many of the ranking were shown
	New    newKey `json:"n"`           // zero: still in the ranking
}

// Browse lists published dramas of which something is out in the reader's
// market. Anyone may.
func (s *Service) Browse(ctx context.Context, by actor.Actor, locale string, sel Selection, r page.Request) (page.Of[Card], error) {
	var at browseKey
	if err := page.Read(r.After, &at); err != nil {
		return page.Of[Card]{}, err
	}
	limit := page.Clamp(r.Limit, 24, 60)
	ids, keys, err := s.walk(ctx, sel, at, limit+1, s.reader(by, locale))
	if err != nil {
		return page.Of[Card]{}, err
	}
	cards, err := s.Cards(ctx, by, ids[:min(limit, len(ids))], locale)
	next := ""
	if len(ids) > limit {
		next = page.Cursor(keys[ids[limit-1]])
	}
	return page.Of[Card]{Items: cards, Next: next}, err
}

// walk answers the first n dramas of a selection behind a place of which
// something is out for the reader, and the places of all it came by.
func (s *Service) walk(ctx context.Context, sel Selection, at browseKey, n int, to reader) (ids []id.Drama, keys map[id.Drama]browseKey, err error) {
	if to.minor != "" {
		sel.Sort = ByNew // minors are shown no ranking
	}
	ranking, err := s.ranking(ctx, sel)
	if err != nil {
		return nil, nil, err
	}
	keys = map[id.Drama]browseKey{}
	for look := n; len(ids) < n; look = min(4*look, mostLooked) {
		candidates, err := s.behind(ctx, sel, ranking, &at, look, keys)
		if err != nil || len(candidates) == 0 {
			return ids, keys, err
		}
		out, err := s.out(ctx, candidates, n-len(ids), to)
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, out...)
	}
	return ids, keys, nil
}

// behind answers the dramas that follow a place, which moves on behind them: at
// least n while there are so many, first those of the ranking, then by age.
func (s *Service) behind(ctx context.Context, sel Selection, ranking []id.Drama, at *browseKey, n int, keys map[id.Drama]browseKey) (ids []id.Drama, err error) {
	if at.New == (newKey{}) {
		for len(ids) < n && max(at.Ranked, 0) < len(ranking) {
			at.Ranked = max(at.Ranked, 0) + 1
			ids = append(ids, ranking[at.Ranked-1])
			keys[ranking[at.Ranked-1]] = *at
		}
		if len(ids) > 0 {
			return ids, nil
		}
		at.New.At = 1<<63 - 1
	}
	rows, err := listNew(ctx, s.DB, sel.Genre, sel.Audience, at.New, n+len(ranking))
	for _, k := range rows {
		*at = browseKey{New: k}
		if !slices.Contains(ranking, k.ID) {
			ids, keys[k.ID] = append(ids, k.ID), *at
		}
	}
	return ids, err
}

// out answers the first n of the dramas of which the reader can watch something
// now, in their order. It looks at no more of them than it must.
func (s *Service) out(ctx context.Context, dramas []id.Drama, n int, to reader) (ids []id.Drama, err error) {
	for some := range slices.Chunk(dramas, n) {
		listed, err := s.listed(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, drama := range some {
			if l := listed[drama]; l != nil && l.isOut(to) {
				ids = append(ids, drama)
			}
			if len(ids) == n {
				return ids, nil
			}
		}
	}
	return ids, nil
}

// ranking answers the ranked dramas a selection begins with, from memory where
// possible.
func (s *Service) ranking(ctx context.Context, sel Selection) ([]id.Drama, error) {
	ask := map[Sort]func(context.Context, int) ([]id.Drama, error){ByPopular: s.Audience.Popular, ByRating: s.Audience.TopRated}[sel.Sort]
	if ask == nil {
		return nil, nil
	}
	name := "ranking " + string(sel.Sort) + " " + sel.Genre + " " + sel.Audience
	return remembered(ctx, s, name, func(ctx context.Context) ([]id.Drama, error) {
		ids, err := ask(ctx, mostRanked)
		if err != nil {
			return nil, err
		}
		listed, err := s.listed(ctx, ids)
		return slices.DeleteFunc(slices.Clone(ids), func(drama id.Drama) bool {
			l := listed[drama]
			return l == nil || sel.Genre != "" && !slices.Contains(l.Genres, sel.Genre) ||
				sel.Audience != "" && l.Audience != "all" && l.Audience != sel.Audience
		}), err
	})
}

// Shelf is a row of cards under one heading.
type Shelf struct {
	Key   string `json:"key" doc:"continue, popular, new, top-rated or genre:SLUG"`
	Title string `json:"title"`
	Items []Card `json:"items"`
	More  string `json:"more" doc:"address of the whole list"`
}

var shelfTitles = map[string]words.Text{
	"continue":  {"zh-CN": "继续看", "en": "Continue watching"},
	"popular":   {"zh-CN": "热门榜", "en": "Popular"},
	"new":       {"zh-CN": "最新上线", "en": "New"},
	"top-rated": {"zh-CN": "高分榜", "en": "Top rated"},
}

const (
	shelfLength = 15 // how many cards a shelf shows
	newestKept  = 60 // how many of a genre's newest dramas a node looks at for likeness
)

// plannedShelf is a shelf before its cards are filled in.
type plannedShelf struct {
	key, more string
	ids       []id.Drama
}

// Shelves answers the front page of the catalogue; shelves without dramas are
// left out.
func (s *Service) Shelves(ctx context.Context, by actor.Actor, locale string) ([]Shelf, error) {
	planned, err := s.planned(ctx, s.reader(by, locale))
	if err != nil {
		return nil, err
	}
	if by.IsViewer() {
		begun, err := s.Audience.Continue(ctx, by, shelfLength)
		if err != nil {
			return nil, err
		}
		planned = append([]plannedShelf{{key: "continue", more: "/api/v1/continue", ids: begun}}, planned...)
	}
	shelves := []Shelf{}
	for _, p := range planned {
		cards, err := s.Cards(ctx, by, p.ids, locale)
		if err != nil {
			return nil, err
		}
		title := shelfTitles[p.key].In(locale, "en")
		if genre, ok := cutGenre(p.key); ok {
			title = s.genres.Name(genre, locale)
		}
		if len(cards) > 0 {
			shelves = append(shelves, Shelf{Key: p.key, Title: title, Items: cards, More: p.more})
		}
	}
	return shelves, nil
}

const genrePrefix = "genre:"

func cutGenre(key string) (string, bool) {
	if len(key) > len(genrePrefix) && key[:len(genrePrefix)] == genrePrefix {
		return key[len(genrePrefix):], true
	}
	return "", false
}

// planned answers the shelves of a reader's market, from memory where possible.
func (s *Service) planned(ctx context.Context, to reader) ([]plannedShelf, error) {
	return remembered(ctx, s, "shelves "+to.market+" "+to.minor, func(ctx context.Context) ([]plannedShelf, error) {
		const list = "/api/v1/dramas?"
		var planned []plannedShelf
		for _, p := range []struct {
			key  string
			sort Sort
		}{{"popular", ByPopular}, {"new", ByNew}, {"top-rated", ByRating}} {
			if to.minor != "" && p.sort != ByNew {
				continue
			}
			ids, err := s.ranking(ctx, Selection{Sort: p.sort})
			if err == nil && p.sort != ByNew {
				ids, err = s.out(ctx, ids, shelfLength, to)
			} else if err == nil {
				ids, _, err = s.walk(ctx, Selection{}, browseKey{}, shelfLength, to)
			}
			if err != nil {
				return nil, err
			}
			planned = append(planned, plannedShelf{key: p.key, more: list + "sort=" + string(p.sort), ids: ids})
		}
		for _, g := range s.genres {
			ids, _, err := s.walk(ctx, Selection{Genre: g.Slug}, browseKey{}, shelfLength, to)
			if err != nil {
				return nil, err
			}
			planned = append(planned, plannedShelf{key: genrePrefix + g.Slug, more: list + "genre=" + g.Slug, ids: ids})
		}
		return planned, nil
	})
}

// newest answers the last published dramas of a genre ("": of all), from
// memory where possible.
func (s *Service) newest(ctx context.Context, genre string) ([]id.Drama, error) {
	return remembered(ctx, s, "newest "+genre, func(ctx context.Context) ([]id.Drama, error) {
		rows, err := listNew(ctx, s.DB, genre, "", newKey{At: 1<<63 - 1}, newestKept)
		ids := make([]id.Drama, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		return ids, err
	})
}

// GenreCount is a genre and how many published dramas it has.
type GenreCount struct {
	Label
	Count int `json:"count"`
}

// GenreCounts answers all genres, the empty ones too. One of which nothing is out
// in a viewer's market is empty there.
func (s *Service) GenreCounts(ctx context.Context, by actor.Actor, locale string) ([]GenreCount, error) {
	counts, err := remembered(ctx, s, "genres", func(ctx context.Context) (map[string]int, error) { return countGenres(ctx, s.DB) })
	out := make([]GenreCount, len(s.genres))
	for i, g := range s.genres {
		out[i] = GenreCount{Label: Label{Slug: g.Slug, Name: g.Name.In(locale, "en")}, Count: counts[g.Slug]}
	}
	if err != nil || !by.IsViewer() {
		return out, err
	}
	shelves, err := s.planned(ctx, s.reader(by, locale))
	for _, shelf := range shelves {
		genre, _ := cutGenre(shelf.key)
		if i := slices.IndexFunc(out, func(g GenreCount) bool { return g.Slug == genre }); i >= 0 && len(shelf.ids) == 0 {
			out[i].Count = 0
		}
	}
	return out, err
}

// Page is everything a drama's page shows to one viewer.
type Page struct {
	Card
	People    []Credit
	Original  string
	Subtitles []string // languages of what can be watched now
	Episodes  []EpisodeRef
	Personal  Personal
	Similar   []Card
}

// Credit is a person in the reader's language.
type Credit struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

// Open answers the page of a published drama. Anyone may; only a viewer has a
// personal side.
func (s *Service) Open(ctx context.Context, by actor.Actor, drama id.Drama, locale string) (Page, error) {
	listed, err := s.listed(ctx, []id.Drama{drama})
	if err != nil {
		return Page{}, err
	}
	l, to := listed[drama], s.reader(by, locale)
	if l == nil || !to.finds(drama) {
		return Page{}, errDrama
	}
	content, err := s.pageOf(ctx, l)
	if err != nil {
		return Page{}, err
	}
	p := Page{Card: l.card(s.genres, to), Original: l.OriginalLanguage, People: make([]Credit, len(l.People)),
		Episodes: make([]EpisodeRef, len(content.episodes)), Subtitles: subtitleLanguages(content.episodes, to)}
	for i, c := range l.People {
		p.People[i] = Credit{Role: c.Role, Name: c.Name.In(locale, l.OriginalLanguage)}
	}
	ids := make([]id.Episode, 0, len(content.episodes))
	for i, e := range content.episodes {
		p.Episodes[i] = e.ref(l.OriginalLanguage, to)
		if p.Episodes[i].Released {
			ids = append(ids, e.ID)
		}
	}
	similar, err := s.out(ctx, content.similar, similarShown, to)
	if err == nil {
		p.Similar, err = s.Cards(ctx, by, similar, locale)
	}
	if err != nil {
		return Page{}, err
	}
	if by.IsViewer() {
		p.Personal, err = s.Audience.Personal(ctx, by, drama, ids)
	}
	return p, err
}

func subtitleLanguages(episodes []Episode, to reader) []string {
	langs := []string{}
	for _, e := range episodes {
		for _, sub := range e.Subtitles {
			if e.WatchableAt(to.now, to.market) && !slices.Contains(langs, sub.Lang) {
				langs = append(langs, sub.Lang)
			}
		}
	}
	slices.Sort(langs)
	return langs
}

var errSelection = fault.New(fault.Invalid, "catalogue.selection_invalid", "There is no such genre, audience or order.")

func (s *Service) checkSelection(sel Selection) error {
	if sel.Genre != "" && !s.genres.Has(sel.Genre) || sel.Audience != "" && !slices.Contains(audiences, sel.Audience) ||
		sel.Sort != "" && sel.Sort != ByNew && sel.Sort != ByPopular && sel.Sort != ByRating {
		return errSelection
	}
	return nil
}
