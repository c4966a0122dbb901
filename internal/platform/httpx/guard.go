package httpx

import (
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/trace"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
)

// everything is the pattern of what no route is for.
const everything = "/"

type rawHandler func(w http.ResponseWriter, r *http.Request, c Caller) error

// handle puts h behind the guard of its route.
func (a *API) handle(route Route, h rawHandler) {
	if route.Key != 0 {
		h = a.answers.once(route, h)
	}
	pattern := strings.TrimSpace(route.Method + " " + route.Path)
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		x.route, x.pattern = &route, route.Path
		trace.SpanFromContext(r.Context()).SetName(pattern)
		err := a.pass(x, w, r, route, h)
		if x.stream != nil {
			x.stream.Close()
		}
		if err == nil {
			return
		}
		if began(w) {
			note(r.Context(), err)
			panic(http.ErrAbortHandler)
		}
		WriteProblem(w, r, err)
	})
}

// pass lets the request through to h, or answers why not.
func (a *API) pass(x *exchange, w http.ResponseWriter, r *http.Request, route Route, h rawHandler) error {
	if !route.Limit.perActor {
		if err := a.limits.take(route.ID, route.Limit, x.caller); err != nil {
			return err
		}
	}
	who, err := a.authenticate(r, route.Who)
	if err != nil {
		return err
	}
	if who.Market == "" { // whoever knows people may know better where they are
		who.Market = x.market
	}
	who.Network = neighbourhood(x.caller.IP)
	if who.Kind == actor.Viewer {
		who.Display = display(r)
	}
	x.caller.Actor = who
	if err := route.Who.admit(who); err != nil {
		return err
	}
	if route.Limit.perActor {
		if err := a.limits.take(route.ID, route.Limit, x.caller); err != nil {
			return err
		}
	}
	if route.Long {
		roll(w, r)
	}
	if limit := a.maxBody(route); limit > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
	}
	return h(w, r, x.caller)
}

// display is what the header X-Display says, unless no display would say it.
func display(r *http.Request) string {
	const longest = 64
	text := r.Header.Get("X-Display")
	if len(text) > longest || strings.ContainsFunc(text, func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	}) {
		return ""
	}
	return text
}

// authenticate answers nobody without asking when there are no credentials or
// the route does not ask for any. Where anyone may enter, credentials that no
// longer hold are no obstacle.
func (a *API) authenticate(r *http.Request, who Who) (actor.Actor, error) {
	if who.realm == realmUnasked {
		return actor.Actor{}, nil
	}
	token, _ := Credential(r)
	if token == "" || a.deps.Auth == nil {
		return actor.Actor{}, nil
	}
	by, err := a.deps.Auth.Authenticate(r.Context(), r)
	if who.realm == realmAnyone && fault.KindOf(err) == fault.Unauthenticated {
		return actor.Actor{}, nil
	}
	return by, err
}

// maxBody is the route's limit in bytes; zero or less is none.
func (a *API) maxBody(r Route) int64 {
	if r.MaxBody == 0 {
		return a.cfg.MaxBody
	}
	return r.MaxBody
}

// unclaimed answers what no route is for: the fallback's, or a problem.
func (a *API) unclaimed(w http.ResponseWriter, r *http.Request) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch allowed := a.allowed(r); {
	case allowed != nil:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		WriteProblem(w, r, wire[http.StatusMethodNotAllowed])
	case a.fallback != nil && reads && !reserved(r.URL.Path):
		exchangeOf(r.Context()).pattern = "fallback"
		a.fallback.ServeHTTP(w, r)
	default:
		WriteProblem(w, r, wire[http.StatusNotFound])
	}
}

// allowed is by which methods there is a route at the path of r.
func (a *API) allowed(r *http.Request) (methods []string) {
	other := *r
	for method := range knownMethods {
		other.Method = method
		if _, pattern := a.mux.Handler(&other); pattern != everything {
			methods = append(methods, method)
		}
	}
	slices.Sort(methods)
	return methods
}

func reserved(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/media/") || path == "/api" || path == "/media"
}
