package catalogue

import (
	"cmp"
	"context"
	"slices"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue/words"
)

const (
	similarShown = 12 // how many dramas a page shows as being like it
	similarKept  = 60 // how many are kept, for some may not be out in a viewer's market
)

// likeness counts what two dramas share; 0 is nothing.
func likeness(a, b *listing) int {
	n := 2*words.Shared(a.Genres, b.Genres) + words.Shared(a.Tags, b.Tags)
	if n > 0 && a.Audience == b.Audience {
		n++
	}
	return n
}

// similarTo answers the dramas most like one among the newest of its genres,
// the most alike first, then the newest.
func (s *Service) similarTo(ctx context.Context, l *listing) ([]id.Drama, error) {
	var candidates []id.Drama
	for _, g := range l.Genres {
		newest, err := s.newest(ctx, g)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, newest...)
	}
	listed, err := s.listed(ctx, candidates)
	if err != nil {
		return nil, err
	}
	var out []*listing
	for drama, other := range listed {
		if drama != l.ID && other != nil {
			out = append(out, other)
		}
	}
	slices.SortFunc(out, func(a, b *listing) int {
		return cmp.Or(likeness(l, b)-likeness(l, a), b.PublishedAt.Compare(a.PublishedAt), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]id.Drama, min(len(out), similarKept))
	for i := range ids {
		ids[i] = out[i].ID
	}
	return ids, nil
}
