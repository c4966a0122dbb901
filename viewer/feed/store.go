package feed

import (
	"context"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/feed/rank"
)

// candidates are all dramas that are published.
func candidates(ctx context.Context, q db.Q) ([]rank.Candidate, error) {
	return db.All(ctx, q, func(r db.Row) (c rank.Candidate, err error) {
		var published int64
		err = r.Scan(&c.Drama, &published, &c.Starts, &c.Finishes)
		c.PublishedAt = clock.Time(published)
		return c, err
	}, `SELECT drama_id, published_at, starts, finishes FROM feed_drama WHERE published`)
}

// setPublished keeps the latest word on a drama: facts of two kinds may arrive
// in either order.
func setPublished(ctx context.Context, tx *db.Tx, drama id.Drama, published bool, at int64) error {
	var first int64
	if published {
		first = at
	}
	// A drama that comes back keeps its first date: publishing again is not news.
	_, err := tx.Exec(ctx, `INSERT INTO feed_drama (drama_id, published, published_at, changed_at, starts, finishes) VALUES ($1, $2, $3, $4, 0, 0)
		ON CONFLICT (drama_id) DO UPDATE SET published = excluded.published, changed_at = excluded.changed_at,
			published_at = CASE WHEN feed_drama.published_at > 0 THEN feed_drama.published_at ELSE excluded.published_at END
		WHERE feed_drama.changed_at < excluded.changed_at`,
		drama, published, first, at)
	return err
}

func count(ctx context.Context, tx *db.Tx, drama id.Drama, starts, finishes int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO feed_drama (drama_id, published, published_at, changed_at, starts, finishes) VALUES ($1, $2, 0, 0, $3, $4)
		ON CONFLICT (drama_id) DO UPDATE SET starts = feed_drama.starts + excluded.starts, finishes = feed_drama.finishes + excluded.finishes`,
		drama, false, starts, finishes)
	return err
}
