package e2e

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

// felled is a house that is killed in the middle of what it does, and started again.
type felled struct {
	*node
	t              *testing.T
	d              *db.DB
	args           []string
	maker          ed25519.PrivateKey
	drama, episode string
}

func newFelled(t *testing.T, database string) *felled {
	t.Helper()
	public, maker, _ := ed25519.GenerateKey(nil)
	data := filepath.Join(t.TempDir(), "data")
	h := &felled{t: t, maker: maker, args: []string{"--data=" + data, "--bus-lease=5s", "--youth.claim-keys=ed25519:" + base64.StdEncoding.EncodeToString(public)}}
	if database == "" {
		database = "sqlite:" + filepath.Join(data, "cliffhanger.db")
	} else {
		h.args = append(h.args, "--database="+database)
	}
	h.node = start(t, h.args...)
	p := setUp(t, h.node)
	d := p.draft("The Long Night")
	p.upload(clip(t, 5, 1), d.ID, 1, 1, nil)
	h.drama, h.episode = d.ID, p.playable(d.ID, 1).Episodes[0].ID
	p.publish(d.ID)
	var err error
	if h.d, err = db.Open(t.Context(), database, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.d.Close() })
	return h
}

// again kills the house, if it lives, and starts it anew.
func (h *felled) again(vs ...*viewer) {
	h.t.Helper()
	h.kill()
	h.node = start(h.t, h.args...)
	for _, v := range vs {
		v.moveTo(h.node)
	}
}

func (h *felled) count(query string, args ...any) (n int) {
	h.t.Helper()
	if err := h.d.QueryRow(h.t.Context(), query, args...).Scan(&n); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// person is a viewer of whom every capability keeps something.
func (h *felled) person() *viewer {
	h.t.Helper()
	v := firstLaunch(h.t, h.node)
	v.call("PUT", viewerAPI+"/library/follows/"+h.drama, map[string]any{}, nil)
	v.call("PUT", viewerAPI+"/library/likes/"+h.episode, map[string]any{}, nil)
	v.report(h.episode, 2*time.Second, "start", 1)
	text := fmt.Sprintf("v1;from=store;ages=18+;exp=%d;device=%s", time.Now().Add(5*time.Minute).Unix(), v.Device)
	v.call("POST", viewerAPI+"/youth/age", map[string]string{
		"statement": text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(h.maker, []byte(text)))}, nil)
	return v
}

// prove answers what signing in by an address leads to.
func (h *felled) prove(v *viewer, to string, nth int) (out struct{ Proof, Would string }) {
	h.t.Helper()
	v.call("POST", viewerAPI+"/codes", map[string]string{"channel": "email", "to": to}, nil)
	v.call("POST", viewerAPI+"/sign-in", map[string]string{"channel": "email", "to": to, "code": h.mailed(h.t, to, nth)}, &out)
	return out
}

// ofAccount are what capabilities keep of an account, each one row of a person.
var ofAccount = []string{"library_follow", "library_like", "playback_position", "youth_age"}

// keeps says how many rows each table has of an account.
func (h *felled) keeps(account string, want int) error {
	for _, table := range append([]string{"account_account"}, ofAccount...) {
		if n := h.count(`SELECT COUNT(*) FROM `+table+` WHERE `+map[bool]string{true: "id", false: "account_id"}[table == "account_account"]+` = $1`, account); n != want {
			return fmt.Errorf("%s has %d rows of %s, want %d", table, n, account, want)
		}
	}
	return nil
}

// likes and follows are how often the drama is counted.
func (h *felled) tally() (n int) {
	return h.count(`SELECT CAST((SELECT COALESCE(SUM(n), 0) FROM library_tally WHERE kind <> 'rating') + (SELECT COALESCE(SUM(n), 0) FROM library_change WHERE kind <> 'rating') AS BIGINT)`)
}

func (h *felled) settled() {
	h.t.Helper()
	until(h.t, "every capability's word", func() bool { return h.count(`SELECT COUNT(*) FROM account_unsettled`) == 0 })
}

// deed is a merge or an erasure that is cut short.
type deed struct {
	h         *felled
	actor     *viewer
	path      string
	in        any
	done      func() error // nil once it is done wholly
	undone    func() error // nil while nothing of it is
	wasTally  int          // before it
	lessTally int          // by how much it lowers the tally
}

// ask begins it and answers what becomes of that.
func (d deed) ask() <-chan int {
	out := make(chan int, 1)
	go func() {
		a, err := d.actor.do("POST", viewerAPI+d.path, strings.NewReader(text(d.in)), map[string]string{"Content-Type": "application/json"})
		if err != nil {
			a.status = 0
		}
		out <- a.status
	}()
	return out
}

// finish sees it through after the house was started again, and judges it.
func (d deed) finish() {
	d.h.t.Helper()
	if d.undone() == nil { // whoever asked does so once more
		d.actor.call("POST", viewerAPI+d.path, d.in, nil)
	}
	d.h.settled()
	if err := d.done(); err != nil {
		d.h.t.Error(err)
	}
	if got := d.h.tally(); got != d.wasTally-d.lessTally {
		d.h.t.Errorf("follows and likes are %d, want %d of %d", got, d.wasTally-d.lessTally, d.wasTally)
	}
}

// merge is how a second device of somebody joins the account of the first.
func (h *felled) merge(name string) deed {
	h.t.Helper()
	to := name + "@example.org"
	owner := h.person()
	h.prove(owner, to, 1)
	second := h.person()
	proof := h.prove(second, to, 2)
	if proof.Would != "merge" {
		h.t.Fatalf("the second device is asked %+v", proof)
	}
	from, into := second.Account, owner.Account
	return deed{h: h, actor: second, path: "/sign-in/join", in: map[string]string{"proof": proof.Proof}, wasTally: h.tally(), lessTally: 2,
		done: func() error {
			if n := h.count(`SELECT COUNT(*) FROM account_alias WHERE from_account = $1 AND into_account = $2`, from, into); n != 1 {
				return fmt.Errorf("%d ways lead from %s", n, from)
			}
			if n := h.count(`SELECT COUNT(*) FROM account_device WHERE account_id = $1`, into); n != 2 {
				return fmt.Errorf("%d devices came together", n)
			}
			n := h.count(`SELECT COUNT(*) FROM youth_age WHERE account_id IN ($1, $2)`, from, into)
			if n != 2 { // what the shops on both devices said
				return fmt.Errorf("%d statements are left", n)
			}
			for _, table := range ofAccount[:3] {
				if n := h.count(`SELECT COUNT(*) FROM `+table+` WHERE account_id = $1`, into); n != 1 {
					return fmt.Errorf("%s has %d rows", table, n)
				}
			}
			return h.keeps(from, 0)
		},
		undone: func() error { return errors.Join(h.keeps(from, 1), h.keeps(into, 1)) },
	}
}

// erasure is how somebody is forgotten.
func (h *felled) erasure(name string) deed {
	h.t.Helper()
	v := h.person()
	h.prove(v, name+"@example.org", 1)
	return deed{h: h, actor: v, path: "/me/erase", in: map[string]string{"confirm": "erase"}, wasTally: h.tally(), lessTally: 2,
		done: func() error {
			if a, err := v.do("GET", viewerAPI+"/me/export", nil, nil); err != nil || a.status != http.StatusUnauthorized {
				return fmt.Errorf("who is erased is let in: %d %w", a.status, err)
			}
			return h.keeps(v.Account, 0)
		},
		undone: func() error { return h.keeps(v.Account, 1) },
	}
}

// The process is killed where one of the steps waits for its turn: nothing of that
// step is there, and started again the house does it, once.
func TestAMergeAndAnErasureSurviveAKillBetweenTheirSteps(t *testing.T) {
	t.Parallel()
	h := newFelled(t, dbtest.PostgreSQLAddress(t))
	deeds := map[string]func(string) deed{"merge": h.merge, "erasure": h.erasure}
	for what, begin := range deeds {
		own := map[string]string{"merge": "account_alias", "erasure": "account_credential"}[what]
		for who, table := range map[string]string{"account": own, "library": "library_follow", "playback": "playback_position", "youth": "youth_age"} {
			d := begin(what + "-" + who)
			h.holding(table, func() {
				answer := d.ask()
				if who == "account" {
					until(t, "the deed to be held up", func() bool { return h.heldUp(table) })
				} else {
					if status := <-answer; status >= 300 {
						t.Fatalf("%s: %d", what, status)
					}
					until(t, "all but "+who, func() bool {
						return h.heldUp(table) && h.count(`SELECT COUNT(*) FROM account_unsettled`) == 1 &&
							h.count(`SELECT COUNT(*) FROM account_unsettled WHERE capability = $1`, who) == 1
					})
				}
				h.kill()
				if who == "account" && <-answer != 0 {
					t.Fatalf("%s: the answer came before it was done", what)
				}
			})
			h.again(d.actor)
			if err := d.undone(); who == "account" && err != nil {
				t.Errorf("%s: half of it is done: %v", what, err)
			}
			d.finish()
			if t.Failed() {
				t.Fatalf("%s, killed before %s", what, who)
			}
		}
	}
}

// holding keeps everybody else from writing to a table meanwhile.
func (h *felled) holding(table string, do func()) {
	h.t.Helper()
	let := errors.New("let go")
	err := h.d.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `LOCK TABLE `+table+` IN SHARE MODE`); err != nil {
			return err
		}
		do()
		return let
	})
	if !errors.Is(err, let) {
		h.t.Fatal(err)
	}
}

// heldUp reports whether somebody waits to write to a table.
func (h *felled) heldUp(table string) bool {
	return h.count(`SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass($1)`, table) > 0
}

// On one machine it is killed as soon as it has answered, and while it is asked.
func TestAMergeAndAnErasureOnOneMachineSurviveAKill(t *testing.T) {
	t.Parallel()
	h := newFelled(t, "")
	for what, begin := range map[string]func(string) deed{"merge": h.merge, "erasure": h.erasure} {
		for _, answered := range []bool{true, false} {
			d := begin(fmt.Sprintf("%s-%v", what, answered))
			answer := d.ask()
			if !answered {
				h.kill()
			}
			if status := <-answer; answered && status >= 300 {
				t.Fatal(status)
			}
			h.again(d.actor)
			d.finish()
		}
	}
}
