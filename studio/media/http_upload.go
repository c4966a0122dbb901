package media

import (
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
)

// UploadsPath is where masters are sent to by tus.
const UploadsPath = "/api/console/v1/uploads/"

// hopHeader names the node a request was passed on by; nothing is passed on twice.
const hopHeader = "X-Cliffhanger-Hop"

var (
	errUploadNotFound = fault.New(fault.NotFound, "media.upload_not_found", "There is no such upload, or it is not yours. Start it anew.")
	errHopLoop        = fault.New(fault.Unavailable, "media.upload_misrouted", "The upload could not be found where it should be; try again in a moment.")
	errNodeSilent     = fault.New(fault.Unavailable, "media.upload_node_silent", "The machine that has the beginning of this file does not answer; try again in a moment.")
	errUploadDone     = fault.New(fault.Conflict, "media.upload_completing", "Every byte has arrived; this upload can no longer be given up.")
	errNodeGone       = &httpx.Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusGone), Status: http.StatusGone, Code: "media.upload_node_gone",
		Detail: "The machine that had the beginning of this file is gone. Start the upload anew.",
	}
)

// serveUploads answers the tus protocol: new uploads are this node's, others are
// looked up, checked and answered by the node that has their bytes.
func (s *Service) serveUploads(w http.ResponseWriter, r *http.Request) {
	if err := s.routeUpload(w, r); err != nil {
		w.Header().Set("Tus-Resumable", "1.0.0")
		httpx.WriteProblem(w, r, err)
	}
}

func (s *Service) routeUpload(w http.ResponseWriter, r *http.Request) error {
	address := s.uploads.ID(r)
	if address == "" || r.Method == http.MethodOptions {
		s.uploads.ServeHTTP(w, r)
		return nil
	}
	node, uid, err := splitAddress(address)
	if err != nil {
		return errUploadNotFound.Because(err)
	}
	u, err := uploadByID(r.Context(), s.d.DB, uid)
	if errors.Is(err, db.ErrNoRows) {
		return errUploadNotFound
	}
	if err != nil {
		return err
	}
	switch by := httpx.CallerFrom(r.Context()).Actor; {
	case !by.MayManage(u.Org) || u.Node != node:
		return errUploadNotFound
	case u.Asset != "":
		return answerDone(w, r, u)
	case u.Node != s.cfg.Node:
		return s.passOn(w, r, u)
	}
	if _, err := s.uploads.File(address); err != nil {
		return errNodeGone // this node lost its disk
	}
	s.uploads.ServeHTTP(w, r)
	return nil
}

// answerDone speaks for an upload whose file has been taken over: a client that
// lost the last answer asks again.
func answerDone(w http.ResponseWriter, r *http.Request, u Upload) error {
	h := w.Header()
	h.Set("Tus-Resumable", "1.0.0")
	h.Set("Cache-Control", "no-store")
	h.Set("Upload-Offset", strconv.FormatInt(u.Size, 10))
	h.Set("Upload-Asset", string(u.Asset))
	switch r.Method {
	case http.MethodHead:
		h.Set("Upload-Length", strconv.FormatInt(u.Size, 10))
		w.WriteHeader(http.StatusOK)
	case http.MethodPatch:
		w.WriteHeader(http.StatusNoContent)
	default:
		return errUploadDone
	}
	return nil
}

// passOn lets the node that has the bytes answer. Its address comes from our own
// table, never from the request.
func (s *Service) passOn(w http.ResponseWriter, r *http.Request, u Upload) error {
	if r.Header.Get(hopHeader) != "" {
		return httpx.RetryAfter(5*time.Second, errHopLoop)
	}
	n, err := nodeByName(r.Context(), s.d.DB, u.Node)
	if errors.Is(err, db.ErrNoRows) {
		return errNodeGone
	}
	if err != nil {
		return err
	}
	if n.URL == "" || !s.nodeAlive(n) {
		return errNodeGone
	}
	target, err := url.Parse(n.URL)
	if err != nil || target.Host == "" || !strings.HasPrefix(target.Scheme, "http") {
		return errNodeGone
	}
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = p.In.Host // the other node checks the origin against it
			p.SetXForwarded()
			p.Out.Header.Set(hopHeader, s.cfg.Node)
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			httpx.WriteProblem(w, r, httpx.RetryAfter(5*time.Second, errNodeSilent.Because(err)))
		},
	}
	proxy.ServeHTTP(w, r)
	return nil
}

type uploadJSON struct {
	ID        string    `json:"id"`
	URL       string    `json:"url" doc:"Where the upload continues."`
	Filename  string    `json:"filename"`
	Size      int64     `json:"size"`
	Received  int64     `json:"received" doc:"Bytes that have arrived, as of the last piece."`
	DramaID   string    `json:"drama_id,omitempty"`
	Episode   int       `json:"episode_number,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at" doc:"When it is forgotten unless it continues."`
}

func uploadToJSON(u Upload) uploadJSON {
	return uploadJSON{string(u.ID), UploadsPath + u.Address(), u.Filename, u.Size, u.Received, string(u.For.Drama), u.For.Episode, u.CreatedAt, u.ExpiresAt}
}
