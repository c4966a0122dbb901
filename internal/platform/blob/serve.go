package blob

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeOptions are the headers that go with an object.
type ServeOptions struct {
	ContentType  string // empty: application/octet-stream
	CacheControl string // empty: no-cache, that is, ask again each time
	ETag         string // without quotes; empty: made from the object's time and size
}

// Immutable is the CacheControl of an object whose key changes with its bytes.
const Immutable = "public, max-age=31536000, immutable"

// redirectFor is how long an address given by a redirect is good for: the store
// knows nothing of who was signed out meanwhile. The answer itself may be kept for less.
const redirectFor = 10 * time.Minute

// Serve answers a GET or HEAD request with an object: single and multiple
// ranges, If-None-Match, If-Range and the like (RFC 9110). An object of Local
// goes from the file to the socket inside the kernel; one of S3 is passed on as
// it arrives, or answered with 307 to the store itself when so configured.
//
// An error is returned only before anything has been written.
func Serve(w http.ResponseWriter, r *http.Request, s Store, key string, o ServeOptions) error {
	if s3, ok := s.(*S3Store); ok && s3.redirect {
		return s3.serveRedirect(w, r, key)
	}
	object, err := s.Open(r.Context(), key)
	if err != nil {
		return err
	}
	defer object.Close()
	if body, ok := object.ReadSeekCloser.(*s3Reader); ok {
		body.until = rangeEnd(r.Header.Get("Range"), object.Size)
	}
	h := w.Header()
	h.Set("Content-Type", or(o.ContentType, "application/octet-stream"))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", or(o.CacheControl, "no-cache"))
	h.Set("ETag", `"`+or(o.ETag, object.tag())+`"`)
	http.ServeContent(w, r, "", object.ModTime, object.ReadSeekCloser)
	return nil
}

func (s *S3Store) serveRedirect(w http.ResponseWriter, r *http.Request, key string) error {
	address, err := s.Presign(r.Context(), key, redirectFor)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(redirectFor.Seconds())/2))
	w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// tag tells versions of an object apart where nothing better is known.
func (i Info) tag() string {
	return strconv.FormatInt(i.ModTime.UnixNano(), 36) + "-" + strconv.FormatInt(i.Size, 36)
}

// rangeEnd is where a single range "bytes=a-b" ends (exclusive), so that no more
// is asked of the store; for any other header it is the end of the object.
func rangeEnd(header string, size int64) int64 {
	spec, ok := strings.CutPrefix(header, "bytes=")
	_, last, dashed := strings.Cut(spec, "-")
	end, err := strconv.ParseInt(strings.TrimSpace(last), 10, 64)
	if !ok || !dashed || err != nil || end < 0 || end >= size || strings.HasPrefix(spec, "-") {
		return size
	}
	return end + 1
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
