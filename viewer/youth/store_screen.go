package youth

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// loadScreen is what is kept of by's device, and of the sittings that beats speak of.
func loadScreen(ctx context.Context, q db.Q, by actor.Actor, beats []policy.Beat) (s policy.Screen, err error) {
	var heard, unused int64
	err = q.QueryRow(ctx, `SELECT heard_at, unused, sitting, running FROM youth_screen
		WHERE account_id = $1 AND profile_id = $2 AND device_id = $3`, by.Account, by.Profile, by.Device).
		Scan(&heard, &unused, &s.Sitting, &s.Running)
	if err != nil {
		return policy.Screen{}, none(err)
	}
	s.Heard, s.Unused = clock.Time(heard), micros(unused)
	s.Sittings, err = loadSittings(ctx, q, by, beats)
	return s, err
}

func loadSittings(ctx context.Context, q db.Q, by actor.Actor, beats []policy.Beat) (map[string]policy.Sitting, error) {
	args, asked, out := []any{by.Account, by.Profile, by.Device}, map[string]bool{}, map[string]policy.Sitting{}
	for _, b := range beats {
		if !asked[b.Sitting] {
			asked[b.Sitting], args = true, append(args, b.Sitting)
		}
	}
	_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var name, course string
		var s policy.Sitting
		var heard int64
		if err := r.Scan(&name, &heard, &course); err != nil {
			return none, err
		}
		err = json.Unmarshal([]byte(course), &s)
		s.Heard = clock.Time(heard)
		out[name] = s
		return none, err
	}, `SELECT sitting, heard_at, course FROM youth_sitting WHERE account_id = $1 AND profile_id = $2 AND device_id = $3
		AND sitting IN (`+db.In(len(asked), len(args)-len(asked)+1)+`)`, args...)
	return out, err
}

// saveScreen writes what changed since a screen was loaded.
func saveScreen(ctx context.Context, tx *db.Tx, by actor.Actor, was, s policy.Screen) error {
	if _, err := tx.Exec(ctx, `INSERT INTO youth_screen (account_id, profile_id, device_id, heard_at, unused, sitting, running)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id, profile_id, device_id) DO UPDATE SET heard_at = excluded.heard_at, unused = excluded.unused,
			sitting = excluded.sitting, running = excluded.running`,
		by.Account, by.Profile, by.Device, clock.Micros(s.Heard), s.Unused.Microseconds(), s.Sitting, s.Running); err != nil {
		return err
	}
	began := false
	for name, sitting := range s.Sittings {
		before, known := was.Sittings[name]
		if slices.Equal(before.Beats, sitting.Beats) {
			continue
		}
		began = began || !known
		if err := saveSitting(ctx, tx, by, name, sitting); err != nil {
			return err
		}
	}
	if !began {
		return nil
	}
	_, err := tx.Exec(ctx, `DELETE FROM youth_sitting WHERE account_id = $1 AND profile_id = $2 AND device_id = $3 AND (heard_at < $4
			OR heard_at < (SELECT heard_at FROM youth_sitting WHERE account_id = $1 AND profile_id = $2 AND device_id = $3 ORDER BY heard_at DESC LIMIT 1 OFFSET $5))`,
		by.Account, by.Profile, by.Device, clock.Micros(s.Heard.Add(-longestDelay)), mostSittings)
	return err
}

// mostSittings bounds what is kept of a device that makes up sittings: twice what
// somebody can begin in longestDelay. One that was forgotten counts again if it is
// told again, so nobody gains by it.
const mostSittings = 2000

// longestDelay is how long a report that was heard may come again and still be
// known for it.
const longestDelay = 30 * 24 * time.Hour

func saveSitting(ctx context.Context, tx *db.Tx, by actor.Actor, name string, s policy.Sitting) error {
	course, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO youth_sitting (account_id, profile_id, device_id, sitting, heard_at, course) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, profile_id, device_id, sitting) DO UPDATE SET heard_at = excluded.heard_at, course = excluded.course`,
		by.Account, by.Profile, by.Device, name, clock.Micros(s.Heard), string(course))
	return err
}
