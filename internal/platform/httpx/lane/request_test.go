package lane

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

const good = "GET /media/v1/tok-_en/ast_01/720p-ab.mp4 HTTP/1.1\r\nHost: example.com:8080\r\nRange: bytes=10-19\r\nAccept: */*\r\n\r\n"

func TestAnOrdinaryRequestForARangeIsRecognised(t *testing.T) {
	t.Parallel()
	q, _, ok := recognise([]byte(good))
	if want := (request{"/media/v1/tok-_en/ast_01/720p-ab.mp4", 10, 19}); !ok || q != want {
		t.Fatalf("%+v %v, want %+v", q, ok, want)
	}
	browsers := strings.Replace(good, "Accept: */*", strings.Join([]string{
		"Connection: keep-alive", `sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"`, "Accept-Encoding: identity;q=1, *;q=0",
		"Accept-Language: zh-CN,zh;q=0.9", "Cookie: ch_session=abc", "Referer: http://example.com/watch?x=%20", "X-Forwarded-For: ::1",
	}, "\r\n"), 1)
	if _, _, ok := recognise([]byte(browsers)); !ok {
		t.Fatal("what a browser adds is in the way")
	}
}

func TestWhatIsNotExactlyThatIsLeft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"another method":      {"GET ", "POST "},
		"HEAD":                {"GET ", "HEAD "},
		"HTTP/1.0":            {"HTTP/1.1", "HTTP/1.0"},
		"a query":             {".mp4", ".mp4?x=1"},
		"an escape":           {"720p", "%37"},
		"a path upwards":      {"720p", "../720p"},
		"an empty segment":    {"/media", "//media"},
		"a whole address":     {"/media", "http://h/media"},
		"no host":             {"Host: example.com:8080\r\n", ""},
		"two hosts":           {"\r\nRange", "\r\nHost: other\r\nRange"},
		"a strange host":      {"example", "exam/ple"},
		"no range":            {"Range: bytes=10-19\r\n", ""},
		"two ranges":          {"bytes=10-19", "bytes=10-19,30-39"},
		"two range headers":   {"\r\nAccept", "\r\nRange: bytes=0-1\r\nAccept"},
		"an open range":       {"10-19", "10-"},
		"the last bytes":      {"10-19", "-19"},
		"a range backwards":   {"10-19", "19-10"},
		"a signed number":     {"10-19", "10-+19"},
		"a huge number":       {"19", "99999999999999999999"},
		"a body":              {"\r\nAccept", "\r\nContent-Length: 4\r\nAccept"},
		"an empty body":       {"\r\nAccept", "\r\nContent-Length: 0\r\nAccept"},
		"chunks":              {"\r\nAccept", "\r\nTransfer-Encoding: chunked\r\nAccept"},
		"a name with a space": {"Accept:", "Accept :"},
		"a folded line":       {"Accept: */*", "Accept: a\r\n b"},
		"a bare line feed":    {"Accept: */*\r\n", "Accept: */*\n"},
		"a control character": {"*/*", "*/\x00"},
		"a condition":         {"Accept: */*", "If-Range: \"x\""},
		"another condition":   {"Accept: */*", "if-none-match: *"},
		"the last request":    {"Accept: */*", "Connection: close"},
		"an upgrade":          {"Accept: */*", "Upgrade: h2c"},
		"an expectation":      {"Accept: */*", "Expect: 100-continue"},
		"half a request":      {"\r\n\r\n", "\r\n"},
		"two requests":        {"\r\n\r\n", "\r\n\r\nGET / HTTP/1.1\r\n\r\n"},
	} {
		b := strings.Replace(good, change[0], change[1], 1)
		if b == good {
			t.Fatalf("%s changes nothing", name)
		}
		if q, _, ok := recognise([]byte(b)); ok {
			t.Errorf("%s is taken as %+v", name, q)
		}
	}
}

// FuzzRecognise holds what is taken against net/http's reading of the same
// bytes: a second opinion about where a request ends is how they are smuggled.
func FuzzRecognise(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(strings.ToLower(good)))
	f.Add([]byte(good + good))
	f.Add([]byte("GET /a HTTP/1.1\r\nhost:x\r\nRANGE:\t bytes=0-0 \r\nconnection: Keep-Alive\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, _, ok := recognise(b)
		if !ok {
			return
		}
		in := bufio.NewReader(bytes.NewReader(b))
		r, err := http.ReadRequest(in)
		if err != nil {
			t.Fatalf("net/http refuses %q: %v", b, err)
		}
		if body, err := io.ReadAll(r.Body); err != nil || len(body) > 0 || in.Buffered() > 0 {
			t.Fatalf("net/http finds more than a header in %q", b)
		}
		if r.URL.Path != q.path || r.URL.RawQuery != "" || r.Host == "" || r.Close {
			t.Fatalf("%+v, but net/http reads %+v", q, r)
		}
		if again, ok := of(r); !ok || again != q {
			t.Fatalf("%+v as bytes, %+v %v as net/http reads it", q, again, ok)
		}
		if first, last, ok := closedRange([]byte(r.Header.Get("Range"))); !ok || first != q.first || last != q.last {
			t.Fatalf("%+v, but net/http reads %q", q, r.Header["Range"])
		}
	})
}

// FuzzMemory holds what is taken after another request against what is taken
// alone.
func FuzzMemory(f *testing.F) {
	f.Add([]byte(good), []byte(strings.Replace(good, "10-19", "7-123456", 1)))
	f.Add([]byte(good), []byte(strings.Replace(good, "10-19", "19-10", 1)))
	f.Add([]byte(good), []byte(strings.Replace(good, "10-19", "1-2\r\nRange: bytes=3-4", 1)))
	f.Add([]byte(good), []byte(strings.Replace(good, "bytes=10-19", "", 1)))
	f.Add([]byte(strings.Replace(good, "Accept: */*", "X: bytes=10-19", 1)), []byte(strings.Replace(good, "Accept: */*", "X: bytes=20-29", 1)))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var m memory
		m.recognise(one)
		got, took := m.recognise(two)
		want, _, take := recognise(two)
		if took != take || take && got != want {
			t.Fatalf("%+v %v after %q, but %+v %v alone", got, took, one, want, take)
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	first, further := []byte(good), []byte(strings.Replace(good, "10-19", "20-29", 1))
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, ok := recognise(first); !ok {
				b.Fatal("not recognised")
			}
		}
	})
	b.Run("further", func(b *testing.B) {
		var m memory
		m.recognise(first)
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := m.recognise(further); !ok {
				b.Fatal("not recognised")
			}
		}
	})
}
