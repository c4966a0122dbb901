package library

import (
	"context"
	"slices"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// takeMarks removes all marks of a profile and answers them.
func takeMarks(ctx context.Context, tx *db.Tx, who owner) (all []mark, err error) {
	for _, table := range tables {
		marks, err := db.All(ctx, tx, func(r db.Row) (mark, error) {
			m := mark{kind: table.kind}
			return m, r.Scan(&m.subject, &m.drama, &m.score, &m.at)
		}, table.take, who.account, who.profile)
		if err != nil {
			return nil, err
		}
		all = append(all, marks...)
	}
	slices.SortFunc(all, func(a, b mark) int { return int(a.at - b.at) })
	return all, nil
}

// tables are where marks lie, and how all of a profile's are taken.
var tables = []struct {
	kind kind
	take string
}{
	{follows, `DELETE FROM library_follow WHERE account_id = $1 AND profile_id = $2 RETURNING drama_id, drama_id, 0, at`},
	{likes, `DELETE FROM library_like WHERE account_id = $1 AND profile_id = $2 RETURNING episode_id, drama_id, 0, at`},
	{hides, `DELETE FROM library_hidden WHERE account_id = $1 AND profile_id = $2 RETURNING drama_id, drama_id, 0, at`},
	{ratings, `DELETE FROM library_rating WHERE account_id = $1 AND profile_id = $2 RETURNING drama_id, drama_id, score, at`},
}

// allMarks are those of a profile, the earliest first.
func allMarks(ctx context.Context, q db.Q, who owner) ([]mark, error) {
	return db.All(ctx, q, func(r db.Row) (m mark, err error) { return m, r.Scan(&m.kind, &m.subject, &m.score, &m.at) },
		`SELECT 'follow' AS kind, drama_id AS subject, 0 AS score, at FROM library_follow WHERE account_id = $1 AND profile_id = $2
		UNION ALL SELECT 'like', episode_id, 0, at FROM library_like WHERE account_id = $1 AND profile_id = $2
		UNION ALL SELECT 'hidden', drama_id, 0, at FROM library_hidden WHERE account_id = $1 AND profile_id = $2
		UNION ALL SELECT 'rating', drama_id, score, at FROM library_rating WHERE account_id = $1 AND profile_id = $2
		ORDER BY at, subject`, who.account, who.profile)
}

// markAgain writes m for who. It answers the mark that does not count any more:
// m itself where who had one, or the earlier rating.
func markAgain(ctx context.Context, tx *db.Tx, who owner, m mark) (gone *mark, err error) {
	var fresh bool
	at := clock.Time(m.at)
	switch m.kind {
	case follows:
		fresh, err = insertFollow(ctx, tx, who, m.drama, at)
	case likes:
		fresh, err = insertLike(ctx, tx, who, m.drama, id.Episode(m.subject), at)
	case hides:
		fresh, err = insertHidden(ctx, tx, who, m.drama, at)
	case ratings:
		return rateAgain(ctx, tx, who, m)
	}
	if err != nil || fresh {
		return nil, err
	}
	return &m, nil
}

func rateAgain(ctx context.Context, tx *db.Tx, who owner, m mark) (gone *mark, err error) {
	had, err := takeRating(ctx, tx, who, m.drama)
	if err != nil {
		return nil, err
	}
	keep := m
	if had != nil {
		if gone = had; had.at >= m.at {
			keep, gone = *had, &m
		}
	}
	return gone, setRating(ctx, tx, who, m.drama, keep.score, clock.Time(keep.at))
}

// takeRating removes a rating and answers it, or nil.
func takeRating(ctx context.Context, tx *db.Tx, who owner, drama id.Drama) (*mark, error) {
	m := mark{kind: ratings, subject: string(drama), drama: drama}
	err := tx.QueryRow(ctx, `DELETE FROM library_rating WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3 RETURNING score, at`,
		who.account, who.profile, drama).Scan(&m.score, &m.at)
	if m.score == 0 {
		return nil, none(err)
	}
	return &m, err
}
