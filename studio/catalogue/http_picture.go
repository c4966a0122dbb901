package catalogue

import (
	"net/http"
	"strconv"
	"strings"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/poster"
)

func (s *Service) pictureRoutes(api *httpx.API) {
	api.Raw(httpx.Route{ID: "picture", Method: http.MethodGet, Path: "/img/{name}", Summary: "A poster", Tag: tagViewer,
		Who: httpx.Unasked, Produces: []string{"image/jpeg"}}, s.servePicture)
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
