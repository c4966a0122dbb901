package httpx

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"reflect"
	"strings"
	"sync"
)

//go:embed docs/*
var docsPages embed.FS

// specCache is the document as served: made once, after the last route.
type specCache struct {
	once sync.Once
	json []byte
	etag string
}

// OpenAPI is the OpenAPI 3.1 document of all routes registered so far, as
// indented JSON with sorted keys: the same routes give the same bytes.
func (a *API) OpenAPI() []byte {
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		panic("httpx: the OpenAPI document cannot be written: " + err.Error())
	}
	var sorted map[string]any // marshals with sorted keys
	if err := json.Unmarshal(raw, &sorted); err != nil {
		panic("httpx: the OpenAPI document cannot be read: " + err.Error())
	}
	if schemas, ok := sorted["components"].(map[string]any)["schemas"].(map[string]any); ok {
		a.orNull(schemas)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	enc.Encode(sorted) // it has just been decoded
	return out.Bytes()
}

// orNull says of every field that points to an object and is always there that
// it may be null. huma says so of all pointers but these.
func (a *API) orNull(schemas map[string]any) {
	for name, schema := range schemas {
		fields, _ := schema.(map[string]any)["properties"].(map[string]any)
		for _, f := range reflect.VisibleFields(a.huma.OpenAPI().Components.Schemas.TypeFromRef(schemaPrefix + name)) {
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			field, _ := fields[key].(map[string]any)
			ref := field["$ref"]
			if ref == nil || f.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
				continue
			}
			delete(field, "$ref")
			field["anyOf"] = []any{map[string]any{"$ref": ref}, map[string]any{"type": "null"}}
		}
	}
}

// serveDocs publishes the document and a page that reads it. The page loads
// nothing from elsewhere and works under the strict policy.
func (a *API) serveDocs() {
	a.Raw(Route{ID: "openapi", Method: http.MethodGet, Path: "/api/openapi.json", Who: Unasked, Hidden: true},
		func(w http.ResponseWriter, r *http.Request, _ Caller) error {
			a.spec.once.Do(func() {
				a.spec.json = a.OpenAPI()
				sum := sha256.Sum256(a.spec.json)
				a.spec.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
			})
			h := w.Header()
			h.Set("Content-Type", "application/openapi+json")
			h.Set("Cache-Control", "no-cache")
			h.Set("Etag", a.spec.etag)
			if matches(r.Header.Get("If-None-Match"), a.spec.etag) {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
			_, err := w.Write(a.spec.json)
			return err
		})
	pages, err := fs.Sub(docsPages, "docs")
	if err != nil {
		panic(err) // the folder is embedded
	}
	page := http.StripPrefix("/api/docs", Static(pages, StaticOptions{Index: map[string]string{"/": "index.html"}}))
	for _, path := range []string{"/api/docs", "/api/docs/{file}"} {
		a.Raw(Route{ID: "docs " + path, Method: http.MethodGet, Path: path, Who: Unasked, Hidden: true},
			func(w http.ResponseWriter, r *http.Request, _ Caller) error {
				page.ServeHTTP(w, r)
				return nil
			})
	}
}
