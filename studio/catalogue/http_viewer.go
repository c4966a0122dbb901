package catalogue

import (
	"context"
	"net/http"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
)

type callerIn struct{ httpx.Caller }

type dramaIn struct {
	httpx.Caller
	ID string `path:"id" maxLength:"64"`
}

type browseIn struct {
	httpx.Caller
	Genre    string `query:"genre" maxLength:"100" doc:"Slug of a genre."`
	Audience string `query:"audience" maxLength:"16" doc:"female or male; dramas for all are included."`
	Sort     string `query:"sort" maxLength:"16" doc:"popular, new or rating; the default is new."`
	After    string `query:"after" maxLength:"1024"`
	Limit    int    `query:"limit" minimum:"0" maximum:"60"`
}

type searchIn struct {
	httpx.Caller
	Q     string `query:"q" maxLength:"400"`
	After string `query:"after" maxLength:"1024"`
	Limit int    `query:"limit" minimum:"0" maximum:"60"`
}

type cardsOut struct{ Body page.Of[Card] }

type shelvesOut struct {
	Body struct {
		Shelves []Shelf `json:"shelves"`
	}
}

type genresOut struct {
	Body struct {
		Items []GenreCount `json:"items"`
	}
}

type searchOut struct {
	Body struct {
		Items      []Found `json:"items"`
		Next       string  `json:"next,omitempty"`
		Source     string  `json:"source" enum:"index,sql" doc:"sql: the index of this node is still being made; likeness is not considered"`
		Suggestion string  `json:"suggestion,omitempty" doc:"a title that was perhaps meant"`
	}
}

type dramaOut struct {
	Body struct {
		Drama    wireDrama     `json:"drama"`
		Episodes []wireEpisode `json:"episodes"`
		Resume   *wireResume   `json:"resume"`
		Similar  []Card        `json:"similar"`
	}
}

type wireDrama struct {
	Card
	People     []Credit      `json:"people"`
	Languages  wireLanguages `json:"languages"`
	StateForMe wireForMe     `json:"state_for_me"`
}

type wireLanguages struct {
	Original  string   `json:"original"`
	Subtitles []string `json:"subtitles"`
}

type wireForMe struct {
	Followed bool `json:"followed"`
	Rated    *int `json:"rated"`
	Hidden   bool `json:"hidden"`
	CanRate  bool `json:"can_rate"`
}

type wireEpisode struct {
	EpisodeRef
	PositionMS int64 `json:"position_ms"`
	Finished   bool  `json:"finished"`
}

type wireResume struct {
	Episode    id.Episode `json:"episode_id"`
	Number     int        `json:"number"`
	PositionMS int64      `json:"position_ms"`
}

func (s *Service) viewerRoutes(api *httpx.API) {
	get := func(name, path, summary string) httpx.Route {
		return httpx.Route{ID: name, Method: http.MethodGet, Path: "/api/v1" + path, Summary: summary, Tag: tagViewer, Who: httpx.Viewer}
	}
	httpx.Handle(api, get("drama", "/dramas/{id}", "A drama's page"), s.serveDrama)
	httpx.Handle(api, get("browse-dramas", "/dramas", "Published dramas of which something can be watched"), func(ctx context.Context, in *browseIn) (*cardsOut, error) {
		sel := Selection{Genre: in.Genre, Audience: in.Audience, Sort: Sort(in.Sort)}
		if err := s.checkSelection(sel); err != nil {
			return nil, err
		}
		cards, err := s.Browse(ctx, in.Actor, in.Locale, sel, page.Request{After: in.After, Limit: in.Limit})
		return &cardsOut{Body: cards}, err
	})
	httpx.Handle(api, get("shelves", "/shelves", "The front page: rows of cards"), func(ctx context.Context, in *callerIn) (*shelvesOut, error) {
		out := new(shelvesOut)
		var err error
		out.Body.Shelves, err = s.Shelves(ctx, in.Actor, in.Locale)
		return out, err
	})
	httpx.Handle(api, get("search-dramas", "/search", "Dramas by words"), s.serveSearch)
	httpx.Handle(api, get("genres", "/genres", "Genres and how many dramas they have"), s.serveGenres)
	httpx.Handle(api, console("console-genres", http.MethodGet, "/genres", "Genres a drama may have"), s.serveGenres)
}

func (s *Service) serveGenres(ctx context.Context, in *callerIn) (out *genresOut, err error) {
	out = new(genresOut)
	out.Body.Items, err = s.GenreCounts(ctx, in.Actor, in.Locale)
	return out, err
}

func (s *Service) serveSearch(ctx context.Context, in *searchIn) (*searchOut, error) {
	found, err := s.Search(ctx, in.Actor, in.Locale, in.Q, page.Request{After: in.After, Limit: in.Limit})
	out := new(searchOut)
	out.Body.Items, out.Body.Next, out.Body.Source, out.Body.Suggestion = found.Items, found.Next, found.Source, found.Suggestion
	return out, err
}

func (s *Service) serveDrama(ctx context.Context, in *dramaIn) (*dramaOut, error) {
	drama, err := DramaID(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.Open(ctx, in.Actor, drama, in.Locale)
	if err != nil {
		return nil, err
	}
	out := new(dramaOut)
	out.Body.Drama = wireDrama{Card: p.Card, People: p.People, Languages: wireLanguages{Original: p.Original, Subtitles: p.Subtitles},
		StateForMe: wireForMe{Followed: p.Personal.Followed, Rated: p.Personal.Rated, Hidden: p.Personal.Hidden, CanRate: p.Personal.CanRate}}
	out.Body.Episodes = make([]wireEpisode, len(p.Episodes))
	for i, e := range p.Episodes {
		at := p.Personal.Positions[e.ID]
		out.Body.Episodes[i] = wireEpisode{EpisodeRef: e, PositionMS: at.PositionMS, Finished: at.Finished}
	}
	if r := p.Personal.Resume; r != nil {
		out.Body.Resume = &wireResume{Episode: r.Episode, Number: r.Number, PositionMS: r.PositionMS}
	}
	out.Body.Similar = p.Similar
	return out, nil
}
