package market

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/trust/market/pack"
)

func TestAMarketIsAddedWithoutCode(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.lay(t, "id.toml", indonesia)
		h.lay(t, "broken.toml", strings.Replace(indonesia, `"IDR"`, `"rupiah"`, 1))
		h.lay(t, "notes.txt", "not a pack")
		other := h.node(t, nil)
		if got := inForceVersion(other, "ID"); got != "home 1" {
			t.Fatalf("before: %s", got)
		}

		o, err := h.Overview(t.Context(), lin)
		must(t, err)
		if len(o.InForce) != 5 || len(o.Files) != 2 || o.Files[1].Name != "id.toml" || o.Files[1].State != "new" || o.Files[0].State != "broken" ||
			o.Files[0].Problems[0].Error() != `line 8: currency: "rupiah": want a currency such as CNY` {
			t.Fatalf("%d in force, files %+v", len(o.InForce), o.Files)
		}

		seen, err := h.Propose(t.Context(), lin, "id.toml", "")
		must(t, err)
		if seen.State != Staged || seen.Before.Code != "" || len(seen.Changes) != 3 || len(seen.Dramas) != 1 || !seen.From.Equal(noon) {
			t.Fatalf("%+v", seen)
		}
		if got := inForceVersion(h.Service, "ID"); got != "home 1" {
			t.Fatalf("proposed only: %s", got)
		}
		_, err = h.Confirm(t.Context(), lin, seen.Proposal.ID, seen.Diff)
		mustRefuse(t, err, errOwn)
		_, err = h.Confirm(t.Context(), rui, seen.Proposal.ID, "something else")
		mustRefuse(t, err, errMoved)
		done, err := h.Confirm(t.Context(), rui, seen.Proposal.ID, seen.Diff)
		must(t, err)
		if done.State != InForce || done.Diff != seen.Diff || len(done.Changes) != 3 {
			t.Fatalf("%+v", done)
		}
		if got := inForceVersion(h.Service, "ID"); got != "ID 1" {
			t.Fatalf("in force: %s", got)
		}
		h.clock.Advance(believed)
		if got := inForceVersion(other, "ID"); got != "ID 1" {
			t.Fatalf("another node, which heard nothing, five seconds later: %s", got)
		}
		if got := h.facts(t); got != "market.pack_proposed market.pack_confirmed market.pack_in_force" {
			t.Fatal(got)
		}
		_, err = h.Confirm(t.Context(), rui, seen.Proposal.ID, seen.Diff)
		mustRefuse(t, err, errDone)
		mustRefuse(t, h.Withdraw(t.Context(), lin, seen.Proposal.ID), errInForce)
		_, err = h.Propose(t.Context(), lin, "", "# the same\n"+indonesia)
		mustRefuse(t, err, errSame)
		_, text, err := h.Read(t.Context(), rui, "ID")
		must(t, err)
		if text != indonesia {
			t.Error("the text in force is not the one that was proposed")
		}
	})
}

func TestRulesTakeEffectOnTheirDay(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		made := 0
		codes := Derived(h.Service, "", func(packs []pack.Pack) (string, error) {
			made++
			var all []string
			for _, p := range packs {
				all = append(all, p.Code)
			}
			return strings.Join(all, " "), nil
		})
		if got := codes(); got != "CN EU SG US home" || codes() != got || made != 1 {
			t.Fatalf("%s, made %d times", got, made)
		}
		// Midnight in Jakarta is five in the afternoon in London.
		seen, err := h.Propose(t.Context(), lin, "", strings.Replace(indonesia, `from = "2026-01-01"`, `from = "2026-11-28"`, 1))
		must(t, err)
		seen, err = h.Confirm(t.Context(), rui, seen.Proposal.ID, seen.Diff)
		must(t, err)
		day := time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)
		if seen.State != Waiting || !seen.From.Equal(day) {
			t.Fatalf("%s from %s", seen.State, seen.From)
		}
		h.clock.Advance(day.Sub(noon) - time.Microsecond)
		must(t, h.Tell(t.Context()))
		if codes() != "CN EU SG US home" || strings.Contains(h.facts(t), "in_force") {
			t.Fatal("too early")
		}
		h.clock.Advance(time.Microsecond)
		if got := codes(); got != "CN EU ID SG US home" || made != 2 {
			t.Fatalf("on the day: %s, made %d times", got, made)
		}
		must(t, h.Tell(t.Context()))
		must(t, h.node(t, nil).Tell(t.Context()))
		if got := h.facts(t); got != "market.pack_proposed market.pack_confirmed market.pack_in_force" {
			t.Fatal(got)
		}
	})
}

func TestWhatMayNotBeProposed(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		propose := func(text string) error {
			_, err := h.Propose(t.Context(), lin, "", text)
			return err
		}
		err := propose(strings.Replace(indonesia, `three_person = true`, `three_person = "yes"`, 1))
		mustRefuse(t, err, errBroken)
		if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Msg != "line 14: three_person: want true or false" {
			t.Errorf("%+v", f.Fields)
		}
		mustRefuse(t, propose(strings.Replace(indonesia, `["ID"]`, `["ID", "DE"]`, 1)), errTaken)
		mustRefuse(t, propose(pack.BuiltinText("CN")), errSame)
		mustRefuse(t, propose(""), errNothing)
		china := pack.BuiltinText("CN")
		if err := propose(strings.Replace(china, `kinds = ["ai"]`+"\nfrom", `kinds = ["ai", "live"]`+"\nfrom", 1)); err == nil {
			t.Error("AI dramas would fall back on the scale of live action")
		}
		for _, name := range []string{"../market.toml", "id.toml", "/etc/passwd", ".toml"} {
			_, err := h.Propose(t.Context(), lin, name, "")
			mustRefuse(t, err, errFile)
		}
		h.judge = errors.New("no band 3-8")
		mustRefuse(t, propose(indonesia), errTables)
		h.judge = nil
		must(t, propose(indonesia))
		mustRefuse(t, propose(indonesia), errStaged)
		if got := h.facts(t); got != "market.pack_proposed" {
			t.Error(got)
		}
	})
}

func TestAScaleForAIStaysInEveryMarketThatHasOne(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		h.alone = true
		tier := "\n[[tier]]\nid = \"id-ai\"\nkinds = [\"ai\"]\nfrom = \"2026-01-01\"\nkey_min = 5\ncurrency = \"IDR\"\nsource = \"x\"\n"
		seen, err := h.Propose(t.Context(), lin, "", indonesia+tier)
		must(t, err)
		_, err = h.Confirm(t.Context(), lin, seen.Proposal.ID, seen.Diff) // nobody else could
		must(t, err)
		_, err = h.Propose(t.Context(), lin, "", indonesia)
		mustRefuse(t, err, errAIScale)
	})
}

func TestWhatWasSeenIsWhatIsConfirmed(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		first, err := h.Propose(t.Context(), lin, "", indonesia)
		must(t, err)
		_, err = h.Confirm(t.Context(), rui, first.Proposal.ID, first.Diff)
		must(t, err)
		second, err := h.Propose(t.Context(), lin, "", strings.Replace(strings.Replace(indonesia, `version = "1"`, `version = "2"`, 1), "three_person = true", "three_person = false", 1))
		must(t, err)
		if len(second.Changes) != 2 || second.Before.Version != "1" {
			t.Fatalf("%v", second.Changes)
		}
		mustRefuse(t, h.Withdraw(t.Context(), rui, second.Proposal.ID), errOperator)
		must(t, h.Withdraw(t.Context(), lin, second.Proposal.ID))
		mustRefuse(t, h.Withdraw(t.Context(), lin, second.Proposal.ID), errDone)
		_, err = h.Confirm(t.Context(), rui, second.Proposal.ID, second.Diff)
		mustRefuse(t, err, errDone)
		if got := inForceVersion(h.Service, "ID"); got != "ID 1" {
			t.Fatal(got)
		}
		o, err := h.Overview(t.Context(), rui)
		must(t, err)
		if o.States[first.Proposal.ID] != InForce || o.States[second.Proposal.ID] != Withdrawn {
			t.Fatalf("%v", o.States)
		}
		third, err := h.Propose(t.Context(), lin, "", strings.Replace(indonesia, `version = "1"`, `version = "3"`, 1))
		must(t, err)
		_, err = h.Confirm(t.Context(), rui, third.Proposal.ID, third.Diff)
		must(t, err)
		o, err = h.Overview(t.Context(), rui)
		must(t, err)
		if o.States[first.Proposal.ID] != Superseded || o.States[third.Proposal.ID] != InForce {
			t.Fatalf("%v", o.States)
		}
		again, err := h.Look(t.Context(), rui, first.Proposal.ID)
		must(t, err)
		if again.Diff != first.Diff {
			t.Error("what the first one changed is told otherwise afterwards")
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		seen, err := h.Propose(t.Context(), lin, "", indonesia)
		must(t, err)
		for name, by := range map[string]actor.Actor{"an administrator": ada, "a producer": mo, "a viewer": viewer("1"), "the house": house, "nobody": {}} {
			_, err := h.Overview(t.Context(), by)
			mustRefuse(t, err, errStaff)
			_, err = h.Look(t.Context(), by, seen.Proposal.ID)
			mustRefuse(t, err, errStaff)
			_, err = h.Confirm(t.Context(), by, seen.Proposal.ID, seen.Diff)
			mustRefuse(t, err, errStaff)
			_, err = h.Classify(t.Context(), by, "CN", pack.Facts{}, "")
			mustRefuse(t, err, errStaff)
			if _, err = h.Propose(t.Context(), by, "", indonesia); fault.Of(err).Code != errOperator.Code {
				t.Errorf("%s proposes: %v", name, err)
			}
		}
		_, err = h.Propose(t.Context(), rui, "", indonesia)
		mustRefuse(t, err, errOperator)
		_, err = h.Look(t.Context(), lin, "pck_00000000000000000000000000")
		mustRefuse(t, err, errPack)
		_, err = h.Look(t.Context(), lin, "x")
		mustRefuse(t, err, errPack)
		_, _, err = h.Read(t.Context(), lin, "XX")
		mustRefuse(t, err, errPack)
		r, err := h.Classify(t.Context(), rui, "CN", pack.Facts{Kind: pack.AI, Invested: 80_000_000, Currency: "CNY"}, "")
		must(t, err)
		if r.Class != pack.Key || r.Rule != "cn-ai-2026-07" {
			t.Errorf("%+v", r)
		}
		_, err = h.Classify(t.Context(), rui, "CN", pack.Facts{}, "July")
		mustRefuse(t, err, errDay)
	})
}

func TestTheFileOfHomeIsTheOperatorsOwn(t *testing.T) {
	each(t, func(t *testing.T, h *theatre) {
		must(t, h.Lay())
		text, err := h.file("home.toml")
		must(t, err)
		if text != pack.BuiltinText(pack.Home) {
			t.Fatal("it is not what is in force")
		}
		h.lay(t, "home.toml", strings.Replace(text, "three_person = true", "three_person = false", 1))
		must(t, h.Lay()) // and leaves it alone
		o, err := h.Overview(t.Context(), lin)
		must(t, err)
		if len(o.Files) != 1 || o.Files[0].State != "new" {
			t.Fatalf("%+v", o.Files)
		}
		seen, err := h.Propose(t.Context(), lin, "home.toml", "")
		must(t, err)
		if len(seen.Changes) != 1 || seen.Changes[0].String() != `review 2022-01-01: changed (three_person from "true" to "false")` {
			t.Fatalf("%v", seen.Changes)
		}
	})
}

// A proposal is in one state at a time, and what was in force stays so.
func TestAProposalGoesNoForbiddenWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		p := proposal{ProposedBy: "stf_lin", ProposedAt: now}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			was := p.state(now)
			var next proposal
			var err error
			switch rapid.SampledFrom([]string{"confirm", "withdraw", "wait"}).Draw(t, "step") {
			case "confirm":
				by := rapid.SampledFrom([]actor.Actor{lin, rui}).Draw(t, "by")
				alone := rapid.Bool().Draw(t, "alone")
				next, err = p.confirm(by.Staff, alone, now.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "from"))*time.Hour), now)
				if allowed := was == Staged && (alone || by.Staff != p.ProposedBy); allowed != (err == nil) {
					t.Fatalf("%s confirmed by %s: %v", was, by.Staff, err)
				}
				if err == nil && next.InForceAt.Before(now) {
					t.Fatal("it takes effect in the past")
				}
			case "withdraw":
				next, err = p.withdraw(lin.Staff, now)
				if allowed := was == Staged || was == Waiting; allowed != (err == nil) {
					t.Fatalf("%s withdrawn: %v", was, err)
				}
			case "wait":
				now, next = now.Add(time.Hour), p
			}
			if err == nil {
				p = next
			}
			if is := p.state(now); was == InForce && is != InForce || was == Withdrawn && is != Withdrawn {
				t.Fatalf("%s became %s", was, is)
			}
		}
	})
}
