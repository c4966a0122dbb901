package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cliffhanger/internal/testkit/dbtest"
)

var passwordLink = regexp.MustCompile(`/console/password#(\S+)`)

// The only administrator forgot their password: whoever runs the machine makes
// them a link while the server runs on the same data.
func TestTheOnlyAdministratorComesBack(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) []string{
		"sqlite":   func(*testing.T) []string { return nil },
		"postgres": func(t *testing.T) []string { return []string{"--database=" + dbtest.PostgreSQLAddress(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := append(database(t), "--data="+filepath.Join(t.TempDir(), "data"))
			n := start(t, house...)
			ada, stranger := setUp(t, n), browser(t, n)
			if out := command(t, append([]string{"staff", "recover"}, house...)...); !strings.Contains(out, "Ada <ada@example.org>") {
				t.Errorf("administrators: %s", out)
			}
			out := command(t, append([]string{"staff", "recover", "ada@example.org"}, house...)...)
			link := passwordLink.FindStringSubmatch(out)
			if link == nil {
				t.Fatalf("no link: %s", out)
			}
			ada.call("GET", consoleAPI+"/me", nil, nil) // not until the link is used
			choice := map[string]string{"token": link[1], "new": "a lantern once more"}
			stranger.call("POST", consoleAPI+"/password", choice, nil)
			browser(t, n).refused("POST", consoleAPI+"/password", choice, http.StatusNotFound, "account.password_link_invalid")
			ada.refused("GET", consoleAPI+"/me", nil, http.StatusUnauthorized, "account.session_ended")
			browser(t, n).refused("POST", consoleAPI+"/sessions", map[string]string{"email": "ada@example.org", "password": "lantern-opera-9"},
				http.StatusUnauthorized, "account.credentials_wrong")
			var record struct {
				Items []struct {
					Act string
					For struct{ Name string }
					By  struct{ ID string }
				}
			}
			stranger.call("GET", consoleAPI+"/staff-log", nil, &record)
			if e := record.Items[0]; e.Act != "recovered" || e.For.Name != "Ada" || e.By.ID != "" {
				t.Errorf("the record: %+v", record)
			}
		})
	}
}

// command runs the program and answers what it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), "CLIFFHANGER_CONFIG="), t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out, stderrOf(err))
	}
	return string(out)
}

func stderrOf(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}
