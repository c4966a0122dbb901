package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/life"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
	"cliffhanger/studio/media"
	"cliffhanger/trust/audit"
	"cliffhanger/trust/market"
	"cliffhanger/trust/review"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/consent"
	"cliffhanger/viewer/account/inbox"
	"cliffhanger/viewer/account/keyring"
	"cliffhanger/viewer/account/outside"
	"cliffhanger/viewer/account/person"
	"cliffhanger/viewer/account/staffkey"
	"cliffhanger/viewer/account/staffoidc"
	"cliffhanger/viewer/account/tv"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/library"
	"cliffhanger/viewer/playback"
	"cliffhanger/viewer/youth"
	"cliffhanger/viewer/youth/policy"
	"cliffhanger/viewer/youth/realname"
)

// App is one node with everything in it, wired and not yet started.
type App struct {
	Config   Config
	Log      *slog.Logger
	Clock    clock.Clock
	Registry *prometheus.Registry

	DB    *db.DB
	Bus   *bus.Bus
	Blobs blob.Store

	Account   *account.Service
	TV        *tv.Service
	Market    *market.Service
	Youth     *youth.Service
	RealName  *realname.Service
	Person    *person.Service
	Outside   *outside.Service
	Keyring   *keyring.Service
	StaffKeys *staffkey.Service
	Inbox     *inbox.Service
	StaffOIDC *staffoidc.Service
	Consent   *consent.Service
	Catalogue *catalogue.Service
	Exchange  *exchange.Service
	Media     *media.Service
	Playback  *playback.Service
	Library   *library.Service
	Feed      *feed.Service
	Review    *review.Service
	Audit     *audit.Service

	API  *httpx.API
	Node *life.Node

	door *door
}

// Open listens, opens the engines, brings the tables up to date, wires the
// capabilities and assembles the node. It waits for PostgreSQL and NATS as long
// as ctx allows; until the node has started, its address answers what it waits
// for. Close it, or run its Node, which closes it.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	return open(ctx, cfg, log, func(a *App) (err error) {
		if err := a.listen(ctx); err != nil {
			return err
		}
		if err := a.store(ctx, db.Await); err != nil {
			return err
		}
		a.Node.Health().Probe("db", a.DB.Ping)
		if err := keepNode(a.Config.Data, a.Config.Node); err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
		if a.Bus, err = bus.Open(ctx, a.Config.bus(), a.DB, log, a.Registry); err != nil {
			return err
		}
		a.Node.Health().Probe("bus", a.Bus.Ping)
		if err := a.wire(); err != nil {
			return err
		}
		a.route()
		return a.assemble()
	})
}

// OpenBeside wires the capabilities for a command that works on the same data
// as a running node: what it announces waits in the outbox for that node.
func OpenBeside(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	if err := ownData(cfg.Data, os.Geteuid()); err != nil {
		return nil, err
	}
	return open(ctx, cfg, log, func(a *App) (err error) {
		if err := a.store(ctx, db.Open); err != nil {
			return err
		}
		if a.Bus, err = bus.Outbox(ctx, a.DB, log); err != nil {
			return err
		}
		return a.wire()
	})
}

func open(ctx context.Context, cfg Config, log *slog.Logger, rest func(a *App) error) (_ *App, err error) {
	if err := cfg.settle(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	a := &App{Config: cfg, Log: log, Clock: clock.System, Registry: obs.Registry(Version)}
	if err := rest(a); err != nil {
		return nil, errors.Join(err, a.Close(ctx))
	}
	return a, nil
}

// store opens the database, brings its tables up to date and opens the media
// store.
func (a *App) store(ctx context.Context, open func(context.Context, string, *slog.Logger) (*db.DB, error)) (err error) {
	if a.DB, err = open(ctx, a.Config.database(), a.Log); err != nil {
		return err
	}
	if err := a.migrate(ctx); err != nil {
		return err
	}
	a.Blobs, err = a.Config.blobs()
	return err
}

// owners have tables; the bus does its own.
var owners = []struct {
	name  string
	files fs.FS
}{
	{"httpx", httpx.Migrations}, {"passkey", passkey.Migrations}, {"account", account.Migrations}, {"catalogue", catalogue.Migrations}, {"media", media.Migrations},
	{"playback", playback.Migrations}, {"library", library.Migrations}, {"feed", feed.Migrations}, {"youth", youth.Migrations},
	{"market", market.Migrations},
	{"review", review.Migrations},
	{"audit", audit.Migrations},
}

// migrate brings every owner's tables up to date.
func (a *App) migrate(ctx context.Context) error {
	for _, owner := range owners {
		if err := a.DB.Migrate(ctx, owner.name, owner.files); err != nil {
			return err
		}
	}
	return nil
}

// wire makes the capabilities and answers their ports with one another. Two
// pairs ask each other; for those the port is made first and filled in after.
func (a *App) wire() (err error) {
	post, err := mail.New(a.Config.Mail, a.Log)
	if err != nil {
		return err
	}
	a.Account = account.New(account.Deps{DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Mail: post, Config: a.Config.Account})
	a.TV = tv.Open(tv.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Account: a.Account})

	published := &dramasForMarket{}
	a.Market, err = market.New(market.Deps{
		Config: a.Config.Market, DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Dramas: published, Colleagues: colleaguesForMarket{a.Account}, Judges: judges,
	})
	if err != nil {
		return err
	}

	screens, dramas, owners := &screensForYouth{}, &dramasForYouth{}, &ownersForYouth{}
	a.Youth, err = youth.New(youth.Deps{
		Config: a.Config.Youth, DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Screens: screens, Dramas: dramas, Owners: owners,
		Rules: market.Derived(a.Market, policy.Default(), minorsRules),
	})
	if err != nil {
		return err
	}
	if a.RealName, err = realNames(a); err != nil {
		return err
	}

	a.Consent, err = consent.New(consent.Deps{
		Config: a.Config.Consent, Home: a.Config.Youth.Home, DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Minors: a.Youth,
		Rules: market.Derived(a.Market, consent.DefaultMarkets(), consentRules),
	})
	if err != nil {
		return err
	}

	subtitles, episodes := &subtitlesForMedia{}, &episodesForMedia{}
	a.Media, err = media.New(a.Config.Media, media.Deps{
		DB: a.DB, Bus: a.Bus, Blobs: a.Blobs, Subtitles: subtitles, Episodes: episodes, Clock: a.Clock, Log: a.Log,
	})
	if err != nil {
		return err
	}
	works := &worksForReview{media: a.Media}
	a.Review = review.New(review.Deps{
		Config: a.Config.Review, DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log,
		Works: works, Rules: rulesForReview{a.Market, a.Youth, a.Config.Market.Home, a.Clock}, People: peopleForReview{a.Account},
	})
	audience := &audienceForCatalogue{youth: a.Youth}
	a.Catalogue, err = catalogue.New(catalogue.Deps{
		Config: a.Config.Catalogue, DB: a.DB, Bus: a.Bus, Blobs: a.Blobs, Clock: a.Clock, Log: a.Log,
		Media: mediaForCatalogue{a.Media}, Audience: audience, Gates: []catalogue.Gate{qualityGate{a.Media}, reviewGate{a.Review}},
	})
	if err != nil {
		return err
	}
	dramas.Service, published.Service, works.catalogue = a.Catalogue, a.Catalogue, a.Catalogue
	a.Exchange = exchange.New(a.Catalogue)
	subtitles.catalogue, episodes.catalogue = a.Catalogue, a.Catalogue
	subtitles.follow(a.Bus, a.Media, a.Log)

	likes := &likesForPlayback{}
	a.Playback = playback.New(playback.Deps{
		DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log,
		Episodes: episodesForPlayback{a.Catalogue}, Streams: streamsForPlayback{a.Media}, Likes: likes,
		Household: householdForPlayback{a.Account, a.Config.Playback.Streams},
		Gates:     []playback.Gate{youthGate{a.Youth}},
	})
	screens.Service = a.Playback
	a.Library = library.New(library.Deps{
		DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log,
		Dramas: dramasForLibrary{a.Catalogue, a.Clock}, Finished: finishedForLibrary{a.Playback},
	})
	a.Feed = feed.New(feed.Deps{
		DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log,
		Catalogue: catalogueForFeed{a.Catalogue}, Watching: watchingForFeed{a.Playback}, Library: libraryForFeed{a.Library},
		Minors: a.Youth, Privacy: a.Consent,
	})
	if post == nil {
		post = mail.Log{Logger: a.Log}
	}
	a.Person = person.New(person.Deps{
		DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Accounts: a.Account, Post: postByMail{post}, Minors: a.Youth, Keepers: keepers, Exports: a.exports(),
	})
	owners.Service = a.Person
	a.Inbox = inbox.New(inbox.Deps{DB: a.DB, Bus: a.Bus, Clock: a.Clock, Log: a.Log, Mail: post, Public: a.Config.Edge.PublicURL})
	keys := passkey.New(passkey.Config{Realm: "viewer", Name: "Cliffhanger", Public: a.Config.Edge.PublicURL}, a.DB, a.Clock)
	a.Keyring = keyring.New(keyring.Deps{DB: a.DB, People: a.Person, Passkeys: keys})
	a.StaffKeys = staffkey.New(staffkey.Deps{DB: a.DB, Clock: a.Clock, Accounts: a.Account, Passkeys: passkey.New(passkey.Config{
		Realm: "staff", Name: "Cliffhanger", Verified: true, Public: a.Config.Edge.PublicURL,
	}, a.DB, a.Clock)})
	a.StaffOIDC = staffoidc.New(staffoidc.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Accounts: a.Account, Key: a.Person.Key, Provider: a.Config.staffProvider(a.Clock)})
	a.Outside = outside.New(outside.Deps{Clock: a.Clock, Log: a.Log, People: a.Person, Passkeys: keys, Providers: a.Config.providers(a.Clock)})
	a.Audit = audit.New(audit.Deps{Config: a.Config.Audit, Node: a.Config.Node, DB: a.DB, Bus: a.Bus, Blobs: a.Blobs, Clock: a.Clock, Log: a.Log})
	likes.Service = a.Library
	audience.playback, audience.library, audience.feed = a.Playback, a.Library, a.Feed

	a.Inbox.Listen()
	a.Review.Listen()
	if a.Config.Roles.Has(life.Worker) {
		a.Inbox.Work()
		a.Review.Work()
	}
	a.Person.Listen()
	a.Playback.Listen()
	a.Library.Listen()
	a.Youth.ListenToPeople()
	a.Market.ListenToPeople()
	a.Feed.Listen()
	a.Media.Listen(a.Bus)
	a.Audit.Listen()
	if a.Config.Roles.Has(life.Transcode) {
		a.Media.RegisterJobs(a.Bus)
	}
	return errors.Join(a.Market.Listen(), a.Youth.Listen(), a.Consent.Listen(), a.Playback.ListenLive(), a.Inbox.ListenLive())
}

// Close ends what Open began and Run did not.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	if a.door != nil {
		errs = append(errs, a.door.Stop(ctx))
	}
	if a.Bus != nil {
		errs = append(errs, a.Bus.Stop(ctx))
	}
	if c, ok := a.Blobs.(interface{ Close() error }); ok {
		errs = append(errs, c.Close())
	}
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	return errors.Join(errs...)
}
