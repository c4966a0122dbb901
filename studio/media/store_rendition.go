package media

import (
	"context"
	"encoding/json"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func scanRendition(r db.Row) (Rendition, error) {
	var n Rendition
	var track string
	err := r.Scan(&n.Asset, &n.Name, &n.Kind, &n.Codec, &n.Width, &n.Height, &n.Bitrate, &n.Bytes, &n.SHA256, &n.Key, &n.Later, &track)
	if err == nil && track != "" {
		err = json.Unmarshal([]byte(track), &n.Track)
	}
	return n, err
}

const renditionColumns = `asset_id, name, kind, codec, width, height, bitrate, bytes, sha256, blob_key, later, track`

// renditionsOf answers every file of the assets, lowest bit rate first.
func renditionsOf(ctx context.Context, q db.Q, assets ...id.Asset) ([]Rendition, error) {
	return db.All(ctx, q, scanRendition, `SELECT `+renditionColumns+` FROM media_rendition
		WHERE asset_id IN (`+db.In(len(assets), 1)+`) ORDER BY asset_id, kind, bitrate, name`, db.Args(assets)...)
}

// replaceRenditions writes the files of one pass in place of those it made before.
func replaceRenditions(ctx context.Context, tx *db.Tx, a id.Asset, old func(Rendition) bool, files []Rendition) error {
	before, err := renditionsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, r := range before {
		if old(r) {
			if _, err := tx.Exec(ctx, `DELETE FROM media_rendition WHERE asset_id = $1 AND name = $2`, a, r.Name); err != nil {
				return err
			}
		}
	}
	for _, r := range files {
		track := ""
		if r.Track != nil {
			b, err := json.Marshal(r.Track)
			if err != nil {
				return err
			}
			track = string(b)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO media_rendition (`+renditionColumns+`) VALUES (`+db.In(12, 1)+`)`,
			a, r.Name, r.Kind, r.Codec, r.Width, r.Height, r.Bitrate, r.Bytes, r.SHA256, r.Key, r.Later, track); err != nil {
			return err
		}
	}
	return nil
}

func findingsOf(ctx context.Context, q db.Q, a id.Asset) ([]Finding, error) {
	return db.All(ctx, q, func(r db.Row) (f Finding, err error) {
		return f, r.Scan(&f.Code, &f.Severity, &f.AtMS, &f.UntilMS, &f.Measured, &f.Limit, &f.Unit, &f.Msg)
	}, `SELECT code, severity, at_ms, until_ms, measured, allowed, unit, message FROM media_finding WHERE asset_id = $1 ORDER BY n`, a)
}

func replaceFindings(ctx context.Context, tx *db.Tx, a id.Asset, fs []Finding) error {
	if _, err := tx.Exec(ctx, `DELETE FROM media_finding WHERE asset_id = $1`, a); err != nil {
		return err
	}
	for n, f := range fs {
		if _, err := tx.Exec(ctx, `INSERT INTO media_finding (asset_id, n, code, severity, at_ms, until_ms, measured, allowed, unit, message)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a, n, f.Code, f.Severity, f.AtMS, f.UntilMS, f.Measured, f.Limit, f.Unit, f.Msg); err != nil {
			return err
		}
	}
	return nil
}
