package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

const (
	slateSize = 10_000
	episodes  = 20 // of each drama
)

// original is the drama that was really imported, and that the others copy.
type original struct {
	drama   id.Drama
	episode id.Episode
	asset   id.Asset
	org     id.Org
}

// copies are what one more drama consists of: rows as publishing writes them.
// Each drama has a video of its own in the tables, so that no cache is warmer
// than with real ones; only the bytes in the store are shared.
var copies = []string{
	`INSERT INTO media_asset (id, org_id, sha256, filename, size, drama_hint, episode_hint, profile, state, stage, percent, run, attempts,
			problem_code, problem_msg, outcome, blocks, warns, duration_ms, width, height, report, av1, plays, epoch, created_at, queued_at, updated_at, playable_at, finished_at)
		SELECT $2, org_id, $2, filename, size, drama_hint, episode_hint, profile, state, stage, percent, run, attempts,
			problem_code, problem_msg, outcome, blocks, warns, duration_ms, width, height, report, av1, plays, epoch, created_at, queued_at, updated_at, playable_at, finished_at
		FROM media_asset WHERE id = $1`,
	`INSERT INTO media_rendition (asset_id, name, kind, codec, width, height, bitrate, bytes, sha256, blob_key, later, track)
		SELECT $2, name, kind, codec, width, height, bitrate, bytes, sha256, blob_key, later, track FROM media_rendition WHERE asset_id = $1`,
	`INSERT INTO catalogue_asset (asset_id, playable, duration_ms, width, height)
		SELECT $2, playable, duration_ms, width, height FROM catalogue_asset WHERE asset_id = $1`,
}

var copiedDrama = []string{
	`INSERT INTO catalogue_drama (id, org_id, key, state, reason, about, portrait, landscape, audience, title_text, search_text,
			publish_when_ready, version, change, created_at, updated_at, published_at)
		SELECT $2, org_id, $2, state, reason, about, portrait, landscape, audience, title_text, search_text,
			publish_when_ready, version, $3, created_at, updated_at, published_at + $3 FROM catalogue_drama WHERE id = $1`,
	`INSERT INTO catalogue_drama_genre (drama_id, genre, published_at)
		SELECT $2, genre, published_at + $3 FROM catalogue_drama_genre WHERE drama_id = $1`,
}

// seed fills the database of a stopped node with published dramas and announces
// each, so that whoever listens to publishing hears of it when the node starts.
func seed(ctx context.Context, address string) (dramas []id.Drama, first []id.Episode, err error) {
	d, err := db.Open(ctx, address, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	facts, err := bus.Outbox(ctx, d, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	var o original
	if err := d.QueryRow(ctx, `SELECT d.id, d.org_id, e.id, e.asset_id FROM catalogue_drama d JOIN catalogue_episode e ON e.drama_id = d.id`).Scan(&o.drama, &o.org, &o.episode, &o.asset); err != nil {
		return nil, nil, err
	}
	const batch = 500
	for from := 0; from < slateSize-1 && err == nil; from += batch {
		var newDramas []id.Drama
		var newFirst []id.Episode
		err = d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			newDramas, newFirst = nil, nil
			for n := from; n < min(from+batch, slateSize-1); n++ {
				drama, episode, err := o.copy(ctx, tx, n)
				if err != nil {
					return err
				}
				if err := facts.Announce(ctx, tx, event.DramaPublished{Drama: drama, Org: o.org}); err != nil {
					return err
				}
				newDramas, newFirst = append(newDramas, drama), append(newFirst, episode)
			}
			_, err := tx.Exec(ctx, `UPDATE catalogue_counter SET value = $1 WHERE name = 'change'`, 1000+from+batch)
			return err
		})
		dramas, first = append(dramas, newDramas...), append(first, newFirst...)
	}
	if err != nil || d.Engine() != db.PostgreSQL {
		return dramas, first, err
	}
	// What PostgreSQL does by itself some minutes after so many rows came; it
	// would do so while pages are measured.
	raw, err := sql.Open("pgx", address)
	if err != nil {
		return nil, nil, err
	}
	defer raw.Close()
	_, err = raw.ExecContext(ctx, "VACUUM ANALYZE")
	return dramas, first, err
}

// copy adds the n-th drama.
func (o original) copy(ctx context.Context, tx *db.Tx, n int) (id.Drama, id.Episode, error) {
	drama, asset := id.New[id.Drama](), id.New[id.Asset]()
	for _, text := range copies {
		if _, err := tx.Exec(ctx, text, o.asset, asset); err != nil {
			return "", "", err
		}
	}
	for _, text := range copiedDrama {
		if _, err := tx.Exec(ctx, text, o.drama, drama, 1000+n); err != nil {
			return "", "", err
		}
	}
	var first id.Episode
	for number := range episodes {
		episode := id.New[id.Episode]()
		if number == 0 {
			first = episode
		}
		if _, err := tx.Exec(ctx, `INSERT INTO catalogue_episode (id, drama_id, number, title, asset_id) SELECT $2, $3, $4, title, $5 FROM catalogue_episode WHERE id = $1`,
			o.episode, episode, drama, number+1, asset); err != nil {
			return "", "", err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO catalogue_release (episode_id, market, release_at) SELECT $2, market, release_at FROM catalogue_release WHERE episode_id = $1`,
			o.episode, episode); err != nil {
			return "", "", err
		}
	}
	return drama, first, nil
}

// heard answers how many dramas the feed knows of.
func heard(ctx context.Context, address string) (n int, err error) {
	d, err := db.Open(ctx, address, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if err = d.QueryRow(ctx, `SELECT COUNT(*) FROM feed_drama WHERE published`).Scan(&n); err != nil {
		err = fmt.Errorf("feed: %w", err)
	}
	return n, err
}
