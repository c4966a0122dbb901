package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx/lane"
)

// Caller is who stands at the other end of a request. Embed it in the In of a
// Handle; it is filled before the handler runs and cannot be set from outside.
type Caller struct {
	Actor  actor.Actor // the zero Actor is nobody
	IP     netip.Addr  // the client's own address, behind trusted proxies too
	Locale string      // one of Config.Locales: ?lang=, else the ch_lang cookie, else Accept-Language
	Origin string      // "https://host[:port]" as the client sees it, for absolute links
	Once   Once        // of a request with an Idempotency-Key
}

// Secure reports whether the client speaks TLS to us or to a trusted proxy.
func (c Caller) Secure() bool { return strings.HasPrefix(c.Origin, "https:") }

// Cookie makes a cookie for the whole site that scripts cannot read and other
// sites do not send along with their writes; under TLS it is Secure. A maxAge
// of zero or less deletes it.
func (c Caller) Cookie(name, value string, maxAge time.Duration) http.Cookie {
	age := int(maxAge / time.Second)
	if age <= 0 {
		age, value = -1, ""
	}
	return http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Secure(),
	}
}

func (c *Caller) setCaller(v Caller) { *c = v }

type callerSetter interface{ setCaller(Caller) }

// Route says what a route is and who may use it.
type Route struct {
	ID      string // unique, kebab-case: "create-drama"
	Method  string
	Path    string // a net/http.ServeMux path: "/api/v1/dramas/{id}", "/media/v1/{rest...}"
	Summary string // one line, for the documentation
	Tag     string // the group it is listed under
	Who     Who    // required: the zero Who refuses to register
	Limit   Limit  // the zero Limit is none

	Key KeyUse // of the header Idempotency-Key; the zero KeyUse ignores it

	Status   int      // of success; 0 is 200 with a body, 204 without
	MaxBody  int64    // bytes; 0 is Config.MaxBody, negative is unlimited
	Long     bool     // uploads, downloads, event streams: only stalling ends them, not their length
	Consumes []string // content types of a Raw body, for the documentation
	Produces []string // content types of a Raw answer, for the documentation
	Hidden   bool     // not in the documentation

	// Part opens the file whose parts a Raw GET route hands out, for a path that
	// route matches. With it ordinary requests for a range, over plain HTTP, are
	// answered without calling the route's handler; see package lane.
	Part lane.Find
}

// Config is the edge's part of the configuration.
type Config struct {
	Title          string   `kong:"-" toml:"-"`
	Version        string   `kong:"-" toml:"-"`
	PublicURL      string   `name:"public-url" help:"Address people use, https://host; empty believes the Host header of each request."`
	TrustedProxies []string `help:"Networks (CIDR) whose X-Forwarded-For, -Proto and -Host are believed."`
	MarketHeader   string   `help:"Header in which a trusted proxy says a visitor's country (ISO 3166-1 alpha-2), such as CF-IPCountry; empty: everyone is at home."`
	TrustedOrigins []string `help:"Other origins (https://host) that may send writes with cookies."`
	MediaOrigins   []string `help:"Origins (https://host) media may be redirected to, such as an S3 endpoint."`
	Locales        []string `help:"Languages of the product, the first is the fallback."`
	MaxBody        int64    `help:"Largest body of an ordinary request in bytes."`
	Tracing        bool     `kong:"-" toml:"-"` // one span per request
}

// Default is a configuration that works on one machine without a proxy.
func Default() Config {
	return Config{Title: "Cliffhanger", Version: "0", Locales: []string{"zh-CN", "en"}, MaxBody: 1 << 20}
}

// Deps are what the edge needs from the house.
type Deps struct {
	Auth     Authenticator
	Log      *slog.Logger
	Registry prometheus.Registerer // nil: no metrics
	DB       *db.DB                // keeps answers by Idempotency-Key; nil: there can be none
	Clock    clock.Clock           // nil: the system's
}

// Authenticator turns a request's credentials into an actor; Credential finds
// them. Nobody is the zero Actor; credentials that are wrong or out of date are
// an Unauthenticated fault.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error)
}

// API is the set of routes of one node. Register everything, then serve
// Handler; registering is not safe for concurrent use.
type API struct {
	cfg      Config
	deps     Deps
	mux      *http.ServeMux
	huma     huma.API
	edge     edge
	limits   *limiter
	answers  *answers
	fallback http.Handler
	parts    shortcut
	naming   naming
	spec     specCache
}

// New makes an API without routes, apart from its own documentation at
// /api/openapi.json and /api/docs. It panics if cfg does not validate.
func New(cfg Config, d Deps) *API {
	e, err := newEdge(cfg, d)
	if err != nil {
		panic("httpx: " + err.Error())
	}
	if d.Clock == nil {
		d.Clock = clock.System
	}
	a := &API{cfg: cfg, deps: d, mux: http.NewServeMux(), edge: e, limits: newLimiter(d.Clock)}
	if d.DB != nil {
		a.answers = &answers{db: d.DB, clock: d.Clock}
	}
	a.mux.HandleFunc(everything, a.unclaimed)
	a.huma = newHuma(a)
	a.serveDocs()
	return a
}

// Handle registers a typed route. In embeds Caller and takes its values by the
// tags path, query, header and cookie and from a field Body; Out has a field
// Body and may have Status and header fields. Input that does not fit the
// schema of In never reaches h. An error of h becomes a problem by its fault.
func Handle[In, Out any](a *API, r Route, h func(ctx context.Context, in *In) (*Out, error)) {
	a.check(r)
	a.naming.enter(r, *new(In), *new(Out))
	huma.Register(a.huma, a.operation(r), func(ctx context.Context, in *In) (*Out, error) {
		if s, ok := any(in).(callerSetter); ok {
			s.setCaller(CallerFrom(ctx))
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, note(ctx, err)
		}
		return out, nil
	})
}

// Raw registers a route that reads and writes bytes itself. An error it returns
// becomes a problem, unless the answer has already begun: then the connection
// is cut, so that nobody takes half an answer for a whole one.
func (a *API) Raw(r Route, h func(w http.ResponseWriter, r *http.Request, c Caller) error) {
	a.check(r)
	if !r.Hidden {
		a.document(r)
	}
	a.handle(r, h)
	if r.Part != nil {
		a.parts = newShortcut(r, a.edge.measures)
	}
}

// Mount hands every request under pattern (a ServeMux pattern, usually ending
// in "/") to h, for all methods the pattern allows. Such requests may be long
// and their bodies of any size; h finds the caller with CallerFrom.
func (a *API) Mount(pattern string, who Who, h http.Handler) {
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		method, path = "", pattern
	}
	if path == everything {
		panic("httpx: mount nothing at /; what serves unclaimed paths is given to Fallback")
	}
	r := Route{ID: "mount " + pattern, Method: method, Path: path, Who: who, MaxBody: -1, Long: true, Hidden: true}
	a.check(r)
	a.handle(r, func(w http.ResponseWriter, r *http.Request, _ Caller) error {
		h.ServeHTTP(w, r)
		return nil
	})
}

// Fallback sets what answers GET requests no route claims: the web page.
// Unclaimed paths under /api/ and /media/ stay problems with status 404.
func (a *API) Fallback(h http.Handler) { a.fallback = h }

// Handler is the whole edge, ready to serve.
func (a *API) Handler() http.Handler {
	site := a.edge.wrap(a.mux)
	if a.parts.find == nil || a.edge.watched() {
		return site
	}
	return a.parts.before(site)
}

func (a *API) check(r Route) {
	switch {
	case r.ID == "" || r.Path == "" || r.Path[0] != '/':
		panic(fmt.Sprintf("httpx: route %q %q needs an id and a path", r.ID, r.Path))
	case r.Who.realm == 0:
		panic(fmt.Sprintf("httpx: route %s does not say who may use it", r.ID))
	case r.Key != 0 && a.answers == nil:
		panic(fmt.Sprintf("httpx: route %s takes keys, but there is no database to keep answers in", r.ID))
	}
}
