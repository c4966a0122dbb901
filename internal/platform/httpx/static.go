package httpx

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// StaticOptions say which page belongs to which part of the site.
type StaticOptions struct {
	// Index maps a path prefix to the page that answers for every path below
	// it that names no file: {"/": "index.html", "/console": "console.html"}.
	// The longest prefix wins.
	Index map[string]string
}

// file is one file of the site with its compressed forms.
type file struct {
	ctype   string
	etag    string
	body    []byte
	br      []byte
	gz      []byte
	gzOnce  sync.Once
	forever bool // its name holds a hash of its content
}

// Static serves a built web page. Files under assets/ have hashes in their
// names and are immutable; everything else is revalidated. A file next to its
// .br or .gz goes out compressed; other text is compressed once, when first
// asked for. An unknown path without an extension is a page of the application
// and gets its index; with an extension it is a problem with status 404.
//
// The site is read into memory once; Static panics if it cannot be read.
func Static(site fs.FS, o StaticOptions) http.Handler {
	files, err := readSite(site)
	if err != nil {
		panic("httpx: read the web page: " + err.Error())
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			WriteProblem(w, r, wire[http.StatusMethodNotAllowed])
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		f := files[name]
		if f == nil && path.Ext(name) == "" {
			f = files[o.index("/"+name)]
		}
		if f == nil {
			WriteProblem(w, r, wire[http.StatusNotFound])
			return
		}
		f.serve(w, r)
	})
}

func (o StaticOptions) index(p string) string {
	best, page := -1, ""
	for prefix, name := range o.Index {
		dir := strings.TrimSuffix(prefix, "/")
		if (p == dir || strings.HasPrefix(p, dir+"/")) && len(dir) > best {
			best, page = len(dir), name
		}
	}
	return page
}

func readSite(site fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	packed := map[string][]byte{}
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		if ext := path.Ext(name); ext == ".br" || ext == ".gz" {
			packed[name] = body
			return nil
		}
		sum := sha256.Sum256(body)
		files[name] = &file{
			ctype: contentType(name, body), etag: `"` + hex.EncodeToString(sum[:8]) + `"`,
			body: body, forever: strings.HasPrefix(name, "assets/"),
		}
		return nil
	})
	for name, f := range files {
		f.br, f.gz = packed[name+".br"], packed[name+".gz"]
	}
	return files, err
}

// types are those a browser insists on; the system's table may lack them.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
	".webmanifest": "application/manifest+json", ".wasm": "application/wasm", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".ico": "image/x-icon",
}

func contentType(name string, body []byte) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := types[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return http.DetectContentType(body)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.ctype)
	h.Set("Cache-Control", "no-cache")
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := f.body, f.etag
	if f.text() {
		h.Add("Vary", "Accept-Encoding")
		if packed, coding := f.encoded(r.Header.Get("Accept-Encoding")); packed != nil {
			body, tag = packed, strings.TrimSuffix(tag, `"`)+"-"+coding+`"`
			h.Set("Content-Encoding", coding)
		}
	}
	h.Set("Etag", tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (f *file) text() bool {
	t, _, _ := strings.Cut(f.ctype, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || strings.HasSuffix(t, "+xml") || t == "application/wasm"
}

func (f *file) encoded(accept string) (body []byte, coding string) {
	if f.br != nil && acceptsEncoding(accept, "br") {
		return f.br, "br"
	}
	if len(f.body) < compressFrom || !acceptsEncoding(accept, "gzip") {
		return nil, ""
	}
	f.gzOnce.Do(func() {
		if f.gz == nil {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			z.Write(f.body) // into memory: cannot fail
			z.Close()
			f.gz = b.Bytes()
		}
	})
	return f.gz, "gzip"
}

// matches reads If-None-Match (RFC 9110 §13.1.2) against a strong tag.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}
