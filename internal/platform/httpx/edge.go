package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"cliffhanger/internal/kernel/fault"
)

// OperationsTag marks routes that machines call all the time: health, metrics.
// They appear in the access log at debug level only, as media do.
const OperationsTag = "operations"

// edge is what every request passes before it is routed.
type edge struct {
	log      *slog.Logger
	proxies  proxies
	locales  locales
	policy   string // Content-Security-Policy
	origins  *http.CrossOriginProtection
	measures measures
	tracing  bool
	public   string // origin, or ""
	market   string // name of a header, or ""
}

// Validate lists everything that is wrong with the configuration, each behind the
// name of its setting.
func (c Config) Validate() error {
	_, err := newEdge(c, Deps{})
	return err
}

func newEdge(c Config, d Deps) (edge, error) {
	e := edge{log: d.Log, origins: http.NewCrossOriginProtection(), tracing: c.Tracing, locales: c.Locales}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	var errs []error
	var err error
	if e.proxies, err = parseProxies(c.TrustedProxies); err != nil {
		errs = append(errs, err)
	}
	for _, o := range c.TrustedOrigins {
		if err := e.origins.AddTrustedOrigin(o); err != nil {
			errs = append(errs, fmt.Errorf("trusted-origins %q: want https://host", o))
		}
	}
	for _, o := range c.MediaOrigins {
		if !isOrigin(o) {
			errs = append(errs, fmt.Errorf("media-origins %q: want https://host", o))
		}
	}
	if len(c.Locales) == 0 {
		errs = append(errs, errors.New("locales: at least one is needed"))
	}
	if c.MaxBody <= 0 {
		errs = append(errs, fmt.Errorf("max-body %d: must be more than 0 bytes", c.MaxBody))
	}
	if c.PublicURL != "" && !isOrigin(c.PublicURL) {
		errs = append(errs, fmt.Errorf("public-url %q: want https://host, without a path", c.PublicURL))
	}
	switch {
	case !isHeaderName(c.MarketHeader):
		errs = append(errs, fmt.Errorf("market-header %q: want the name of a header such as CF-IPCountry", c.MarketHeader))
	case c.MarketHeader != "" && len(c.TrustedProxies) == 0:
		errs = append(errs, errors.New("market-header: it is believed from trusted proxies alone; name them in trusted-proxies"))
	}
	e.public, e.market = c.PublicURL, c.MarketHeader
	e.policy = contentPolicy(c.MediaOrigins)
	e.measures = newMeasures(d.Registry)
	return e, errors.Join(errs...)
}

func isHeaderName(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil && !strings.ContainsAny(s, " ;,'\"")
}

func (e edge) wrap(next http.Handler) http.Handler {
	h := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.serve(w, r, next) }))
	if e.tracing {
		// Whoever asks from outside may not decide what is traced here: their
		// trace is linked, and ours begins anew.
		h = otelhttp.NewHandler(h, "http", otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }))
	}
	return h
}

func (e edge) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	hop := e.proxies.resolve(r)
	x := &exchange{id: requestID(), started: time.Now(), pattern: "unmatched", market: hop.country(r, e.market)}
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	if hop.host != r.Host {
		r.Host = hop.host // so that the cross-origin check compares what the browser saw
	}
	x.caller = Caller{IP: hop.ip, Origin: e.origin(hop), Locale: e.locales.choose(r)}

	rw := newWriter(w, r)
	h := rw.Header()
	secureHeaders(h, e.policy, r.URL.Path, x.caller.Secure())
	h.Set("X-Request-Id", x.id)

	e.measures.open()
	cut := e.guarded(rw, r, next)
	if !cut {
		rw.finish()
	}
	e.measures.close(r.Method, x, rw.status)
	e.account(r, x, rw)
	if e.tracing { // over what otelhttp has put there: the path as it came
		trace.SpanFromContext(r.Context()).SetAttributes(attribute.String("url.path", maskedPath(r, x)))
	}
	if cut {
		panic(http.ErrAbortHandler) // net/http then closes the connection
	}
}

// watched reports whether every single request is written down somewhere, media
// included.
func (e edge) watched() bool {
	return e.tracing || e.log.Enabled(context.Background(), slog.LevelDebug)
}

// origin is the configured address, or what the request says of it; a Host that
// could not stand in a link is left out.
func (e edge) origin(h hop) string {
	switch {
	case e.public != "":
		return e.public
	case !isHost(h.host):
		return h.scheme + "://localhost"
	}
	return h.scheme + "://" + h.host
}

// guarded runs the request and answers whether the connection must be cut
// because an answer had begun that cannot be finished.
func (e edge) guarded(w *writer, r *http.Request, next http.Handler) (cut bool) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler || r.Context().Err() != nil {
			cut = true
			return
		}
		err := fault.Of(fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		if cut = w.began(); cut {
			note(r.Context(), err)
			return
		}
		WriteProblem(w, r, err)
	}()
	if err := e.origins.Check(r); err != nil {
		WriteProblem(w, r, fault.New(fault.Forbidden, "httpx.cross_origin", "Another website tried to do this in your name; it was refused.").Because(err))
		return false
	}
	next.ServeHTTP(w, r)
	return false
}

// account writes the access log: one line, without query and without tokens. What
// apps ask for thousands of times a second is no news while it goes well.
func (e edge) account(r *http.Request, x *exchange, w *writer) {
	level := slog.LevelInfo
	switch {
	case r.Context().Err() != nil: // the caller has gone; what failed then is no news
	case w.status == http.StatusInternalServerError: // a defect
		level = slog.LevelError
	case w.status >= 500:
		level = slog.LevelWarn
	case x.route != nil && (x.route.Tag == OperationsTag || strings.HasPrefix(x.route.Path, "/media/") ||
		w.status < 400 && strings.HasPrefix(x.route.Path, "/api/v1/")):
		level = slog.LevelDebug
	}
	if !e.log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", maskedPath(r, x)),
		slog.Int("status", w.status), slog.Int64("bytes", w.bytes),
		slog.Duration("took", time.Since(x.started).Round(time.Microsecond)),
		slog.String("ip", x.caller.IP.String()), slog.String("request", x.id),
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("error", x.err.Error()))
	}
	e.log.LogAttrs(r.Context(), level, "http", attrs...)
}

// secretParams are the names of path values that let their bearer in.
var secretParams = []string{"token", "code", "user_code", "proof", "secret"}

// secretPages are addresses outside the routes of which a segment lets its bearer
// in, counted from 0 behind the prefix.
var secretPages = []struct {
	prefix  string
	segment int
}{{"/media/", 1}, {"/q/", 0}}

// maskedPath is the path with its secrets replaced by ***.
func maskedPath(r *http.Request, x *exchange) string {
	path := r.URL.Path
	if x.route == nil {
		for _, page := range secretPages {
			if rest, ok := strings.CutPrefix(path, page.prefix); ok {
				return clip(page.prefix + maskSegment(rest, page.segment))
			}
		}
		return clip(path)
	}
	for i, segment := range strings.Split(strings.TrimPrefix(x.route.Path, "/"), "/") {
		for _, name := range secretParams {
			if segment == "{"+name+"}" {
				path = "/" + maskSegment(strings.TrimPrefix(path, "/"), i)
			}
		}
	}
	return clip(path)
}

// maskSegment replaces the n-th segment (from 0) of a path.
func maskSegment(path string, n int) string {
	parts := strings.Split(path, "/")
	if n < len(parts) {
		parts[n] = "***"
	}
	return strings.Join(parts, "/")
}

func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// requestID is made here and never taken from outside, so that a log line
// cannot be forged.
func requestID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
