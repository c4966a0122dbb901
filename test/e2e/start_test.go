package e2e

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/tool"
)

// A node that starts before its database and its bus is alive at once, says what
// it waits for, and opens when both are there.
func TestANodeWaitsForItsEngines(t *testing.T) {
	t.Parallel()
	database, nats := dbtest.OwnPostgreSQL(t), bustest.NewCluster(t)
	address := tool.FreeAddress(t)
	at := "http://" + address
	database.Stop()
	for i := range 3 {
		nats.Kill(i)
	}
	n := launch(t, "--http.addr="+address, "--data="+filepath.Join(t.TempDir(), "data"),
		"--database="+database.Address, "--nats="+nats.URL)
	c := browser(t, n)
	until(t, "a sign of life", func() bool {
		a, err := c.do("GET", at+"/healthz", nil, nil)
		return err == nil && a.status == http.StatusOK
	})
	awaits := func(db, bus string) bool {
		t.Helper()
		var report struct {
			State  string
			Checks map[string]string
		}
		a, err := c.do("GET", at+"/readyz", nil, nil)
		if err != nil || a.status != http.StatusServiceUnavailable || json.Unmarshal(a.body, &report) != nil || report.State != "starting" {
			t.Fatalf("ready: %d %s %v", a.status, a.body, err)
		}
		return cmp.Equal(report.Checks, map[string]string{"db": db, "bus": bus})
	}
	if !awaits("failing", "failing") {
		t.Error("it does not say that both are away")
	}
	for _, path := range []string{"/", "/console", "/api/v1/feed", consoleAPI + "/me"} {
		c.refused("GET", at+path, nil, http.StatusServiceUnavailable, "app.starting")
		if a, err := c.do("GET", at+path, nil, nil); err != nil || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: nobody is told when to come back: %v %v", path, a.header, err)
		}
	}
	database.Start(t)
	until(t, "the database", func() bool { return awaits("ok", "failing") })
	for i := range 3 {
		nats.Start(t, i)
	}
	n.welcome(t)
	if n.url != at {
		t.Errorf("it is at %s", n.url)
	}
	c.call("GET", at+"/readyz", nil, nil)
	setUp(t, n) // by the link printed once it was ready
	if err := n.stop(); err != nil {
		t.Error(err)
	}
}

// Who is asked to stop while still waiting does so at once, and without complaint.
func TestANodeThatWaitsCanBeStopped(t *testing.T) {
	t.Parallel()
	address := tool.FreeAddress(t)
	at := "http://" + address
	n := launch(t, "--http.addr="+address, "--data="+filepath.Join(t.TempDir(), "data"), "--nats=nats://"+tool.FreeAddress(t))
	until(t, "a sign of life", func() bool {
		a, err := browser(t, n).do("GET", at+"/healthz", nil, nil)
		return err == nil && a.status == http.StatusOK
	})
	if err := n.stop(); err != nil {
		t.Error(err)
	}
}
