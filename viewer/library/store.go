package library

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// owner is whose library it is.
type owner struct {
	account id.Account
	profile id.Profile
}

// kind is what a mark or a tally is about.
type kind string

const (
	follows kind = "follow"
	likes   kind = "like"
	ratings kind = "rating"
	hides   kind = "hidden"
)

func insertFollow(ctx context.Context, tx *db.Tx, who owner, drama id.Drama, now time.Time) (bool, error) {
	return changed(tx.Exec(ctx, `INSERT INTO library_follow (account_id, profile_id, drama_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, profile_id, drama_id) DO NOTHING`, who.account, who.profile, drama, clock.Micros(now)))
}

func deleteFollow(ctx context.Context, tx *db.Tx, who owner, drama id.Drama) (bool, error) {
	return changed(tx.Exec(ctx, `DELETE FROM library_follow WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3`,
		who.account, who.profile, drama))
}

func insertLike(ctx context.Context, tx *db.Tx, who owner, drama id.Drama, episode id.Episode, now time.Time) (bool, error) {
	return changed(tx.Exec(ctx, `INSERT INTO library_like (account_id, profile_id, episode_id, drama_id, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, profile_id, episode_id) DO NOTHING`, who.account, who.profile, episode, drama, clock.Micros(now)))
}

// deleteLike answers the drama of the episode, "" if it was not liked.
func deleteLike(ctx context.Context, tx *db.Tx, who owner, episode id.Episode) (drama id.Drama, err error) {
	err = tx.QueryRow(ctx, `DELETE FROM library_like WHERE account_id = $1 AND profile_id = $2 AND episode_id = $3 RETURNING drama_id`,
		who.account, who.profile, episode).Scan(&drama)
	return drama, none(err)
}

func insertHidden(ctx context.Context, tx *db.Tx, who owner, drama id.Drama, now time.Time) (bool, error) {
	return changed(tx.Exec(ctx, `INSERT INTO library_hidden (account_id, profile_id, drama_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, profile_id, drama_id) DO NOTHING`, who.account, who.profile, drama, clock.Micros(now)))
}

func deleteHidden(ctx context.Context, tx *db.Tx, who owner, drama id.Drama) (bool, error) {
	return changed(tx.Exec(ctx, `DELETE FROM library_hidden WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3`,
		who.account, who.profile, drama))
}

func hiddenCount(ctx context.Context, q db.Q, who owner) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM library_hidden WHERE account_id = $1 AND profile_id = $2`, who.account, who.profile).Scan(&n)
	return n, err
}

// ratingOf is the profile's rating of the drama, 0 if there is none.
func ratingOf(ctx context.Context, q db.Q, who owner, drama id.Drama) (score int, err error) {
	err = q.QueryRow(ctx, `SELECT score FROM library_rating WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3`,
		who.account, who.profile, drama).Scan(&score)
	return score, none(err)
}

// setRating keeps a rating; 0 removes it.
func setRating(ctx context.Context, tx *db.Tx, who owner, drama id.Drama, score int, now time.Time) error {
	if score == 0 {
		_, err := tx.Exec(ctx, `DELETE FROM library_rating WHERE account_id = $1 AND profile_id = $2 AND drama_id = $3`,
			who.account, who.profile, drama)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO library_rating (account_id, profile_id, drama_id, score, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, profile_id, drama_id) DO UPDATE SET score = excluded.score, at = excluded.at`,
		who.account, who.profile, drama, score, clock.Micros(now))
	return err
}

func changed(n int64, err error) (bool, error) { return n > 0, err }

func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

// mark is one opinion of a profile.
type mark struct {
	kind    kind
	subject string // a drama or an episode
	drama   id.Drama
	score   int
	at      int64 // microseconds
}

// marksIn is the text that finds the marks of $1 and $2 on dramas and episodes.
func marksIn(dramas, episodes string) string {
	const owned = ` WHERE account_id = $1 AND profile_id = $2 AND `
	return `SELECT 'follow' AS kind, drama_id AS subject, 0 AS score FROM library_follow` + owned + `drama_id IN (` + dramas + `)
		UNION ALL SELECT 'hidden', drama_id, 0 FROM library_hidden` + owned + `drama_id IN (` + dramas + `)
		UNION ALL SELECT 'rating', drama_id, score FROM library_rating` + owned + `drama_id IN (` + dramas + `)
		UNION ALL SELECT 'like', episode_id, 0 FROM library_like` + owned + `episode_id IN (` + episodes + `)`
}

// marksOn are the profile's marks on the given dramas and episodes.
func marksOn(ctx context.Context, q db.Q, who owner, dramas []id.Drama, episodes []id.Episode) ([]mark, error) {
	return db.All(ctx, q, func(r db.Row) (m mark, err error) { return m, r.Scan(&m.kind, &m.subject, &m.score) },
		marksIn(db.In(len(dramas), 3), db.In(len(episodes), 3+len(dramas))), about(who, dramas, episodes)...)
}

// about are the arguments of marksIn.
func about(who owner, dramas []id.Drama, episodes []id.Episode) []any {
	return append(append([]any{who.account, who.profile}, db.Args(dramas)...), db.Args(episodes)...)
}

// opinions are marksOn and tallies with one question, for pages that need both.
func opinions(ctx context.Context, q db.Q, who owner, dramas []id.Drama, episodes []id.Episode) (mine []mark, all []tally, err error) {
	inDramas, inEpisodes := db.In(len(dramas), 3), db.In(len(episodes), 3+len(dramas))
	_, err = db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var own bool
		var t tally
		if err := r.Scan(&own, &t.kind, &t.subject, &t.n, &t.points); err != nil {
			return none, err
		}
		if own {
			mine = append(mine, mark{kind: t.kind, subject: t.subject, score: int(t.n)})
		} else {
			all = append(all, t)
		}
		return none, nil
	}, `SELECT TRUE, kind, subject, score, 0 FROM (`+marksIn(inDramas, inEpisodes)+`) AS mine
		UNION ALL SELECT FALSE, kind, subject, n, points FROM (`+talliesIn(inDramas+", "+inEpisodes)+`) AS everybody`,
		about(who, dramas, episodes)...)
	return mine, all, err
}

// position is a place in a list that runs from the latest mark backwards.
type position struct {
	At      int64  `json:"at"` // microseconds
	Subject string `json:"id"`
}

// latest is before everything.
var latest = position{At: math.MaxInt64}

// lists say where each list comes from.
var lists = map[kind]string{
	follows: `SELECT drama_id, drama_id, at FROM library_follow
		WHERE account_id = $1 AND profile_id = $2 AND (at, drama_id) < ($3, $4) ORDER BY at DESC, drama_id DESC LIMIT $5`,
	hides: `SELECT drama_id, drama_id, at FROM library_hidden
		WHERE account_id = $1 AND profile_id = $2 AND (at, drama_id) < ($3, $4) ORDER BY at DESC, drama_id DESC LIMIT $5`,
	likes: `SELECT episode_id, drama_id, at FROM library_like
		WHERE account_id = $1 AND profile_id = $2 AND (at, episode_id) < ($3, $4) ORDER BY at DESC, episode_id DESC LIMIT $5`,
}

func listMarks(ctx context.Context, q db.Q, who owner, k kind, after position, limit int) ([]mark, error) {
	return db.All(ctx, q, func(r db.Row) (mark, error) {
		m := mark{kind: k}
		return m, r.Scan(&m.subject, &m.drama, &m.at)
	}, lists[k], who.account, who.profile, after.At, after.Subject, limit)
}

// tally is how many, and how many points.
type tally struct {
	subject string
	kind    kind
	n       int64
	points  int64
}

func scanTally(r db.Row) (t tally, err error) {
	return t, r.Scan(&t.subject, &t.kind, &t.n, &t.points)
}

func insertChange(ctx context.Context, tx *db.Tx, t tally) error {
	_, err := tx.Exec(ctx, `INSERT INTO library_change (id, subject, kind, n, points) VALUES ($1, $2, $3, $4, $5)`,
		id.New[id.Fact](), t.subject, t.kind, t.n, t.points)
	return err
}

func anyChange(ctx context.Context, q db.Q) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM library_change LIMIT 1`).Scan(&one)
	return one == 1, none(err)
}

// takeChanges removes the oldest changes and answers them.
func takeChanges(ctx context.Context, tx *db.Tx, limit int) ([]tally, error) {
	return db.All(ctx, tx, scanTally, `DELETE FROM library_change WHERE id IN (SELECT id FROM library_change ORDER BY id LIMIT $1)
		RETURNING subject, kind, n, points`, limit)
}

// addToTally adds changes up and writes one row for each subject, in an order
// in which two folds cannot wait for each other.
func addToTally(ctx context.Context, tx *db.Tx, changes []tally) error {
	slices.SortFunc(changes, func(a, b tally) int {
		return cmp.Or(strings.Compare(a.subject, b.subject), cmp.Compare(a.kind, b.kind))
	})
	for i := 0; i < len(changes); {
		sum := changes[i]
		for i++; i < len(changes) && changes[i].subject == sum.subject && changes[i].kind == sum.kind; i++ {
			sum.n += changes[i].n
			sum.points += changes[i].points
		}
		_, err := tx.Exec(ctx, `INSERT INTO library_tally (subject, kind, n, points) VALUES ($1, $2, $3, $4)
			ON CONFLICT (subject, kind) DO UPDATE SET n = library_tally.n + excluded.n, points = library_tally.points + excluded.points`,
			sum.subject, sum.kind, sum.n, sum.points)
		if err != nil {
			return err
		}
	}
	return nil
}

// subjectsAtOnce keeps a list of placeholders within what both engines take.
const subjectsAtOnce = 1000

// tallies are the exact counts at one moment: what was folded and what waits.
func tallies(ctx context.Context, q db.Q, subjects []string) (all []tally, err error) {
	for chunk := range slices.Chunk(subjects, subjectsAtOnce) {
		rows, err := db.All(ctx, q, scanTally, talliesIn(db.In(len(chunk), 1)), db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// talliesIn is the text that adds up what was folded and what waits.
func talliesIn(subjects string) string {
	return `SELECT subject, kind, CAST(sum(n) AS BIGINT) AS n, CAST(sum(points) AS BIGINT) AS points FROM (
			SELECT subject, kind, n, points FROM library_tally WHERE subject IN (` + subjects + `)
			UNION ALL SELECT subject, kind, n, points FROM library_change WHERE subject IN (` + subjects + `)
		) AS parts GROUP BY subject, kind HAVING sum(n) <> 0`
}

// ratedBy are the folded ratings of dramas that at least so many rated.
func ratedBy(ctx context.Context, q db.Q, least int) ([]tally, error) {
	return db.All(ctx, q, scanTally, `SELECT subject, kind, n, points FROM library_tally WHERE kind = 'rating' AND n >= $1`, least)
}

// rebuildTally counts everything again.
func rebuildTally(ctx context.Context, tx *db.Tx) error {
	for _, statement := range []string{
		`DELETE FROM library_change`,
		`DELETE FROM library_tally`,
		`INSERT INTO library_tally (subject, kind, n, points) SELECT drama_id, 'follow', count(*), 0 FROM library_follow GROUP BY drama_id`,
		`INSERT INTO library_tally (subject, kind, n, points) SELECT episode_id, 'like', count(*), 0 FROM library_like GROUP BY episode_id`,
		`INSERT INTO library_tally (subject, kind, n, points)
			SELECT drama_id, 'rating', count(*), CAST(sum(score) AS BIGINT) FROM library_rating GROUP BY drama_id`,
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
