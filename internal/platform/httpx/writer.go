package httpx

import (
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// idle is how long a long transfer may stand still.
const idle = time.Minute

// piece is how much of a long answer one deadline covers: a client slower than
// piece/idle, about 35 kB/s, could not play the lowest rendition either.
const piece = 2 << 20

// compressFrom is the smallest first write, in bytes, worth compressing.
const compressFrom = 1 << 10

// writer watches an answer: its status and size for the log, and whether it is
// text worth compressing. It forwards ReadFrom, so that files go out by
// sendfile, and Unwrap, for http.ResponseController.
type writer struct {
	http.ResponseWriter
	accepts bool // gzip
	head    bool
	rolling bool
	status  int  // 0: nothing decided yet
	sent    bool // the header has gone out
	bytes   int64
	gz      *gzip.Writer
}

func newWriter(w http.ResponseWriter, r *http.Request) *writer {
	return &writer{ResponseWriter: w, accepts: acceptsEncoding(r.Header.Get("Accept-Encoding"), "gzip"), head: r.Method == http.MethodHead}
}

func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) began() bool { return w.status != 0 }

// began reports whether an answer has been started on any writer around ours.
func began(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case interface{ began() bool }:
			return t.began()
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}

// WriteHeader only decides the status: the header goes out with the first
// bytes, when it is known whether they are worth compressing.
func (w *writer) WriteHeader(status int) {
	if status >= 100 && status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
	}
}

// send lets the header go.
func (w *writer) send(first []byte) {
	if w.sent {
		return
	}
	w.sent = true
	if w.status == 0 {
		w.status = http.StatusOK
	}
	h := w.Header()
	if first != nil && h.Get("Content-Type") == "" {
		h.Set("Content-Type", http.DetectContentType(first))
	}
	if compressible(h) {
		h.Add("Vary", "Accept-Encoding")
		if w.accepts && !w.head && len(first) >= compressFrom {
			w.compress(h)
		}
	}
	w.ResponseWriter.WriteHeader(w.status)
}

var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return z
}}

func (w *writer) compress(h http.Header) {
	h.Del("Content-Length")
	h.Set("Content-Encoding", "gzip")
	if tag := h.Get("Etag"); strings.HasPrefix(tag, `"`) {
		h.Set("Etag", "W/"+tag) // the same meaning, other bytes
	}
	w.gz = gzips.Get().(*gzip.Writer)
	w.gz.Reset(w.ResponseWriter)
}

// compressible answers for JSON and HTML only: media are compressed already,
// and files of the web page carry their own compressed form.
func compressible(h http.Header) bool {
	if h.Get("Content-Encoding") != "" || h.Get("Content-Range") != "" {
		return false
	}
	t, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return t == "text/html" || t == "application/json" || strings.HasSuffix(t, "+json")
}

func (w *writer) Write(b []byte) (n int, err error) {
	w.send(b)
	w.extend()
	if w.gz != nil {
		n, err = w.gz.Write(b)
	} else {
		n, err = w.ResponseWriter.Write(b)
	}
	w.bytes += int64(n)
	return n, err
}

// ReadFrom copies src by the kernel where that is possible.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	if !w.sent && w.Header().Get("Content-Type") == "" || w.gz != nil || !w.sent && compressible(w.Header()) {
		return io.Copy(struct{ io.Writer }{w}, src)
	}
	w.send(nil)
	if w.rolling {
		return w.readPieces(src)
	}
	n, err := w.hand(src)
	w.bytes += n
	return n, err
}

// hand gives src itself to the connection: io.Copy would let it write instead.
func (w *writer) hand(src io.Reader) (int64, error) {
	if to, ok := w.ResponseWriter.(io.ReaderFrom); ok {
		return to.ReadFrom(src)
	}
	return io.Copy(w.ResponseWriter, src)
}

// readPieces gives each piece its own deadline. The pieces are limited readers
// directly over the file: the kernel path looks through one limit only.
func (w *writer) readPieces(src io.Reader) (total int64, err error) {
	limited, ok := src.(*io.LimitedReader)
	if !ok {
		limited = &io.LimitedReader{R: src, N: 1<<63 - 1}
	}
	if _, file := limited.R.(*os.File); !file {
		n, err := io.Copy(struct{ io.Writer }{w}, src) // Write extends the deadline
		return n, err
	}
	for limited.N > 0 {
		w.extend()
		part := io.LimitedReader{R: limited.R, N: min(piece, limited.N)}
		want := part.N
		n, err := w.hand(&part)
		total, w.bytes, limited.N = total+n, w.bytes+n, limited.N-n
		if err != nil || n < want {
			return total, err
		}
	}
	return total, nil
}

// Flush sends what there is.
func (w *writer) Flush() { w.FlushError() }

// FlushError is Flush for http.ResponseController.
func (w *writer) FlushError() error {
	w.send(nil)
	if w.gz != nil {
		w.gz.Flush()
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// finish completes the answer after the handler.
func (w *writer) finish() {
	w.send(nil)
	if w.gz != nil {
		w.gz.Close()
		w.gz.Reset(nil)
		gzips.Put(w.gz)
		w.gz = nil
	}
}

func (w *writer) extend() {
	if w.rolling {
		http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(idle))
	}
}

// roll exempts a long transfer from the server's timeouts: only standing still
// for idle ends it.
func roll(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	rc.SetReadDeadline(time.Time{}) // it would end the request even after its body is read
	rc.SetWriteDeadline(time.Now().Add(idle))
	for u := w; u != nil; {
		if own, ok := u.(*writer); ok {
			own.rolling = true
			break
		}
		next, ok := u.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		u = next.Unwrap()
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = rollingBody{r.Body, rc}
	}
}

type rollingBody struct {
	io.ReadCloser
	rc *http.ResponseController
}

// Read moves both deadlines: the answer can only start once the body is read.
func (b rollingBody) Read(p []byte) (int, error) {
	now := time.Now()
	b.rc.SetReadDeadline(now.Add(idle))
	b.rc.SetWriteDeadline(now.Add(2 * idle))
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// acceptsEncoding reads Accept-Encoding: the coding is named and its q is not 0.
func acceptsEncoding(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q := strings.ReplaceAll(strings.ToLower(params), " ", "")
		return !strings.HasPrefix(q, "q=0") || strings.Trim(q[3:], ".0") != ""
	}
	return false
}
