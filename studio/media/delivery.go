package media

import (
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/httpx/lane"
	"cliffhanger/studio/media/token"
)

var (
	// errLinkExpired is every link that is not good: altered, for another asset,
	// out of time or taken back. Players renew it; strangers learn nothing.
	errLinkExpired  = fault.New(fault.Forbidden, "media.link_expired", "This link is no longer good. Open the episode again.")
	errFileNotFound = fault.New(fault.NotFound, "media.file_not_found", "There is no such file.")
	errBeyond       = fault.New(fault.Forbidden, "media.beyond_preview", "Only the beginning of this episode is open to you.")
)

// The files that are written per request.
const (
	masterPlaylist = "master.m3u8"
	dashManifest   = "manifest.mpd"
)

// bytesCache lets the viewer's own device keep bytes for ever: their address
// changes with them. Shared caches in front of us key by the file name, which
// carries the hash, and must check the token.
const bytesCache = "private, max-age=31536000, immutable"

// manifestCache is short: a manifest gains qualities when they are done.
const manifestCache = "private, max-age=30"

var contentTypes = map[string]string{
	".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml", ".mp4": "video/mp4", ".m4a": "audio/mp4",
	".jpg": "image/jpeg", ".vtt": "text/vtt; charset=utf-8",
}

func (s *Service) routeDelivery(api *httpx.API) {
	api.Raw(httpx.Route{
		ID: "fetch-media", Method: http.MethodGet, Path: MediaPath + "{token}/{asset}/{file}", Tag: "Media", Long: true,
		Summary: "Manifests, segments, pictures and subtitles of one asset, by a signed link",
		Who:     httpx.Unasked, Produces: []string{"video/mp4", "application/vnd.apple.mpegurl", "application/dash+xml", "image/jpeg", "text/vtt"},
		Part: s.part,
	}, s.deliver)
}

// deliver answers with one file of one asset. Whether the link is good is in
// the link itself; what the asset consists of is in memory.
func (s *Service) deliver(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	claims, ok := s.linked(r.PathValue("token"), r.PathValue("asset"))
	if !ok {
		return errLinkExpired
	}
	sh, err := s.shelf(r.Context(), claims.Asset)
	if err != nil {
		return err
	}
	if claims.Epoch < sh.epoch {
		return errLinkExpired
	}
	file := r.PathValue("file")
	switch ext := path.Ext(file); ext {
	case ".m3u8", ".mpd":
		body, err := sh.manifest(file, int64(claims.UntilMS))
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", contentTypes[ext])
		h.Set("Cache-Control", manifestCache)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			w.Write(body)
		}
		return nil
	case ".vtt":
		for _, sub := range sh.subtitles {
			if sub.file == file {
				return s.serve(w, r, sub.Key, contentTypes[ext], file)
			}
		}
		return errFileNotFound
	}
	f := sh.shown(file)
	if f == nil {
		return errFileNotFound
	}
	if claims.UntilMS > 0 {
		return s.serveBeginning(w, r, sh, f, claims)
	}
	return s.serve(w, r, f.Key, contentType(f), f.SHA256[:32])
}

// linked answers what a link claims, if it is a good one for the asset it names
// and its device has not been signed out.
func (s *Service) linked(signed, asset string) (token.Claims, bool) {
	claims, err := s.ring.Load().Verify(signed, s.now())
	return claims, err == nil && string(claims.Asset) == asset && !s.revoked.has(claims.Device)
}

// shown is the file of that name, unless it is for the house alone.
func (sh *shelf) shown(file string) *Rendition {
	f := sh.files[file]
	if f == nil || f.Kind == kindLikeness || f.Kind == kindFrames {
		return nil
	}
	return f
}

// part opens a file of this machine for what deliver would do with it, if all
// that takes is in memory. It answers false for whatever else: previews, what is
// written per request, links that are no good.
func (s *Service) part(path string) (lane.File, bool) {
	store, ok := s.d.Blobs.(*blob.LocalStore)
	if !ok {
		return lane.File{}, false
	}
	names := strings.Split(strings.TrimPrefix(path, MediaPath), "/")
	if len(names) != 3 {
		return lane.File{}, false
	}
	ring, forgotten := s.ring.Load(), s.forgotten.Load() // before anything is read by them
	claims, ok := s.linked(names[0], names[1])
	if !ok || claims.UntilMS > 0 {
		return lane.File{}, false
	}
	sh, ok := s.shelves.GetIfPresent(claims.Asset)
	if !ok || claims.Epoch < sh.epoch {
		return lane.File{}, false
	}
	f := sh.shown(names[2])
	if f == nil {
		return lane.File{}, false
	}
	open, info, err := store.OpenFile(f.Key)
	if err != nil {
		return lane.File{}, false
	}
	until := s.now().Add(shelfLife)
	if claims.Expires.Before(until) {
		until = claims.Expires
	}
	good := func() bool {
		return s.forgotten.Load() == forgotten && s.ring.Load() == ring && s.now().Before(until)
	}
	return lane.File{
		File: open, Good: good, Size: info.Size, ModTime: info.ModTime,
		ContentType: contentType(f), CacheControl: bytesCache, ETag: f.etag(),
	}, true
}

// serveBeginning serves a preview: by itself and never by a redirect, which
// would hand out the address of the whole file, and without If-Range, which can
// turn a range into the whole file.
func (s *Service) serveBeginning(w http.ResponseWriter, r *http.Request, sh *shelf, f *Rendition, c token.Claims) error {
	if err := sh.within(f, c, r.Header.Get("Range")); err != nil {
		return err
	}
	o, err := s.d.Blobs.Open(r.Context(), f.Key)
	if err != nil {
		return err
	}
	defer o.Close()
	r.Header.Del("If-Range")
	h := w.Header()
	h.Set("Content-Type", contentType(f))
	h.Set("Cache-Control", bytesCache)
	h.Set("ETag", f.etag())
	http.ServeContent(w, r, "", o.ModTime, o.ReadSeekCloser)
	return nil
}

func (r *Rendition) etag() string { return `"` + r.SHA256[:32] + `"` }

func contentType(f *Rendition) string {
	if f.Kind == kindAudio {
		return "audio/mp4"
	}
	return contentTypes[path.Ext(f.Key)]
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, key, contentType, tag string) error {
	err := blob.Serve(w, r, s.d.Blobs, key, blob.ServeOptions{ContentType: contentType, CacheControl: bytesCache, ETag: tag})
	if errors.Is(err, blob.ErrMissing) {
		s.d.Log.Error("a file in the tables is not in the store", "key", key)
	}
	return err
}

// within holds a preview to its beginning: what lies beyond cannot be fetched,
// whatever the player does with the manifest.
func (sh *shelf) within(f *Rendition, c token.Claims, rng string) error {
	if c.UntilMS == 0 {
		return nil
	}
	switch f.Kind {
	case kindVideo, kindAudio:
		if f.Track == nil {
			return errBeyond
		}
		if end, ok := rangeEnd(rng); !ok || end >= f.bytesUntil(int64(c.UntilMS)) {
			return errBeyond
		}
	case kindHead:
		if sh.report.HeadMS > int64(c.UntilMS) {
			return errBeyond
		}
	case kindSprite:
		return errBeyond // it shows the whole of it
	}
	return nil
}

// rangeEnd is the last byte a header with exactly one closed range asks for.
func rangeEnd(header string) (int64, bool) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return 0, false
	}
	first, last, _ := strings.Cut(spec, "-")
	from, err1 := strconv.ParseInt(strings.TrimSpace(first), 10, 64)
	to, err2 := strconv.ParseInt(strings.TrimSpace(last), 10, 64)
	return to, err1 == nil && err2 == nil && from >= 0 && from <= to
}
