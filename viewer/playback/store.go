package playback

import (
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

const positionColumns = `drama_id, episode_id, offset_ms, finished, version, happened_at, device_id, sitting, seq, based_on, updated_at`

func scanPosition(r db.Row) (p Position, err error) { return scanPositionAfter(r) }

func scanPlace(r db.Row) (p place, err error) {
	p.Position, err = scanPositionAfter(r, &p.of.account, &p.of.profile)
	p.of.drama = p.Drama
	return p, err
}

// scanPositionAfter reads a position from a row that begins with other columns.
func scanPositionAfter(r db.Row, before ...any) (p Position, err error) {
	var offset, happened, updated int64
	err = r.Scan(append(before, &p.Drama, &p.Episode, &offset, &p.Finished, &p.Version, &happened, &p.Device, &p.Sitting, &p.Seq, &p.BasedOn, &updated)...)
	p.Offset, p.HappenedAt, p.UpdatedAt = ms(offset), clock.Time(happened), clock.Time(updated)
	return p, err
}

func positionsOf(ctx context.Context, q db.Q, by actor.Actor, dramas []id.Drama) (map[id.Drama]Position, error) {
	rows, err := db.All(ctx, q, scanPosition,
		`SELECT `+positionColumns+` FROM playback_position
		WHERE account_id = $1 AND profile_id = $2 AND drama_id IN (`+db.In(len(dramas), 3)+`)`,
		append([]any{by.Account, by.Profile}, db.Args(dramas)...)...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Drama]Position, len(rows))
	for _, p := range rows {
		out[p.Drama] = p
	}
	return out, nil
}

// latestPositions pages by (updated_at, drama) downwards; a zero before begins at the top.
func latestPositions(ctx context.Context, q db.Q, by actor.Actor, before time.Time, drama id.Drama, limit int) ([]Position, error) {
	top := clock.Micros(before)
	if top == 0 {
		top = 1<<63 - 1
	}
	return db.All(ctx, q, scanPosition,
		`SELECT `+positionColumns+` FROM playback_position
		WHERE account_id = $1 AND profile_id = $2 AND (updated_at, drama_id) < ($3, $4)
		ORDER BY updated_at DESC, drama_id DESC LIMIT $5`,
		by.Account, by.Profile, top, drama, limit)
}

// placesAt are the positions of several profiles at once.
func placesAt(ctx context.Context, q db.Q, of []dramaOf) (map[dramaOf]Position, error) {
	out := make(map[dramaOf]Position, len(of))
	err := db.Pieces(of, func(of []dramaOf) error {
		args := make([]any, 0, 3*len(of))
		for _, o := range of {
			args = append(args, o.account, o.profile, o.drama)
		}
		places, err := db.All(ctx, q, scanPlace,
			`SELECT account_id, profile_id, `+positionColumns+` FROM playback_position
			WHERE `+db.AnyOf(len(of), "account_id", "profile_id", "drama_id"), args...)
		for _, p := range places {
			out[p.of] = p.Position
		}
		return err
	})
	return out, err
}

func savePlaces(ctx context.Context, tx *db.Tx, places []place) error {
	return db.Pieces(places, func(places []place) error {
		args := make([]any, 0, 13*len(places))
		for _, p := range places {
			args = append(args, p.of.account, p.of.profile, p.Drama, p.Episode, p.Offset.Milliseconds(), p.Finished, p.Version,
				clock.Micros(p.HappenedAt), p.Device, p.Sitting, p.Seq, p.BasedOn, clock.Micros(p.UpdatedAt))
		}
		_, err := tx.Exec(ctx,
			`INSERT INTO playback_position (account_id, profile_id, `+positionColumns+`)
			VALUES `+db.Tuples(len(places), 13)+`
			ON CONFLICT (account_id, profile_id, drama_id) DO UPDATE SET
				episode_id = excluded.episode_id, offset_ms = excluded.offset_ms, finished = excluded.finished,
				version = excluded.version, happened_at = excluded.happened_at, device_id = excluded.device_id,
				sitting = excluded.sitting, seq = excluded.seq, based_on = excluded.based_on, updated_at = excluded.updated_at`, args...)
		return err
	})
}

// seenBefore answers for each of the episodes how far its profile has come.
func seenBefore(ctx context.Context, q db.Q, of []episodeOf) (map[episodeOf]seen, error) {
	out := make(map[episodeOf]seen, len(of))
	for _, o := range of {
		out[o] = seen{}
	}
	return out, db.Pieces(of, func(of []episodeOf) error {
		args := make([]any, 0, 4*len(of))
		for _, o := range of {
			args = append(args, o.account, o.profile, o.drama, o.episode)
		}
		_, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
			var o episodeOf
			s := seen{begun: true}
			err := r.Scan(&o.account, &o.profile, &o.drama, &o.episode, &s.finished)
			out[o] = s
			return struct{}{}, err
		}, `SELECT account_id, profile_id, drama_id, episode_id, finished_at <> 0 FROM playback_seen
			WHERE `+db.AnyOf(len(of), "account_id", "profile_id", "drama_id", "episode_id"), args...)
		return err
	})
}

func saveMarks(ctx context.Context, tx *db.Tx, marks []*mark) error {
	return db.Pieces(marks, func(marks []*mark) error {
		args := make([]any, 0, 7*len(marks))
		for _, m := range marks {
			args = append(args, m.of.account, m.of.profile, m.of.drama, m.of.episode, m.furthest.Milliseconds(), clock.Micros(m.startedAt), clock.Micros(m.finishedAt))
		}
		// The furthest point and the first end stay, in whatever order reports come.
		_, err := tx.Exec(ctx,
			`INSERT INTO playback_seen (account_id, profile_id, drama_id, episode_id, furthest_ms, started_at, finished_at)
			VALUES `+db.Tuples(len(marks), 7)+`
			ON CONFLICT (account_id, profile_id, drama_id, episode_id) DO UPDATE SET
				furthest_ms = CASE WHEN excluded.furthest_ms > playback_seen.furthest_ms THEN excluded.furthest_ms ELSE playback_seen.furthest_ms END,
				finished_at = CASE WHEN playback_seen.finished_at <> 0 THEN playback_seen.finished_at ELSE excluded.finished_at END`, args...)
		return err
	})
}

// seenIn answers the marks of a drama; the position may be further, see passed.
func seenIn(ctx context.Context, q db.Q, by actor.Actor, drama id.Drama) (map[id.Episode]Seen, error) {
	out := map[id.Episode]Seen{}
	_, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
		var episode id.Episode
		var furthest int64
		var s Seen
		err := r.Scan(&episode, &furthest, &s.Finished)
		s.Offset = ms(furthest)
		out[episode] = s
		return struct{}{}, err
	}, `SELECT episode_id, furthest_ms, finished_at <> 0 FROM playback_seen
		WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3`, by.Account, by.Profile, drama)
	return out, err
}

func finishedCount(ctx context.Context, q db.Q, by actor.Actor, drama id.Drama) (n int, err error) {
	err = q.QueryRow(ctx,
		`SELECT count(*) FROM playback_seen WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3 AND finished_at <> 0`,
		by.Account, by.Profile, drama).Scan(&n)
	return n, err
}

// clearedBy is when the profiles of episodes cleared their history last; one that never
// did is missing.
func clearedBy(ctx context.Context, q db.Q, of []episodeOf) (map[owner]time.Time, error) {
	out := make(map[owner]time.Time)
	var owners []owner
	for _, e := range of {
		if o := (owner{e.account, e.profile}); !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	return out, db.Pieces(owners, func(owners []owner) error {
		args := make([]any, 0, 2*len(owners))
		for _, o := range owners {
			args = append(args, o.account, o.profile)
		}
		_, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
			var o owner
			var at int64
			err := r.Scan(&o.account, &o.profile, &at)
			out[o] = clock.Time(at)
			return struct{}{}, err
		}, `SELECT account_id, profile_id, cleared_at FROM playback_cleared WHERE `+db.AnyOf(len(owners), "account_id", "profile_id"), args...)
		return err
	})
}

func forget(ctx context.Context, tx *db.Tx, by actor.Actor, now time.Time) error {
	if _, err := tx.Exec(ctx, `INSERT INTO playback_cleared (account_id, profile_id, cleared_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, profile_id) DO UPDATE SET cleared_at = excluded.cleared_at`, by.Account, by.Profile, clock.Micros(now)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM playback_position WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM playback_seen WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile)
	return err
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
