package youth

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// erase forgets everything of an account.
func erase(ctx context.Context, tx *db.Tx, account id.Account) (rows int64, err error) {
	for _, statement := range []string{
		`DELETE FROM youth_mode WHERE account_id = $1`,
		`DELETE FROM youth_day WHERE account_id = $1`,
		`DELETE FROM youth_screen WHERE account_id = $1`,
		`DELETE FROM youth_sitting WHERE account_id = $1`,
		`DELETE FROM youth_log WHERE account_id = $1`,
		`DELETE FROM youth_age WHERE account_id = $1`,
		`DELETE FROM youth_real_name WHERE account_id = $1`,
		`DELETE FROM youth_real_name_consent WHERE account_id = $1`,
		`DELETE FROM youth_real_name_try WHERE account_id = $1`,
	} {
		n, err := tx.Exec(ctx, statement, account)
		if rows += n; err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// eraseProfile forgets everything of one profile.
func eraseProfile(ctx context.Context, tx *db.Tx, account id.Account, profile id.Profile) error {
	for _, statement := range []string{
		`DELETE FROM youth_mode WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_day WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_screen WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_sitting WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_log WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_age WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_real_name WHERE account_id = $1 AND profile_id = $2`,
		`DELETE FROM youth_real_name_consent WHERE account_id = $1 AND profile_id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, account, profile); err != nil {
			return err
		}
	}
	return nil
}

// move gives what is kept of profiles that come along to their new account. A
// profile that becomes another was not in the mode, or its account could not
// have been merged: of it only what is known of the person goes over, where the
// other one knows nothing of the kind.
func move(ctx context.Context, tx *db.Tx, f event.AccountMerged) (rows int64, err error) {
	for from, into := range f.Profiles {
		statements := comingAlong
		if from != into {
			statements = becomingAnother
		}
		for _, statement := range statements {
			n, err := tx.Exec(ctx, statement, f.From, from, f.Into, into)
			if rows += n; err != nil {
				return rows, err
			}
		}
	}
	dropped, err := erase(ctx, tx, f.From)
	return rows + dropped, err
}

var comingAlong = []string{
	`UPDATE youth_mode SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_day SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_screen SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_sitting SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_log SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_age SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_real_name SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
	`UPDATE youth_real_name_consent SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
}

var becomingAnother = []string{
	`UPDATE youth_age SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2
		AND NOT EXISTS (SELECT 1 FROM youth_age o WHERE o.account_id = $3 AND o.profile_id = $4
			AND o.source = youth_age.source AND o.device_id = youth_age.device_id AND o.hint = youth_age.hint)`,
	`UPDATE youth_real_name SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2
		AND NOT EXISTS (SELECT 1 FROM youth_real_name o WHERE o.account_id = $3 AND o.profile_id = $4)`,
	`UPDATE youth_real_name_consent SET account_id = $3, profile_id = $4 WHERE account_id = $1 AND profile_id = $2`,
}

func exportMode(ctx context.Context, q db.Q, by actor.Actor) (*exportedMode, error) {
	m, err := loadMode(ctx, q, by)
	if err != nil || m == (mode{}) {
		return nil, err
	}
	out := &exportedMode{
		Guardian: m.guardian, System: m.system, Confirmed: m.confirmed, Device: m.systemDevice, Market: m.market, PINSet: m.pin != "",
		Since: m.began, LeaveAt: m.leaveAt,
		Spending: m.limits.Spending,
	}
	if m.limits.Curfew != nil {
		curfew := m.limits.Curfew.String()
		out.Curfew = &curfew
	}
	if m.limits.Daily != nil {
		ms := m.limits.Daily.Milliseconds()
		out.DailyMS = &ms
	}
	return out, nil
}

func exportScreens(ctx context.Context, q db.Q, by actor.Actor) ([]exportedScreen, error) {
	return db.All(ctx, q, func(r db.Row) (s exportedScreen, err error) {
		var at int64
		err = r.Scan(&s.Device, &s.Sitting, &at)
		s.HeardAt = clock.Time(at)
		return s, err
	}, `SELECT device_id, sitting, heard_at FROM youth_screen WHERE account_id = $1 AND profile_id = $2
		UNION ALL SELECT device_id, sitting, heard_at FROM youth_sitting WHERE account_id = $1 AND profile_id = $2 ORDER BY heard_at, device_id, sitting`,
		by.Account, by.Profile)
}

// exportTries is of the account, for that is what tries are counted by.
func exportTries(ctx context.Context, q db.Q, by actor.Actor) ([]exportedTries, error) {
	return db.All(ctx, q, func(r db.Row) (t exportedTries, err error) { return t, r.Scan(&t.Day, &t.Tries) },
		`SELECT day, n FROM youth_real_name_try WHERE account_id = $1 ORDER BY day`, by.Account)
}

func exportActs(ctx context.Context, q db.Q, by actor.Actor) ([]exportedAct, error) {
	return db.All(ctx, q, func(r db.Row) (a exportedAct, err error) {
		var at int64
		err = r.Scan(&a.Act, &a.Detail, &a.Device, &at)
		a.At = clock.Time(at)
		return a, err
	}, `SELECT act, detail, device_id, at FROM youth_log WHERE account_id = $1 AND profile_id = $2 ORDER BY id`, by.Account, by.Profile)
}

func exportDays(ctx context.Context, q db.Q, by actor.Actor) ([]exportedDay, error) {
	return db.All(ctx, q, func(r db.Row) (d exportedDay, err error) {
		var used, extended int64
		err = r.Scan(&d.Day, &used, &extended)
		d.UsedMS, d.ExtendedMS = micros(used).Milliseconds(), micros(extended).Milliseconds()
		return d, err
	}, `SELECT day, used, extended FROM youth_day WHERE account_id = $1 AND profile_id = $2 ORDER BY day`, by.Account, by.Profile)
}

func exportAges(ctx context.Context, q db.Q, by actor.Actor) ([]exportedAge, error) {
	said, err := loadAges(ctx, q, by)
	out := make([]exportedAge, len(said))
	for i, e := range said {
		out[i] = exportedAge{e.Source, e.Band, e.Ages.String(), e.Born.String(), !e.Hint, e.At, e.Until}
	}
	return out, err
}

// exportRealName is what is kept of a person's verification: of the number there
// is only a digest, which says nothing to anybody.
func exportRealName(ctx context.Context, q db.Q, by actor.Actor) ([]exportedMatch, error) {
	return db.All(ctx, q, func(r db.Row) (m exportedMatch, err error) {
		var at, until int64
		err = r.Scan(&m.Provider, &m.Request, &at, &until)
		m.At, m.Until = clock.Time(at), clock.Time(until)
		return m, err
	}, `SELECT provider, request, matched_at, valid_until FROM youth_real_name WHERE account_id = $1 AND profile_id = $2`, by.Account, by.Profile)
}

func exportConsents(ctx context.Context, q db.Q, by actor.Actor) ([]exportedConsent, error) {
	return db.All(ctx, q, func(r db.Row) (c exportedConsent, err error) {
		var at int64
		err = r.Scan(&c.Version, &at)
		c.At = clock.Time(at)
		return c, err
	}, `SELECT version, at FROM youth_real_name_consent WHERE account_id = $1 AND profile_id = $2 ORDER BY id`, by.Account, by.Profile)
}
