package catalogue

import (
	"context"
	"reflect"
	"strconv"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/search"
	"cliffhanger/studio/catalogue/words"

	"cliffhanger/event"
)

// NewDrama is what a drama begins with.
type NewDrama struct {
	Org   id.Org // empty: the actor's own organisation
	Key   string // empty: made from the title
	About About
	Once  httpx.Once
}

// Faults of keys.
var (
	ErrKeyShape = fault.New(fault.Invalid, "catalogue.key_invalid", "A key is lower-case words and numbers joined by hyphens, at most 100 characters.").
			With(fault.Field{Path: "key", Code: "key_invalid", Msg: "is not of the form night-she-came-back"})
	ErrKeyTaken = fault.New(fault.Conflict, "catalogue.key_taken", "Your organisation already has a drama with this key.").
			With(fault.Field{Path: "key", Code: "key_taken", Msg: "is taken"})
)

var (
	errOrg = fault.New(fault.Invalid, "catalogue.organisation_missing", "Say which organisation the drama belongs to.").
		With(fault.Field{Path: "organisation_id", Code: "required", Msg: "is required"})
	errOtherOrg   = fault.New(fault.NotFound, "catalogue.organisation_missing", "There is no such organisation.")
	errWasVisible = fault.New(fault.Conflict, "catalogue.drama_was_published", "Viewers have seen this drama, so its record stays. Withdraw it instead.")
	errNotDraft   = fault.New(fault.Conflict, "catalogue.drama_not_draft", "Only a draft can be deleted. Reopen the drama first.")
)

// Create makes a draft.
func (s *Service) Create(ctx context.Context, by actor.Actor, n NewDrama) (Drama, error) {
	org, err := MakerFor(by, n.Org)
	if err != nil {
		return Drama{}, err
	}
	if made := n.Once.Made(); made != "" {
		return own(ctx, s.DB, by, id.Drama(made))
	}
	if n.Key != "" && !words.ValidKey(n.Key) {
		return Drama{}, ErrKeyShape
	}
	about, err := n.About.Clean(s.genres)
	if err != nil {
		return Drama{}, err
	}
	now := s.Clock.Now()
	d := Drama{ID: id.At[id.Drama](now), Org: org, Key: n.Key, State: Draft, About: about, Version: 1, CreatedAt: now, UpdatedAt: now}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		d.Key = n.Key
		if d.Key == "" {
			if d.Key, err = freeKey(ctx, tx, d); err != nil {
				return err
			}
		}
		if d.Change, err = nextChange(ctx, tx); err != nil {
			return err
		}
		if err := insertDrama(ctx, tx, d, search.WordsOf(s.docOf(d))); err != nil {
			return err
		}
		if err := n.Once.Keep(ctx, tx, string(d.ID)); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.DramaChanged{Drama: d.ID, Org: d.Org, Version: d.Version, By: event.By(by)})
	})
	if db.IsUnique(err) {
		err = ErrKeyTaken.Because(err)
	}
	return d, err
}

// MakerFor answers whose a new drama will be: the organisation's that was named,
// or the actor's own.
func MakerFor(by actor.Actor, named id.Org) (id.Org, error) {
	if err := mayWork(by); err != nil {
		return "", err
	}
	if named == "" {
		named = by.Org
	}
	switch {
	case named == "":
		return "", errOrg
	case !by.MayManage(named):
		return "", errOtherOrg
	}
	return named, nil
}

// Drama answers a drama the actor may manage.
func (s *Service) Drama(ctx context.Context, by actor.Actor, drama id.Drama) (Drama, error) {
	return own(ctx, s.DB, by, drama)
}

// DramaByKey answers the organisation's drama of that key.
func (s *Service) DramaByKey(ctx context.Context, by actor.Actor, org id.Org, key string) (Drama, error) {
	if err := mayWork(by); err != nil {
		return Drama{}, err
	}
	d, err := loadDramaByKey(ctx, s.DB, org, key)
	if err == nil && !by.MayManage(d.Org) {
		err = errDrama
	}
	return d, err
}

// freeKey makes a key out of the drama's titles that its organisation does not
// have yet.
func freeKey(ctx context.Context, q db.Q, d Drama) (string, error) {
	stem := words.KeyFrom(d.Title["en"])
	if stem == "" {
		stem = words.KeyFrom(search.Spell(d.Title.In(d.OriginalLanguage)))
	}
	if stem == "" {
		stem = "drama"
	}
	taken, err := takenKeys(ctx, q, d.Org, stem)
	key := stem
	for n := 2; taken[key]; n++ {
		key = stem + "-" + strconv.Itoa(n)
	}
	return key, err
}

// Patch says what to change of a drama; nil leaves it as it is.
type Patch struct {
	About            func(*About) // edits a copy
	PublishWhenReady *bool
}

// Edit changes what a drama says of itself.
func (s *Service) Edit(ctx context.Context, by actor.Actor, drama id.Drama, version int64, p Patch) (Drama, error) {
	return s.change(ctx, by, drama, version, func(ctx context.Context, tx *db.Tx, d *Drama) (bool, error) {
		before := *d
		if p.About != nil {
			about := d.About
			p.About(&about)
			about, err := about.Clean(s.genres)
			if err != nil {
				return false, err
			}
			d.About = about
		}
		if p.PublishWhenReady != nil {
			d.PublishWhenReady = *p.PublishWhenReady
		}
		return !reflect.DeepEqual(before, *d), nil
	})
}

// Delete removes a draft no viewer has ever seen.
func (s *Service) Delete(ctx context.Context, by actor.Actor, drama id.Drama, version int64) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := own(ctx, tx, by, drama)
		switch {
		case err != nil:
			return err
		case version != 0 && version != d.Version:
			return errVersion
		case !d.PublishedAt.IsZero():
			return errWasVisible
		case d.State != Draft:
			return errNotDraft
		}
		if err := deleteDrama(ctx, tx, d.ID); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.DramaChanged{Drama: d.ID, Org: d.Org, Version: d.Version + 1, By: event.By(by)})
	})
}

// Dossier is a drama as those who make it see it.
type Dossier struct {
	Drama
	Episodes  []Episode
	Missing   []Missing
	Facts     map[id.Asset]AssetFacts
	Summaries map[id.Asset]AssetSummary
}

// Dossier answers a drama with everything it has and lacks.
func (s *Service) Dossier(ctx context.Context, by actor.Actor, drama id.Drama) (Dossier, error) {
	d, err := own(ctx, s.DB, by, drama)
	if err != nil {
		return Dossier{}, err
	}
	all, err := s.dossiers(ctx, []Drama{d})
	if err != nil {
		return Dossier{}, err
	}
	return all[0], nil
}

// dossiers completes dramas with two questions to the database and two to
// media, however many there are.
func (s *Service) dossiers(ctx context.Context, dramas []Drama) ([]Dossier, error) {
	ids := make([]id.Drama, len(dramas))
	for i, d := range dramas {
		ids[i] = d.ID
	}
	episodes, err := loadEpisodesOf(ctx, s.DB, ids...)
	if err != nil {
		return nil, err
	}
	assets := assetsOf(episodes)
	for _, e := range episodes {
		if e.Next != "" {
			assets = append(assets, e.Next)
		}
	}
	facts, err := s.Media.Playable(ctx, assets)
	if err != nil {
		return nil, err
	}
	sums, err := s.Media.Summaries(ctx, assets)
	if err != nil {
		return nil, err
	}
	of := map[id.Drama][]Episode{}
	for _, e := range episodes {
		of[e.Drama] = append(of[e.Drama], e)
	}
	out := make([]Dossier, len(dramas))
	for i, d := range dramas {
		missing := append(MissingFrom(d, of[d.ID], facts), missingFromReplacements(of[d.ID], sums)...)
		out[i] = Dossier{Drama: d, Episodes: of[d.ID], Missing: missing, Facts: facts, Summaries: sums}
	}
	return out, nil
}

// Filter narrows the list of dramas staff see.
type Filter struct {
	State State  // empty: any
	Query string // words in any language, or pinyin
	Org   id.Org // empty: any the actor may manage
}

type changedKey struct {
	At int64    `json:"t"`
	ID id.Drama `json:"i"`
}

// List answers the dramas the actor may manage, the last changed first.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter, r page.Request) (page.Of[Dossier], error) {
	var none page.Of[Dossier]
	if err := mayWork(by); err != nil {
		return none, err
	}
	if !by.Has(actor.Operator) && by.Kind != actor.System {
		if f.Org != "" && f.Org != by.Org {
			return page.Of[Dossier]{Items: []Dossier{}}, nil
		}
		f.Org = by.Org
	}
	after := changedKey{At: 1<<63 - 1}
	if err := page.Read(r.After, &after); err != nil {
		return none, err
	}
	limit := page.Clamp(r.Limit, 30, 100)
	dramas, err := listManaged(ctx, s.DB, f, search.Parse(f.Query), after, limit+1)
	if err != nil {
		return none, err
	}
	cut := page.Cut(dramas, limit, func(d Drama) any { return changedKey{At: clock.Micros(d.UpdatedAt), ID: d.ID} })
	items, err := s.dossiers(ctx, cut.Items)
	return page.Of[Dossier]{Items: items, Next: cut.Next}, err
}
