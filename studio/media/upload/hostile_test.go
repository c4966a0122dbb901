package upload_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is sent, the answer is a problem with a code, and nothing is written.
func TestEveryRefusalIsAProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.create(10)
	want(t, b.patch(path, 0, []byte("123")), 204, "")
	const piece = "application/offset+octet-stream"
	malformed := "media.upload_malformed"
	for _, c := range []struct {
		what, method, path string
		headers            []string
		status             int
		code               string
	}{
		{"another version", "PATCH", path, []string{"Tus-Resumable", "0.2.1", "Content-Type", piece, "Upload-Offset", "3"}, 412, "media.upload_version"},
		{"no version", "PATCH", path, []string{"Tus-Resumable", "", "Content-Type", piece, "Upload-Offset", "3"}, 412, "media.upload_version"},
		{"no version, new", "POST", base, []string{"Tus-Resumable", "", "Upload-Length", "10"}, 412, "media.upload_version"},
		{"negative offset", "PATCH", path, []string{"Content-Type", piece, "Upload-Offset", "-1"}, 400, malformed},
		{"huge offset", "PATCH", path, []string{"Content-Type", piece, "Upload-Offset", "9223372036854775808"}, 400, malformed},
		{"no offset", "PATCH", path, []string{"Content-Type", piece}, 400, malformed},
		{"offset beyond the end", "PATCH", path, []string{"Content-Type", piece, "Upload-Offset", "9223372036854775807"}, 409, "media.upload_offset"},
		{"another type", "PATCH", path, []string{"Content-Type", "text/plain", "Upload-Offset", "3"}, 400, malformed},
		{"unknown algorithm", "PATCH", path, []string{"Content-Type", piece, "Upload-Offset", "3", "Upload-Checksum", "crc32 AAAAAA=="}, 400, "httpx.malformed"},
		{"more than announced", "PATCH", path, []string{"Content-Type", piece, "Upload-Offset", "3"}, 413, "media.upload_size_exceeded"},
		{"no length", "POST", base, nil, 400, malformed},
		{"negative length", "POST", base, []string{"Upload-Length", "-10"}, 400, malformed},
		{"length beyond numbers", "POST", base, []string{"Upload-Length", "9223372036854775808"}, 400, malformed},
		{"huge length", "POST", base, []string{"Upload-Length", "9223372036854775807"}, 422, "media.upload_too_large"},
		{"length later", "POST", base, []string{"Upload-Defer-Length", "1"}, 501, malformed},
		{"length now and later", "POST", base, []string{"Upload-Length", "10", "Upload-Defer-Length", "1"}, 501, malformed},
		{"length at no time", "POST", base, []string{"Upload-Defer-Length", "2"}, 400, malformed},
		{"a part", "POST", base, []string{"Upload-Length", "10", "Upload-Concat", "partial"}, 422, "media.upload_in_parts"},
		{"a whole of parts", "POST", base, []string{"Upload-Concat", "final;" + path}, 422, "media.upload_in_parts"},
		{"unknown upload", "PATCH", base + "node.upl-99", []string{"Content-Type", piece, "Upload-Offset", "0"}, 404, "media.upload_not_found"},
		{"giving up an unknown upload", "DELETE", base + "node.upl-99", nil, 404, "media.upload_not_found"},
		{"reading back", "GET", path, nil, 405, "httpx.method_not_allowed"},
		{"replacing", "PUT", path, nil, 405, "httpx.method_not_allowed"},
	} {
		a := b.do(c.method, c.path, []byte("45678901"), c.headers...)
		if a.StatusCode != c.status || a.code() != c.code || a.Header.Get("Content-Type") != "application/problem+json" || a.Header.Get("Tus-Resumable") != "1.0.0" {
			t.Errorf("%s: %d %v %s, want %d %s", c.what, a.StatusCode, a.Header, a.body, c.status, c.code)
		}
	}
	if a := b.do("HEAD", base+"node.upl-99", nil); a.StatusCode != 404 || a.body != "" || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("asking for an unknown upload: %d %v %q", a.StatusCode, a.Header, a.body)
	}
	if got, err := os.ReadFile(filepath.Join(b.dir, strings.TrimPrefix(path, base))); err != nil || string(got) != "123" || b.offset(path) != "3" {
		t.Errorf("the upload has become %q, %v", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, "*")); len(left) != 2 {
		t.Errorf("more than the upload is left behind: %v", left)
	}
	want(t, b.patch(path, 3, []byte("4567890")), 204, "")
}
