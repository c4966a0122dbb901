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
// The handler's own refusals are lines of text; they wait for refuse.
type answer struct {
	http.ResponseWriter
	base    string
	done    bool
	refused int // its status; 0: not refused
	words   bytes.Buffer
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
	if status >= 400 && a.Header().Get("Content-Type") != problemType {
		a.refused = status
		return
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.refused != 0 {
		return a.words.Write(b)
	}
	return a.ResponseWriter.Write(b)
}

var problemType = (*httpx.Problem)(nil).ContentType("")

// refusals are what the handler's statuses mean; any other says that the request
// does not keep to the protocol.
var refusals = map[int]httpx.Problem{
	http.StatusNotFound:              {Code: errMissing.Code, Detail: errMissing.Msg},
	http.StatusMethodNotAllowed:      {Code: "httpx.method_not_allowed", Detail: "This address does not take this method."},
	http.StatusConflict:              {Code: "media.upload_offset", Detail: "The upload has come to another place than this piece begins at. Ask where it is and go on from there."},
	http.StatusPreconditionFailed:    {Code: "media.upload_version", Detail: "Uploads speak tus 1.0.0: send the header Tus-Resumable: 1.0.0."},
	http.StatusRequestEntityTooLarge: {Code: "media.upload_size_exceeded", Detail: "More bytes were sent than the upload was announced with."},
	http.StatusLocked:                {Code: "media.upload_busy", Detail: "Another request is writing to this upload. Try again in a moment."},
}

// refuse makes a problem of a refusal of the handler's own, if there is one. Its
// status stays: clients of the protocol go by it.
func (a *answer) refuse(r *http.Request) {
	if a.refused == 0 {
		return
	}
	_, words, _ := strings.Cut(strings.TrimSpace(a.words.String()), ": ")
	p, known := refusals[a.refused]
	switch {
	case known:
	case a.refused >= 500 && a.refused != http.StatusNotImplemented:
		p = httpx.Problem{Code: errStore.Code, Detail: errStore.Msg}
	default:
		p = httpx.Problem{Code: "media.upload_malformed", Detail: "The request does not keep to the protocol of uploads: " + words + "."}
	}
	p.Type, p.Title, p.Status = "about:blank", http.StatusText(a.refused), a.refused
	httpx.WriteProblem(a.ResponseWriter, r, &p)
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
