package catalogue

import (
	"context"
	"maps"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/catalogue/words"
)

type listDramasIn struct {
	httpx.Caller
	State string `query:"state" enum:"draft,ready,published,withdrawn"`
	Q     string `query:"q" maxLength:"400"`
	Org   string `query:"organisation_id" maxLength:"64"`
	After string `query:"after" maxLength:"1024"`
	Limit int    `query:"limit" minimum:"0" maximum:"100"`
}

// AboutPatch is what a drama says of itself; what is absent stays as it is.
type AboutPatch struct {
	Title            *words.Text       `json:"title,omitempty"`
	Synopsis         *words.Text       `json:"synopsis,omitempty"`
	OriginalLanguage *string           `json:"original_language,omitempty" maxLength:"35"`
	Genres           *[]string         `json:"genres,omitempty" maxItems:"20"`
	Tags             *[]string         `json:"tags,omitempty" maxItems:"100"`
	Audience         *string           `json:"audience,omitempty" maxLength:"16"`
	Year             *int              `json:"year,omitempty"`
	People           *[]Person         `json:"people,omitempty" maxItems:"200"`
	Credit           *string           `json:"credit,omitempty"`
	Release          *release.Plan     `json:"release,omitempty"`
	Markets          *[]release.Market `json:"markets,omitempty" maxItems:"300" doc:"All markets that do not follow home; another one follows it."`
}

func (w AboutPatch) onto(a *About) {
	set(&a.Title, w.Title)
	set(&a.Synopsis, w.Synopsis)
	set(&a.OriginalLanguage, w.OriginalLanguage)
	set(&a.Genres, w.Genres)
	set(&a.Tags, w.Tags)
	set(&a.Audience, w.Audience)
	set(&a.Year, w.Year)
	set(&a.People, w.People)
	set(&a.Credit, w.Credit)
	set(&a.Release, w.Release)
	set(&a.Markets, w.Markets)
}

func set[T any](at *T, v *T) {
	if v != nil {
		*at = *v
	}
}

type createDramaIn struct {
	httpx.Caller
	Body struct {
		AboutPatch
		Org id.Org `json:"organisation_id,omitempty" maxLength:"64" doc:"Operators only; the default is one's own."`
		Key string `json:"key,omitempty" maxLength:"200" doc:"The maker's stable name; made from the title if absent."`
	}
}

type editDramaIn struct {
	httpx.Caller
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		AboutPatch
		Version          int64 `json:"version" minimum:"1" doc:"As last read."`
		PublishWhenReady *bool `json:"publish_when_ready,omitempty" doc:"Publish as soon as nothing is missing and the first episode can be watched."`
	}
}

type versionedIn struct {
	httpx.Caller
	ID      string `path:"id" maxLength:"64"`
	Version int64  `query:"version" minimum:"0" doc:"As last read; refused if the drama has changed since. 0: whichever."`
}

type stepIn struct {
	httpx.Caller
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int64  `json:"version,omitempty" minimum:"0"`
		Reason  string `json:"reason,omitempty" maxLength:"2000"`
	}
}

type consoleDramaOut struct{ Body consoleDrama }

type consoleDramasOut struct {
	Body page.Of[consoleDrama]
}

type consoleDrama struct {
	ID               id.Drama         `json:"id"`
	Org              id.Org           `json:"organisation_id"`
	Key              string           `json:"key"`
	State            State            `json:"state" enum:"draft,ready,published,withdrawn"`
	Reason           string           `json:"reason"`
	Title            words.Text       `json:"title"`
	Synopsis         words.Text       `json:"synopsis"`
	OriginalLanguage string           `json:"original_language"`
	Genres           []string         `json:"genres"`
	Tags             []string         `json:"tags"`
	Audience         string           `json:"audience"`
	Year             int              `json:"year" doc:"0: not said"`
	People           []Person         `json:"people"`
	Credit           string           `json:"credit"`
	Release          release.Plan     `json:"release" doc:"At home."`
	Markets          []release.Market `json:"markets" doc:"Markets that do not follow home."`
	Posters          wirePosters      `json:"posters"`
	PublishWhenReady bool             `json:"publish_when_ready"`
	Version          int64            `json:"version"`
	Episodes         []consoleEpisode `json:"episodes"`
	Missing          []Missing        `json:"missing"`
	CreatedAt        time.Time        `json:"created_at"`
	UpdatedAt        time.Time        `json:"updated_at"`
	PublishedAt      *time.Time       `json:"published_at"`
}

type wirePosters struct {
	Portrait   *Picture           `json:"portrait" doc:"In the original language, or in another if there is none."`
	Landscape  *Picture           `json:"landscape"`
	Portraits  map[string]Picture `json:"portraits" doc:"By language."`
	Landscapes map[string]Picture `json:"landscapes" doc:"By language."`
}

func wirePostersOf(d Drama) wirePosters {
	byLanguage := func(p poster.Set) map[string]Picture {
		out := make(map[string]Picture, len(p))
		for lang, i := range p {
			out[lang] = *pictureOf(&i)
		}
		return out
	}
	return wirePosters{
		Portrait: pictureOf(d.Portrait.In(d.OriginalLanguage)), Landscape: pictureOf(d.Landscape.In(d.OriginalLanguage)),
		Portraits: byLanguage(d.Portrait), Landscapes: byLanguage(d.Landscape),
	}
}

type consoleEpisode struct {
	ID        id.Episode           `json:"id"`
	Number    int                  `json:"number"`
	Title     words.Text           `json:"title"`
	Asset     *id.Asset            `json:"asset_id"`
	Summary   *AssetSummary        `json:"asset"`
	Next      *id.Asset            `json:"replacement_id" doc:"The video that takes the place of asset_id once it can be watched; null: none."`
	NextSum   *AssetSummary        `json:"replacement"`
	Subtitles []Subtitle           `json:"subtitles"`
	OwnAt     *time.Time           `json:"own_release_at" doc:"The time given to this episode; null: by the plan."`
	ReleaseAt *time.Time           `json:"release_at" doc:"At home."`
	Elsewhere map[string]time.Time `json:"released_elsewhere" doc:"By market, where it has a time of its own."`
}

func consoleDramaOf(d Dossier) consoleDrama {
	out := consoleDrama{
		ID: d.ID, Org: d.Org, Key: d.Key, State: d.State, Reason: d.Reason, Title: d.Title, Synopsis: d.Synopsis,
		OriginalLanguage: d.OriginalLanguage, Genres: d.Genres, Tags: d.Tags, Audience: d.Audience, Year: d.Year,
		People: d.People, Credit: d.Credit, Release: d.Release, Markets: append([]release.Market{}, d.Markets...),
		Posters:          wirePostersOf(d.Drama),
		PublishWhenReady: d.PublishWhenReady, Version: d.Version, Episodes: make([]consoleEpisode, len(d.Episodes)),
		Missing: d.Missing, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, PublishedAt: known(d.PublishedAt),
	}
	for i, e := range d.Episodes {
		c := consoleEpisode{ID: e.ID, Number: e.Number, Title: e.Title, Subtitles: append([]Subtitle{}, e.Subtitles...), OwnAt: known(e.OwnAt), ReleaseAt: known(e.ReleaseAt), Elsewhere: map[string]time.Time{}}
		maps.Copy(c.Elsewhere, e.Elsewhere)
		c.Asset, c.Summary = d.video(e.Asset)
		c.Next, c.NextSum = d.video(e.Next)
		out.Episodes[i] = c
	}
	return out
}

// video is an asset with its summary; nil where there is none.
func (d Dossier) video(asset id.Asset) (*id.Asset, *AssetSummary) {
	if asset == "" {
		return nil, nil
	}
	if sum, ok := d.Summaries[asset]; ok {
		return &asset, &sum
	}
	return &asset, nil
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func console(name, method, path, summary string) httpx.Route {
	return httpx.Route{ID: name, Method: method, Path: "/api/console/v1" + path, Summary: summary, Tag: tagConsole,
		Who: httpx.Staff(actor.Producer, actor.Operator)}
}

func (s *Service) consoleRoutes(api *httpx.API) {
	httpx.Handle(api, console("list-dramas", http.MethodGet, "/dramas", "Dramas one may manage, the last changed first"), s.serveList)
	create := console("create-drama", http.MethodPost, "/dramas", "Begin a draft")
	create.Status, create.Key = http.StatusCreated, httpx.KeyOptional
	httpx.Handle(api, create, func(ctx context.Context, in *createDramaIn) (*consoleDramaOut, error) {
		n := NewDrama{Org: in.Body.Org, Key: in.Body.Key, Once: in.Once}
		in.Body.onto(&n.About)
		d, err := s.Create(ctx, in.Actor, n)
		return s.dossierOut(ctx, in.Actor, d.ID, err)
	})
	httpx.Handle(api, console("drama-dossier", http.MethodGet, "/dramas/{id}", "A drama with everything it has and lacks"),
		func(ctx context.Context, in *dramaIn) (*consoleDramaOut, error) {
			drama, err := DramaID(in.ID)
			return s.dossierOut(ctx, in.Actor, drama, err)
		})
	httpx.Handle(api, console("edit-drama", http.MethodPatch, "/dramas/{id}", "Change what a drama says of itself"),
		func(ctx context.Context, in *editDramaIn) (*consoleDramaOut, error) {
			drama, err := DramaID(in.ID)
			if err != nil {
				return nil, err
			}
			_, err = s.Edit(ctx, in.Actor, drama, in.Body.Version, Patch{About: in.Body.onto, PublishWhenReady: in.Body.PublishWhenReady})
			return s.dossierOut(ctx, in.Actor, drama, err)
		})
	httpx.Handle(api, console("delete-drama", http.MethodDelete, "/dramas/{id}", "Delete a draft no viewer has seen"),
		func(ctx context.Context, in *versionedIn) (*nothing, error) {
			drama, err := DramaID(in.ID)
			if err != nil {
				return nil, err
			}
			return &nothing{}, s.Delete(ctx, in.Actor, drama, in.Version)
		})
	for step, summary := range map[Step]string{
		MarkReady: "Say that a drama is complete", Publish: "Let viewers find a drama; every gate is asked",
		Withdraw: "Take a drama from viewers", Reopen: "Make a drama a draft again",
	} {
		httpx.Handle(api, console(string(step)+"-drama", http.MethodPost, "/dramas/{id}/"+string(step), summary),
			func(ctx context.Context, in *stepIn) (*consoleDramaOut, error) {
				drama, err := DramaID(in.ID)
				if err != nil {
					return nil, err
				}
				_, err = s.Step(ctx, in.Actor, drama, in.Body.Version, step, in.Body.Reason)
				return s.dossierOut(ctx, in.Actor, drama, err)
			})
	}
}

// dossierOut answers a drama after something was done to it, or why it was not.
func (s *Service) dossierOut(ctx context.Context, by actor.Actor, drama id.Drama, err error) (*consoleDramaOut, error) {
	if err != nil {
		return nil, err
	}
	d, err := s.Dossier(ctx, by, drama)
	if err != nil {
		return nil, err
	}
	return &consoleDramaOut{Body: consoleDramaOf(d)}, nil
}

func (s *Service) serveList(ctx context.Context, in *listDramasIn) (*consoleDramasOut, error) {
	f := Filter{State: State(in.State), Query: in.Q, Org: id.Org(in.Org)}
	found, err := s.List(ctx, in.Actor, f, page.Request{After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &consoleDramasOut{Body: page.Of[consoleDrama]{Items: make([]consoleDrama, len(found.Items)), Next: found.Next}}
	for i, d := range found.Items {
		out.Body.Items[i] = consoleDramaOf(d)
	}
	return out, nil
}
