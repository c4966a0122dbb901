package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"cliffhanger/internal/kernel/fault"
)

// Problem is the body of every answer that is not a success (RFC 9457).
type Problem struct {
	Type   string        `json:"type" doc:"Always about:blank: the code says what happened."`
	Title  string        `json:"title" doc:"The HTTP status in words."`
	Status int           `json:"status" doc:"The HTTP status."`
	Detail string        `json:"detail" doc:"A sentence for people that says what to do."`
	Code   string        `json:"code" doc:"Stable, for machines: capability.reason."`
	Fields []fault.Field `json:"fields,omitempty" doc:"The inputs at fault, where that can be said."`

	wait time.Duration // for Retry-After
}

// statusOf is the one table from kinds of fault to HTTP.
var statusOf = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Exhausted:       http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// wire are the faults of HTTP itself, by status: what a request can get wrong
// before it means anything.
var wire = map[int]*fault.Fault{
	http.StatusBadRequest:            fault.New(fault.Invalid, "httpx.malformed", "The request cannot be read."),
	http.StatusNotFound:              fault.New(fault.NotFound, "httpx.no_route", "There is nothing at this address."),
	http.StatusMethodNotAllowed:      fault.New(fault.Invalid, "httpx.method_not_allowed", "This address does not take this method."),
	http.StatusNotAcceptable:         fault.New(fault.Invalid, "httpx.not_acceptable", "The answer does not come in a form you accept."),
	http.StatusRequestTimeout:        fault.New(fault.Invalid, "httpx.body_too_slow", "The request took too long to arrive."),
	http.StatusRequestEntityTooLarge: fault.New(fault.Invalid, "httpx.body_too_large", "The request is too large."),
	http.StatusUnsupportedMediaType:  fault.New(fault.Invalid, "httpx.unsupported_media_type", "The request body must be JSON."),
	http.StatusUnprocessableEntity:   fault.New(fault.Invalid, "httpx.invalid", "Some of what you entered does not fit. See the fields."),
}

// wireStatus finds the status of a fault of wire again by its code.
var wireStatus = func() map[string]int {
	m := make(map[string]int, len(wire))
	for status, f := range wire {
		m[f.Code] = status
	}
	return m
}()

// Error makes a Problem an error, so that huma can carry it.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is application/problem+json, whatever was negotiated.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that belong to the problem.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((p.wait+time.Second-1)/time.Second), 10))
	}
	return h
}

// retryError says after which time a request may succeed.
type retryError struct {
	error
	after time.Duration
}

func (e retryError) Unwrap() error { return e.error }

// usualWait is when something that cannot be done right now is worth trying again.
const usualWait = 5 * time.Second

// RetryAfter wraps err so that its problem carries a Retry-After header.
func RetryAfter(after time.Duration, err error) error { return retryError{err, after} }

// badRequestError is a refusal whose status is a protocol's, not ours.
type badRequestError struct{ error }

func (e badRequestError) Unwrap() error { return e.error }

// BadRequest wraps err so that its problem has the status 400: for protocols
// from outside that say every refusal this way, such as OAuth (RFC 6749, 5.2).
func BadRequest(err error) error { return badRequestError{err} }

// problemOf is what a stranger may know of err.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = wire[http.StatusRequestEntityTooLarge].Because(err)
	}
	f := fault.Of(err)
	status, ok := wireStatus[f.Code]
	if !ok {
		status = statusOf[f.Kind]
	}
	if bad := (badRequestError{}); errors.As(err, &bad) && status < http.StatusInternalServerError {
		status = http.StatusBadRequest
	}
	p = &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: f.Msg, Code: f.Code, Fields: f.Fields}
	var retry retryError
	switch {
	case errors.As(err, &retry):
		p.wait = retry.after
	case f.Kind == fault.Unavailable:
		p.wait = usualWait
	}
	return p
}

// WriteProblem answers with the problem err is; its cause goes to the access
// log only. It is for plain handlers: Handle and Raw do it for what they return.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := note(r.Context(), err)
	h := w.Header()
	for k := range h {
		switch k {
		case "Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Cache-Control":
			delete(h, k)
		}
	}
	for k, v := range p.GetHeaders() {
		h[k] = v
	}
	h.Set("Content-Type", p.ContentType(""))
	body, _ := json.Marshal(p) // plain data: cannot fail
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		w.Write(append(body, '\n'))
	}
}

// note keeps err for the access log and returns its problem.
func note(ctx context.Context, err error) *Problem {
	if x := exchangeOf(ctx); x != nil && x.err == nil {
		x.err = err
	}
	return problemOf(err)
}
