package blob_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/testkit/s3test"
)

func TestServe(t *testing.T) {
	t.Parallel()
	t.Run("local", func(t *testing.T) { t.Parallel(); serving(t, local(t)) })
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		s, err := blob.S3(s3test.Start(t).Config)
		if err != nil {
			t.Fatal(err)
		}
		serving(t, s)
	})
}

// site serves one key, errors as their status.
func site(t testing.TB, s blob.Store, key string, o blob.ServeOptions) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := blob.Serve(w, r, s, key, o); errors.Is(err, blob.ErrMissing) {
			w.WriteHeader(http.StatusNotFound)
		} else if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func ask(t testing.TB, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}

func serving(t *testing.T, s blob.Store) {
	body := noise(1_000_000, 5)
	put(t, s, "serve/v.mp4", body)
	url := site(t, s, "serve/v.mp4", blob.ServeOptions{ContentType: "video/mp4", CacheControl: blob.Immutable, ETag: "abc"})
	headers := func(a *http.Response) map[string]string {
		out := map[string]string{}
		for _, name := range []string{"Content-Type", "Cache-Control", "Etag", "Accept-Ranges", "Content-Range", "X-Content-Type-Options"} {
			out[name] = a.Header.Get(name)
		}
		return out
	}
	base := func(contentRange string) map[string]string {
		return map[string]string{"Content-Type": "video/mp4", "Cache-Control": "public, max-age=31536000, immutable",
			"Etag": `"abc"`, "Accept-Ranges": "bytes", "Content-Range": contentRange, "X-Content-Type-Options": "nosniff"}
	}
	for _, c := range []struct {
		method       string
		header       []string
		status       int
		contentRange string
		body         []byte
	}{
		{"GET", nil, 200, "", body},
		{"HEAD", nil, 200, "", nil},
		{"GET", []string{"Range", "bytes=0-99"}, 206, "bytes 0-99/1000000", body[:100]},
		{"GET", []string{"Range", "bytes=500000-949999"}, 206, "bytes 500000-949999/1000000", body[500_000:950_000]},
		{"GET", []string{"Range", "bytes=999990-"}, 206, "bytes 999990-999999/1000000", body[999_990:]},
		{"GET", []string{"Range", "bytes=-10"}, 206, "bytes 999990-999999/1000000", body[999_990:]},
		{"GET", []string{"Range", "bytes=999990-2000000"}, 206, "bytes 999990-999999/1000000", body[999_990:]},
		{"GET", []string{"Range", "bytes=0-9", "If-Range", `"abc"`}, 206, "bytes 0-9/1000000", body[:10]},
		{"GET", []string{"Range", "bytes=0-9", "If-Range", `"old"`}, 200, "", body},
		{"HEAD", []string{"Range", "bytes=0-9"}, 206, "bytes 0-9/1000000", nil},
	} {
		answer, got := ask(t, c.method, url, c.header...)
		if answer.StatusCode != c.status || !bytes.Equal(got, c.body) {
			t.Errorf("%s %v: status %d, %d bytes", c.method, c.header, answer.StatusCode, len(got))
		}
		if diff := cmp.Diff(base(c.contentRange), headers(answer)); diff != "" {
			t.Errorf("%s %v: %s", c.method, c.header, diff)
		}
	}
	if answer, got := ask(t, "GET", url, "If-None-Match", `"abc"`); answer.StatusCode != 304 || len(got) != 0 {
		t.Error(answer.Status)
	}
	if answer, _ := ask(t, "GET", url, "Range", "bytes=1000000-"); answer.StatusCode != 416 {
		t.Error(answer.Status)
	}
	severalRanges(t, url, body)
	if answer, _ := ask(t, "GET", site(t, s, "serve/none", blob.ServeOptions{})); answer.StatusCode != 404 || answer.Header.Get("Cache-Control") != "" {
		t.Error(answer.Status, answer.Header)
	}
	plain, _ := ask(t, "GET", site(t, s, "serve/v.mp4", blob.ServeOptions{}))
	if plain.Header.Get("Content-Type") != "application/octet-stream" || plain.Header.Get("Cache-Control") != "no-cache" || plain.Header.Get("Etag") == "" {
		t.Error(plain.Header)
	}
}

func severalRanges(t *testing.T, url string, body []byte) {
	answer, got := ask(t, "GET", url, "Range", "bytes=900000-900009,0-4")
	_, params, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if answer.StatusCode != 206 || err != nil {
		t.Fatal(answer.Status, err)
	}
	parts := multipart.NewReader(bytes.NewReader(got), params["boundary"])
	for _, want := range [][]byte{body[900_000:900_010], body[:5]} {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(p); err != nil || !bytes.Equal(got, want) {
			t.Error(got, err)
		}
	}
}

func TestServeRedirectsToTheStore(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	server.Config.Redirect = true
	s, err := blob.S3(server.Config)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a/b.mp4", []byte("0123456789"))
	answer, _ := ask(t, "GET", site(t, s, "a/b.mp4", blob.ServeOptions{}))
	location := answer.Header.Get("Location")
	if answer.StatusCode != 307 || answer.Header.Get("Cache-Control") != "private, max-age=300" || strings.Contains(location, server.Config.SecretKey) {
		t.Fatal(answer.Status, answer.Header)
	}
	at, err := url.Parse(location)
	if err != nil || at.Query().Get("X-Amz-Expires") != "600" {
		t.Error("the address is good for another time than ten minutes:", location)
	}
	if direct, body := ask(t, "GET", location, "Range", "bytes=2-4"); direct.StatusCode != 206 || string(body) != "234" {
		t.Error(direct.Status, string(body))
	}
	if direct, _ := ask(t, "GET", strings.Replace(location, "b.mp4", "c.mp4", 1)); direct.StatusCode != 403 {
		t.Error("a signature opens another object:", direct.Status)
	}
}

// One segment of 720p video by range, as players ask for it. Few allocations and
// no copy: the file goes to the socket inside the kernel.
func BenchmarkServeRangeLocal(b *testing.B) {
	s := local(b)
	put(b, s, "v/720p.mp4", noise(20<<20, 6))
	url := site(b, s, "v/720p.mp4", blob.ServeOptions{ContentType: "video/mp4", CacheControl: blob.Immutable, ETag: "abc"})
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Range", "bytes=9000000-9449999")
	b.SetBytes(450_000)
	b.ReportAllocs()
	for b.Loop() {
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if n != 450_000 || err != nil {
			b.Fatal(n, err)
		}
	}
}
