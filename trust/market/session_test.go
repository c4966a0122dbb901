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
		w, err := h.Where(t.Context(), one)
		must(t, err)
		if w.By != evidence.Node || !w.At.IsZero() {
			t.Fatalf("%+v", w)
		}
		place(h.Service, one, "XX", "")
		place(h.Service, one, "DE", "DE") // the first evidence decides
		place(h.Service, one, "FR", "DE") // and a journey changes nothing
		place(h.Service, one, "", "DE")
		place(h.Service, two, "FR", "FR")
		other := h.node(t, nil)
		place(other, one, "US", "DE")
		must(t, h.Sweep(t.Context()))
		w, err = h.Where(t.Context(), one)
		must(t, err)
		if w.By != evidence.Proxy || len(w.Kept) != 1 || w.Kept[0].Country != "DE" || !w.At.Equal(noon) {
			t.Fatalf("%+v", w)
		}
		h.clock.Advance(sessionLife + time.Hour)
		must(t, h.Sweep(t.Context()))
		place(h.node(t, nil), one, "US", "US")
		place(h.Service, actor.Actor{}, "US", "US") // who has no session is where the proxy says
		place(h.Service, lin, "T1", "")
		_, err = h.Where(t.Context(), lin)
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
		v, err := s.Where(t.Context(), viewer("1"))
		must(t, err)
		if v.By != evidence.Device || len(v.Kept) != 2 || v.Kept[1].Country != "SG" {
			t.Fatalf("%+v", v)
		}
	})
}

func TestWhatAnAccountSaysDecidesWhereNothingElseDoes(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		in := func(s *Service, by actor.Actor, proxy, want string) {
			t.Helper()
			got, err := s.Place(t.Context(), by, Heard{Proxy: proxy})
			must(t, err)
			if got != want {
				t.Errorf("in %q, want %q", got, want)
			}
		}
		one, elsewhere := viewer("1"), viewer("1")
		elsewhere.Session = "ses_elsewhere"
		in(h.Service, one, "", "")
		mustRefuse(t, h.Say(t.Context(), one, "T1"), errCountry)
		mustRefuse(t, h.Say(t.Context(), lin, "SG"), errViewer)
		minor := one
		minor.Minor = "8-12"
		mustRefuse(t, h.Say(t.Context(), minor, "SG"), errMinor)
		must(t, h.Say(t.Context(), one, "sg"))
		w, err := h.Where(t.Context(), one)
		must(t, err)
		if w.Said != "SG" || w.Market != "SG" || w.By != evidence.Setting || !w.At.IsZero() {
			t.Errorf("%+v", w)
		}
		in(h.Service, elsewhere, "DE", "DE") // a proxy's word is stronger
		in(h.Service, one, "", "SG")         // nothing else is known
		must(t, h.Say(t.Context(), one, "FR"))
		in(h.Service, one, "", "SG") // what is decided stays
		next := viewer("1")
		next.Session = "ses_next"
		in(h.Service, next, "", "FR")
		must(t, h.Say(t.Context(), one, ""))
		last := viewer("1")
		last.Session = "ses_last"
		in(h.node(t, nil), last, "", "")
	})
}

// An account that says where it is keeps saying so after it took another in.
func TestOfTwoAccountsThatBecomeOneTheOneThatStaysIsBelieved(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		one, two := viewer("1"), viewer("2")
		must(t, h.Say(t.Context(), one, "AT"))
		must(t, h.Say(t.Context(), two, "CH"))
		must(t, h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := move(ctx, tx, one.Account, two.Account)
			return err
		}))
		for _, c := range []struct {
			by   actor.Actor
			want string
		}{{two, "CH"}, {one, ""}} {
			if w, err := h.Where(t.Context(), c.by); err != nil || w.Said != c.want {
				t.Errorf("%+v %v, want %q", w, err, c.want)
			}
		}
	})
}

func TestWhatIsKeptOfPeopleGoesWithThem(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		one := viewer("1")
		_, err := h.Place(t.Context(), one, Heard{Proxy: "DE"})
		must(t, err)
		must(t, h.Say(t.Context(), one, "AT"))
		e, err := h.Export(t.Context(), one)
		must(t, err)
		if all := e.(map[string]any)["sessions"].([]exportedSession); len(all) != 1 || all[0].Market != "DE" || all[0].Session != one.Session {
			t.Fatalf("%+v", all)
		}
		if said := e.(map[string]any)["setting"].(evidence.Piece); said.Country != "AT" {
			t.Fatalf("%+v", said)
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
			return move(ctx, tx, one.Account, two.Account)
		}); n != 2 {
			t.Errorf("%d rows moved", n)
		}
		two.Session = one.Session // it goes on as the other account's
		if v, err := h.Where(t.Context(), two); err != nil || v.Market != "DE" {
			t.Errorf("%+v %v", v, err)
		}
		if w, err := h.Where(t.Context(), two); err != nil || w.Said != "AT" {
			t.Errorf("%+v %v", w, err)
		}
		for _, want := range []int64{2, 0} {
			if n := do(func(ctx context.Context, tx *db.Tx) (int64, error) { return erase(ctx, tx, two.Account) }); n != want {
				t.Errorf("%d rows erased, want %d", n, want)
			}
		}
		if e, err := h.Export(t.Context(), two); e != nil || err != nil {
			t.Errorf("%v %v", e, err)
		}
	})
}
