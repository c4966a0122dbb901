package catalogue

import (
	"context"
	"net/http"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/poster"
)

type removePosterIn struct {
	httpx.Caller
	ID      string `path:"id" maxLength:"64"`
	Shape   string `path:"shape" maxLength:"16"`
	Version int64  `query:"version" minimum:"0"`
}

type removePosterLangIn struct {
	httpx.Caller
	ID      string `path:"id" maxLength:"64"`
	Shape   string `path:"shape" maxLength:"16"`
	Lang    string `path:"lang" maxLength:"64"`
	Version int64  `query:"version" minimum:"0"`
}

// posterRoutes registers each route for the original language and for any.
func (s *Service) posterRoutes(api *httpx.API) {
	const path = "/dramas/{id}/posters/{shape}"
	put := console("put-poster", http.MethodPut, path, "Give a drama a poster: JPEG, PNG or WebP up to 10 MB")
	put.MaxBody, put.Consumes, put.Status = poster.MaxBytes+1, []string{"image/jpeg", "image/png", "image/webp"}, http.StatusNoContent
	api.Raw(put, s.putPoster)
	put.ID, put.Path, put.Summary = "put-poster-in-language", put.Path+"/{lang}", "Give a drama a poster in one language"
	api.Raw(put, s.putPoster)
	httpx.Handle(api, console("remove-poster", http.MethodDelete, path, "Take a drama's poster away"),
		func(ctx context.Context, in *removePosterIn) (*nothing, error) { return s.removePoster(ctx, *in, "") })
	httpx.Handle(api, console("remove-poster-in-language", http.MethodDelete, path+"/{lang}", "Take a drama's poster in one language away"),
		func(ctx context.Context, in *removePosterLangIn) (*nothing, error) {
			return s.removePoster(ctx, removePosterIn{in.Caller, in.ID, in.Shape, in.Version}, in.Lang)
		})
}

func (s *Service) removePoster(ctx context.Context, in removePosterIn, lang string) (*nothing, error) {
	drama, err := DramaID(in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.RemovePoster(ctx, in.Actor, drama, in.Version, Shape(in.Shape), lang)
	return &nothing{}, err
}

func (s *Service) putPoster(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	drama, err := DramaID(r.PathValue("id"))
	if err != nil {
		return err
	}
	version, err := versionOf(r)
	if err != nil {
		return err
	}
	if _, err := own(r.Context(), s.DB, c.Actor, drama); err != nil { // before the bytes are read
		return err
	}
	original, err := readBody(r, poster.MaxBytes, poster.ErrTooLarge)
	if err != nil {
		return err
	}
	if _, err := s.PutPoster(r.Context(), c.Actor, drama, version, Shape(r.PathValue("shape")), r.PathValue("lang"), original); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
