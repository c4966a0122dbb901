package catalogue

import (
	"context"
	"slices"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/id"
)

// shown is what this node keeps in memory of what viewers ask for. Entries go
// when their drama changes: at once by the word of it, which may be lost, and
// when this node follows the change sequence, which it does every lookAgain.
// Whether an episode may be watched is never answered from here alone.
type shown struct {
	listings *otter.Cache[id.Drama, *listing]
	pages    *otter.Cache[id.Drama, *dramaPage]
	episodes *otter.Cache[id.Episode, *kept] // true while the drama's change is theirs
	lists    *otter.Cache[string, any]       // shelves and counts, by name
}

const (
	freshFor     = 10 * time.Minute // ratings and likeness may lag behind by this much
	listsFor     = 15 * time.Second // shelves may lag behind a publication by this much
	pageEpisodes = 400_000          // how many episodes the pages in memory may hold together
)

// dramaPage is what a drama's page shows beside its listing.
type dramaPage struct {
	episodes []Episode  // ordered by number
	similar  []id.Drama // the most alike first
}

func newShown(size int) shown {
	return shown{
		listings: otter.Must(&otter.Options[id.Drama, *listing]{
			MaximumSize:       size,
			ExpiryCalculator:  otter.ExpiryWriting[id.Drama, *listing](freshFor),
			RefreshCalculator: otter.RefreshWriting[id.Drama, *listing](freshFor / 2), // behind the back of whoever asks
		}),
		pages: otter.Must(&otter.Options[id.Drama, *dramaPage]{
			MaximumWeight:    pageEpisodes,
			Weigher:          func(_ id.Drama, p *dramaPage) uint32 { return uint32(len(p.episodes)) + 1 },
			ExpiryCalculator: otter.ExpiryWriting[id.Drama, *dramaPage](freshFor),
		}),
		episodes: otter.Must(&otter.Options[id.Episode, *kept]{MaximumSize: size}),
		lists: otter.Must(&otter.Options[string, any]{
			MaximumSize:      size,
			ExpiryCalculator: otter.ExpiryWriting[string, any](listsFor),
		}),
	}
}

func (c shown) forget(drama id.Drama) {
	c.listings.Invalidate(drama)
	c.pages.Invalidate(drama)
}

// listed answers the published ones of the dramas, from memory where possible.
func (s *Service) listed(ctx context.Context, ids []id.Drama) (map[id.Drama]*listing, error) {
	return s.shown.listings.BulkGet(ctx, ids, otter.BulkLoaderFunc[id.Drama, *listing](
		func(ctx context.Context, missing []id.Drama) (map[id.Drama]*listing, error) {
			found, err := loadListings(ctx, s.DB, missing)
			if err != nil {
				return nil, err
			}
			ratings, err := s.Audience.Ratings(ctx, missing)
			if err != nil {
				return nil, err
			}
			for drama, l := range found {
				l.rating = ratings[drama]
			}
			return found, nil
		}))
}

const warmBatch = 1000 // some plans cost the same for one drama and for many

// warm reads what lists show into memory, the last published first, as far as
// there is room: any drama may be the next in the feed, and no page should wait.
// It comes after the change sequence was followed, which forgets what it names.
func (s *Service) warm(ctx context.Context) error {
	last := newKey{At: 1<<63 - 1}
	for room := s.Config.CacheSize; room > 0; room -= warmBatch {
		rows, err := listNew(ctx, s.DB, "", "", last, min(warmBatch, room))
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]id.Drama, len(rows))
		for i, r := range rows {
			ids[i], last = r.ID, r
		}
		if _, err := s.listed(ctx, ids); err != nil {
			return err
		}
	}
	return nil
}

// pageOf answers what the page of a listed drama shows, from memory where
// possible.
func (s *Service) pageOf(ctx context.Context, l *listing) (*dramaPage, error) {
	return s.shown.pages.Get(ctx, l.ID, otter.LoaderFunc[id.Drama, *dramaPage](
		func(ctx context.Context, drama id.Drama) (*dramaPage, error) {
			episodes, err := loadEpisodesOf(ctx, s.DB, drama)
			if err != nil {
				return nil, err
			}
			episodes = slices.DeleteFunc(episodes, func(e Episode) bool { return e.ReleaseAt.IsZero() }) // they wait for those before them
			similar, err := s.similarTo(ctx, l)
			return &dramaPage{episodes, similar}, err
		}))
}

// remembered answers a list by name, and makes it when it is not in memory.
func remembered[T any](ctx context.Context, s *Service, name string, make func(ctx context.Context) (T, error)) (T, error) {
	v, err := s.shown.lists.Get(ctx, name, otter.LoaderFunc[string, any](
		func(ctx context.Context, _ string) (any, error) { return make(ctx) }))
	if err != nil {
		var zero T
		return zero, err
	}
	return v.(T), nil
}
