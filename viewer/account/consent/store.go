package consent

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

// insert writes a record, if its owner is still there.
func insert(ctx context.Context, tx *db.Tx, who Who, r Record) error {
	n, err := tx.Exec(ctx, `INSERT INTO account_consent (account_id, profile_id, what, at, version, granted, market, device_id)
		SELECT account_id, id, $3, $4, $5, $6, $7, $8 FROM account_profile WHERE account_id = $1 AND id = $2`,
		who.Account, who.Profile, r.Matter, clock.Micros(r.At), r.Version, r.Granted, r.Market, r.Device)
	if err == nil && n == 0 {
		err = errSession
	}
	return err
}

// load answers what holds of each of them; who never said anything has an empty state.
func load(ctx context.Context, q db.Q, of []Who) (map[Who]State, error) {
	out := make(map[Who]State, len(of))
	args := make([]any, 0, 2*len(of))
	for _, w := range of {
		out[w] = State{}
		args = append(args, w.Account)
	}
	for _, w := range of {
		args = append(args, w.Profile)
	}
	if len(of) == 0 {
		return out, nil
	}
	// $1 is the table's first column; what is not asked for falls away below.
	owned := `account_id IN (` + db.In(len(of), 1) + `) AND profile_id IN (` + db.In(len(of), 1+len(of)) + `)`
	type row struct {
		Who
		Record
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) {
		var at int64
		err = r.Scan(&x.Account, &x.Who.Profile, &x.Matter, &at, &x.Version, &x.Granted, &x.Market, &x.Device)
		x.At = clock.Time(at)
		return x, err
	}, `SELECT c.account_id, c.profile_id, c.what, c.at, c.version, c.granted, c.market, c.device_id FROM account_consent c
		JOIN (SELECT account_id, profile_id, what, max(at) AS at FROM account_consent WHERE `+owned+` GROUP BY account_id, profile_id, what) l
		ON c.account_id = l.account_id AND c.profile_id = l.profile_id AND c.what = l.what AND c.at = l.at`, args...)
	for _, x := range rows {
		if s, asked := out[x.Who]; asked {
			out[x.Who] = s.with(x.Record)
		}
	}
	return out, err
}

func whoIs(by actor.Actor) Who { return Who{by.Account, by.Profile} }
