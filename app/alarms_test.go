package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/inbox"
)

func TestADiskIsWorkBeforeItIsAnAlarm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		free  int64
		holds bool
		how   event.Severity
	}{{100, false, 0}, {10, false, 0}, {9, true, event.Work}, {5, true, event.Work}, {4, true, event.Alarm}, {0, true, event.Alarm}} {
		seen := diskSeen("one", c.free, 5)
		if seen.Holds != c.holds || c.holds && seen.Severity != c.how {
			t.Errorf("%d free: %v, %v", c.free, seen.Holds, seen.Severity)
		}
	}
	if diskSeen("one", 0, 0).Holds {
		t.Error("a disk that tells nothing is full")
	}
}

func TestFailedWorkIsCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n     int
		more  bool
		holds bool
		title string
	}{{0, false, false, ""}, {1, false, true, "A failed message waits"}, {7, false, true, "7 failed messages wait"}, {100, true, true, "More than 100 failed messages wait"}} {
		if seen := deadSeen(c.n, c.more); seen.Holds != c.holds || c.holds && seen.Title["en"] != c.title {
			t.Errorf("%d: %v, %q", c.n, seen.Holds, seen.Title["en"])
		}
	}
}

func TestALogThatIsNotWrittenIsAnAlarm(t *testing.T) {
	t.Parallel()
	if logSeen(0).Holds || logSeen(logLate).Holds || !logSeen(logLate+time.Second).Holds {
		t.Error("said too early, too late or not at all")
	}
}

// notes keep what was logged.
type notes struct {
	mu   sync.Mutex
	text strings.Builder
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) count(what string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Count(n.text.String(), what)
}

// nodeAt is a node of a house, wired and not started, that lives by a clock.
func nodeAt(t *testing.T, cfg Config, name string, k clock.Clock, log *slog.Logger) *App {
	t.Helper()
	cfg.Node = name
	a, err := open(t.Context(), cfg, log, func(a *App) error {
		a.Clock = k
		if err := a.store(t.Context(), db.Open); err != nil {
			return err
		}
		a.Bus = bustest.OpenAt(t, a.DB, k)
		if err := a.wire(); err != nil {
			return err
		}
		a.route()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(context.WithoutCancel(t.Context())) })
	must(t, a.Media.Start(t.Context())) // it says that it lives
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const lantern = "a lantern in the rain"

// nodesInInbox are the titles of what somebody's inbox says of nodes.
func (a *App) nodesInInbox(t *testing.T, who, state string) (titles []string) {
	t.Helper()
	_, token, err := a.Account.SignIn(t.Context(), who+"@example.com", lantern, netip.MustParseAddr("192.0.2.7"), "")
	must(t, err)
	r := httptest.NewRequest("GET", "https://watch.example.com/api/console/v1/inbox?kind=system.node&state="+state, http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	a.API.Handler().ServeHTTP(w, r)
	var page struct{ Items []inbox.WireItem }
	if must(t, json.Unmarshal(w.Body.Bytes(), &page)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	for _, i := range page.Items {
		if !i.Alarm {
			t.Errorf("%q is no alarm", i.Title)
		}
		titles = append(titles, i.Title["en"])
	}
	return titles
}

// A node falls silent: after its time operators are told, once and by mail, until
// it is heard again or was taken away.
func TestASilentNodeIsAnAlarmForOperators(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func() string{
		"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgreSQLAddress(t) },
	} {
		t.Run(name, func(t *testing.T) {
			cfg, k, said := roomy(), clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), &notes{}
			cfg.Data, cfg.Database = filepath.Join(t.TempDir(), "data"), obs.Secret(database())
			log := slog.New(slog.NewJSONHandler(said, nil))
			one, two := nodeAt(t, cfg, "one", k, log), nodeAt(t, cfg, "two", k, log)
			must(t, one.Bus.Start(t.Context()))
			by := actor.OfSystem("test")
			org, err := one.Account.EnsureOrganisation(t.Context(), by, "House", account.OperatorOrg)
			must(t, err)
			for name, role := range map[string]actor.Role{"lin": actor.Operator, "mo": actor.Producer} {
				_, err := one.Account.EnsureStaff(t.Context(), by, account.Hire{Name: name, Email: name + "@example.com", Roles: []actor.Role{role}, Org: org.ID}, lantern)
				must(t, err)
			}
			const silent = "The node two is not heard of any more"
			look := func(when string, mails int, want ...string) {
				t.Helper()
				must(t, one.lookForAlarms(t.Context()))
				must(t, one.lookForAlarms(t.Context())) // saying it again is no news
				must(t, one.Bus.Idle(t.Context()))
				if got := one.nodesInInbox(t, "lin", "open"); !slices.Equal(got, want) {
					t.Errorf("%s: %q, want %q", when, got, want)
				}
				if got := said.count(`"to":"lin@example.com","subject":"Alarm: ` + silent); got != mails {
					t.Errorf("%s: %d mails, want %d", when, got, mails)
				}
			}
			k.Advance(cfg.Media.NodeLife)
			look("not yet", 0)
			k.Advance(time.Second)
			look("silent", 1, silent) // and nothing of the node that looks
			if got := one.nodesInInbox(t, "mo", "open"); len(got) > 0 {
				t.Errorf("whoever operates nothing is told %q", got)
			}

			must(t, two.Media.Tend(t.Context()))
			look("heard again", 1)
			if got := one.nodesInInbox(t, "lin", "ended"); !slices.Equal(got, []string{silent}) {
				t.Errorf("what became of it: %q", got)
			}
			k.Advance(goneFor - time.Second)
			look("silent once more", 2, silent)
			k.Advance(time.Second)
			look("taken away", 2)
		})
	}
}
