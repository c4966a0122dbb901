package app

import (
	"context"
	"io/fs"
	"net/http"
	"net/netip"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/share"
	"cliffhanger/studio/media"
	"cliffhanger/trust/market"
	"cliffhanger/trust/market/evidence"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/library"
	"cliffhanger/viewer/playback"
	"cliffhanger/viewer/youth"
	"cliffhanger/web"
)

// route registers every route of the house.
func (a *App) route() {
	a.API = httpx.New(a.Config.Edge, httpx.Deps{Auth: authenticator{a.Account, a.Market, a.Youth}, DB: a.DB, Log: a.Log, Registry: a.Registry, Clock: a.Clock})
	account.Routes(a.API, a.Account)
	a.TV.Routes(a.API)
	a.Person.Routes(a.API)
	a.Outside.Routes(a.API)
	a.Keyring.Routes(a.API)
	a.StaffKeys.Routes(a.API)
	a.Inbox.Routes(a.API)
	a.StaffOIDC.Routes(a.API)
	a.Consent.Routes(a.API)
	a.Catalogue.Routes(a.API)
	share.Routes(a.API, a.Catalogue, func() ([]byte, error) { return fs.ReadFile(web.Site(), "index.html") })
	a.Exchange.Routes(a.API)
	a.Media.Routes(a.API)
	playback.Routes[catalogue.Card, catalogue.EpisodeRef](a.API, a.Playback)
	library.Routes[catalogue.Card, catalogue.EpisodeRef](a.API, a.Library, dramasForLibrary{a.Catalogue, a.Clock})
	youth.Routes(a.API, a.Youth)
	a.Market.Routes(a.API)
	a.Review.Routes(a.API)
	a.RealName.Routes(a.API)
	a.Audit.Routes(a.API)
	feed.Routes[catalogue.Card, catalogue.EpisodeRef, grantOut](a.API, a.Feed)
	a.systemRoutes()
	a.consoleLive()
	a.API.Fallback(httpx.Static(web.Site(), httpx.StaticOptions{Index: map[string]string{"/": "index.html", "/console": "console.html"}}))
}

// authenticator knows people by their session, in which market that is and whether
// they are held to what is for minors, except where a link is what
// counts: media bytes carry their own signature, and asking for the session
// behind each of them would cost more than sending it.
type authenticator struct {
	account *account.Service
	market  *market.Service
	youth   *youth.Service
}

func (a authenticator) Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error) {
	if strings.HasPrefix(r.URL.Path, media.MediaPath) {
		return actor.Actor{}, nil
	}
	by, err := a.account.Authenticate(ctx, r)
	if err != nil || !by.IsViewer() {
		return by, err
	}
	by.Market, err = a.market.Place(ctx, by, market.Heard{Proxy: httpx.Country(ctx), Region: r.Header.Get(evidence.Header)})
	if err != nil {
		return by, err
	}
	return a.youth.Admit(ctx, by, r.Header.Get(youth.ClaimHeader))
}

var errMetrics = fault.New(fault.NotFound, "httpx.not_found", "There is nothing here.")

// metrics are for this machine only; a collector elsewhere needs an agent on it.
func (a *App) metrics() func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	h := obs.Handler(a.Registry)
	return func(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
		if !fromThisMachine(r) {
			return errMetrics
		}
		h.ServeHTTP(w, r)
		return nil
	}
}

// fromThisMachine reports whether somebody here asks for themselves: a proxy on
// this machine asks for others, and says so.
func fromThisMachine(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "Via"} {
		if len(r.Header[name]) > 0 {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}
