package market

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/trust/market/evidence"
)

func TestASessionsMarketIsDecidedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		one, two := viewer("1"), viewer("2")
		place := func(s *Service, by actor.Actor, country, want string) {
			t.Helper()
			got, err := s.Place(t.Context(), by, Heard{Proxy: country})
			must(t, err)
			if got != want {
				t.Fatalf("with %q: in %q, want %q", country, got, want)
			}
		}
		place(h.Service, one, "", "") // nothing is known, nothing is kept
		v, at, err := h.Where(t.Context(), one)
		must(t, err)
		if v.By != evidence.Node || !at.IsZero() {
			t.Fatalf("%+v %s", v, at)
		}
		place(h.Service, one, "XX", "")
		place(h.Service, one, "DE", "DE") // the first evidence decides
		place(h.Service, one, "FR", "DE") // and a journey changes nothing
		place(h.Service, one, "", "DE")
		place(h.Service, two, "FR", "FR")
		other := h.node(t, nil)
		place(other, one, "US", "DE")
		must(t, h.Sweep(t.Context()))
		v, at, err = h.Where(t.Context(), one)
		must(t, err)
		if v.By != evidence.Proxy || len(v.Kept) != 1 || v.Kept[0].Country != "DE" || !at.Equal(noon) {
			t.Fatalf("%+v %s", v, at)
		}
		h.clock.Advance(sessionLife + time.Hour)
		must(t, h.Sweep(t.Context()))
		place(h.node(t, nil), one, "US", "US")
		place(h.Service, actor.Actor{}, "US", "US") // who has no session is where the proxy says
		place(h.Service, lin, "T1", "")
		_, _, err = h.Where(t.Context(), lin)
		mustRefuse(t, err, errViewer)
		singapore := h.node(t, func(c *Config) { c.Home = "SG" })
		place(singapore, viewer("3"), "", "SG")
		place(singapore, viewer("3"), "CN", "CN")
	})
}

func TestAMakersWordGoesBeforeTheProxys(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		public, private, err := ed25519.GenerateKey(nil)
		must(t, err)
		s := h.node(t, func(c *Config) { c.DeviceKeys = obs.Secret("ed25519:" + base64.StdEncoding.EncodeToString(public)) })
		text := fmt.Sprintf("v1;region=ID;exp=%d;device=dev_1", noon.Add(5*time.Minute).Unix())
		header := text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
		got, err := s.Place(t.Context(), viewer("1"), Heard{Proxy: "SG", Region: header})
		must(t, err)
		other, err := s.Place(t.Context(), viewer("2"), Heard{Proxy: "SG", Region: header}) // it is not this device's
		must(t, err)
		if got != "ID" || other != "SG" {
			t.Fatalf("%s and %s", got, other)
		}
		v, _, err := s.Where(t.Context(), viewer("1"))
		must(t, err)
		if v.By != evidence.Device || len(v.Kept) != 2 || v.Kept[1].Country != "SG" {
			t.Fatalf("%+v", v)
		}
	})
}

func TestWhatIsKeptOfPeopleGoesWithThem(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		one := viewer("1")
		_, err := h.Place(t.Context(), one, Heard{Proxy: "DE"})
		must(t, err)
		e, err := h.Export(t.Context(), one)
		must(t, err)
		if all := e.(map[string]any)["sessions"].([]exportedSession); len(all) != 1 || all[0].Market != "DE" || all[0].Session != one.Session {
			t.Fatalf("%+v", all)
		}
		if e, err := h.Export(t.Context(), viewer("2")); e != nil || err != nil {
			t.Fatalf("%v %v", e, err)
		}
		do := func(what func(ctx context.Context, tx *db.Tx) (int64, error)) (rows int64) {
			t.Helper()
			must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				rows, err = what(ctx, tx)
				return h.settled(ctx, tx, "m", rows, err)
			}))
			return rows
		}
		two := viewer("2")
		if n := do(func(ctx context.Context, tx *db.Tx) (int64, error) {
			return moveSessions(ctx, tx, one.Account, two.Account)
		}); n != 1 {
			t.Errorf("%d rows moved", n)
		}
		two.Session = one.Session // it goes on as the other account's
		if v, _, err := h.Where(t.Context(), two); err != nil || v.Market != "DE" {
			t.Errorf("%+v %v", v, err)
		}
		for _, want := range []int64{1, 0} {
			if n := do(func(ctx context.Context, tx *db.Tx) (int64, error) { return eraseSessions(ctx, tx, two.Account) }); n != want {
				t.Errorf("%d rows erased, want %d", n, want)
			}
		}
		if e, err := h.Export(t.Context(), two); e != nil || err != nil {
			t.Errorf("%v %v", e, err)
		}
	})
}
