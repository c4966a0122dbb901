package library

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
)

const tag = "library"

type dramaIn struct {
	httpx.Caller
	Drama string `path:"drama"`
}

type episodeIn struct {
	httpx.Caller
	Episode string `path:"episode"`
}

type rateIn struct {
	httpx.Caller
	Drama string `path:"drama"`
	Body  struct {
		Score int `json:"score" minimum:"1" maximum:"10"`
	}
}

type listIn struct {
	httpx.Caller
	After string `query:"after" maxLength:"512"`
	Limit int    `query:"limit" minimum:"0" maximum:"100"`
}

type followOut struct {
	Body struct {
		Followed bool  `json:"followed"`
		Count    int64 `json:"count" doc:"How many follow the drama."`
	}
}

type likeOut struct {
	Body struct {
		Liked bool  `json:"liked"`
		Count int64 `json:"count" doc:"How many like the episode."`
	}
}

type hiddenOut struct {
	Body struct {
		Hidden bool  `json:"hidden"`
		Count  int64 `json:"count" doc:"How many dramas this profile hides."`
	}
}

type ratingOut struct {
	Body struct {
		Rated  *int     `json:"rated" doc:"What this profile gave, 1 to 10; null if nothing."`
		Rating *float64 `json:"rating" doc:"What the crowd thinks, 1 to 10; null until 20 have rated."`
		Count  int64    `json:"rating_count"`
	}
}

// dramaList and episodeList are lists of what the catalogue draws.
type dramaList[D any] struct{ Body page.Of[D] }

type likedEpisode[D, E any] struct {
	Drama   D `json:"drama"`
	Episode E `json:"episode"`
}

type episodeList[D, E any] struct{ Body page.Of[likedEpisode[D, E]] }

// Routes registers everything this capability answers; cards draws the lists.
func Routes[D, E any](api *httpx.API, s *Service, cards Cards[D, E]) {
	s.dramaRoutes(api)
	s.ratingRoutes(api)
	for _, l := range []struct {
		path, summary string
		kind          kind
	}{
		{"follows", "The dramas I follow, last followed first", follows},
		{"hidden", "The dramas I do not want to see, last hidden first", hides},
	} {
		httpx.Handle(api, httpx.Route{ID: "library-" + l.path, Method: http.MethodGet, Path: "/api/v1/library/" + l.path, Tag: tag,
			Summary: l.summary, Who: httpx.Viewer},
			func(ctx context.Context, in *listIn) (*dramaList[D], error) {
				marks, err := s.list(ctx, in.Actor, l.kind, page.Request{After: in.After, Limit: in.Limit})
				if err != nil {
					return nil, err
				}
				drawn, err := cards.Dramas(ctx, in.Actor, subjects[id.Drama](marks.Items), in.Locale)
				return &dramaList[D]{drawDramas(marks, drawn)}, err
			})
	}
	httpx.Handle(api, httpx.Route{ID: "library-likes", Method: http.MethodGet, Path: "/api/v1/library/likes", Tag: tag,
		Summary: "The episodes I like, last liked first", Who: httpx.Viewer},
		func(ctx context.Context, in *listIn) (*episodeList[D, E], error) {
			marks, err := s.list(ctx, in.Actor, likes, page.Request{After: in.After, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			dramas, err := cards.Dramas(ctx, in.Actor, dramasOf(marks.Items), in.Locale)
			if err != nil {
				return nil, err
			}
			episodes, err := cards.Episodes(ctx, in.Actor, subjects[id.Episode](marks.Items), in.Locale)
			return &episodeList[D, E]{drawEpisodes(marks, dramas, episodes)}, err
		})
}

// drawDramas keeps the order of the marks and leaves out what is not published
// any more, so a page may be shorter than asked for.
func drawDramas[D any](marks page.Of[mark], drawn map[id.Drama]D) page.Of[D] {
	out := page.Of[D]{Items: []D{}, Next: marks.Next}
	for _, m := range marks.Items {
		if card, ok := drawn[id.Drama(m.subject)]; ok {
			out.Items = append(out.Items, card)
		}
	}
	return out
}

func drawEpisodes[D, E any](marks page.Of[mark], dramas map[id.Drama]D, episodes map[id.Episode]E) page.Of[likedEpisode[D, E]] {
	out := page.Of[likedEpisode[D, E]]{Items: []likedEpisode[D, E]{}, Next: marks.Next}
	for _, m := range marks.Items {
		drama, published := dramas[m.drama]
		episode, released := episodes[id.Episode(m.subject)]
		if published && released {
			out.Items = append(out.Items, likedEpisode[D, E]{drama, episode})
		}
	}
	return out
}

// dramasOf are the dramas of liked episodes, each once.
func dramasOf(marks []mark) []id.Drama {
	seen, out := map[id.Drama]bool{}, []id.Drama{}
	for _, m := range marks {
		if !seen[m.drama] {
			seen[m.drama] = true
			out = append(out, m.drama)
		}
	}
	return out
}

// writes bounds how often one person changes their mind.
var writes = httpx.PerActor(120, time.Minute)

func putOrDelete(set bool) (method, verb string) {
	if set {
		return http.MethodPut, ""
	}
	return http.MethodDelete, "un"
}

func (s *Service) dramaRoutes(api *httpx.API) {
	for _, set := range []bool{true, false} {
		method, un := putOrDelete(set)
		follow, like, hide := s.Follow, s.Like, s.Hide
		if !set {
			follow, like, hide = s.Unfollow, s.Unlike, s.Unhide
		}
		httpx.Handle(api, httpx.Route{ID: un + "follow-drama", Method: method, Path: "/api/v1/library/follows/{drama}", Tag: tag,
			Summary: "Whether I follow a drama", Who: httpx.Viewer, Limit: writes},
			func(ctx context.Context, in *dramaIn) (*followOut, error) {
				n, err := onDrama(ctx, in, follow)
				out := &followOut{}
				out.Body.Followed, out.Body.Count = set, n
				return out, err
			})
		httpx.Handle(api, httpx.Route{ID: un + "hide-drama", Method: method, Path: "/api/v1/library/hidden/{drama}", Tag: tag,
			Summary: "Whether I want to see a drama", Who: httpx.Viewer, Limit: writes},
			func(ctx context.Context, in *dramaIn) (*hiddenOut, error) {
				n, err := onDrama(ctx, in, hide)
				out := &hiddenOut{}
				out.Body.Hidden, out.Body.Count = set, n
				return out, err
			})
		httpx.Handle(api, httpx.Route{ID: un + "like-episode", Method: method, Path: "/api/v1/library/likes/{episode}", Tag: tag,
			Summary: "Whether I like an episode", Who: httpx.Viewer, Limit: writes},
			func(ctx context.Context, in *episodeIn) (*likeOut, error) {
				episode, err := id.Parse[id.Episode](in.Episode)
				if err != nil {
					return nil, errEpisode.Because(err)
				}
				n, err := like(ctx, in.Actor, episode)
				out := &likeOut{}
				out.Body.Liked, out.Body.Count = set, n
				return out, err
			})
	}
}

// onDrama does one thing to the drama in the path.
func onDrama[T any](ctx context.Context, in *dramaIn, do func(context.Context, actor.Actor, id.Drama) (T, error)) (none T, err error) {
	drama, err := id.Parse[id.Drama](in.Drama)
	if err != nil {
		return none, errDrama.Because(err)
	}
	return do(ctx, in.Actor, drama)
}

func (s *Service) ratingRoutes(api *httpx.API) {
	const path = "/api/v1/library/ratings/{drama}"
	httpx.Handle(api, httpx.Route{ID: "rate-drama", Method: http.MethodPut, Path: path, Tag: tag,
		Summary: "Give a drama 1 to 10 points", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *rateIn) (*ratingOut, error) {
			r, err := onDrama(ctx, &dramaIn{in.Caller, in.Drama}, func(ctx context.Context, by actor.Actor, drama id.Drama) (Rating, error) {
				return s.Rate(ctx, by, drama, in.Body.Score)
			})
			return showRating(r, &in.Body.Score), err
		})
	httpx.Handle(api, httpx.Route{ID: "unrate-drama", Method: http.MethodDelete, Path: path, Tag: tag,
		Summary: "Take my rating back", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *dramaIn) (*ratingOut, error) {
			r, err := onDrama(ctx, in, s.Unrate)
			return showRating(r, nil), err
		})
}

func showRating(r Rating, mine *int) *ratingOut {
	out := &ratingOut{}
	out.Body.Rated, out.Body.Rating, out.Body.Count = mine, r.Shown, r.Count
	return out
}
