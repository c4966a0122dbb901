package catalogue

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// Routes registers everything the catalogue serves.
func (s *Service) Routes(api *httpx.API) {
	s.viewerRoutes(api)
	s.consoleRoutes(api)
	s.consoleEpisodeRoutes(api)
	s.pictureRoutes(api)
}

// Tags of the documentation.
const (
	tagViewer  = "catalogue"
	tagConsole = "dramas"
)

type nothing struct{}

// DramaID reads an identifier from a path; what is none does not exist.
func DramaID(s string) (id.Drama, error) {
	d, err := id.Parse[id.Drama](s)
	if err != nil {
		return "", errDrama.Because(err)
	}
	return d, nil
}

func episodeID(s string) (id.Episode, error) {
	e, err := id.Parse[id.Episode](s)
	if err != nil {
		return "", errEpisodeMissing.Because(err)
	}
	return e, nil
}

var errVersionForm = fault.New(fault.Invalid, "catalogue.version_invalid", "The version is not a number.")

// versionOf reads ?version= of a route that takes raw bytes; 0: not given.
func versionOf(r *http.Request) (int64, error) {
	s := r.URL.Query().Get("version")
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 1 {
		return 0, errVersionForm
	}
	return v, nil
}

// readBody reads a raw body of at most so many bytes; tooLarge refuses more.
func readBody(r *http.Request, most int, tooLarge error) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit), err == nil && len(b) > most:
		return nil, tooLarge
	case err != nil:
		return nil, fault.New(fault.Invalid, "catalogue.body_cut", "The file did not arrive whole; send it again.").Because(err)
	}
	return b, nil
}
