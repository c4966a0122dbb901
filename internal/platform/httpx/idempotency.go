package httpx

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

// KeyUse is what a route makes of the header Idempotency-Key. With a key the
// answer is kept for 24 hours and given again to the same caller with the same
// key and the same input. Cookies are not kept, and secrets should not be: a
// route whose answer has some must not take keys.
type KeyUse int

const (
	_           KeyUse = iota
	KeyOptional        // a request without a key runs each time it comes
	KeyRequired        // a request without a key is refused: where twice costs money
)

const (
	idempotencyHeader = "Idempotency-Key"

	maxKey     = 255            // bytes
	maxAnswer  = 1 << 20        // bytes
	answerKept = 24 * time.Hour // after the first use of a key
	claimHolds = time.Minute    // how long one attempt may run before another may take over
	pruneEvery = 1000           // answers between two prunings
)

var (
	errKeyMissing  = fault.New(fault.Invalid, "httpx.idempotency_key_required", "This request needs an Idempotency-Key header of 1 to 255 visible characters.")
	errKeyInvalid  = fault.New(fault.Invalid, "httpx.idempotency_key_invalid", "An Idempotency-Key is 1 to 255 visible characters.")
	errKeyMismatch = fault.New(fault.Conflict, "httpx.idempotency_mismatch", "This Idempotency-Key was used for another request. Use a new key.")
	errKeyInUse    = fault.New(fault.Conflict, "httpx.idempotency_in_progress", "The same request is still being answered. Try again in a moment.")
)

// answers keeps what idempotent routes have answered.
type answers struct {
	db      *db.DB
	clock   clock.Clock
	settled atomic.Int64
}

// answer is a kept answer. Only headers that describe the body are kept.
type answer struct {
	status   int
	ctype    string
	location string
	body     []byte
}

// Once is the Idempotency-Key of a request as its use case sees it. What is made
// is kept with the key in the transaction that makes it, so that an attempt that
// dies between that and its answer has a successor that knows of it. The zero
// Once is of a request without a key.
type Once struct {
	id, token string // of the claim
	made      string
}

// Made is what an earlier attempt has made; empty is nothing. The use case then
// answers as if it had made it now.
func (o Once) Made() string { return o.made }

// Keep keeps in tx what is being made, so that both are there or neither. It
// refuses an attempt whose time was up and that another has taken over from.
func (o Once) Keep(ctx context.Context, tx *db.Tx, made string) error {
	if o.id == "" {
		return nil
	}
	n, err := tx.Exec(ctx, `UPDATE httpx_idempotency SET made = $1 WHERE id = $2 AND token = $3`, made, o.id, o.token)
	if err == nil && n == 0 {
		err = RetryAfter(time.Second, errKeyInUse)
	}
	return err
}

// once makes h run at most once per caller, key and day. A request whose twin
// is still running is refused, as is the same key with another input. Answers
// that might be different next time (server errors, rate limits, missing
// sign-in) are forgotten, so that a retry runs again; so is one whose attempt
// died: after claimHolds the key is free. What such an attempt has made is told
// to the next one, see Once.
func (s *answers) once(route Route, h rawHandler) rawHandler {
	return func(w http.ResponseWriter, r *http.Request, c Caller) error {
		key := r.Header.Get(idempotencyHeader)
		if key == "" && route.Key == KeyOptional {
			return h(w, r, c)
		}
		if err := checkKey(key); err != nil {
			return err
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return wire[http.StatusBadRequest].Because(err) // problemOf knows a body that is too large
		}
		id := claimID(route, c, key)
		kept, once, err := s.claim(r.Context(), id, inputHash(r.Method, r.URL, r.Header.Get("Content-Type"), body))
		if err != nil {
			return err
		}
		if kept != nil {
			w.Header().Set("Idempotency-Replayed", "true")
			kept.write(w)
			return nil
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.Once = once
		exchangeOf(r.Context()).caller.Once = once
		s.attempt(once, w, r, c, h)
		return nil
	}
}

// attempt runs h and keeps its answer. It goes on when the caller has gone:
// half way, the work may already be done, and that is when the caller will ask
// again. It does not outlive its claim. A panic leaves nothing behind.
func (s *answers) attempt(once Once, w http.ResponseWriter, r *http.Request, c Caller, h rawHandler) {
	ctx := context.WithoutCancel(r.Context())
	settled := false
	defer func() {
		if !settled {
			s.release(ctx, once)
		}
	}()
	work, cancel := context.WithTimeout(ctx, claimHolds)
	defer cancel()
	r = r.WithContext(work)
	rec := &recorder{ResponseWriter: w}
	if err := h(rec, r, c); err != nil {
		WriteProblem(rec, r, err)
	}
	if !deterministic(rec.status) || rec.body.Len() > maxAnswer {
		return
	}
	hd := rec.Header()
	err := s.settle(ctx, once, answer{rec.status, hd.Get("Content-Type"), hd.Get("Location"), rec.body.Bytes()})
	if settled = err == nil; !settled {
		note(ctx, err)
	}
}

// deterministic reports whether asking again would get the same answer.
func deterministic(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status >= 200 && status < 300 || status >= 400 && status < 500
}

func checkKey(key string) error {
	if key == "" {
		return errKeyMissing.With(fault.Field{Path: idempotencyHeader, Code: "required", Msg: "is required"})
	}
	hidden := func(c rune) bool { return c <= ' ' || c > '~' }
	if len(key) > maxKey || strings.ContainsFunc(key, hidden) {
		return errKeyInvalid.With(fault.Field{Path: idempotencyHeader, Code: "invalid", Msg: "is too long, or has characters that are not visible"})
	}
	return nil
}

// claimID binds a key to its caller and route, so that nobody can read
// another's answer by guessing a key.
func claimID(route Route, c Caller, key string) string {
	who := string(c.Actor.Account) + string(c.Actor.Staff)
	if who == "" {
		who = c.IP.String()
	}
	return digest([]byte(route.ID), []byte(who), []byte(key))
}

func inputHash(method string, u *url.URL, ctype string, body []byte) string {
	return digest([]byte(method), []byte(u.Path), []byte(u.RawQuery), []byte(ctype), body)
}

// digest hashes the parts with their lengths, so that no two lists collide.
func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		n := uint64(len(p))
		h.Write([]byte{byte(n >> 56), byte(n >> 48), byte(n >> 40), byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write(p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func (a *answer) write(w http.ResponseWriter) {
	h := w.Header()
	if a.ctype != "" {
		h.Set("Content-Type", a.ctype)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// recorder passes an answer on and remembers it. That the caller does not hear
// it is no error: the answer stands.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.body.Len() <= maxAnswer {
		r.body.Write(b)
	}
	r.ResponseWriter.Write(b)
	return len(b), nil
}
