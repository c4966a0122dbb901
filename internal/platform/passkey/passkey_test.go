package passkey_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/passkey"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/passkeytest"
)

// databases have the tables of passkeys already.
var databases = dbtest.Tables{"passkey": passkey.Migrations}

const home = "https://watch.example.com"

// desk is a person at a browser with an authenticator of their own.
type desk struct {
	t      *testing.T
	s      *passkey.Service
	clock  *clock.Fake
	holder passkey.Holder
	device *passkeytest.Device
}

func newDesk(t *testing.T, d *db.DB, c passkey.Config) *desk {
	t.Helper()
	k := clock.NewFake(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC))
	holder := passkey.Holder{Handle: []byte("stf_1"), Name: "mei@example.com", Display: "Mei"}
	return &desk{t: t, s: passkey.New(c, d, k), clock: k, holder: holder, device: passkeytest.New("watch.example.com", home, holder.Handle)}
}

func usual() passkey.Config {
	return passkey.Config{Realm: "staff", Name: "House", Verified: true, Public: home}
}

func (d *desk) register() error {
	b, err := d.s.BeginRegistration(d.t.Context(), home, d.holder)
	if err != nil {
		return err
	}
	made, err := d.s.FinishRegistration(d.t.Context(), home, d.holder, b.Ceremony, d.device.Create(d.t, b.Options))
	if err == nil {
		d.holder.Keys = append(d.holder.Keys, made)
	}
	return err
}

func (d *desk) find(_, handle []byte) (passkey.Holder, error) {
	if string(handle) != string(d.holder.Handle) {
		return passkey.Holder{}, passkey.ErrRefused
	}
	return d.holder, nil
}

func (d *desk) begin() passkey.Begun {
	b, err := d.s.BeginSignIn(d.t.Context(), home)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) finish(ctx context.Context, b passkey.Begun) error {
	_, used, err := d.s.FinishSignIn(ctx, home, b.Ceremony, d.device.Sign(d.t, b.Options), d.find)
	if err == nil {
		d.holder.Keys = []passkey.Key{used}
	}
	return err
}

func want(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || want == nil && got != nil {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAPasskeySignsItsHolderIn(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, db *db.DB) {
		d := newDesk(t, db, usual())
		want(t, d.register(), nil)
		want(t, d.finish(t.Context(), d.begin()), nil)
		want(t, d.finish(t.Context(), d.begin()), nil)
	})
}

func TestACeremonyEndsOnceAndInTime(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, db *db.DB) {
		d := newDesk(t, db, usual())
		want(t, d.register(), nil)
		b := d.begin()
		want(t, d.finish(t.Context(), b), nil)
		want(t, d.finish(t.Context(), b), passkey.ErrGone)
		late := d.begin()
		d.clock.Advance(5*time.Minute + time.Second)
		want(t, d.finish(t.Context(), late), passkey.ErrGone)
		theirs := d.begin()
		viewers := usual()
		viewers.Realm = "viewer"
		d.s = passkey.New(viewers, db, d.clock)
		want(t, d.finish(t.Context(), theirs), passkey.ErrGone)
	})
}

func TestWhatIsNotThisPersonHereIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*desk){
		"another key":                func(d *desk) { d.device.Key.Key = passkeytest.NewKey().Key },
		"a key nobody knows":         func(d *desk) { d.device.Key = passkeytest.NewKey() },
		"another page":               func(d *desk) { d.device.Page.Origin = "https://watch.example.com.evil.example" },
		"another house":              func(d *desk) { d.device.Page.ID = "evil.example" },
		"nobody touched it":          func(d *desk) { d.device.Holder.Options.UserNotPresent = true },
		"nobody showed who they are": func(d *desk) { d.device.Holder.Options.UserNotVerified = true },
		"a handle of somebody else":  func(d *desk) { d.device.Holder.Options.UserHandle = []byte("stf_2") },
		"no handle":                  func(d *desk) { d.device.Holder.Options.UserHandle = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, databases.SQLite(t), usual())
			want(t, d.register(), nil)
			change(d)
			want(t, d.finish(t.Context(), d.begin()), passkey.ErrRefused)
		})
	}
	d := newDesk(t, databases.SQLite(t), usual())
	b := d.begin()
	_, _, err := d.s.FinishSignIn(t.Context(), home, b.Ceremony, []byte(`{"id":"x"`), d.find)
	want(t, err, passkey.ErrRefused)
	d.device.Holder.Options.UserNotVerified = true
	want(t, d.register(), passkey.ErrRefused)
}

func TestACopiedKeyIsRefusedAndSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), usual())
	d.device.Key.Counter = 7
	want(t, d.register(), nil)
	d.device.Key.Counter = 8
	want(t, d.finish(t.Context(), d.begin()), nil)
	d.device.Key.Counter = 8
	want(t, d.finish(t.Context(), d.begin()), passkey.ErrCopied)
	d.device.Key.Counter = 3
	want(t, d.finish(t.Context(), d.begin()), passkey.ErrCopied)
	d.device.Key.Counter = 9
	want(t, d.finish(t.Context(), d.begin()), nil)
}

func TestKeysThatAreThereAreExcluded(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), usual())
	want(t, d.register(), nil)
	b, err := d.s.BeginRegistration(t.Context(), home, d.holder)
	want(t, err, nil)
	if !d.device.Excluded(t, b.Options) {
		t.Errorf("not excluded in %s", b.Options)
	}
}

func TestWherePasskeysWork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		public, origin string
		hosts          []string
		works          bool
	}{
		"localhost":                      {"", "http://localhost:8080", nil, true},
		"a bare address":                 {"", "http://127.0.0.1:8080", nil, false},
		"a bare address over TLS":        {"", "https://192.0.2.7", nil, false},
		"a name of a request":            {"", "https://evil.example", nil, false},
		"a name of ours":                 {"", "https://Watch.example.com", []string{"watch.example.com"}, true},
		"a name of ours without TLS":     {"", "http://watch.example.com", []string{"watch.example.com"}, false},
		"the public address":             {home, "https://evil.example", nil, true}, // what the request says plays no part
		"a public address without TLS":   {"http://watch.example.com", "http://watch.example.com", nil, false},
		"a public address of numbers":    {"https://192.0.2.7", "https://192.0.2.7", nil, false},
		"nothing":                        {"", "", nil, false},
		"an address that cannot be read": {"", "https://%zz", nil, false},
	} {
		got := passkey.Config{Name: "House", Public: c.public, Hosts: c.hosts}
		if got.Works(c.origin) != c.works {
			t.Errorf("%s: works %v, want %v", name, !c.works, c.works)
		}
	}
}
