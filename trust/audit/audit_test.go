package audit

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/trust/audit/tree"
)

// What is marked in event is heard here.
func TestEveryMarkedFactIsHeard(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("events.go")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("../../event/*.go")
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, source := range sources {
		f, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || m.Name.Name != "Record" {
				continue
			}
			marked++
			if name := m.Recv.List[0].Type.(*ast.Ident).Name; !strings.Contains(string(text), "hear[event."+name+"](s)") {
				t.Errorf("event.%s has a Record and Listen does not hear it", name)
			}
		}
	}
	if marked < 10 {
		t.Errorf("only %d facts are marked", marked)
	}
}

func TestWhatIsAnnouncedIsInTheLog(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		drama, org, asset := id.New[id.Drama](), id.New[id.Org](), id.New[id.Asset]()
		h.say(
			event.UploadCompleted{Asset: asset, Org: org, Drama: drama, SHA256: strings.Repeat("ab", 32)},
			event.WorkViewed{By: event.By(operator), Org: org, Drama: drama, Asset: asset},
			event.DramaPublished{Drama: drama, Org: org, By: event.By(operator)},
			event.DramaFollowed{Account: "acc_1", Profile: "prf_1", Drama: drama}, // nobody's business
			event.DramaWithdrawn{Drama: drama, Org: org, By: event.By(actor.OfSystem("rights"))},
			event.StaffChanged{Entry: id.New[id.Entry](), Act: "granted", For: operator.Staff, Roles: "operator"},
		)
		h.write()
		got := h.holds(5)
		if acts(got) != "media.upload_completed audit.work_viewed catalogue.drama_published catalogue.drama_withdrawn account.staff_changed" {
			t.Error(acts(got))
		}
		if e := got[1]; e.Actor != string(operator.Staff) || e.Object.ID != string(asset) || e.Drama != string(drama) || e.Roles[0] != "operator" {
			t.Errorf("%+v", e)
		}
		if e := got[3]; e.Actor != "house:rights" || e.To != "withdrawn" {
			t.Errorf("%+v", e)
		}
		if e := got[4]; e.To != "granted:operator" || e.Actor != "house:account" || e.Object.ID != string(operator.Staff) {
			t.Errorf("%+v", e)
		}
		h.write()
		h.holds(5)
	})
}

func TestALogGrowsOverManyTilesAndForgetsTheirParts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		total := 0
		var older []tree.Checkpoint
		for _, n := range []int{1, 3, 252, 1, 300} {
			h.say(dramas(n)...)
			total += n
			h.write()
			h.holds(total)
			st, err := h.State(t.Context())
			h.check(err)
			now, err := tree.Open([]byte(st.Checkpoint), h.verifier())
			h.check(err)
			for _, then := range older {
				h.check(tree.Extends(then, now, h.read))
			}
			older = append(older, now)
		}
		parts, err := h.store.List(t.Context(), folder+"tile/8/0/000.p/", "", 100)
		if h.check(err); len(parts) > 0 {
			t.Errorf("%d parts of a whole tile are left", len(parts))
		}
	})
}

// A fact may come twice, long apart and out of order: it is there once.
func TestAFactThatComesTwiceIsThereOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		tell := func(fact string, at time.Time) {
			h.check(h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return insertWaiting(ctx, tx, waiting{fact, at.UnixMicro(), "catalogue.drama_published", `{}`})
			}))
		}
		tell("fct_3", noon.Add(3*time.Second))
		tell("fct_1", noon)
		tell("fct_1", noon)
		h.write()
		tell("fct_2", noon.Add(time.Second)) // late
		tell("fct_3", noon.Add(3*time.Second))
		tell("fct_1", noon)
		h.write()
		var order []string
		for _, e := range h.holds(3) {
			order = append(order, e.Fact)
		}
		if strings.Join(order, " ") != "fct_1 fct_3 fct_2" {
			t.Error(order)
		}
		var left int
		h.check(h.db.QueryRow(t.Context(), `SELECT count(*) FROM audit_waiting`).Scan(&left))
		if left != 0 {
			t.Errorf("%d wait still", left)
		}
	})
}

// A writer may die after any of its writings; the next goes on as if nothing was.
func TestAWriterThatDiesLosesAndDoublesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		total := 0
		for cut := range 9 {
			h.say(dramas(150)...)
			total += 150
			dying := h.node("dying", h.db, h.bus, &failing{h.store, cut, errCut})
			k, err := dying.openKeys(t.Context())
			h.check(err)
			w := &writer{s: dying, keys: k}
			err = w.round(t.Context()) // and it does not release what it holds
			if err != nil && !strings.Contains(err.Error(), errCut.Error()) {
				t.Fatal(err)
			}
			before, err := lastCheckpoint(t.Context(), h.db)
			h.check(err)
			h.write()
			if now, _ := lastCheckpoint(t.Context(), h.db); now.size != before.size {
				t.Fatal("somebody wrote while another held the lease")
			}
			h.clock.Advance(leaseLife + time.Second)
			h.write()
			h.holds(total)
		}
	})
}

// A node that was overtaken, and does not know it, appends and publishes nothing.
func TestAnOvertakenWriterWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.say(dramas(2)...)
		h.clock.Advance(time.Minute)
		if late, err := h.Behind(t.Context()); err != nil || late < time.Minute || late > time.Minute+time.Second {
			t.Errorf("behind by %v, %v", late, err)
		}
		k, err := h.openKeys(t.Context())
		h.check(err)
		slow := &writer{s: h.node("slow", h.db, h.bus, h.store), keys: k}
		if may, err := slow.acquire(t.Context()); err != nil || !may {
			t.Fatal(may, err)
		}
		size, _, err := slow.append(t.Context())
		if err != nil || size != 2 {
			t.Fatal(size, err)
		}
		h.clock.Advance(leaseLife + time.Second)
		h.say(dramas(3)...)
		h.write()
		h.holds(5)
		h.say(dramas(1)...)
		if _, _, err := slow.append(t.Context()); err != errOvertaken {
			t.Errorf("appended: %v", err)
		}
		if err := slow.publish(t.Context(), 0, 2); err != errOvertaken {
			t.Errorf("published: %v", err)
		}
		h.holds(5)
		h.write()
		h.holds(6)
	})
}

func TestManyWritersAtOnceLoseAndDoubleNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.say(dramas(700)...)
		h.check(func() error { _, err := h.openKeys(t.Context()); return err }())
		var nodes sync.WaitGroup
		for _, name := range []string{"b", "c", "d"} {
			s := h.node(name, h.db, h.bus, h.store)
			nodes.Go(func() {
				for range 5 {
					if err := s.Write(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		h.say(dramas(100)...)
		nodes.Wait()
		h.write()
		h.holds(800)
	})
}

func TestOnlyWhoWatchesOverTheHouseReadsEntries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		facts := dramas(3)
		h.say(facts...)
		h.write()
		of := facts[1].(event.DramaPublished).Drama
		for name, c := range map[string]struct {
			by  actor.Actor
			may bool
		}{
			"nobody":    {actor.Actor{}, false},
			"a viewer":  {actor.Actor{Kind: actor.Viewer, Profile: "prf_1"}, false},
			"producer":  {actor.Actor{Kind: actor.Staff, Staff: "stf_1", Org: "org_1", Roles: []actor.Role{actor.Producer}}, false},
			"admin":     {actor.Actor{Kind: actor.Staff, Staff: "stf_1", Roles: []actor.Role{actor.Admin}}, false},
			"operator":  {operator, true},
			"regulator": {regulator, true},
		} {
			_, err := h.Entries(t.Context(), c.by, "", page.Request{})
			if _, proof := h.Prove(t.Context(), c.by, 1); has(err, "audit.readers_only") == c.may || has(proof, "audit.readers_only") == c.may {
				t.Errorf("%s: %v, %v", name, err, proof)
			}
		}
		h.check(h.bus.Idle(t.Context()))
		h.write()
		h.holds(7) // four readings that were let in

		found, err := h.Entries(t.Context(), regulator, string(of), page.Request{})
		h.check(err)
		if len(found.Items) != 1 || found.Items[0].Seq != 1 || !strings.Contains(found.Items[0].Entry, string(of)) {
			t.Errorf("%+v", found)
		}
		h.check(h.bus.Idle(t.Context()))
		h.write()
		last := h.holds(8)[7]
		if last.Act != "audit.log_read" || last.Actor != string(regulator.Staff) || last.Drama != string(of) || last.From != "1" || last.To != "1" {
			t.Errorf("%+v", last)
		}
		first, err := h.Entries(t.Context(), regulator, "", page.Request{Limit: 3})
		h.check(err)
		second, err := h.Entries(t.Context(), regulator, "", page.Request{Limit: 3, After: first.Next})
		h.check(err)
		if first.Items[0].Seq != 7 || second.Items[0].Seq != 4 {
			t.Errorf("%d, %d", first.Items[0].Seq, second.Items[0].Seq)
		}
		if _, err := h.Entries(t.Context(), regulator, "all of them", page.Request{}); !has(err, "audit.drama_malformed") {
			t.Error(err)
		}
		if _, err := h.Prove(t.Context(), regulator, 8); !has(err, "audit.entry_unknown") {
			t.Error("an entry that is under no checkpoint:", err)
		}
		p, err := h.Prove(t.Context(), regulator, 1)
		h.check(err)
		if _, e, err := p.Check(h.verifier()); err != nil || e.Drama != string(of) {
			t.Error(e, err)
		}
	})
}

func TestTheKeyIsItsOwnersAndOneForTheLifeOfTheLog(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.say(dramas(1)...)
		h.write()
		info, err := os.Stat(h.cfg.KeyFile)
		if h.check(err); info.Mode().Perm() != 0o600 {
			t.Errorf("others may read it: %v", info.Mode())
		}
		stranger := h.node("stranger", h.db, h.bus, h.store)
		stranger.cfg.KeyFile = filepath.Join(t.TempDir(), "audit.key")
		h.say(dramas(1)...)
		if err := stranger.Write(t.Context()); err == nil || !strings.Contains(err.Error(), errNoKey.Error()) {
			t.Errorf("a node without the key: %v", err)
		}
		if _, err := os.Stat(stranger.cfg.KeyFile); !os.IsNotExist(err) {
			t.Error("a second key was made")
		}
		other, _, err := NewKey("cliffhanger.log")
		h.check(err)
		stranger.cfg.Key = "x"
		if err := stranger.cfg.Validate(); err == nil {
			t.Error("x is a key")
		}
		stranger.cfg.Key = obs.Secret(other)
		if err := stranger.Write(t.Context()); err == nil {
			t.Error("another key signs")
		}
		text, err := os.ReadFile(h.cfg.KeyFile)
		h.check(err)
		stranger.cfg.Key = obs.Secret(strings.TrimSpace(string(text)))
		second, secondPublic, err := NewKey("witness.example")
		h.check(err)
		stranger.cfg.CosignerKey = obs.Secret(second)
		h.check(stranger.Write(t.Context()))
		h.holds(2)
		st, err := h.State(t.Context())
		h.check(err)
		if _, err := tree.Open([]byte(st.Checkpoint), h.verifier(), verifierFrom(t, secondPublic)); err != nil {
			t.Error("the second signature:", err)
		}
	})
}

func TestWhatDoesNotFitBecomesADeadLetter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.say(event.AssetFailed{Asset: id.New[id.Asset](), Code: "said Lin Xiaoyu"}, event.DramaWithdrawn{Drama: id.New[id.Drama]()})
		h.write()
		if got := acts(h.holds(1)); got != "catalogue.drama_withdrawn" {
			t.Error(got)
		}
		letters, err := h.bus.DeadLetters(t.Context(), page.Request{})
		if h.check(err); len(letters.Items) != 1 || letters.Items[0].Listener != "audit" {
			t.Errorf("%+v", letters)
		}
	})
}

func TestAViewerHasOnePseudonymThatTellsNothing(t *testing.T) {
	t.Parallel()
	a, b := keys{veil: []byte("one")}, keys{veil: []byte("two")}
	if got := a.pseudonym("prf_1"); got != a.pseudonym("prf_1") || got == b.pseudonym("prf_1") || got == a.pseudonym("prf_2") || len(got) != 32 {
		t.Error(got)
	}
}
