package catalogue

import (
	"context"
	"fmt"
	"strings"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/search"
)

// conditions collects the parts of a WHERE clause and their arguments.
type conditions struct {
	parts []string
	args  []any
}

// add appends a condition; each %d in it becomes the number of the next value.
func (c *conditions) add(condition string, values ...any) {
	numbers := make([]any, len(values))
	for i := range values {
		numbers[i] = len(c.args) + i + 1
	}
	c.parts = append(c.parts, fmt.Sprintf(condition, numbers...))
	c.args = append(c.args, values...)
}

func (c *conditions) words(column string, q search.Query) {
	for _, t := range q.Terms {
		c.add(column+` LIKE $%d ESCAPE '\'`, "%"+db.Like(t)+"%")
	}
}

func (c *conditions) where() string { return " WHERE " + strings.Join(c.parts, " AND ") }

// listManaged answers dramas of any state, the last changed first.
func listManaged(ctx context.Context, q db.Q, f Filter, words search.Query, after changedKey, limit int) ([]Drama, error) {
	var c conditions
	c.add(`(updated_at, id) < ($%d, $%d)`, after.At, after.ID)
	if f.Org != "" {
		c.add(`org_id = $%d`, f.Org)
	}
	if f.State != "" {
		c.add(`state = $%d`, f.State)
	}
	c.words("search_text", words)
	return db.All(ctx, q, scanDrama, `SELECT `+dramaColumns+` FROM catalogue_drama`+c.where()+
		fmt.Sprintf(` ORDER BY updated_at DESC, id DESC LIMIT $%d`, len(c.args)+1), append(c.args, limit)...)
}

type newKey struct {
	At int64    `json:"t"`
	ID id.Drama `json:"i"`
}

// listNew answers published dramas, the last published first.
func listNew(ctx context.Context, q db.Q, genre, audience string, after newKey, limit int) ([]newKey, error) {
	var c conditions
	from := "published_at, id FROM catalogue_drama"
	if genre == "" {
		c.add(`state = 'published' AND (published_at, id) < ($%d, $%d)`, after.At, after.ID)
		if audience != "" {
			c.add(`audience IN ('all', $%d)`, audience)
		}
	} else {
		from = "published_at, drama_id AS id FROM catalogue_drama_genre"
		c.add(`genre = $%d AND published_at > 0 AND (published_at, drama_id) < ($%d, $%d)`, genre, after.At, after.ID)
		if audience != "" {
			c.add(`EXISTS (SELECT 1 FROM catalogue_drama d WHERE d.id = drama_id AND d.audience IN ('all', $%d))`, audience)
		}
	}
	return db.All(ctx, q, func(r db.Row) (k newKey, err error) { return k, r.Scan(&k.At, &k.ID) },
		`SELECT `+from+c.where()+fmt.Sprintf(` ORDER BY published_at DESC, id DESC LIMIT $%d`, len(c.args)+1), append(c.args, limit)...)
}

func scanDramaID(r db.Row) (d id.Drama, err error) { return d, r.Scan(&d) }

// countGenres answers how many published dramas each genre has.
func countGenres(ctx context.Context, q db.Q) (map[string]int, error) {
	type row struct {
		genre string
		n     int
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) { return x, r.Scan(&x.genre, &x.n) }, `
		SELECT genre, count(*) FROM catalogue_drama_genre WHERE published_at > 0 GROUP BY genre`)
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.genre] = r.n
	}
	return counts, err
}

type rankKey struct {
	Rank int      `json:"r"`
	ID   id.Drama `json:"i"`
}

// findBySQL answers published dramas that hold every term: those that hold
// them in the title first.
func findBySQL(ctx context.Context, q db.Q, words search.Query, after rankKey, limit int) ([]rankKey, error) {
	var title, all conditions
	title.words("title_text", words)
	all.args = title.args
	all.add(`state = 'published'`)
	all.words("search_text", words)
	n := len(all.args)
	return db.All(ctx, q, func(r db.Row) (k rankKey, err error) { return k, r.Scan(&k.Rank, &k.ID) },
		`SELECT rank, id FROM (SELECT id, CASE WHEN `+strings.Join(title.parts, " AND ")+` THEN 0 ELSE 1 END AS rank
		FROM catalogue_drama`+all.where()+`) AS found`+
			fmt.Sprintf(` WHERE (rank, id) > (CAST($%d AS BIGINT), $%d) ORDER BY rank, id LIMIT $%d`, n+1, n+2, n+3),
		append(all.args, after.Rank, after.ID, limit)...)
}

// changedSince answers dramas in the order of the change sequence.
func changedSince(ctx context.Context, q db.Q, after int64, limit int) ([]Drama, error) {
	return db.All(ctx, q, scanDrama, `SELECT `+dramaColumns+` FROM catalogue_drama WHERE change > $1 ORDER BY change LIMIT $2`, after, limit)
}

// loadListings answers the published ones of the dramas, without ratings.
func loadListings(ctx context.Context, q db.Q, ids []id.Drama) (map[id.Drama]*listing, error) {
	in := db.In(len(ids), 1)
	dramas, err := db.All(ctx, q, scanDrama,
		`SELECT `+dramaColumns+` FROM catalogue_drama WHERE state = 'published' AND id IN (`+in+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Drama]*listing, len(dramas))
	for _, d := range dramas {
		out[d.ID] = &listing{Drama: d}
	}
	episodes, err := selectEpisodes(ctx, q, `e.drama_id IN (`+in+`) ORDER BY e.drama_id, e.number`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	for _, e := range episodes {
		l := out[e.Drama]
		if l == nil || e.ReleaseAt.IsZero() { // waits for those before it
			continue
		}
		l.episodes++
		if !e.Video.Shown() {
			continue
		}
		l.playable = append(l.playable, playable{clock.Micros(e.ReleaseAt), e.Video.DurationMS, e.Elsewhere})
		if l.first == nil {
			l.first = &e
		}
	}
	return out, nil
}

// origin answers the number that tells this catalogue from any other, and the
// last number of the change sequence.
func origin(ctx context.Context, d *db.DB, candidate int64) (origin, change int64, err error) {
	err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO catalogue_counter (name, value) VALUES ('origin', $1) ON CONFLICT (name) DO NOTHING`, candidate)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT value FROM catalogue_counter WHERE name = 'origin'`).Scan(&origin); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT value FROM catalogue_counter WHERE name = 'change'`).Scan(&change)
	})
	return origin, change, err
}

// changesOf answers, for each of the episodes that belong to a published drama,
// the drama's place in the change sequence.
func changesOf(ctx context.Context, q db.Q, episodes []id.Episode) (map[id.Episode]int64, error) {
	type row struct {
		episode id.Episode
		change  int64
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) { return x, r.Scan(&x.episode, &x.change) },
		`SELECT e.id, d.change FROM catalogue_episode e JOIN catalogue_drama d ON d.id = e.drama_id
		WHERE d.state = 'published' AND e.id IN (`+db.In(len(episodes), 1)+`)`, db.Args(episodes)...)
	out := make(map[id.Episode]int64, len(rows))
	for _, x := range rows {
		out[x.episode] = x.change
	}
	return out, err
}

// loadFollowing answers, for each episode that has one, the episode of the next
// number.
func loadFollowing(ctx context.Context, q db.Q, episodes []Episode) (map[id.Episode]Episode, error) {
	if len(episodes) == 0 {
		return nil, nil
	}
	type place struct {
		drama  id.Drama
		number int
	}
	before := map[place]id.Episode{}
	var parts []string
	var args []any
	for _, e := range episodes {
		before[place{e.Drama, e.Number + 1}] = e.ID
		parts = append(parts, fmt.Sprintf("(e.drama_id = $%d AND e.number = $%d)", len(args)+1, len(args)+2))
		args = append(args, e.Drama, e.Number+1)
	}
	next, err := selectEpisodes(ctx, q, strings.Join(parts, " OR "), args...)
	out := map[id.Episode]Episode{}
	for _, e := range next {
		out[before[place{e.Drama, e.Number}]] = e
	}
	return out, err
}
