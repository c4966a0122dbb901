package app

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/account"
)

// personal is what a table keeps of people: a row of it for the account $1, its
// profile $2 and its device $3, and a word of the row that an export shows; or why
// it shows none. A table without insert has a row since somebody is there.
type personal struct{ insert, shows, why string }

// date is one that no clock answers, in microseconds; an export shows it as 2001-….
const date = `1000000000000000`

var tables = map[string]personal{
	"account_profile": {shows: `"locale": "en"`},
	"account_device":  {shows: `"model": "X1"`},
	"account_session": {shows: `"seen_at"`},
	"account_credential": {`INSERT INTO account_credential (digest, kind, hint, account_id, verified_at) VALUES ('\x0102030405060708090a0b', 'email', 'm…@kept.example', $1, 1)`,
		"m…@kept.example", ""},
	"account_passkey":     {`INSERT INTO account_passkey (account_id, digest, record) VALUES ($1, '\x0102030405060708090a0b', '\x0102030405060708090a0b')`, "", "what checks a key; the key is among the credentials"},
	"account_consent":     {`INSERT INTO account_consent (account_id, profile_id, what, at, version, granted, market, device_id) VALUES ($1, $2, 'terms', 1, 'kept-consent', TRUE, 'CN', $3)`, "kept-consent", ""},
	"account_device_link": {`INSERT INTO account_device_link (code_hash, account_id, profile_id, expires_at) VALUES ('\x0102030405060708090a0b', $1, $2, 1)`, "", "the digest of a code, for minutes"},
	"account_device_code": {`INSERT INTO account_device_code (device_hash, user_hash, device, challenge, state, account_id, profile_id, expires_at, interval_us, asked_at)
		VALUES ('\x0102030405060708090a0b', '\x0202030405060708090a0b', '{}', '', 'approved', $1, $2, 1, 1, 0)`, "", "a television that signs in, for minutes"},
	"account_proof": {`INSERT INTO account_proof (account_id, device_id, token_hash, digest, kind, hint, into_account, would, expires_at)
		VALUES ($1, $3, '\x0102030405060708090a0b', '\x0202030405060708090a0b', 'email', '', 'acc_other', 'merge', 1)`, "", "what was proved and waits for a yes, for minutes"},
	"account_alias": {`INSERT INTO account_alias (from_account, into_account, matter, at) VALUES ('acc_kept', $1, 'm', 1)`, "acc_kept", ""},

	"playback_position": {`INSERT INTO playback_position (account_id, profile_id, drama_id, episode_id, offset_ms, finished, version, happened_at, device_id, sitting, seq, updated_at)
		VALUES ($1, $2, 'drm_kept_place', 'eps_1', 1, FALSE, 1, 1, $3, 's', 1, 1)`, "drm_kept_place", ""},
	"playback_seen": {`INSERT INTO playback_seen (account_id, profile_id, drama_id, episode_id, furthest_ms, started_at, finished_at)
		VALUES ($1, $2, 'drm_1', 'eps_kept_seen', 1, 1, 0)`, "eps_kept_seen", ""},
	"playback_cleared": {`INSERT INTO playback_cleared (account_id, profile_id, cleared_at) VALUES ($1, $2, ` + date + `)`, `"cleared_at": "2001-`, ""},
	"playback_handoff": {`INSERT INTO playback_handoff (digest, account_id, profile_id, device_id, drama_id, episode_id, offset_ms, made_at, expires_at)
		VALUES ('\x0102030405060708090a0b', $1, $2, $3, 'drm_1', 'eps_1', 1, 1, 1)`, "", "the digest of a link, for a minute"},
	"playback_running": {`INSERT INTO playback_running (account_id, device_id, sitting, running, started_at, reported_at, stopped_at, stopped_by)
		VALUES ($1, $3, 'kept-stream', TRUE, 1, 1, 0, '')`, "kept-stream", ""},

	"library_follow": {`INSERT INTO library_follow (account_id, profile_id, drama_id, at) VALUES ($1, $2, 'drm_kept_follow', 1)`, "drm_kept_follow", ""},
	"library_like":   {`INSERT INTO library_like (account_id, profile_id, episode_id, drama_id, at) VALUES ($1, $2, 'eps_kept_like', 'drm_1', 1)`, "eps_kept_like", ""},
	"library_hidden": {`INSERT INTO library_hidden (account_id, profile_id, drama_id, at) VALUES ($1, $2, 'drm_kept_hidden', 1)`, "drm_kept_hidden", ""},
	"library_rating": {`INSERT INTO library_rating (account_id, profile_id, drama_id, score, at) VALUES ($1, $2, 'drm_kept_rating', 7, 1)`, "drm_kept_rating", ""},

	"market_session": {`INSERT INTO market_session (account_id, session_id, market, decided_by, evidence, at)
		VALUES ($1, 'kept-session', 'FR', 'setting', '[{"kind":"setting","country":"FR","at":"2001-03-03T00:00:00Z"}]', 1)`, "2001-03-03T", ""},
	"market_setting": {`INSERT INTO market_setting (account_id, country, at) VALUES ($1, 'FR', ` + date + `)`, `"country": "FR"`, ""},

	"youth_mode": {`INSERT INTO youth_mode (account_id, profile_id, guardian_band, pin_hash, wrong, wrong_at, system_band, system_device, system_until, market, daily, curfew, changed_at)
		VALUES ($1, $2, '12-16', 'x', 0, 0, '', '', 0, 'kept-market', -1, '-', 1)`, "kept-market", ""},
	"youth_day": {`INSERT INTO youth_day (account_id, profile_id, day, used, extended, continuous, watched_at) VALUES ($1, $2, '2001-01-01', 1000, 0, 0, 1)`,
		`"day": "2001-01-01"`, ""},
	"youth_screen": {`INSERT INTO youth_screen (account_id, profile_id, device_id, heard_at, unused, sitting, running) VALUES ($1, $2, $3, 1, 0, 'kept-screen', TRUE)`,
		"kept-screen", ""},
	"youth_sitting": {`INSERT INTO youth_sitting (account_id, profile_id, device_id, sitting, heard_at, course) VALUES ($1, $2, $3, 'kept-sitting', 1, '{}')`, "kept-sitting", ""},
	"youth_log":     {`INSERT INTO youth_log (id, account_id, profile_id, device_id, act, detail, at) VALUES ('fct_1', $1, $2, $3, 'kept-act', '', 1)`, "kept-act", ""},
	"youth_age": {`INSERT INTO youth_age (account_id, profile_id, source, device_id, hint, band, ages, birth_month, market, said_at, valid_until, proof_until)
		VALUES ($1, $2, 'store', $3, FALSE, '12-16', '13-15', '', 'FR', 1, 0, 1)`, `"ages": "13-15"`, ""},
	"youth_real_name": {`INSERT INTO youth_real_name (account_id, profile_id, digest, consent_id, provider, request, matched_at, valid_until)
		VALUES ($1, $2, '\x0102030405060708090a0b', 'fct_1', 'kept-provider', 'r', 1, 2)`, "kept-provider", ""},
	"youth_real_name_consent": {`INSERT INTO youth_real_name_consent (id, account_id, profile_id, device_id, version, at) VALUES ('fct_1', $1, $2, $3, 'kept-version', 1)`,
		"kept-version", ""},
	"youth_real_name_try": {`INSERT INTO youth_real_name_try (account_id, day, n) VALUES ($1, '2001-02-02', 3)`, `"day": "2001-02-02"`, ""},
}

// ofPeople are the columns that say whose a row is, by table.
func ofPeople(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	query := `SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'`
	if d.Engine() != db.SQLite {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	says := regexp.MustCompile(`(^|_)(account|profile|viewer|person)_id$|_account$`)
	out := map[string][]string{}
	_, err := db.All(t.Context(), d, func(r db.Row) (none struct{}, err error) {
		var table, column string
		err = r.Scan(&table, &column)
		if says.MatchString(column) {
			out[table] = append(out[table], column)
		}
		return none, err
	}, query)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// exportOf is what somebody is given of themselves, all files in one text.
func exportOf(t *testing.T, a *App, token string) (status int, text string) {
	t.Helper()
	r := httptest.NewRequest("GET", "/api/v1/me/export", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	a.API.Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		return w.Code, w.Body.String()
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		text += string(all)
	}
	return w.Code, text
}

// Every table with a column that says whose a row is must be known here: what it
// keeps is in the export, or it says why not; and an erasure leaves nothing of it.
func TestEverythingKeptOfAPersonIsExportedAndErased(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func() string{
		"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgreSQLAddress(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cfg := t.Context(), roomy()
			cfg.Data, cfg.HTTP.Addr, cfg.Database = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", obs.Secret(database())
			a, err := Open(ctx, cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close(context.Background())
			if err := a.Bus.Start(ctx); err != nil {
				t.Fatal(err)
			}
			columns := ofPeople(t, a.DB)
			if len(columns) < 20 {
				t.Fatalf("only %d tables keep rows of people: the search is wrong", len(columns))
			}
			for table := range columns {
				if _, known := tables[table]; !known {
					t.Errorf("%s keeps rows of people: let an export show them, or say here why not, and an erasure forget them", table)
				}
			}
			for table, p := range tables {
				if columns[table] == nil || (p.shows == "") == (p.why == "") {
					t.Errorf("%s: is no table of people, or its word is missing", table)
				}
			}
			_, token, err := a.Account.Enter(ctx, actor.Actor{}, account.Arrival{Locale: "en", Device: account.Traits{Model: "X1"}})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/api/v1/me", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			by, err := a.Account.Authenticate(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			whose := strings.NewReplacer("$1", "'"+string(by.Account)+"'", "$2", "'"+string(by.Profile)+"'", "$3", "'"+string(by.Device)+"'")
			err = a.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
				for table, p := range tables {
					if p.insert == "" {
						continue
					}
					if _, err := tx.Exec(ctx, whose.Replace(p.insert)); err != nil {
						t.Errorf("%s: %v", table, err)
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			status, text := exportOf(t, a, token)
			if status != 200 {
				t.Fatal(status, text)
			}
			for table, p := range tables {
				if p.shows != "" && !strings.Contains(text, p.shows) {
					t.Errorf("%s: the export does not show %s", table, p.shows)
				}
			}
			if err := a.Person.Erase(ctx, by, "erase"); err != nil {
				t.Fatal(err)
			}
			waiting, stop := context.WithTimeout(ctx, 5*time.Minute)
			defer stop()
			if err := a.Bus.Idle(waiting); err != nil {
				t.Fatal(err)
			}
			for table, whose := range columns {
				for _, column := range whose {
					var n int
					err := a.DB.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` WHERE `+column+` IN ($1, $2)`, by.Account, by.Profile).Scan(&n)
					if err != nil || n != 0 {
						t.Errorf("%s keeps %d rows by %s after the erasure, %v", table, n, column, err)
					}
				}
			}
			if status, text := exportOf(t, a, token); status != 401 {
				t.Errorf("%d %s", status, text)
			}
			for _, e := range a.exports() { // even for who would still be let in
				if kept, err := e.Of(ctx, by); kept != nil || err != nil {
					t.Errorf("%s: %+v %v", e.Name, kept, err)
				}
			}
		})
	}
}
