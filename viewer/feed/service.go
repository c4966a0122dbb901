package feed

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/feed/rank"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are this capability's tables.
var Migrations, _ = fs.Sub(migrations, "migrations")

// Deps are what the feed needs.
type Deps struct {
	DB        *db.DB
	Bus       *bus.Bus
	Clock     clock.Clock
	Log       *slog.Logger
	Catalogue Catalogue
	Watching  Watching
	Library   Library
	Minors    Minors
	Privacy   Privacy
}

// Service hands out feed pages.
type Service struct {
	Deps
	scores  atomic.Pointer[scores]
	refresh sync.Mutex
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// scores is the catalogue scored at one moment, shared by all requests.
type scores struct {
	*rank.Snapshot
	byMark map[string]id.Drama
	at     time.Time     // when they were begun
	took   time.Duration // to make them
}

// Scores may be scoresFor old, or pauses times what they took to make: a large
// catalogue must not cost a node more than a few thousandths of a processor. A
// withdrawn drama disappears at once all the same, because cards and grants are
// asked for with every page.
const (
	scoresFor   = 3 * time.Second
	pauses      = 300
	atMostStale = 30 * time.Second // whatever the clock did meanwhile
)

func (s *scores) old(now time.Time) bool {
	return now.Sub(s.at).Abs() >= min(max(scoresFor, pauses*s.took), atMostStale)
}

// current answers the scores, renewing them when they are old. While one
// request renews them, the others go on with the old ones.
func (s *Service) current(ctx context.Context) (*scores, error) {
	have := s.scores.Load()
	now := s.Clock.Now()
	if have != nil && (!have.old(now) || !s.refresh.TryLock()) {
		return have, nil
	}
	if have == nil {
		s.refresh.Lock()
	}
	defer s.refresh.Unlock()
	if newer := s.scores.Load(); newer != have {
		return newer, nil
	}
	candidates, err := candidates(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	fresh := &scores{Snapshot: rank.Score(candidates, now), byMark: make(map[string]id.Drama, len(candidates)), at: now}
	for _, c := range candidates {
		fresh.byMark[mark(c.Drama)] = c.Drama
	}
	fresh.took = s.Clock.Now().Sub(now)
	s.scores.Store(fresh)
	return fresh, nil
}

// Item is one place of the feed.
type Item struct {
	Drama   id.Drama
	Episode id.Episode
	Card    any
	Ref     any
	Grant   any // of the first places only
	Why     rank.Why
	Chance  float64 // of this drama standing in this place
	// Personal says that what the viewer watched had a part in the order.
	Personal bool
	Offset   time.Duration
	Opinion
}

const (
	grantsPerPage = 2   // places that already carry their grant
	historyDepth  = 500 // dramas begun earlier that are not shown as new
)

var errViewer = fault.New(fault.Unauthenticated, "feed.viewer_required", "Open the app once on this device to see the feed.")

// Page answers the next places of a visit.
func (s *Service) Page(ctx context.Context, by actor.Actor, req page.Request, locale string) (page.Of[Item], error) {
	if !by.IsViewer() {
		return page.Of[Item]{}, errViewer
	}
	v, err := resume(req.After)
	if err != nil {
		return page.Of[Item]{}, err
	}
	personal, err := s.Privacy.Profiled(ctx, by)
	if err != nil {
		return page.Of[Item]{}, err
	}
	if !personal && req.After == "" {
		v.Seed = commonSeed(locale, by.Market, s.Clock.Now())
	}
	current, err := s.current(ctx)
	if err != nil {
		return page.Of[Item]{}, err
	}
	var history []Watched
	if personal {
		if history, err = s.Watching.Recent(ctx, by, historyDepth); err != nil {
			return page.Of[Item]{}, err
		}
	}
	watcher, err := s.watcher(ctx, by, v, current, history)
	if err != nil {
		return page.Of[Item]{}, err
	}
	limit := min(req.Limit, v.left())
	picks := current.Pick(watcher, limit)
	items, err := s.dress(ctx, by, picks, seatsIn(history), locale)
	if err != nil {
		return page.Of[Item]{}, err
	}
	for i := range items {
		items[i].Personal = personal
	}
	out := page.Of[Item]{Items: items}
	if v = v.hand(dramasOf(picks)); len(picks) == limit && v.left() > 0 {
		out.Next = page.Cursor(v)
	}
	return out, nil
}

// watcher gathers what the order must respect.
func (s *Service) watcher(ctx context.Context, by actor.Actor, v visit, current *scores, history []Watched) (rank.Viewer, error) {
	hidden, err := s.Library.Hidden(ctx, by)
	if err != nil {
		return rank.Viewer{}, err
	}
	w := rank.Viewer{Seed: v.Seed, Given: v.given(), Skip: map[id.Drama]bool{}, Seen: map[id.Drama]bool{}}
	for _, d := range hidden {
		w.Skip[d] = true
	}
	if by.Minor != "" {
		for _, d := range current.byMark {
			if !s.Minors.MayShow(by, d) {
				w.Skip[d] = true
			}
		}
	}
	for m := range v.marks() {
		if d, ok := current.byMark[m]; ok {
			w.Skip[d] = true
		}
	}
	for _, h := range history {
		w.Seen[h.Drama] = true
		if !h.Finished {
			w.Begun = append(w.Begun, h.Drama)
		}
	}
	return w, nil
}

// seatsIn are where dramas go on in the middle of an episode.
func seatsIn(history []Watched) map[id.Drama]Seat {
	seats := make(map[id.Drama]Seat, len(history))
	for _, h := range history {
		seat := Seat{Position: h.Position}
		if !h.Finished {
			seat.Episode, seat.Offset = h.Episode, h.Offset
		}
		seats[h.Drama] = seat
	}
	return seats
}

// dress turns picks into places, which begin at their seats or else with the
// first episode, and leaves out what may not be watched.
func (s *Service) dress(ctx context.Context, by actor.Actor, picks []rank.Pick, seats map[id.Drama]Seat, locale string) ([]Item, error) {
	openings, err := s.Catalogue.Openings(ctx, by, dramasOf(picks), locale, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(picks))
	for _, p := range picks {
		o, ok := openings[p.Drama]
		if !ok {
			continue
		}
		item := Item{Drama: p.Drama, Episode: o.Episode, Card: o.Card, Ref: o.Ref, Why: p.Why, Chance: p.Propensity}
		if seat := seats[p.Drama]; seat.Episode != "" {
			item.Episode, item.Offset, item.Ref = seat.Episode, seat.Offset, seat.Ref
		}
		items = append(items, item)
	}
	if items, err = s.allow(ctx, by, items, seats, locale); err != nil {
		return nil, err
	}
	return items, s.addOpinions(ctx, by, items)
}

// allow adds grants to the first places, and to those that go on in the middle
// of a drama, whose episode only the grant describes.
func (s *Service) allow(ctx context.Context, by actor.Actor, items []Item, seats map[id.Drama]Seat, locale string) ([]Item, error) {
	var asks []Ask
	for i, item := range items {
		if i < grantsPerPage || item.Ref == nil {
			asks = append(asks, Ask{item.Episode, seats[item.Drama].Position})
		}
	}
	grants, err := s.Watching.Grants(ctx, by, asks, locale)
	if err != nil {
		return nil, err
	}
	allowed := items[:0]
	for i, item := range items {
		g, ok := grants[item.Episode]
		if asked := i < grantsPerPage || item.Ref == nil; asked && !ok {
			continue
		}
		if ok {
			item.Grant, item.Ref = g.Grant, g.Ref
		}
		allowed = append(allowed, item)
	}
	return allowed, nil
}

func (s *Service) addOpinions(ctx context.Context, by actor.Actor, items []Item) error {
	shown := make(map[id.Drama]id.Episode, len(items))
	for _, item := range items {
		shown[item.Drama] = item.Episode
	}
	opinions, err := s.Library.Opinions(ctx, by, shown)
	for i := range items {
		items[i].Opinion = opinions[items[i].Drama]
	}
	return err
}

// Top are the n best dramas for everybody: the popular shelf.
func (s *Service) Top(ctx context.Context, n int) ([]id.Drama, error) {
	current, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	var out []id.Drama
	for _, c := range current.Snapshot.Top(n) {
		out = append(out, c.Drama)
	}
	return out, nil
}

func dramasOf(picks []rank.Pick) []id.Drama {
	out := make([]id.Drama, len(picks))
	for i, p := range picks {
		out[i] = p.Drama
	}
	return out
}
