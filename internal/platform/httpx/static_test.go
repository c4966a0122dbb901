package httpx

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func site() http.Handler {
	js := strings.Repeat("export const n = 1;\n", 100)
	return Static(fstest.MapFS{
		"index.html":            {Data: []byte("<title>watch</title>")},
		"console.html":          {Data: []byte("<title>console</title>")},
		"robots.txt":            {Data: []byte("User-agent: *\n")},
		"assets/app-1a2b.js":    {Data: []byte(js)},
		"assets/pre-3c4d.js":    {Data: []byte(js)},
		"assets/pre-3c4d.js.br": {Data: []byte("brotli bytes")},
		"assets/pre-3c4d.js.gz": {Data: []byte("gzip bytes")},
	}, StaticOptions{Index: map[string]string{"/": "index.html", "/console": "console.html"}})
}

func get(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStaticServesFilesPagesAndNothingElse(t *testing.T) {
	t.Parallel()
	s := site()
	for _, c := range []struct {
		method, path string
		status       int
		contains     string
		cache        string
	}{
		{"GET", "/", 200, "watch", "no-cache"},
		{"GET", "/d/drm_1/3", 200, "watch", "no-cache"},
		{"GET", "/console", 200, "console", "no-cache"},
		{"GET", "/console/dramas/drm_1", 200, "console", "no-cache"},
		{"GET", "/consoles", 200, "watch", "no-cache"},
		{"GET", "/robots.txt", 200, "User-agent", "no-cache"},
		{"GET", "/assets/app-1a2b.js", 200, "export", "public, max-age=31536000, immutable"},
		{"GET", "/assets/gone-9z.js", 404, "httpx.no_route", "no-store"},
		{"GET", "/../../etc/passwd.txt", 404, "httpx.no_route", "no-store"},
		{"GET", "/assets/pre-3c4d.js.br", 404, "httpx.no_route", "no-store"},
		{"POST", "/", 405, "httpx.method_not_allowed", "no-store"},
		{"HEAD", "/", 200, "", "no-cache"},
	} {
		w := get(s, c.method, c.path)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.contains) || w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %q %q", c.method, c.path, w.Code, w.Header().Get("Cache-Control"), w.Body)
		}
	}
}

func TestStaticPrefersThePackedForm(t *testing.T) {
	t.Parallel()
	s := site()
	for _, c := range []struct{ path, accept, coding, body string }{
		{"/assets/pre-3c4d.js", "gzip, br", "br", "brotli bytes"},
		{"/assets/pre-3c4d.js", "gzip, br;q=0", "gzip", "gzip bytes"},
		{"/assets/pre-3c4d.js", "", "", "export"},
		{"/assets/app-1a2b.js", "br", "", "export"},
	} {
		w := get(s, "GET", c.path, "Accept-Encoding", c.accept)
		if w.Header().Get("Content-Encoding") != c.coding || !strings.HasPrefix(w.Body.String(), c.body) || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s, accept %q: %v %q", c.path, c.accept, w.Header(), w.Body)
		}
	}
	w := get(s, "GET", "/assets/app-1a2b.js", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(plain), "export const") {
		t.Errorf("packed on demand: %v %q", err, plain)
	}
}

func TestStaticAnswersNotModified(t *testing.T) {
	t.Parallel()
	s := site()
	plain := get(s, "GET", "/").Header().Get("Etag")
	packed := get(s, "GET", "/assets/pre-3c4d.js", "Accept-Encoding", "br").Header().Get("Etag")
	if w := get(s, "GET", "/", "If-None-Match", plain); plain == "" || w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("tag %q: %d", plain, w.Code)
	}
	if w := get(s, "GET", "/assets/pre-3c4d.js", "If-None-Match", packed); w.Code != 200 {
		t.Errorf("the tag of the packed form matched the plain one: %d", w.Code)
	}
}
