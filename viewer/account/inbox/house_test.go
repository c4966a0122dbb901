package inbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/inbox"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"account": account.Migrations, "bus": bus.Migrations}

const (
	home     = "https://watch.example.com"
	list     = "/api/console/v1/inbox"
	wishes   = "/api/console/v1/me/inbox-mail"
	password = "a lantern in the rain"
)

var system = actor.OfSystem("test")

// postbox keeps what was sent.
type postbox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return nil
}

// house is a console where mei and ada administer, lin operates, and han and bo
// make dramas for two companies.
type house struct {
	t        *testing.T
	db       *db.DB
	bus      *bus.Bus
	clock    *clock.Fake
	accounts *account.Service
	inbox    *inbox.Service
	post     *postbox
	site     http.Handler
	staff    map[string]account.Staff
}

func each(t *testing.T, test func(h *house)) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), post: &postbox{}, staff: map[string]account.Staff{}}
		log := slog.New(slog.DiscardHandler)
		h.bus = bustest.OpenAt(t, d, h.clock)
		h.accounts = account.New(account.Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: log, Config: account.Default()})
		h.inbox = inbox.New(inbox.Deps{DB: d, Bus: h.bus, Clock: h.clock, Log: log, Mail: h.post, Public: home})
		api := httpx.New(httpx.Default(), httpx.Deps{Auth: h.accounts, DB: d, Log: log, Clock: h.clock})
		h.inbox.Routes(api)
		h.site = api.Handler()
		h.inbox.Listen()
		h.inbox.Work()
		if err := h.inbox.ListenLive(); err != nil {
			t.Fatal(err)
		}
		if err := h.bus.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.hire("mei", "House", account.OperatorOrg, actor.Admin)
		h.hire("ada", "House", account.OperatorOrg, actor.Admin)
		h.hire("lin", "House", account.OperatorOrg, actor.Operator)
		h.hire("han", "Lotus", account.ProducerOrg, actor.Producer)
		h.hire("bo", "Crane", account.ProducerOrg, actor.Producer)
		test(h)
	})
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) hire(name, org string, kind account.OrgKind, role actor.Role) {
	h.t.Helper()
	o, err := h.accounts.EnsureOrganisation(h.t.Context(), system, org, kind)
	h.check(err)
	h.staff[name], err = h.accounts.EnsureStaff(h.t.Context(), system, account.Hire{Name: name, Email: name + "@example.com", Roles: []actor.Role{role}, Org: o.ID}, password)
	h.check(err)
}

// tell announces facts, and waits until all is done that follows.
func (h *house) tell(facts ...bus.Fact) {
	h.t.Helper()
	for _, f := range facts {
		h.check(h.db.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.bus.Announce(ctx, tx, f) }))
		h.clock.Advance(time.Millisecond) // the next is later
	}
	h.settle()
}

func (h *house) settle() {
	h.t.Helper()
	h.check(h.bus.Idle(h.t.Context()))
}

// mails are the subjects sent to somebody since the last look.
func (h *house) mails(to string) (subjects []string) {
	h.t.Helper()
	h.settle()
	h.post.mu.Lock()
	defer h.post.mu.Unlock()
	h.post.sent = slices.DeleteFunc(h.post.sent, func(m mail.Message) bool {
		mine := m.To == to+"@example.com"
		if mine {
			subjects = append(subjects, m.Subject)
		}
		return mine
	})
	return subjects
}

func (h *house) mailed(to string, want ...string) {
	h.t.Helper()
	if got := h.mails(to); !slices.Equal(got, want) {
		h.t.Fatalf("mails to %s: %q, want %q", to, got, want)
	}
}

// matter is for operators, unless the test says otherwise.
func matter(key, title string) event.Matter {
	return event.Matter{Key: key, Kind: "test.thing", Severity: event.Work, Link: "/console/system",
		Title: map[string]string{"en": title, "zh-CN": title}, For: event.Audience{Roles: []actor.Role{actor.Operator}}}
}

func alarm(key, title string) event.AlarmRaised {
	m := matter(key, title)
	m.Severity = event.Alarm
	return event.AlarmRaised{Matter: m}
}

// desk is somebody signed in to the console.
type desk struct {
	h     *house
	token string
}

func (h *house) desk(name string) *desk {
	h.t.Helper()
	_, token, err := h.accounts.SignIn(h.t.Context(), name+"@example.com", password, netip.MustParseAddr("192.0.2.7"), "")
	h.check(err)
	return &desk{h, token}
}

// do answers the problem's code, or "".
func (d *desk) do(method, path string, body, out any) string {
	d.h.t.Helper()
	r := httptest.NewRequest(method, home+path, http.NoBody)
	if body != nil {
		text, err := json.Marshal(body)
		d.h.check(err)
		r = httptest.NewRequest(method, home+path, bytes.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	d.h.site.ServeHTTP(w, r)
	if w.Code >= 400 {
		var p struct{ Code string }
		d.h.check(json.Unmarshal(w.Body.Bytes(), &p))
		return p.Code
	}
	if out != nil {
		d.h.check(json.Unmarshal(w.Body.Bytes(), out))
	}
	return ""
}

func (d *desk) must(method, path string, body, out any, code string) {
	d.h.t.Helper()
	if got := d.do(method, path, body, out); got != code {
		d.h.t.Fatalf("%s %s: %q, want %q", method, path, got, code)
	}
}

type count struct {
	Open, Unread, Alarms int
	Kinds                []inbox.Kind
}

func (d *desk) counts(open, unread int) {
	d.h.t.Helper()
	var c count
	d.must("GET", list+"/count", nil, &c, "")
	if c.Open != open || c.Unread != unread {
		d.h.t.Fatalf("%d open, %d unread; want %d, %d", c.Open, c.Unread, open, unread)
	}
}

func (d *desk) kinds(want ...inbox.Kind) {
	d.h.t.Helper()
	var c count
	if d.must("GET", list+"/count", nil, &c, ""); !slices.Equal(c.Kinds, want) {
		d.h.t.Fatalf("kinds %v, want %v", c.Kinds, want)
	}
}

func (d *desk) items(query string) (out struct {
	Items []inbox.WireItem
	Next  string
}) {
	d.h.t.Helper()
	d.must("GET", list+query, nil, &out, "")
	return out
}

func (d *desk) titles(query string, want ...string) {
	d.h.t.Helper()
	var got []string
	for _, i := range d.items(query).Items {
		got = append(got, i.Title["en"])
	}
	if !slices.Equal(got, want) {
		d.h.t.Fatalf("%s: %q, want %q", query, got, want)
	}
}

func (d *desk) path(n int) string {
	d.h.t.Helper()
	return list + "/" + string(d.items("").Items[n].ID)
}

func ofOrg(h *house, who string) id.Org { return h.staff[who].Org.ID }
