package db

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// The errors are those that PgBouncer 1.18 and PostgreSQL 15 behind it have
// answered.
func TestWhatNeverComesRightIsARefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, message string
		refusal       bool
	}{
		{"28P01", `password authentication failed for user "postgres"`, true},
		{"28000", `no pg_hba.conf entry for host "10.0.0.9", user "me", database "house", no encryption`, true},
		{"3D000", `database "nowhere" does not exist`, true},
		{"08P01", "SASL authentication failed", true},
		{"08P01", "no such database: unknown", true},
		{"08P01", `database "nowhere" does not exist`, true},
		{"08P01", `password authentication failed for user "ghost"`, true},
		{"08P01", "unsupported startup parameter: plan_cache_mode", true},
		{"08P01", "query_wait_timeout", false},
		{"08P01", "server login has been failing, try again later (server_login_retry)", false},
		{"08P01", "the database system is starting up", false},
		{"57P03", "the database system is starting up", false},
		{"53300", "sorry, too many clients already", false},
		{"42P01", `relation "nothing" does not exist`, false},
	} {
		err := fmt.Errorf("failed to connect: %w", &pgconn.PgError{Severity: "FATAL", Code: c.code, Message: c.message})
		if got := isRefusal(err); got != c.refusal {
			t.Errorf("%s %s: a refusal %v, want %v", c.code, c.message, got, c.refusal)
		}
	}
	if isRefusal(context.DeadlineExceeded) || isRefusal(nil) {
		t.Error("no answer is a refusal")
	}
}
