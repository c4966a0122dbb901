package media

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"unicode/utf8"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are this capability's tables, for db.Migrate under the owner "media".
var Migrations = func() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}()

const assetColumns = `id, org_id, sha256, filename, size, drama_hint, episode_hint, profile, state, stage, percent, run, attempts,
	problem_code, problem_msg, outcome, blocks, warns, duration_ms, width, height, report, av1, plays, epoch,
	created_at, queued_at, updated_at, playable_at, finished_at`

func scanAsset(r db.Row) (Asset, error) {
	var a Asset
	var report string
	var at [5]int64
	err := r.Scan(&a.ID, &a.Org, &a.SHA256, &a.Filename, &a.Size, &a.For.Drama, &a.For.Episode, &a.Profile, &a.State, &a.Stage, &a.Percent, &a.Run, &a.Attempts,
		&a.Problem.Code, &a.Problem.Msg, &a.Outcome, &a.Blocks, &a.Warns, &a.DurationMS, &a.Width, &a.Height, &report, &a.AV1, &a.Plays, &a.Epoch,
		&at[0], &at[1], &at[2], &at[3], &at[4])
	if err != nil {
		return Asset{}, err
	}
	a.CreatedAt, a.QueuedAt, a.UpdatedAt = clock.Time(at[0]), clock.Time(at[1]), clock.Time(at[2])
	a.PlayableAt, a.FinishedAt = clock.Time(at[3]), clock.Time(at[4])
	if report != "" {
		err = json.Unmarshal([]byte(report), &a.Report)
	}
	return a, err
}

func assetArgs(a Asset) ([]any, error) {
	report, err := json.Marshal(a.Report)
	return []any{a.ID, a.Org, a.SHA256, a.Filename, a.Size, a.For.Drama, a.For.Episode, a.Profile, a.State, a.Stage, a.Percent, a.Run, a.Attempts,
		a.Problem.Code, a.Problem.Msg, a.Outcome, a.Blocks, a.Warns, a.DurationMS, a.Width, a.Height, string(report), a.AV1, a.Plays, int64(a.Epoch),
		clock.Micros(a.CreatedAt), clock.Micros(a.QueuedAt), clock.Micros(a.UpdatedAt), clock.Micros(a.PlayableAt), clock.Micros(a.FinishedAt)}, err
}

func insertAsset(ctx context.Context, tx *db.Tx, a Asset) error {
	args, err := assetArgs(a)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO media_asset (`+assetColumns+`) VALUES (`+db.In(len(args), 1)+`)`, args...)
	return err
}

// updateAsset writes everything that can change, the counters apart: plays and
// epoch have their own statements.
func updateAsset(ctx context.Context, tx *db.Tx, a Asset) error {
	report, err := json.Marshal(a.Report)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE media_asset SET profile = $2, state = $3, stage = $4, percent = $5, run = $6, attempts = $7,
		problem_code = $8, problem_msg = $9, outcome = $10, blocks = $11, warns = $12, duration_ms = $13, width = $14, height = $15,
		report = $16, av1 = $17, queued_at = $18, updated_at = $19, playable_at = $20, finished_at = $21 WHERE id = $1`,
		a.ID, a.Profile, a.State, a.Stage, a.Percent, a.Run, a.Attempts, a.Problem.Code, a.Problem.Msg, a.Outcome, a.Blocks, a.Warns,
		a.DurationMS, a.Width, a.Height, string(report), a.AV1,
		clock.Micros(a.QueuedAt), clock.Micros(a.UpdatedAt), clock.Micros(a.PlayableAt), clock.Micros(a.FinishedAt))
	return err
}

// deleteAsset deletes the asset with all that is kept of it. The uploads are those
// it came by: what they would answer names it.
func deleteAsset(ctx context.Context, tx *db.Tx, a id.Asset) error {
	for _, statement := range []string{
		`DELETE FROM media_rendition WHERE asset_id = $1`,
		`DELETE FROM media_finding WHERE asset_id = $1`,
		`DELETE FROM media_upload WHERE asset_id = $1`,
		`DELETE FROM media_asset WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, a); err != nil {
			return err
		}
	}
	return nil
}

func assetByID(ctx context.Context, q db.Q, a id.Asset) (Asset, error) {
	return scanAsset(q.QueryRow(ctx, `SELECT `+assetColumns+` FROM media_asset WHERE id = $1`, a))
}

func assetBySHA(ctx context.Context, q db.Q, org id.Org, sha string) (Asset, error) {
	return scanAsset(q.QueryRow(ctx, `SELECT `+assetColumns+` FROM media_asset WHERE org_id = $1 AND sha256 = $2`, org, sha))
}

func assetsByID(ctx context.Context, q db.Q, ids []id.Asset) ([]Asset, error) {
	return db.All(ctx, q, scanAsset, `SELECT `+assetColumns+` FROM media_asset WHERE id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
}

// changedSince answers the assets that changed at or after a moment.
func changedSince(ctx context.Context, q db.Q, micros int64) ([]id.Asset, error) {
	return db.All(ctx, q, func(r db.Row) (a id.Asset, err error) { return a, r.Scan(&a) },
		`SELECT id FROM media_asset WHERE updated_at >= $1`, micros)
}

// workedOnBy answers the assets an attempt of the node is at work on.
func workedOnBy(ctx context.Context, q db.Q, node string) ([]id.Asset, error) {
	return db.All(ctx, q, func(r db.Row) (a id.Asset, err error) { return a, r.Scan(&a) },
		`SELECT id FROM media_asset WHERE SUBSTR(run, 1, $1) = $2`, utf8.RuneCountInString(node)+1, node+".")
}

// setProgress answers false when the attempt may no longer write: it was
// cancelled, or another attempt took over.
func setProgress(ctx context.Context, tx *db.Tx, a id.Asset, run id.Job, state State, stage string, percent int, now int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE media_asset SET state = $3, stage = $4, percent = $5, updated_at = $6 WHERE id = $1 AND run = $2`,
		a, run, state, stage, percent, now)
	return n == 1, err
}

// AssetFilter narrows a list; empty fields do not.
type AssetFilter struct {
	Org   id.Org
	Drama id.Drama
	State State
}

// listAssets answers the youngest first. Identifiers grow with time, so they are
// the sort key.
func listAssets(ctx context.Context, q db.Q, f AssetFilter, before id.Asset, limit int) ([]Asset, error) {
	if before == "" {
		before = "ast_~" // after every identifier
	}
	return db.All(ctx, q, scanAsset, `SELECT `+assetColumns+` FROM media_asset
		WHERE id < $1 AND ($2 = '' OR org_id = $2) AND ($3 = '' OR drama_hint = $3) AND ($4 = '' OR state = $4)
		ORDER BY id DESC LIMIT $5`, before, f.Org, f.Drama, f.State, limit)
}

// queuePositions answers how many wait before each waiting asset, itself
// included: 1 is next. Those that wait for room on the disk are passed by others
// and have no place.
func queuePositions(ctx context.Context, q db.Q, assets []Asset) (map[id.Asset]int, error) {
	var waiting []id.Asset
	for _, a := range assets {
		if a.State == Uploaded && a.Stage != stageRoom {
			waiting = append(waiting, a.ID)
		}
	}
	out := map[id.Asset]int{}
	if len(waiting) == 0 {
		return out, nil
	}
	type place struct {
		id id.Asset
		n  int
	}
	rows, err := db.All(ctx, q, func(r db.Row) (p place, err error) { return p, r.Scan(&p.id, &p.n) },
		`SELECT a.id, (SELECT COUNT(*) FROM media_asset b WHERE b.state = 'uploaded' AND b.stage <> $1 AND (b.queued_at, b.id) <= (a.queued_at, a.id))
		 FROM media_asset a WHERE a.id IN (`+db.In(len(waiting), 2)+`)`, append([]any{stageRoom}, db.Args(waiting)...)...)
	for _, p := range rows {
		out[p.id] = p.n
	}
	return out, err
}

// storedBytes is what the masters and the open uploads of an organisation take.
func storedBytes(ctx context.Context, q db.Q, org id.Org) (bytes int64, open int, err error) {
	err = q.QueryRow(ctx, `SELECT
		CAST(COALESCE((SELECT SUM(size) FROM media_asset WHERE org_id = $1), 0) AS BIGINT)
		+ CAST(COALESCE((SELECT SUM(size) FROM media_upload WHERE org_id = $1 AND asset_id = ''), 0) AS BIGINT),
		(SELECT COUNT(*) FROM media_upload WHERE org_id = $1 AND asset_id = '')`, org).Scan(&bytes, &open)
	return bytes, open, err
}

// addPlays counts plays and answers whether it has now reached the
// threshold for an AV1 rendition and none was ever asked for.
func addPlays(ctx context.Context, tx *db.Tx, a id.Asset, n, threshold int64) (due bool, err error) {
	var plays int64
	var av1 AV1State
	var state State
	err = tx.QueryRow(ctx, `UPDATE media_asset SET plays = plays + $2 WHERE id = $1 RETURNING plays, av1, state`, a, n).Scan(&plays, &av1, &state)
	return threshold > 0 && plays >= threshold && av1 == AV1None && state == Complete, err
}

func cutAssets(rows []Asset, limit int) page.Of[Asset] {
	return page.Cut(rows, limit, func(a Asset) any { return a.ID })
}
