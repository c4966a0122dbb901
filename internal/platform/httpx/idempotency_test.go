package httpx

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

func withDB(t *testing.T, d *db.DB) func(*Config, *Deps) {
	if err := d.Migrate(t.Context(), "httpx", Migrations); err != nil {
		t.Fatal(err)
	}
	return func(_ *Config, deps *Deps) { deps.DB = d }
}

type buyIn struct {
	Caller
	Body struct {
		Coins int `json:"coins" minimum:"1"`
	}
}

type buyOut struct {
	Location string `header:"Location"`
	Body     struct {
		Purchase int `json:"purchase"`
	}
}

// shop counts how often its handler really ran.
type shop struct {
	house
	runs   int
	answer func(ctx context.Context, run, coins int) error
}

func openShop(t *testing.T, d *db.DB) *shop { return openShopThat(t, d, KeyRequired) }

func openShopThat(t *testing.T, d *db.DB, use KeyUse) *shop {
	s := &shop{house: newHouse(t, withDB(t, d)), answer: func(context.Context, int, int) error { return nil }}
	Handle(s.API, Route{ID: "buy", Method: "POST", Path: "/buy", Who: Anyone, Key: use, Status: 201},
		func(ctx context.Context, in *buyIn) (*buyOut, error) {
			s.runs++
			if err := s.answer(ctx, s.runs, in.Body.Coins); err != nil {
				return nil, err
			}
			out := &buyOut{Location: fmt.Sprintf("/purchases/%d", s.runs)}
			out.Body.Purchase = s.runs
			return out, nil
		})
	return s
}

func (s *shop) buy(t *testing.T, key, token string, coins int) (int, string, string) {
	t.Helper()
	w := s.do(t, request{"POST", "/buy", fmt.Sprintf(`{"coins":%d}`, coins), map[string]string{"Idempotency-Key": key, "Cookie": "ch_viewer=" + token}})
	if w.Code >= 400 {
		return w.Code, problem(t, w).Code, ""
	}
	return w.Code, strings.TrimSpace(w.Body.String()), w.Header().Get("Location")
}

func (s *shop) expect(t *testing.T, what, key, token string, coins int, status int, body string) {
	t.Helper()
	if gotStatus, gotBody, _ := s.buy(t, key, token, coins); gotStatus != status || gotBody != body {
		t.Errorf("%s: got %d %s, want %d %s", what, gotStatus, gotBody, status, body)
	}
}

func TestTheSameKeyBuysOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		s.expect(t, "first", "k1", "mei", 5, 201, `{"purchase":1}`)
		s.expect(t, "again", "k1", "mei", 5, 201, `{"purchase":1}`)
		if _, _, location := s.buy(t, "k1", "mei", 5); location != "/purchases/1" {
			t.Errorf("Location of the kept answer: %q", location)
		}
		s.expect(t, "other input", "k1", "mei", 6, 409, "httpx.idempotency_mismatch")
		s.expect(t, "other caller", "k1", "jun", 5, 201, `{"purchase":2}`)
		s.expect(t, "other key", "k2", "mei", 5, 201, `{"purchase":3}`)
		s.expect(t, "no key", "", "mei", 5, 422, "httpx.idempotency_key_required")
		s.expect(t, "key with a space", "a b", "mei", 5, 422, "httpx.idempotency_key_invalid")
		s.expect(t, "huge key", strings.Repeat("k", 256), "mei", 5, 422, "httpx.idempotency_key_invalid")
		s.clock.Advance(25 * time.Hour)
		s.expect(t, "a day later", "k1", "mei", 5, 201, `{"purchase":4}`)
		if err := Prune(t.Context(), d, s.clock.Now().Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := d.QueryRow(t.Context(), "SELECT COUNT(*) FROM httpx_idempotency").Scan(&left); err != nil || left != 0 {
			t.Errorf("%d answers are left after pruning (%v)", left, err)
		}
	})
}

func TestOnlyAnswersThatStandAreKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		fail := func(kind fault.Kind) func(context.Context, int, int) error {
			return func(_ context.Context, run, _ int) error {
				return fault.New(kind, fmt.Sprintf("shop.run%d", run), "No.")
			}
		}
		s.answer = fail(fault.Unavailable)
		s.expect(t, "down", "k", "mei", 5, 503, "shop.run1")
		s.answer = fail(fault.Exhausted)
		s.expect(t, "too many", "k", "mei", 5, 429, "shop.run2")
		s.answer = func(context.Context, int, int) error { panic("out of coins") }
		s.expect(t, "panic", "k", "mei", 5, 500, "internal")
		s.answer = fail(fault.Conflict)
		s.expect(t, "refused", "k", "mei", 5, 409, "shop.run4")
		s.answer = func(context.Context, int, int) error { return nil }
		s.expect(t, "refusal stands", "k", "mei", 5, 409, "shop.run4")
	})
}

func TestTwinsDoNotBothRun(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, withDB(t, d))
		inside, leave := make(chan struct{}), make(chan struct{})
		var once sync.Once
		h.Raw(Route{ID: "slow", Method: "POST", Path: "/slow", Who: Anyone, Key: KeyRequired}, func(w http.ResponseWriter, _ *http.Request, _ Caller) error {
			once.Do(func() { close(inside); <-leave })
			_, err := io.WriteString(w, "done")
			return err
		})
		ask := func() int {
			return h.do(t, request{method: "POST", path: "/slow", header: map[string]string{"Idempotency-Key": "k"}}).Code
		}
		first := make(chan int)
		go func() { first <- ask() }()
		<-inside
		if got := ask(); got != 409 {
			t.Errorf("a twin while the first runs: %d, want 409", got)
		}
		close(leave)
		if got := <-first; got != 200 {
			t.Errorf("the first: %d", got)
		}
		if got := ask(); got != 200 {
			t.Errorf("a twin afterwards: %d", got)
		}
	})
}

func TestAKeyWhoseAttemptDiedComesFree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		a := s.answers
		dead := s.begun(t, "k")
		s.expect(t, "while it may live", "k", "mei", 5, 409, "httpx.idempotency_in_progress")
		s.clock.Advance(claimHolds)
		s.expect(t, "after it must have died", "k", "mei", 5, 201, `{"purchase":1}`)
		if err := a.settle(t.Context(), dead, answer{status: 201, body: []byte(`{"purchase":99}`)}); err != nil {
			t.Fatal(err)
		}
		s.expect(t, "a late settlement of the dead", "k", "mei", 5, 201, `{"purchase":1}`)
	})
}

// begun is mei's attempt to buy five coins that has got no further.
func (s *shop) begun(t *testing.T, key string) Once {
	id := claimID(Route{ID: "buy"}, Caller{Actor: keys["mei"]}, key)
	input := digest([]byte("POST"), []byte("/buy"), nil, []byte("application/json"), []byte(`{"coins":5}`))
	_, once, err := s.answers.claim(t.Context(), id, input)
	if err != nil {
		t.Fatal(err)
	}
	return once
}

func (s *shop) keep(ctx context.Context, o Once, made string) error {
	return s.answers.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return o.Keep(ctx, tx, made) })
}

func TestWhatADeadAttemptHasMadeIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		var known []string
		s.answer = func(ctx context.Context, run, _ int) error {
			o := CallerFrom(ctx).Once
			if known = append(known, o.Made()); o.Made() != "" {
				return nil
			}
			if err := s.keep(ctx, o, fmt.Sprintf("coins of run %d", run)); err != nil {
				return err
			}
			return fault.New(fault.Unavailable, "shop.answer_lost", "Made, and no answer.")
		}
		dead := s.begun(t, "died")
		if err := s.keep(t.Context(), dead, "coins of the dead"); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(claimHolds)
		s.expect(t, "after the node died", "died", "mei", 5, 201, `{"purchase":1}`)
		if err := s.keep(t.Context(), dead, "too late"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the dead makes it again: %v", err)
		}
		s.expect(t, "no answer", "lost", "mei", 5, 503, "shop.answer_lost")
		s.expect(t, "no answer, other input", "lost", "mei", 6, 409, "httpx.idempotency_mismatch")
		s.expect(t, "after no answer", "lost", "mei", 5, 201, `{"purchase":3}`)
		s.clock.Advance(answerKept)
		s.expect(t, "a day later", "lost", "mei", 5, 503, "shop.answer_lost")
		if want := []string{"coins of the dead", "", "coins of run 2", ""}; !slices.Equal(known, want) {
			t.Errorf("the attempts knew of %q, want %q", known, want)
		}
	})
}

func TestAKeyMayBeOptional(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShopThat(t, d, KeyOptional)
		s.expect(t, "no key", "", "mei", 5, 201, `{"purchase":1}`)
		s.expect(t, "no key again", "", "mei", 5, 201, `{"purchase":2}`)
		s.expect(t, "key", "k", "mei", 5, 201, `{"purchase":3}`)
		s.expect(t, "key again", "k", "mei", 5, 201, `{"purchase":3}`)
		s.expect(t, "key with a space", "a b", "mei", 5, 422, "httpx.idempotency_key_invalid")
	})
}

// deaf is a connection whose other end is gone.
type deaf struct{ *httptest.ResponseRecorder }

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// The caller goes when the work is done and before it hears of it: the moment
// for which there are keys.
func TestALostAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, withDB(t, d))
		runs, gone := 0, func() {}
		Handle(h.API, Route{ID: "buy", Method: "POST", Path: "/buy", Who: Anyone, Key: KeyOptional, Status: 201},
			func(ctx context.Context, _ *buyIn) (*buyOut, error) {
				runs++
				gone()
				out := &buyOut{}
				out.Body.Purchase = runs
				return out, ctx.Err()
			})
		ctx, cancel := context.WithCancel(t.Context())
		gone = cancel
		lost := httptest.NewRequest("POST", "/buy", strings.NewReader(`{"coins":5}`)).WithContext(ctx)
		lost.Header.Set("Content-Type", "application/json")
		lost.Header.Set("Idempotency-Key", "k")
		h.Handler().ServeHTTP(deaf{httptest.NewRecorder()}, lost)
		again := h.do(t, request{"POST", "/buy", `{"coins":5}`, map[string]string{"Idempotency-Key": "k"}})
		if got := strings.TrimSpace(again.Body.String()); again.Code != 201 || got != `{"purchase":1}` || again.Header().Get("Idempotency-Replayed") != "true" {
			t.Errorf("asked again: %d %s, want the first answer", again.Code, got)
		}
	})
}
