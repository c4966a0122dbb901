package catalogue

import (
	"context"
	"log/slog"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/sweep"
	"cliffhanger/studio/catalogue/search"

	"cliffhanger/event"
	"cliffhanger/studio/catalogue/words"
)

// Deps are what the catalogue needs from the house.
type Deps struct {
	Config   Config
	DB       *db.DB
	Bus      *bus.Bus
	Blobs    blob.Store
	Clock    clock.Clock
	Log      *slog.Logger
	Media    Media
	Audience Audience
	Gates    []Gate
}

// Service is the catalogue.
type Service struct {
	Deps
	genres words.Genres
	zone   *time.Location
	shown  shown
	live   *search.Live
	kept   *sweep.Ledger

	pictures chan struct{} // holds one token per picture being decoded
}

// picturesAtOnce bounds the memory of decoding: a picture at its largest takes
// about 300 MB.
const picturesAtOnce = 2

// New makes the catalogue and registers its listeners and jobs on the bus,
// which must not have started. Run keeps its search index.
func New(d Deps) (*Service, error) {
	if err := d.Config.Validate(); err != nil {
		return nil, err
	}
	genres, err := words.LoadGenres(d.Config.GenresFile)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(d.Config.HomeZone)
	if err != nil {
		return nil, err
	}
	s := &Service{Deps: d, genres: genres, zone: zone, shown: newShown(d.Config.CacheSize), live: search.NewLive(),
		pictures: make(chan struct{}, picturesAtOnce)}
	s.kept = &sweep.Ledger{Table: "catalogue_blob", Unused: unusedBlob, DB: d.DB, Blobs: d.Blobs, Clock: d.Clock, Grace: d.Config.BlobGrace}
	s.listen()
	return s, nil
}

// Sweep deletes posters and subtitles nothing refers to, until ctx ends.
func (s *Service) Sweep(ctx context.Context) error { return s.kept.Run(ctx, s.Log) }

// Genres are the genres of this platform.
func (s *Service) Genres() words.Genres { return s.genres }

var (
	errSignIn  = fault.New(fault.Forbidden, "catalogue.staff_only", "Only people who make or run dramas here may do this.")
	errVersion = fault.New(fault.Conflict, "catalogue.version_old", "Somebody changed this drama in the meantime. Load it again and repeat your change.")
)

// mayWork reports whether the actor makes or runs dramas at all.
func mayWork(by actor.Actor) error {
	if by.Kind == actor.System || by.Has(actor.Operator) || by.Has(actor.Producer) && by.Org != "" {
		return nil
	}
	return errSignIn
}

// own loads a drama the actor may manage; another's does not exist for it.
func own(ctx context.Context, q db.Q, by actor.Actor, drama id.Drama) (Drama, error) {
	if err := mayWork(by); err != nil {
		return Drama{}, err
	}
	d, err := loadDrama(ctx, q, drama)
	if err == nil && !by.MayManage(d.Org) {
		err = errDrama
	}
	if err != nil {
		return Drama{}, err
	}
	return d, nil
}

// change is one edit of a drama the actor may manage: load, compare the version
// (0: whichever it is), let edit work on it, keep what must be complete
// complete, schedule what was added, write, announce. edit answers whether
// anything is different; if not, nothing is written and the version stays.
func (s *Service) change(ctx context.Context, by actor.Actor, drama id.Drama, version int64,
	edit func(ctx context.Context, tx *db.Tx, d *Drama) (bool, error)) (d Drama, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if d, err = own(ctx, tx, by, drama); err != nil {
			return err
		}
		if version != 0 && version != d.Version {
			return errVersion
		}
		different, err := edit(ctx, tx, &d)
		if err != nil || !different {
			return err
		}
		d.Version++
		return s.settle(ctx, tx, by, &d)
	})
	return d, err
}

// settle writes a changed drama and what follows from the change.
func (s *Service) settle(ctx context.Context, tx *db.Tx, by actor.Actor, d *Drama) error {
	now := s.Clock.Now()
	episodes, err := loadEpisodesOf(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if d.State.MustBeComplete() {
		if err := blockers(MissingFrom(*d, episodes, factsOf(episodes))); err != nil {
			return err
		}
	}
	if d.State == Published {
		if err := s.schedule(ctx, tx, *d, episodes, now); err != nil {
			return err
		}
	}
	d.UpdatedAt = now
	if err := s.tryPublishing(ctx, tx, *d); err != nil {
		return err
	}
	return s.write(ctx, tx, by, d)
}

// write gives the drama its place in the change sequence and announces it.
func (s *Service) write(ctx context.Context, tx *db.Tx, by actor.Actor, d *Drama) (err error) {
	if d.Change, err = nextChange(ctx, tx); err != nil {
		return err
	}
	tx.OnCommit(func() { s.drop(d.ID) }) // at once here, by the fact on other nodes
	if err := updateDrama(ctx, tx, *d, search.WordsOf(s.docOf(*d))); err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, event.DramaChanged{Drama: d.ID, Org: d.Org, Version: d.Version, By: event.By(by)})
}

// factsOf are the facts the catalogue remembers by itself. A blocked video only
// hides its episode: it holds up no edit, save where it would be the first one.
func factsOf(episodes []Episode) map[id.Asset]AssetFacts {
	facts := make(map[id.Asset]AssetFacts, len(episodes))
	for _, e := range episodes {
		if e.Asset != "" {
			facts[e.Asset] = AssetFacts{Playable: e.Video.Shown(), Blocked: e.Asset == episodes[0].Asset && e.Video.Blocked}
		}
	}
	return facts
}

func assetsOf(episodes []Episode) []id.Asset {
	var out []id.Asset
	for _, e := range episodes {
		if e.Asset != "" {
			out = append(out, e.Asset)
		}
	}
	return out
}

// docOf is the drama as search knows it.
func (s *Service) docOf(d Drama) search.Doc {
	doc := search.Doc{ID: string(d.ID), Tags: d.Tags}
	for _, t := range d.Title {
		doc.Titles = append(doc.Titles, t)
	}
	for _, t := range d.Synopsis {
		doc.Synopses = append(doc.Synopses, t)
	}
	for _, p := range d.People {
		for _, t := range p.Name {
			doc.People = append(doc.People, t)
		}
	}
	for _, g := range d.Genres {
		doc.Tags = append(doc.Tags[:len(doc.Tags):len(doc.Tags)], s.genres.Name(g, "zh-CN"), s.genres.Name(g, "en"))
	}
	return doc
}
