package upload

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/tus/tusd/v2/pkg/handler"
	expslog "golang.org/x/exp/slog"

	"cliffhanger/internal/platform/httpx"
)

// answer adds what we offer beyond the handler to its description of itself,
// and makes addresses of uploads paths: what stands before us knows its name.
type answer struct {
	http.ResponseWriter
	base string
	done bool
}

func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if !a.done {
		a.done = true
		if _, id, ok := strings.Cut(a.Header().Get("Location"), a.base); ok {
			a.Header().Set("Location", a.base+id)
		}
		if ext := a.Header().Get("Tus-Extension"); ext != "" && !strings.Contains(ext, "checksum") {
			a.Header().Set("Tus-Extension", ext+",checksum")
			a.Header().Set("Tus-Checksum-Algorithm", algorithmNames)
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// refusal writes err as a problem in the form tusd passes on.
func refusal(ctx context.Context, err error) handler.Error {
	var page capture
	r := (&http.Request{Method: http.MethodPost, Header: http.Header{}}).WithContext(ctx)
	httpx.WriteProblem(&page, r, err)
	out := handler.Error{ErrorCode: "REFUSED", Message: err.Error()}
	out.HTTPResponse = handler.HTTPResponse{StatusCode: page.status, Body: page.body.String(), Header: handler.HTTPHeader{}}
	for name := range page.Header() {
		out.HTTPResponse.Header[name] = page.Header().Get(name)
	}
	return out
}

// capture is a response kept in memory.
type capture struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *capture) Header() http.Header {
	if c.header == nil {
		c.header = http.Header{}
	}
	return c.header
}
func (c *capture) WriteHeader(status int)      { c.status = status }
func (c *capture) Write(b []byte) (int, error) { return c.body.Write(b) }

// quietLogger passes on what tusd says from warnings upwards: below, it tells of
// every request and every chunk, and the edge logs requests already.
func quietLogger(log *slog.Logger) *expslog.Logger { return expslog.New(bridge{log}) }

// bridge is the handler of the logging package tusd still uses.
type bridge struct{ to *slog.Logger }

func (b bridge) Enabled(_ context.Context, l expslog.Level) bool { return l >= expslog.LevelWarn }

func (b bridge) Handle(ctx context.Context, r expslog.Record) error {
	level := slog.LevelWarn
	args := make([]any, 0, 2*r.NumAttrs())
	r.Attrs(func(a expslog.Attr) bool {
		args = append(args, a.Key, a.Value.Any())
		return true
	})
	b.to.Log(ctx, level, "upload: "+r.Message, args...)
	return nil
}

func (b bridge) WithAttrs(as []expslog.Attr) expslog.Handler {
	args := make([]any, 0, 2*len(as))
	for _, a := range as {
		args = append(args, a.Key, a.Value.Any())
	}
	return bridge{b.to.With(args...)}
}

func (b bridge) WithGroup(name string) expslog.Handler { return bridge{b.to.WithGroup(name)} }
