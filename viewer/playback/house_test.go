package playback_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/playback"
)

// people are the devices there are, by their ids; their names are those of the fields.
type people map[id.Device]person

type person struct {
	actor.Actor
	name, form string
}

// Authenticate takes a device's id for its token.
func (p people) Authenticate(_ context.Context, r *http.Request) (actor.Actor, error) {
	token, _ := httpx.Credential(r)
	if who, ok := p[id.Device(token)]; ok {
		return who.Actor, nil
	}
	return actor.Actor{}, fault.New(fault.Unauthenticated, "test.unknown", "Sign in.")
}

func (p people) Named(_ context.Context, account id.Account, device id.Device) (name, form string, ok bool, err error) {
	who, ok := p[device]
	return who.name, who.form, ok && who.Account == account, nil
}

func (p people) Person(_ context.Context, by actor.Actor) (string, error) {
	return "who holds " + p[by.Device].name, nil
}

func (people) Streams(context.Context, id.Account) (int, error) { return 2, nil }

// serve answers the routes of one node until the test ends.
func (f *fixture) serve(s *playback.Service) *httptest.Server {
	f.t.Helper()
	api := httpx.New(httpx.Default(), httpx.Deps{Auth: f.people, Log: slog.New(slog.DiscardHandler), Clock: f.clock})
	playback.Routes[id.Drama, id.Episode](api, s)
	server := httptest.NewServer(api.Handler())
	f.t.Cleanup(server.Close)
	return server
}

// call sends JSON as by and answers the status and what came back.
func (f *fixture) call(node *httptest.Server, by actor.Actor, method, path string, in any) (int, string) {
	f.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		f.t.Fatal(err)
	}
	if raw, ok := in.(string); ok {
		body = []byte(raw)
	}
	req, err := http.NewRequestWithContext(f.ctx, method, node.URL+path, bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+string(by.Device))
	req.Header.Set("Content-Type", "application/json")
	res, err := node.Client().Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// ok is a call that succeeds; out may be nil.
func (f *fixture) ok(node *httptest.Server, by actor.Actor, method, path string, in, out any) {
	f.t.Helper()
	status, text := f.call(node, by, method, path, in)
	if status >= 300 {
		f.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			f.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
}

// refused is a call that is refused with that status and code; it answers the sentence.
func (f *fixture) refused(node *httptest.Server, by actor.Actor, method, path string, in any, status int, code string) string {
	f.t.Helper()
	got, text := f.call(node, by, method, path, in)
	var p httpx.Problem
	json.Unmarshal([]byte(text), &p)
	if got != status || p.Code != code {
		f.t.Fatalf("%s %s %v: %d %s, want %d %s", method, path, in, got, text, status, code)
	}
	return p.Detail
}

// listening is an open live stream.
type listening struct {
	f     *fixture
	lines *bufio.Scanner
	name  string
}

// listen opens the live stream of a device; it has said hello.
func (f *fixture) listen(node *httptest.Server, by actor.Actor) *listening {
	f.t.Helper()
	ctx, stop := context.WithCancel(f.ctx)
	f.t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, "GET", node.URL+"/api/v1/live", nil)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+string(by.Device))
	res, err := node.Client().Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		f.t.Fatalf("live: %v %v", res, err)
	}
	f.t.Cleanup(func() { res.Body.Close() })
	l := &listening{f: f, lines: bufio.NewScanner(res.Body), name: f.people[by.Device].name}
	var hello struct {
		Device id.Device `json:"device_id"`
	}
	l.hears("hello", &hello)
	if hello.Device != by.Device {
		f.t.Fatalf("hello to %q", hello.Device)
	}
	return l
}

// next is the next event and its data; nothing once the stream has ended.
func (l *listening) next() (name, data string) {
	for l.lines.Scan() {
		key, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch {
		case key == "event":
			name = value
		case key == "data":
			data = value
		case name != "":
			return name, data
		}
	}
	return "", ""
}

// hears expects the next event to be of that name; out may be nil.
func (l *listening) hears(name string, out any) {
	l.f.t.Helper()
	got, data := l.next()
	if got != name {
		l.f.t.Fatalf("%s hears %q %s, want %q", l.name, got, data, name)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(data), out); err != nil {
			l.f.t.Fatalf("%s: %v in %s", name, err, data)
		}
	}
}

// count is how many rows a table has.
func (f *fixture) count(table string) (n int) {
	f.t.Helper()
	if err := f.DB.QueryRow(f.ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}
