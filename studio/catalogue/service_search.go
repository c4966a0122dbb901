package catalogue

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/studio/catalogue/search"
)

// Found is a drama found by words.
type Found struct {
	Card
	Matched string `json:"matched" enum:"title,people,synopsis,tag"`
}

// Findings are the answer to a search.
type Findings struct {
	page.Of[Found]
	Source     string // who answered: index or sql
	Suggestion string // a title that was perhaps meant; empty: something matched literally
}

// Sources of an answer.
const (
	FromIndex = "index"
	FromSQL   = "sql"
)

// foundKey is a place in an answer, and who gave it.
type foundKey struct {
	Index *search.Hit `json:"x,omitempty"`
	SQL   *rankKey    `json:"q,omitempty"`
}

// Search finds published dramas of which something is out in the reader's market.
// Anyone may. An empty query finds nothing.
func (s *Service) Search(ctx context.Context, by actor.Actor, locale, typed string, r page.Request) (Findings, error) {
	q := search.Parse(typed)
	out := Findings{Of: page.Of[Found]{Items: []Found{}}, Source: FromIndex}
	var after foundKey
	if err := page.Read(r.After, &after); err != nil || q.Empty() {
		return out, err
	}
	limit := page.Clamp(r.Limit, 24, 60)
	to := s.reader(by, locale)
	keys, found, err := s.seek(ctx, q, after, limit+1, to)
	if err != nil {
		return out, err
	}
	if len(keys) > 0 && keys[0].SQL != nil || len(keys) == 0 && s.live.Index() == nil {
		out.Source = FromSQL
	}
	anyExact := false
	for _, l := range found[:min(limit, len(found))] {
		where, exact := search.Where(s.docOf(l.Drama), q)
		anyExact = anyExact || exact
		out.Items = append(out.Items, Found{Card: l.card(s.genres, to), Matched: where})
	}
	if !anyExact && len(out.Items) > 0 && r.After == "" {
		out.Suggestion = out.Items[0].Title
	}
	if len(found) > limit {
		out.Next = page.Cursor(keys[limit-1])
	}
	return out, nil
}

// seek finds n dramas or more, as long as there are so many, of which something is
// out for the reader.
func (s *Service) seek(ctx context.Context, q search.Query, after foundKey, n int, to reader) (keys []foundKey, found []*listing, err error) {
	for look := n; len(found) < n; look = min(4*look, mostLooked) {
		hits, ids, err := s.find(ctx, q, after, look)
		if err != nil {
			return nil, nil, err
		}
		listed, err := s.listed(ctx, ids)
		if err != nil {
			return nil, nil, err
		}
		for i, drama := range ids {
			if l := listed[drama]; l != nil && l.isOut(to) { // nil: withdrawn, and the index does not know yet
				keys, found = append(keys, hits[i]), append(found, l)
			}
		}
		if len(hits) < look {
			break
		}
		after = hits[len(hits)-1]
	}
	return keys, found, nil
}

// find asks the index, and SQL when there is none or it fails. A list that
// began with one goes on with it while it can.
func (s *Service) find(ctx context.Context, q search.Query, after foundKey, limit int) (keys []foundKey, ids []id.Drama, err error) {
	if x := s.live.Index(); x != nil && after.SQL == nil {
		hits, err := x.Find(ctx, q, after.Index, limit)
		if err == nil {
			for _, h := range hits {
				keys, ids = append(keys, foundKey{Index: &h}), append(ids, id.Drama(h.ID))
			}
			return keys, ids, nil
		}
		if ctx.Err() != nil {
			return nil, nil, errors.Join(ctx.Err(), err)
		}
		s.Log.Error("search index failed, SQL answers", "err", err)
		s.live.Fail(x)
	}
	if after.Index != nil { // the index is gone: its places mean nothing to SQL
		return nil, nil, nil
	}
	from := rankKey{Rank: -1}
	if after.SQL != nil {
		from = *after.SQL
	}
	rows, err := findBySQL(ctx, s.DB, q, from, limit)
	for _, k := range rows {
		keys, ids = append(keys, foundKey{SQL: &k}), append(ids, k.ID)
	}
	return keys, ids, err
}
