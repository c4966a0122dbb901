package catalogue

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/id"
)

// shown is what this node keeps in memory of what viewers ask for. Entries go
// when their drama changes; because the word of a change may be lost, and may
// overtake a read that began before it, none lives longer than freshFor.
// Whether an episode may be watched is never answered from here.
type shown struct {
	listings *otter.Cache[id.Drama, *listing]
	pages    *otter.Cache[id.Drama, *dramaPage]
	lists    *otter.Cache[string, any] // shelves and counts, by name
}

const (
	freshFor     = time.Minute
	listsFor     = 15 * time.Second // shelves may lag behind a publication by this much
	pageEpisodes = 400_000          // how many episodes the pages in memory may hold together
)

// dramaPage is what a drama's page shows beside its listing.
type dramaPage struct {
	episodes []Episode // ordered by number
}

func newShown(size int) shown {
	return shown{
		listings: otter.Must(&otter.Options[id.Drama, *listing]{
			MaximumSize:      size,
			ExpiryCalculator: otter.ExpiryWriting[id.Drama, *listing](freshFor),
		}),
		pages: otter.Must(&otter.Options[id.Drama, *dramaPage]{
			MaximumWeight:    pageEpisodes,
			Weigher:          func(_ id.Drama, p *dramaPage) uint32 { return uint32(len(p.episodes)) + 1 },
			ExpiryCalculator: otter.ExpiryWriting[id.Drama, *dramaPage](freshFor),
		}),
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
	if len(ids) == 0 {
		return nil, nil
	}
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

// pagesOf answers the episodes of dramas, from memory where possible. Ask only
// for published ones.
func (s *Service) pagesOf(ctx context.Context, dramas []id.Drama) (map[id.Drama]*dramaPage, error) {
	if len(dramas) == 0 {
		return nil, nil
	}
	return s.shown.pages.BulkGet(ctx, dramas, otter.BulkLoaderFunc[id.Drama, *dramaPage](
		func(ctx context.Context, missing []id.Drama) (map[id.Drama]*dramaPage, error) {
			episodes, err := loadEpisodesOf(ctx, s.DB, missing...)
			out := make(map[id.Drama]*dramaPage, len(missing))
			for _, e := range episodes {
				if out[e.Drama] == nil {
					out[e.Drama] = &dramaPage{}
				}
				out[e.Drama].episodes = append(out[e.Drama].episodes, e)
			}
			return out, err
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
