package review

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/stage"
	"cliffhanger/trust/review/watch"
)

const caseColumns = `id, drama_id, org_id, version, material, rules, state, since, submitted_at`

func scanCase(r db.Row) (c Case, err error) {
	var drama id.Drama
	var org id.Org
	var material, rules string
	var since, submitted int64
	if err = r.Scan(&c.ID, &drama, &org, &c.Version, &material, &rules, &c.State, &since, &submitted); err != nil {
		return c, err
	}
	c.Since, c.SubmittedAt = clock.Time(since), clock.Time(submitted)
	return c, errors.Join(json.Unmarshal([]byte(material), &c.Material), json.Unmarshal([]byte(rules), &c.Rules))
}

// caseByID loads a case with its acts.
func caseByID(ctx context.Context, q db.Q, which id.Case) (Case, error) {
	c, err := scanCase(q.QueryRow(ctx, `SELECT `+caseColumns+` FROM review_case WHERE id = $1`, which))
	if errors.Is(err, db.ErrNoRows) {
		return c, errCase
	}
	if err != nil {
		return c, err
	}
	_, err = db.All(ctx, q, func(r db.Row) (struct{}, error) {
		var a stage.Act
		var who id.Staff
		var at int64
		err := r.Scan(&a.Verb, &a.By, &who, &a.System, &a.From, &a.To, &a.Reason, &at)
		a.At = clock.Time(at)
		c.Acts, c.staff = append(c.Acts, a), append(c.staff, who)
		return struct{}{}, err
	}, `SELECT verb, person, staff_id, system, from_state, to_state, reason, at FROM review_act WHERE case_id = $1 ORDER BY n`, which)
	return c, err
}

// insertCase keeps a new case with the acts it has; a version that has one already is
// refused.
func insertCase(ctx context.Context, tx *db.Tx, c Case) error {
	material, err := c.Material.encode()
	if err != nil {
		return err
	}
	rules, err := json.Marshal(c.Rules)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO review_case (`+caseColumns+`, acts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.ID, c.Material.Drama, c.Material.Org, c.Version, material, string(rules), c.State, clock.Micros(c.Since), clock.Micros(c.SubmittedAt), len(c.Acts))
	if db.IsUnique(err) {
		return errKnown.Because(err)
	}
	if err != nil {
		return err
	}
	return insertActs(ctx, tx, c, 0)
}

// saveCase writes where a case is after it had so many acts, unless it has more by
// now.
func saveCase(ctx context.Context, tx *db.Tx, c Case, had int) error {
	n, err := tx.Exec(ctx, `UPDATE review_case SET state = $2, since = $3, acts = $4 WHERE id = $1 AND acts = $5`,
		c.ID, c.State, clock.Micros(c.Since), len(c.Acts), had)
	if err == nil && n == 0 {
		err = stage.ErrNotNow
	}
	if err != nil {
		return err
	}
	return insertActs(ctx, tx, c, had)
}

func insertActs(ctx context.Context, tx *db.Tx, c Case, from int) error {
	for i := from; i < len(c.Acts); i++ {
		a := c.Acts[i]
		_, err := tx.Exec(ctx, `INSERT INTO review_act (case_id, n, verb, person, staff_id, system, from_state, to_state, reason, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID, i+1, a.Verb, a.By, c.staff[i], a.System, a.From, a.To, a.Reason, clock.Micros(a.At))
		if db.IsUnique(err) {
			return stage.ErrNotNow.Because(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// queued lists cases in some states, those that wait longest first, after one.
func queued(ctx context.Context, q db.Q, states []stage.State, after queueKey, most int) ([]Case, error) {
	args := []any{after.Since, after.ID, most}
	for _, s := range states {
		args = append(args, s)
	}
	return db.All(ctx, q, scanCase, `SELECT `+caseColumns+` FROM review_case
		WHERE state IN (`+db.In(len(states), 4)+`) AND (since, id) > ($1, $2) ORDER BY since, id LIMIT $3`, args...)
}

// ofDrama lists the cases of a drama, the youngest first.
func ofDrama(ctx context.Context, q db.Q, drama id.Drama, most int) ([]Case, error) {
	return db.All(ctx, q, scanCase, `SELECT `+caseColumns+` FROM review_case WHERE drama_id = $1 ORDER BY submitted_at DESC, id DESC LIMIT $2`, drama, most)
}

// currentOf lists the cases of dramas that were neither withdrawn nor ended by another
// version, without their acts.
func currentOf(ctx context.Context, q db.Q, dramas []id.Drama) ([]Case, error) {
	var out []Case
	return out, db.Pieces(dramas, func(piece []id.Drama) error {
		some, err := db.All(ctx, q, scanCase, `SELECT `+caseColumns+` FROM review_case
			WHERE drama_id IN (`+db.In(len(piece), 1)+`) AND state NOT IN ('withdrawn', 'superseded') ORDER BY submitted_at, id`, db.Args(piece)...)
		out = append(out, some...)
		return err
	})
}

// clearedBefore is the version of a drama that was cleared last before a case, if any
// was.
func clearedBefore(ctx context.Context, q db.Q, c Case) (Case, bool, error) {
	before, err := scanCase(q.QueryRow(ctx, `SELECT `+caseColumns+` FROM review_case c
		WHERE drama_id = $1 AND id <> $2 AND submitted_at <= $3
			AND EXISTS (SELECT 1 FROM review_act a WHERE a.case_id = c.id AND a.to_state = 'cleared')
		ORDER BY submitted_at DESC, id DESC LIMIT 1`, c.Material.Drama, c.ID, clock.Micros(c.SubmittedAt)))
	if errors.Is(err, db.ErrNoRows) {
		return before, false, nil
	}
	return before, err == nil, err
}

// sight is what somebody has seen of a version, and until when they have links to
// which episode, by its place.
type sight struct {
	watch.Seen
	Given map[int]time.Time
}

func loadSight(ctx context.Context, q db.Q, which id.Case, person string) (s sight, err error) {
	var seen, given string
	err = q.QueryRow(ctx, `SELECT seen, given FROM review_seen WHERE case_id = $1 AND person = $2`, which, person).Scan(&seen, &given)
	if errors.Is(err, db.ErrNoRows) {
		return sight{Given: map[int]time.Time{}}, nil
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(seen), &s.Seen), json.Unmarshal([]byte(given), &s.Given))
	}
	return s, err
}

func saveSight(ctx context.Context, tx *db.Tx, which id.Case, person string, s sight, at time.Time) error {
	seen, err := json.Marshal(s.Seen)
	if err != nil {
		return err
	}
	given, err := json.Marshal(s.Given)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO review_seen (case_id, person, seen, given, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (case_id, person) DO UPDATE SET seen = excluded.seen, given = excluded.given, at = excluded.at`,
		which, person, string(seen), string(given), clock.Micros(at))
	return err
}

func marksOf(ctx context.Context, q db.Q, which id.Case) ([]Mark, error) {
	return db.All(ctx, q, func(r db.Row) (m Mark, err error) {
		var at, made int64
		err = r.Scan(&m.ID, &m.Episode, &at, &m.Code, &m.Severity, &m.Note, &m.By, &made)
		m.At, m.MadeAt = time.Duration(at)*time.Millisecond, clock.Time(made)
		return m, err
	}, `SELECT id, episode, at_ms, code, severity, note, staff_id, made_at FROM review_mark WHERE case_id = $1 ORDER BY episode, at_ms, id`, which)
}

func insertMark(ctx context.Context, tx *db.Tx, which id.Case, m Mark) error {
	_, err := tx.Exec(ctx, `INSERT INTO review_mark (id, case_id, episode, at_ms, code, severity, note, staff_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.ID, which, m.Episode, m.At.Milliseconds(), m.Code, string(m.Severity), m.Note, m.By, clock.Micros(m.MadeAt))
	return err
}

// interested are the accounts of staff with an interest in an organisation's work.
func interested(ctx context.Context, q db.Q, org id.Org) ([]id.Staff, error) {
	return db.All(ctx, q, func(r db.Row) (s id.Staff, err error) { return s, r.Scan(&s) },
		`SELECT staff_id FROM review_interest WHERE org_id = $1 ORDER BY staff_id`, org)
}

// saveInterest reports whether it is news.
func saveInterest(ctx context.Context, tx *db.Tx, who id.Staff, org id.Org, reason string, by id.Staff, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO review_interest (staff_id, org_id, reason, said_by, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (staff_id, org_id) DO NOTHING`, who, org, reason, by, clock.Micros(at))
	return n > 0, err
}

// waitingSince is how many cases came into a state before a moment and are there yet.
func waitingSince(ctx context.Context, q db.Q, state stage.State, before time.Time) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM review_case WHERE state = $1 AND since < $2`, state, clock.Micros(before)).Scan(&n)
	return n, err
}
