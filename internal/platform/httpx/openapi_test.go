package httpx

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/actor"
)

func documented(t *testing.T) house {
	h := newHouse(t)
	handleGreet(h, Viewer)
	h.Raw(Route{ID: "put-subtitles", Method: "PUT", Path: "/api/console/v1/episodes/{id}/files/{rest...}", Summary: "Put", Tag: "catalogue",
		Who: Staff(actor.Producer), Consumes: []string{"text/vtt"}, Produces: []string{"text/vtt"}}, nil)
	h.Raw(Route{ID: "hidden", Method: "GET", Path: "/hidden", Who: Anyone, Hidden: true}, nil)
	type in struct{ Caller }
	type out struct{ Body struct{ OK bool } }
	Handle(h.API, Route{ID: "ping", Method: "GET", Path: "/api/v1/ping", Who: Anyone}, func(context.Context, *in) (*out, error) { return &out{}, nil })
	return h
}

func TestTheDocumentIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	a, b := documented(t).OpenAPI(), documented(t).OpenAPI()
	if string(a) != string(b) {
		t.Error("two APIs of the same routes have different documents")
	}
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
		Parts   struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(a, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	if _, ok := doc.Paths["/hidden"]; ok {
		t.Error("a hidden route is in the document")
	}
	put := doc.Paths["/api/console/v1/episodes/{id}/files/{rest}"]["put"]
	if put == nil || len(put["parameters"].([]any)) != 2 || put["requestBody"] == nil || put["security"] == nil {
		t.Errorf("the raw route is described as %v", put)
	}
	for _, name := range []string{"GreetRequest", "GreetResponse", "PingResponse", "PageOfHttpxGreet", "Problem"} {
		if doc.Parts.Schemas[name] == nil {
			t.Errorf("no schema %s", name)
		}
	}
	if strings.Contains(string(a), "Actor") || strings.Contains(string(a), "$schema") {
		t.Error("the document shows what is not part of the wire")
	}
}

func TestTheDocumentTellsWhatMayBeNull(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	type part struct {
		ID string `json:"id"`
	}
	type whole struct {
		Absent *part    `json:"absent,omitempty"`
		Always part     `json:"always"`
		List   []string `json:"list"`
		Null   *part    `json:"null" doc:"sometimes"`
		Number *int     `json:"number"`
	}
	type in struct{ Caller }
	type out struct{ Body whole }
	Handle(h.API, Route{ID: "nulls", Method: "GET", Path: "/api/v1/nulls", Who: Anyone}, func(context.Context, *in) (*out, error) { return &out{}, nil })
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(h.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	ref, null := map[string]any{"$ref": "#/components/schemas/HttpxPart"}, map[string]any{"type": "null"}
	want := map[string]any{
		"absent": ref, "always": ref,
		"list":   map[string]any{"type": "array", "items": map[string]any{"type": "string"}},
		"null":   map[string]any{"anyOf": []any{ref, null}, "description": "sometimes"},
		"number": map[string]any{"type": []any{"integer", "null"}, "format": "int64"},
	}
	if diff := cmp.Diff(want, doc.Components.Schemas["HttpxWhole"].Properties); diff != "" {
		t.Error(diff)
	}
}

func TestTheDocumentationPageLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	h := documented(t)
	page := h.do(t, request{method: "GET", path: "/api/docs"})
	if page.Code != 200 || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("got %d %s", page.Code, page.Header().Get("Content-Type"))
	}
	html := page.Body.String()
	if strings.Contains(html, "<style") || strings.Contains(html, " style=") || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(html) || strings.Contains(html, "onload=") {
		t.Error("the page has inline scripts or styles, which its policy forbids")
	}
	refs := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(html, -1)
	if len(refs) < 3 {
		t.Fatalf("found only %v", refs)
	}
	for _, m := range refs {
		if m[1] == "data:," {
			continue
		}
		if w := h.do(t, request{method: "GET", path: m[1]}); w.Code != 200 {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
	first := h.do(t, request{method: "GET", path: "/api/openapi.json"})
	again := h.do(t, request{method: "GET", path: "/api/openapi.json", header: map[string]string{"If-None-Match": first.Header().Get("Etag")}})
	if again.Code != http.StatusNotModified || first.Body.String() != string(h.OpenAPI()) {
		t.Errorf("document: %d then %d", first.Code, again.Code)
	}
}

func TestTypeNames(t *testing.T) {
	t.Parallel()
	for want, in := range map[string][2]string{
		"CatalogueDrama":               {"cliffhanger/studio/catalogue", "Drama"},
		"PageOfCatalogueCard":          {"cliffhanger/internal/kernel/page", "Of[cliffhanger/studio/catalogue.Card]"},
		"PairsPairACardPageOfBCard":    {"x/pairs", "Pair[x/a.Card,x/page.Of[x/b.Card]]"},
		"PageOfString":                 {"x/page", "Of[string]"},
		"PlaybackGrant":                {"cliffhanger/viewer/playback", "grant"},
		"PageOfCatalogueCardUnderTest": {"x/page", "Of[cliffhanger/studio/catalogue.cardUnderTest]"},
	} {
		if got := typeName(in[0], in[1]); got != want {
			t.Errorf("%s.%s: %s, want %s", in[0], in[1], got, want)
		}
	}
}
