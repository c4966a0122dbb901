// Package script plays a client against an HTTP handler and writes down what it
// sends and gets, to be compared with a golden file.
package script

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Browser is a client with cookies. Secrets and identifiers become names in its
// script that stay the same within it.
type Browser struct {
	Cookies map[string]string

	t     testing.TB
	site  http.Handler
	text  strings.Builder
	names map[string]string
}

// New makes a browser that has seen nothing yet.
func New(t testing.TB, site http.Handler) *Browser {
	return &Browser{t: t, site: site, Cookies: map[string]string{}, names: map[string]string{}}
}

// Do sends one request, with headers as name and value in turn, and answers its
// JSON body.
func (b *Browser) Do(method, path, body string, header ...string) map[string]any {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range b.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	fmt.Fprintf(&b.text, "> %s %s %s\n%d\n", method, path, body, w.Code)
	for _, c := range w.Result().Cookies() {
		fmt.Fprintf(&b.text, "Set-Cookie: %s\n", c.String())
		b.Cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		}
	}
	if after := w.Header().Get("Retry-After"); after != "" {
		fmt.Fprintf(&b.text, "Retry-After: %s\n", after)
	}
	var indented bytes.Buffer
	if json.Indent(&indented, bytes.TrimSpace(w.Body.Bytes()), "", "  ") != nil {
		indented.Write(w.Body.Bytes())
	}
	fmt.Fprintf(&b.text, "%s\n\n", indented.String())
	var answer map[string]any
	json.Unmarshal(w.Body.Bytes(), &answer)
	return answer
}

// Text is the script so far, with its secrets.
func (b *Browser) Text() string { return b.text.String() }

var secrets = regexp.MustCompile(`[a-z]{3}_[0-9a-z]{26}|[A-Za-z0-9_-]{43}|(?:"|/q/|/device-codes/)[2-9A-HJ-NP-Z]{8}\b"?`)

// Golden compares the script with a file under testdata; -update writes it.
func (b *Browser) Golden(name string) {
	b.t.Helper()
	got := secrets.ReplaceAllStringFunc(b.Text(), b.nameOf)
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		b.t.Error(diff)
	}
}

// nameOf is what a secret is called in the script: by its kind, and by its place
// among those of the script. A code in quotes is a code in a path.
func (b *Browser) nameOf(s string) string {
	kind, before, secret := "secret", "", s
	switch {
	case len(s) == 30:
		kind = s[:3]
	case len(s) != 43:
		kind = "code"
		if i := strings.LastIndex(s, "/"); i >= 0 {
			before, secret = s[:i+1], s[i+1:]
		}
		secret = strings.Trim(secret, `"`)
	}
	if b.names[secret] == "" {
		b.names[secret] = fmt.Sprintf("<%s %d>", kind, len(b.names)+1)
	}
	if before != "" && strings.HasSuffix(s, `"`) {
		return before + b.names[secret] + `"`
	}
	return before + b.names[secret]
}
