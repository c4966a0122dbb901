package catalogue

import (
	"context"
	"net/http"
	"strings"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/subtitle"
	"cliffhanger/studio/catalogue/words"
)

type wireEpisodeChange struct {
	Number  *int                      `json:"number,omitempty" minimum:"1" maximum:"500"`
	Title   *words.Text               `json:"title,omitempty"`
	OwnAt   httpx.Nullable[time.Time] `json:"release_at,omitempty" doc:"When the episode is released at home; null: by the plan. A time that has passed: at once."`
	Version int64                     `json:"version,omitempty" minimum:"0" doc:"Of the drama, as last read. 0: whichever."`
	Asset   *string                   `json:"asset_id,omitempty" maxLength:"64" doc:"Empty takes the video away. Outside draft viewers keep the old video until the new one can be watched; giving the old one again drops a new one that waits."`
}

func (w wireEpisodeChange) patch() (EpisodePatch, error) {
	p := EpisodePatch{Number: w.Number, Title: w.Title, OwnAt: w.OwnAt.Sent()}
	if w.Asset == nil {
		return p, nil
	}
	asset := id.Asset("")
	if *w.Asset != "" {
		var err error
		if asset, err = id.Parse[id.Asset](*w.Asset); err != nil {
			return p, errAsset.Because(err)
		}
	}
	p.Asset = &asset
	return p, nil
}

type addEpisodeIn struct {
	httpx.Caller
	ID   string `path:"id" maxLength:"64"`
	Body wireEpisodeChange
}

func (s *Service) consoleEpisodeRoutes(api *httpx.API) {
	add := console("add-episode", http.MethodPost, "/dramas/{id}/episodes", "Add an episode; without a number it becomes the last one")
	add.Status, add.Key = http.StatusCreated, httpx.KeyOptional
	httpx.Handle(api, add, func(ctx context.Context, in *addEpisodeIn) (*consoleDramaOut, error) {
		drama, err := DramaID(in.ID)
		if err != nil {
			return nil, err
		}
		p, err := in.Body.patch()
		if p.Once = in.Once; err == nil {
			_, _, err = s.AddEpisode(ctx, in.Actor, drama, in.Body.Version, p)
		}
		return s.dossierOut(ctx, in.Actor, drama, err)
	})
	httpx.Handle(api, console("list-uses", http.MethodGet, "/episodes", "The episodes that show the given files"), s.serveUses)
	httpx.Handle(api, console("edit-episode", http.MethodPatch, "/episodes/{id}", "Change an episode; the answer is the whole drama"),
		func(ctx context.Context, in *addEpisodeIn) (*consoleDramaOut, error) {
			episode, err := episodeID(in.ID)
			if err != nil {
				return nil, err
			}
			p, err := in.Body.patch()
			if err != nil {
				return nil, err
			}
			d, _, err := s.EditEpisode(ctx, in.Actor, episode, in.Body.Version, p)
			return s.dossierOut(ctx, in.Actor, d.ID, err)
		})
	httpx.Handle(api, console("remove-episode", http.MethodDelete, "/episodes/{id}", "Delete an episode"),
		func(ctx context.Context, in *versionedIn) (*nothing, error) {
			episode, err := episodeID(in.ID)
			if err != nil {
				return nil, err
			}
			_, err = s.RemoveEpisode(ctx, in.Actor, episode, in.Version)
			return &nothing{}, err
		})
	s.subtitleRoutes(api)
	s.posterRoutes(api)
}

type listUsesIn struct {
	httpx.Caller
	Assets string `query:"assets" maxLength:"8192" doc:"Identifiers, divided by commas."`
}

func (s *Service) serveUses(ctx context.Context, in *listUsesIn) (*struct{ Body page.Of[Use] }, error) {
	var assets []id.Asset
	for a := range strings.SplitSeq(in.Assets, ",") {
		assets = append(assets, id.Asset(a))
	}
	uses, err := s.Uses(ctx, in.Actor, assets)
	return &struct{ Body page.Of[Use] }{page.Of[Use]{Items: uses}}, err
}

func (s *Service) subtitleRoutes(api *httpx.API) {
	put := console("put-subtitles", http.MethodPut, "/episodes/{id}/subtitles/{lang}", "Give an episode subtitles: SRT or WebVTT up to 5 MB")
	put.MaxBody, put.Consumes, put.Status = subtitle.MaxBytes+1, []string{"text/vtt", "application/x-subrip"}, http.StatusNoContent
	api.Raw(put, func(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
		episode, err := episodeID(r.PathValue("id"))
		if err != nil {
			return err
		}
		version, err := versionOf(r)
		if err != nil {
			return err
		}
		if _, err := s.ownEpisode(r.Context(), c.Actor, episode); err != nil { // before the bytes are read
			return err
		}
		raw, err := readBody(r, subtitle.MaxBytes, subtitle.ErrTooLarge)
		if err != nil {
			return err
		}
		if _, _, err := s.PutSubtitle(r.Context(), c.Actor, episode, version, r.PathValue("lang"), raw); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	show := console("show-subtitles", http.MethodGet, "/episodes/{id}/subtitles/{lang}", "An episode's subtitles as WebVTT")
	show.Produces = []string{"text/vtt"}
	api.Raw(show, func(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
		episode, err := episodeID(r.PathValue("id"))
		if err != nil {
			return err
		}
		text, err := s.Subtitles(r.Context(), c.Actor, episode, r.PathValue("lang"))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/vtt; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, err = w.Write(text)
		return err
	})
	remove := console("remove-subtitles", http.MethodDelete, "/episodes/{id}/subtitles/{lang}", "Take an episode's subtitles away")
	httpx.Handle(api, remove, func(ctx context.Context, in *removeSubtitleIn) (*nothing, error) {
		episode, err := episodeID(in.ID)
		if err != nil {
			return nil, err
		}
		_, err = s.RemoveSubtitle(ctx, in.Actor, episode, in.Version, in.Lang)
		return &nothing{}, err
	})
}

type removeSubtitleIn struct {
	httpx.Caller
	ID      string `path:"id" maxLength:"64"`
	Lang    string `path:"lang" maxLength:"64"`
	Version int64  `query:"version" minimum:"0"`
}
