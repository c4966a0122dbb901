package app

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/account"
)

// administrate gives a house two people, of whom one may give roles.
func administrate(t *testing.T, cfg Config) {
	t.Helper()
	a, err := OpenBeside(t.Context(), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close(t.Context())
	by := actor.OfSystem("test")
	org, err := a.Account.EnsureOrganisation(t.Context(), by, "House", account.OperatorOrg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		name string
		role actor.Role
	}{{"ada", actor.Admin}, {"lin", actor.Producer}, {"max", actor.Admin}} {
		name := p.name
		p, err := a.Account.EnsureStaff(t.Context(), by, account.Hire{Name: name, Email: name + "@example.com", Roles: []actor.Role{p.role}, Org: org.ID}, "a lantern in the rain")
		if err != nil {
			t.Fatal(err)
		}
		if away := false; name == "max" {
			if _, err := a.Account.Reassign(t.Context(), by, p.ID, account.Reassignment{Active: &away}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestRecoveringNamesAdministratorsAndMakesALink(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func() string{
		"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgreSQLAddress(t) },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := roomy()
			cfg.Data = filepath.Join(t.TempDir(), "data")
			flags := []string{"staff", "recover", "--data=" + cfg.Data}
			if address := database(); address != "" {
				cfg.Database = obs.Secret(address)
				flags = append(flags, "--database="+address)
			} else if code, _, errOut := run(flags...); code != 1 || !strings.Contains(errOut, "There is no house in "+cfg.Data) {
				t.Errorf("no house: exit code %d, %s", code, errOut)
			} else if _, err := os.Stat(cfg.Data); err == nil {
				t.Error("it made one")
			}
			employ(t, cfg.Data)
			if code, _, errOut := run(flags...); code != 1 || !strings.Contains(errOut, "Nobody works here yet") {
				t.Errorf("nobody: exit code %d, %s", code, errOut)
			}
			administrate(t, cfg)

			code, out, errOut := run(flags...)
			if code != 0 || errOut != "" || !strings.Contains(out, "\n  ada <ada@example.com>\n") || strings.Contains(out, "lin@") || strings.Contains(out, "max@") {
				t.Errorf("exit code %d, %s%s", code, out, errOut)
			}
			for email, says := range map[string]string{
				"nobody@example.com": "Nobody with the e-mail address nobody@example.com works here",
				"max@example.com":    "was deactivated", "ada@@": "not an e-mail address",
			} {
				code, out, errOut := run(append(flags, email)...)
				if code != 1 || out != "" || !strings.Contains(errOut, says) || email != "ada@@" && !strings.Contains(errOut, "\n  ada <ada@example.com>") {
					t.Errorf("%s: exit code %d, %s%s", email, code, out, errOut)
				}
			}
			for address, flag := range map[string]string{
				"https://watch.example.com": "--edge.public-url=https://watch.example.com", "http://localhost:9000": "--http.addr=:9000",
			} {
				code, out, errOut := run(append(flags, flag, "ADA@example.com")...)
				if code != 0 || errOut != "" || !regexp.MustCompile(`(?m)^  `+regexp.QuoteMeta(address)+`/console/password#[\w-]{43}$`).MatchString(out) {
					t.Errorf("%s: exit code %d, %s%s", flag, code, out, errOut)
				}
			}
		})
	}
}
