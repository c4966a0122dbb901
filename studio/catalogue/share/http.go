package share

import (
	"net/http"
	"strconv"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue"
)

// Shell answers the watch app's HTML page.
type Shell func() ([]byte, error)

// Routes registers the pages to share of a catalogue's dramas.
func Routes(api *httpx.API, dramas *catalogue.Service, shell Shell) {
	show := func(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
		return serve(w, r, c, dramas, shell)
	}
	for name, path := range map[string]string{"share-drama": "/d/{drama}", "share-episode": "/d/{drama}/{number}"} {
		api.Raw(httpx.Route{ID: name, Method: http.MethodGet, Path: path, Summary: "A page to share", Tag: "catalogue",
			Who: httpx.Unasked, Produces: []string{"text/html"}}, show)
	}
}

// siteName is what shared pages call the platform.
const siteName = "Cliffhanger"

// serve answers the watch app's page, with data about the drama where
// viewers may see it. What they may not see looks like what does not exist; so
// does an episode in a market where it is not released yet.
func serve(w http.ResponseWriter, r *http.Request, c httpx.Caller, dramas *catalogue.Service, shell Shell) error {
	html, err := shell()
	if err != nil {
		return err
	}
	status := http.StatusOK
	p, err := pageOf(r, c, dramas)
	switch {
	case err == nil:
		var data []byte
		if html, data = p.Into(html); data != nil {
			httpx.AllowScriptHash(w, httpx.ScriptHash(data))
		}
	case fault.KindOf(err) == fault.NotFound:
		status = http.StatusNotFound
		w.Header().Set("X-Robots-Tag", "noindex")
	default:
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, err = w.Write(html)
	return err
}

var errEpisode = fault.New(fault.NotFound, "catalogue.episode_missing", "There is no such episode.")

func pageOf(r *http.Request, c httpx.Caller, dramas *catalogue.Service) (Page, error) {
	drama, err := catalogue.DramaID(r.PathValue("drama"))
	if err != nil {
		return Page{}, err
	}
	d, err := dramas.Open(r.Context(), c.Actor, drama, c.Locale)
	if err != nil {
		return Page{}, err
	}
	address := c.Origin + "/d/" + string(drama)
	p := Page{
		URL: address, Locale: c.Locale, Site: siteName, Title: d.Title, Synopsis: d.Synopsis, Year: d.Year,
		Episodes: d.EpisodeCount, Rating: d.Rating, Ratings: d.RatingCount,
	}
	if picture := d.Landscape; picture != nil {
		p.Image = c.Origin + picture.URL
	} else if picture := d.Poster; picture != nil {
		p.Image = c.Origin + picture.URL
	}
	for _, g := range d.Genres {
		p.Genres = append(p.Genres, g.Name)
	}
	for _, person := range d.People {
		switch person.Role {
		case "cast":
			p.Cast = append(p.Cast, person.Name)
		case "director":
			p.Director = append(p.Director, person.Name)
		}
	}
	number := r.PathValue("number")
	if number == "" {
		return p, nil
	}
	for _, e := range d.Episodes {
		if strconv.Itoa(e.Number) == number && e.Released {
			p.URL = address + "/" + number
			p.Episode = &Episode{DramaURL: address, Number: e.Number, Title: e.Title,
				Length: time.Duration(e.DurationMS) * time.Millisecond, Released: *e.ReleasedAt}
			return p, nil
		}
	}
	return Page{}, errEpisode
}
