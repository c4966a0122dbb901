package review

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/checks"
)

// insertFindings adds what is new; a finding that is there keeps its answer.
func insertFindings(ctx context.Context, tx *db.Tx, which id.Case, all []checks.Finding, at time.Time) error {
	for _, f := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO review_finding (case_id, key, check_name, rule, rule_version, code, severity, place, language, episode, from_ms, to_ms, score, excerpt, found_at, answer, reason, person, staff_id, answered_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', '', '', 0)
			ON CONFLICT (case_id, key) DO NOTHING`,
			which, f.Key(), f.Check, f.Rule, f.Version, f.Code, string(f.Severity), string(f.Where), f.Language, f.Episode,
			f.From.Milliseconds(), f.To.Milliseconds(), f.Score, f.Excerpt, clock.Micros(at)); err != nil {
			return err
		}
	}
	return nil
}

const findingColumns = `key, check_name, rule, rule_version, code, severity, place, language, episode, from_ms, to_ms, score, excerpt, found_at, answer, reason, staff_id, answered_at, person`

func scanFinding(r db.Row) (f Finding, person string, err error) {
	var from, to, found, answered int64
	err = r.Scan(&f.Key, &f.Check, &f.Rule, &f.Version, &f.Code, &f.Severity, &f.Where, &f.Language, &f.Episode, &from, &to, &f.Score, &f.Excerpt, &found,
		&f.Answer, &f.Reason, &f.AnsweredBy, &answered, &person)
	f.From, f.To, f.FoundAt = time.Duration(from)*time.Millisecond, time.Duration(to)*time.Millisecond, clock.Time(found)
	if answered != 0 {
		f.AnsweredAt = clock.Time(answered)
	}
	return f, person, err
}

func findingsOf(ctx context.Context, q db.Q, which id.Case) ([]Finding, error) {
	return db.All(ctx, q, func(r db.Row) (Finding, error) {
		f, _, err := scanFinding(r)
		return f, err
	}, `SELECT `+findingColumns+` FROM review_finding WHERE case_id = $1 ORDER BY episode, from_ms, severity, key`, which)
}

func findingByKey(ctx context.Context, q db.Q, which id.Case, key string) (Finding, string, error) {
	f, person, err := scanFinding(q.QueryRow(ctx, `SELECT `+findingColumns+` FROM review_finding WHERE case_id = $1 AND key = $2`, which, key))
	if errors.Is(err, db.ErrNoRows) {
		err = errFinding
	}
	return f, person, err
}

// saveAnswer writes an answer where the one before still stands.
func saveAnswer(ctx context.Context, tx *db.Tx, which id.Case, f Finding, person string, before Answer) error {
	n, err := tx.Exec(ctx, `UPDATE review_finding SET answer = $1, reason = $2, person = $3, staff_id = $4, answered_at = $5 WHERE case_id = $6 AND key = $7 AND answer = $8`,
		string(f.Answer), f.Reason, person, f.AnsweredBy, clock.Micros(f.AnsweredAt), which, f.Key, string(before))
	if err == nil && n == 0 {
		err = errAnswered
	}
	return err
}

// weigh is how many findings of a version nobody has answered, and how many of those
// that keep a work from being shown were confirmed.
func weigh(ctx context.Context, q db.Q, which id.Case) (open, grave int, err error) {
	all, err := findingsOf(ctx, q, which)
	for _, f := range all {
		switch {
		case f.Answer == "":
			open++
		case f.Answer == Confirmed && f.Severity.Grave():
			grave++
		}
	}
	return open, grave, err
}
