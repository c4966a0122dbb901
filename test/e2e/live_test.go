package e2e

import (
	"bufio"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody who was dismissed leaves the console open: nothing more comes there.
func TestTheConsolesEventsEndWithTheSession(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"))
	p := setUp(t, n)
	stays := found(t, p, "Ming")
	goes := join(t, p, stays.org, "Yue")
	one, other := open(stays), open(goes)

	d := stays.draft("First")
	stays.upload(clip(t, 1, 1), d.ID, 1, 1, nil)
	one.await(t, "asset")
	other.await(t, "asset")

	p.call("PATCH", consoleAPI+"/staff/"+goes.staff, map[string]any{"active": false}, nil)
	stays.playable(d.ID, 1) // and with it many events
	second := stays.draft("Second")
	stays.upload(clip(t, 1, 2), second.ID, 1, 1, nil)
	for other.lines.Scan() { // until the stream ends
		if strings.Contains(other.lines.Text(), "master-2") {
			t.Fatalf("told somebody who was dismissed: %s", other.lines.Text())
		}
	}
	goes.refused("GET", consoleAPI+"/live", nil, http.StatusUnauthorized, "account.session_ended")
	for one.lines.Scan() && !strings.Contains(one.lines.Text(), "master-2") {
	}
}

// Somebody signs out everywhere else: what is open there ends, though nothing happens.
func TestTheConsolesEventsEndWhenTheSessionIsEndedElsewhere(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"))
	p := setUp(t, n)
	desk := found(t, p, "Ming")
	other := &company{producer: &producer{browser(t, n)}}
	other.call("POST", consoleAPI+"/sessions", map[string]string{"email": desk.email, "password": "paper-lantern-Ming"}, nil)
	here, there := open(desk), open(other)

	desk.call("DELETE", consoleAPI+"/me/sessions", nil, nil)
	for there.lines.Scan() { // until the stream ends
	}
	other.refused("GET", consoleAPI+"/me", nil, http.StatusUnauthorized, "account.session_ended")
	desk.call("GET", consoleAPI+"/me", nil, nil)

	p.call("POST", consoleAPI+"/staff/"+desk.staff+"/sign-out", nil, nil)
	for here.lines.Scan() {
	}
	desk.refused("GET", consoleAPI+"/me", nil, http.StatusUnauthorized, "account.session_ended")
}

// stream is an open stream of events.
type stream struct{ lines *bufio.Scanner }

func open(c *company) stream { return listen(c.client, consoleAPI+"/live") }

// listen opens a stream that greets whoever opens it.
func listen(c *client, path string) stream {
	c.t.Helper()
	answer, err := (&http.Client{Jar: c.http.Jar}).Get(c.node.url + path)
	if err != nil || answer.StatusCode != http.StatusOK {
		c.t.Fatalf("live: %v", err)
	}
	c.t.Cleanup(func() { answer.Body.Close() })
	s := stream{bufio.NewScanner(answer.Body)}
	s.await(c.t, "hello")
	return s
}

// await reads on to the next event of that name and answers its data.
func (s stream) await(t *testing.T, event string) string {
	t.Helper()
	for s.lines.Scan() {
		if s.lines.Text() == "event: "+event && s.lines.Scan() {
			return strings.TrimPrefix(s.lines.Text(), "data: ")
		}
	}
	t.Fatalf("the stream ended before %q", event)
	return ""
}
