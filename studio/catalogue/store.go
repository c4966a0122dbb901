package catalogue

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/search"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the catalogue's tables.
var Migrations = func() fs.FS {
	f, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return f
}()

// errDrama is also the answer for a drama of another organisation.
var errDrama = fault.New(fault.NotFound, "catalogue.drama_missing", "There is no such drama.")

const dramaColumns = `id, org_id, key, state, reason, about, portrait, landscape, publish_when_ready,
	version, change, created_at, updated_at, published_at`

func scanDrama(row db.Row) (Drama, error) {
	var d Drama
	var about, portrait, landscape string
	var created, updated, published int64
	err := row.Scan(&d.ID, &d.Org, &d.Key, &d.State, &d.Reason, &about, &portrait, &landscape, &d.PublishWhenReady,
		&d.Version, &d.Change, &created, &updated, &published)
	if err != nil {
		return Drama{}, err
	}
	if err := json.Unmarshal([]byte(about), &d.About); err != nil {
		return Drama{}, fmt.Errorf("drama %s: %w", d.ID, err)
	}
	if d.Portrait, err = poster.ReadSet(portrait, d.OriginalLanguage); err == nil {
		d.Landscape, err = poster.ReadSet(landscape, d.OriginalLanguage)
	}
	if err != nil {
		return Drama{}, fmt.Errorf("poster of %s: %w", d.ID, err)
	}
	d.CreatedAt, d.UpdatedAt, d.PublishedAt = clock.Time(created), clock.Time(updated), clock.Time(published)
	return d, nil
}

// asJSON writes plain data, which cannot fail.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("catalogue: " + err.Error())
	}
	return string(b)
}

func loadDrama(ctx context.Context, q db.Q, drama id.Drama) (Drama, error) {
	d, err := scanDrama(q.QueryRow(ctx, `SELECT `+dramaColumns+` FROM catalogue_drama WHERE id = $1`, drama))
	if errors.Is(err, db.ErrNoRows) {
		return Drama{}, errDrama
	}
	return d, err
}

// loadDramaByKey answers errDrama when the organisation has none of that key.
func loadDramaByKey(ctx context.Context, q db.Q, org id.Org, key string) (Drama, error) {
	d, err := scanDrama(q.QueryRow(ctx, `SELECT `+dramaColumns+` FROM catalogue_drama WHERE org_id = $1 AND key = $2`, org, key))
	if errors.Is(err, db.ErrNoRows) {
		return Drama{}, errDrama
	}
	return d, err
}

// dramasOf answers the dramas of the episodes.
func dramasOf(ctx context.Context, q db.Q, episodes []Episode) (map[id.Drama]Drama, error) {
	ids := make([]id.Drama, len(episodes))
	for i, e := range episodes {
		ids[i] = e.Drama
	}
	dramas, err := db.All(ctx, q, scanDrama, `SELECT `+dramaColumns+` FROM catalogue_drama WHERE id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
	out := make(map[id.Drama]Drama, len(dramas))
	for _, d := range dramas {
		out[d.ID] = d
	}
	return out, err
}

// nextChange takes the next number of the change sequence.
func nextChange(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE catalogue_counter SET value = value + 1 WHERE name = 'change' RETURNING value`).Scan(&n)
	return n, err
}

// insertDrama writes a new drama; db.IsUnique when the key is taken.
func insertDrama(ctx context.Context, tx *db.Tx, d Drama, words search.Words) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO catalogue_drama (id, org_id, key, state, reason, about, portrait, landscape, audience, title_text, search_text,
			publish_when_ready, version, change, created_at, updated_at, published_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		d.ID, d.Org, d.Key, d.State, d.Reason, asJSON(d.About), d.Portrait.String(), d.Landscape.String(), d.Audience, words.Title, words.All,
		d.PublishWhenReady, d.Version, d.Change, clock.Micros(d.CreatedAt), clock.Micros(d.UpdatedAt), clock.Micros(d.PublishedAt))
	if err != nil {
		return err
	}
	return errors.Join(saveGenres(ctx, tx, d), savePictures(ctx, tx, d))
}

// updateDrama writes everything that may change.
func updateDrama(ctx context.Context, tx *db.Tx, d Drama, words search.Words) error {
	_, err := tx.Exec(ctx, `
		UPDATE catalogue_drama SET state = $2, about = $3, portrait = $4, landscape = $5, audience = $6, title_text = $7,
			search_text = $8, publish_when_ready = $9, version = $10, change = $11, updated_at = $12, published_at = $13, reason = $14
		WHERE id = $1`,
		d.ID, d.State, asJSON(d.About), d.Portrait.String(), d.Landscape.String(), d.Audience, words.Title,
		words.All, d.PublishWhenReady, d.Version, d.Change, clock.Micros(d.UpdatedAt), clock.Micros(d.PublishedAt), d.Reason)
	if err != nil {
		return err
	}
	return errors.Join(saveGenres(ctx, tx, d), savePictures(ctx, tx, d))
}

func saveGenres(ctx context.Context, tx *db.Tx, d Drama) error {
	if _, err := tx.Exec(ctx, `DELETE FROM catalogue_drama_genre WHERE drama_id = $1`, d.ID); err != nil {
		return err
	}
	published := int64(0)
	if d.State == Published {
		published = clock.Micros(d.PublishedAt)
	}
	for _, g := range d.Genres {
		if _, err := tx.Exec(ctx, `INSERT INTO catalogue_drama_genre (drama_id, genre, published_at) VALUES ($1, $2, $3)`, d.ID, g, published); err != nil {
			return err
		}
	}
	return nil
}

func deleteDrama(ctx context.Context, tx *db.Tx, drama id.Drama) error {
	_, err := tx.Exec(ctx, `DELETE FROM catalogue_drama WHERE id = $1`, drama)
	return err
}

// takenKeys answers the organisation's keys that begin with prefix.
func takenKeys(ctx context.Context, q db.Q, org id.Org, prefix string) (map[string]bool, error) {
	keys, err := db.All(ctx, q, func(r db.Row) (k string, err error) { return k, r.Scan(&k) },
		`SELECT key FROM catalogue_drama WHERE org_id = $1 AND key LIKE $2 ESCAPE '\'`, org, db.Like(prefix)+"%")
	taken := map[string]bool{}
	for _, k := range keys {
		taken[k] = true
	}
	return taken, err
}
