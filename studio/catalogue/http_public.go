package catalogue

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/share"
)

func (s *Service) publicRoutes(api *httpx.API, shell Shell) {
	api.Raw(httpx.Route{ID: "picture", Method: http.MethodGet, Path: "/img/{name}", Summary: "A poster", Tag: tagViewer,
		Who: httpx.Unasked, Produces: []string{"image/jpeg"}}, s.servePicture)
	show := func(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
		return s.serveShare(w, r, c, shell)
	}
	for name, path := range map[string]string{"share-drama": "/d/{drama}", "share-episode": "/d/{drama}/{number}"} {
		api.Raw(httpx.Route{ID: name, Method: http.MethodGet, Path: path, Summary: "A page to share", Tag: tagViewer,
			Who: httpx.Unasked, Produces: []string{"text/html"}}, show)
	}
}

var errPicture = fault.New(fault.NotFound, "catalogue.picture_missing", "There is no such picture.")

func (s *Service) servePicture(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	hash, ok := strings.CutSuffix(r.PathValue("name"), ".jpg")
	if !ok || !poster.IsHash(hash) {
		return errPicture
	}
	width := poster.Width(r.URL.Query().Get("w"))
	err := blob.Serve(w, r, s.Blobs, poster.Key(hash, width), blob.ServeOptions{
		ContentType: "image/jpeg", CacheControl: blob.Immutable, ETag: hash + "-" + strconv.Itoa(width)})
	if fault.KindOf(err) == fault.NotFound {
		return errPicture.Because(err)
	}
	return err
}

// siteName is what shared pages call the platform.
const siteName = "Cliffhanger"

// serveShare answers the watch app's page, with data about the drama where
// viewers may see it. What they may not see looks like what does not exist.
func (s *Service) serveShare(w http.ResponseWriter, r *http.Request, c httpx.Caller, shell Shell) error {
	html, err := shell()
	if err != nil {
		return err
	}
	status := http.StatusOK
	p, err := s.sharePage(r, c)
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

func (s *Service) sharePage(r *http.Request, c httpx.Caller) (share.Page, error) {
	drama, err := DramaID(r.PathValue("drama"))
	if err != nil {
		return share.Page{}, err
	}
	d, err := s.Open(r.Context(), actor.Actor{}, drama, c.Locale)
	if err != nil {
		return share.Page{}, err
	}
	address := c.Origin + "/d/" + string(drama)
	p := share.Page{
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
			p.Episode = &share.Episode{DramaURL: address, Number: e.Number, Title: e.Title,
				Length: time.Duration(e.DurationMS) * time.Millisecond, Released: *e.ReleasedAt}
			return p, nil
		}
	}
	return share.Page{}, errEpisodeMissing
}
