package playback

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// owner is whose places they are.
type owner struct {
	account id.Account
	profile id.Profile
}

func (o owner) actor() actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: o.account, Profile: o.profile}
}

// erase forgets everything of an account.
func erase(ctx context.Context, tx *db.Tx, account id.Account) (rows int64, err error) {
	for _, statement := range []string{
		`DELETE FROM playback_position WHERE account_id = $1`,
		`DELETE FROM playback_seen WHERE account_id = $1`,
		`DELETE FROM playback_cleared WHERE account_id = $1`,
		`DELETE FROM playback_handoff WHERE account_id = $1`,
		`DELETE FROM playback_running WHERE account_id = $1`,
	} {
		n, err := tx.Exec(ctx, statement, account)
		if rows += n; err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// eraseProfile forgets everything of one profile.
func eraseProfile(ctx context.Context, tx *db.Tx, who owner) error {
	for _, statement := range []string{
		`DELETE FROM playback_position WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM playback_seen WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM playback_cleared WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM playback_handoff WHERE account_id = $1 AND profile_id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, who.account, who.profile); err != nil {
			return err
		}
	}
	return nil
}

// leave drops what an account needs only while it is there: links given away and
// streams that run. Its players begin anew in the account they are of now.
func leave(ctx context.Context, tx *db.Tx, account id.Account) error {
	for _, statement := range []string{
		`DELETE FROM playback_handoff WHERE account_id = $1`,
		`DELETE FROM playback_running WHERE account_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, account); err != nil {
			return err
		}
	}
	return nil
}

// settlePositions marks how far a profile got where only its positions tell: of two
// in one drama, one is about to go.
func settlePositions(ctx context.Context, tx *db.Tx, who owner) error {
	_, err := tx.Exec(ctx,
		`UPDATE playback_seen SET furthest_ms = p.offset_ms FROM playback_position AS p
		WHERE playback_seen.account_id = $1 AND playback_seen.profile_id = $2
			AND p.account_id = playback_seen.account_id AND p.profile_id = playback_seen.profile_id
			AND p.drama_id = playback_seen.drama_id AND p.episode_id = playback_seen.episode_id
			AND p.offset_ms > playback_seen.furthest_ms`, who.account, who.profile)
	return err
}

// takePositions removes the positions of a profile and answers them.
func takePositions(ctx context.Context, tx *db.Tx, who owner) ([]Position, error) {
	return db.All(ctx, tx, scanPosition, `DELETE FROM playback_position WHERE account_id = $1 AND profile_id = $2 RETURNING `+positionColumns,
		who.account, who.profile)
}

func mergePosition(ctx context.Context, tx *db.Tx, into owner, p Position) error {
	there, err := positionsOf(ctx, tx, into.actor(), []id.Drama{p.Drama})
	if err != nil {
		return err
	}
	if had, ok := there[p.Drama]; ok {
		p = p.One(had)
	}
	return savePlaces(ctx, tx, []place{{dramaOf{into.account, into.profile, p.Drama}, p}})
}

// moveSeen gives what one profile has seen to another: the furthest point, the
// first beginning and the first end of both.
func moveSeen(ctx context.Context, tx *db.Tx, from, into owner) (rows int64, err error) {
	_, err = tx.Exec(ctx,
		`INSERT INTO playback_seen (account_id, profile_id, drama_id, episode_id, furthest_ms, started_at, finished_at)
		SELECT $1, $2, drama_id, episode_id, furthest_ms, started_at, finished_at FROM playback_seen WHERE account_id = $3 AND profile_id = $4
		ON CONFLICT (account_id, profile_id, drama_id, episode_id) DO UPDATE SET
			furthest_ms = CASE WHEN excluded.furthest_ms > playback_seen.furthest_ms THEN excluded.furthest_ms ELSE playback_seen.furthest_ms END,
			started_at = CASE WHEN excluded.started_at < playback_seen.started_at THEN excluded.started_at ELSE playback_seen.started_at END,
			finished_at = CASE WHEN playback_seen.finished_at = 0 OR excluded.finished_at <> 0 AND excluded.finished_at < playback_seen.finished_at
				THEN excluded.finished_at ELSE playback_seen.finished_at END`,
		into.account, into.profile, from.account, from.profile)
	if err != nil {
		return 0, err
	}
	if rows, err = tx.Exec(ctx, `DELETE FROM playback_seen WHERE account_id = $1 AND profile_id = $2`, from.account, from.profile); err != nil {
		return 0, err
	}
	// Who cleared the history last keeps quiet for a day, whichever of the two it was.
	_, err = tx.Exec(ctx,
		`INSERT INTO playback_cleared (account_id, profile_id, cleared_at)
		SELECT $1, $2, cleared_at FROM playback_cleared WHERE account_id = $3 AND profile_id = $4
		ON CONFLICT (account_id, profile_id) DO UPDATE SET
			cleared_at = CASE WHEN excluded.cleared_at > playback_cleared.cleared_at THEN excluded.cleared_at ELSE playback_cleared.cleared_at END`,
		into.account, into.profile, from.account, from.profile)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM playback_cleared WHERE account_id = $1 AND profile_id = $2`, from.account, from.profile)
	return rows, err
}

// allSeen is what a profile has seen, the earliest first.
func allSeen(ctx context.Context, q db.Q, by actor.Actor) ([]exportedPlace, error) {
	return db.All(ctx, q, func(r db.Row) (p exportedPlace, err error) {
		var started, finished int64
		err = r.Scan(&p.Drama, &p.Episode, &p.FurthestMS, &started, &finished)
		p.StartedAt = clock.Time(started)
		if finished != 0 {
			at := clock.Time(finished)
			p.FinishedAt = &at
		}
		return p, err
	}, `SELECT drama_id, episode_id, furthest_ms, started_at, finished_at FROM playback_seen
		WHERE account_id = $1 AND profile_id = $2 ORDER BY started_at, episode_id`, by.Account, by.Profile)
}

// lastCleared is when a profile cleared its history last; the zero time: never.
func lastCleared(ctx context.Context, q db.Q, by actor.Actor) (time.Time, error) {
	var at int64
	err := q.QueryRow(ctx, `SELECT cleared_at FROM playback_cleared WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile).Scan(&at)
	if errors.Is(err, db.ErrNoRows) {
		return time.Time{}, nil
	}
	return clock.Time(at), err
}

// allRunning is what the devices of an account showed last.
func allRunning(ctx context.Context, q db.Q, account id.Account) ([]exportedStream, error) {
	return db.All(ctx, q, func(r db.Row) (s exportedStream, err error) {
		var started, reported int64
		err = r.Scan(&s.Device, &s.Sitting, &started, &reported)
		s.StartedAt, s.ReportedAt = clock.Time(started), clock.Time(reported)
		return s, err
	}, `SELECT device_id, sitting, started_at, reported_at FROM playback_running WHERE account_id = $1 ORDER BY device_id`, account)
}
