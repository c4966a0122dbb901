package policy

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestOnlyANewerProofMakesAWordLessStrict(t *testing.T) {
	t.Parallel()
	rules, began := Default(), time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	draw := rapid.Custom(func(t *rapid.T) Statement {
		from := rapid.SampledFrom([]int{0, 2, 7, 8, 12, 13, 15, 16, 18, 40}).Draw(t, "from")
		return Statement{Ages: Ages{from, rapid.SampledFrom([]int{max(from, 1), from + 4, Upward}).Draw(t, "to")},
			Until: rapid.Int64Range(1, 9).Draw(t, "until"), Signed: rapid.Bool().Draw(t, "signed")}
	})
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SampledFrom([]Source{FromSystem, FromStore, FromGuardian}).Draw(t, "source")
		others := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Evidence { return drawEvidence(t, began, "other") }), 0, 3).Draw(t, "others")
		var w Word
		now, newest := began, int64(0)
		for _, s := range rapid.SliceOfN(draw, 1, 12).Draw(t, "statements") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
			s.Source = source
			known := func(w Word) Known {
				return rules.Known(append(slices.Clone(others), w.Proven, w.Hint), now)
			}
			before := known(w)
			next, err := w.Hear(s, "CN", now)
			fresh := s.Signed && s.Until > newest
			switch {
			case fresh && (err != nil || next.Proven.Ages != s.Ages || next.Hint != (Evidence{}) || next.band(now) != s.Ages.Band()):
				t.Fatalf("a newer proof is not what holds: %+v, %v", next, err)
			case !fresh && strictness(known(next)) < strictness(before):
				t.Fatalf("%+v makes %+v of %+v", s, known(next), before)
			case !fresh && next.Proven != w.Proven:
				t.Fatal("what was proved changed without a proof")
			case err != nil && (!errors.Is(err, ErrLooser) || next != w):
				t.Fatalf("refused with %v, it changed all the same", err)
			case !fresh && err == nil && s.Ages.Band() != Adult && strictness(Known{Band: next.band(now)}) < strictness(Known{Band: s.Ages.Band()}):
				t.Fatalf("%+v was heard and does not hold: %+v", s, next)
			}
			if w = next; fresh {
				newest = s.Until
			}
			if again, err := w.Hear(s, "CN", now); fresh && (err != nil || again != w) {
				t.Fatalf("said twice is not once: %+v, %v", again, err)
			}
		}
	})
}

func TestHowLongAWordHolds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	said := func(from Source, ages string, signed bool) Word {
		a, err := ParseAges(ages)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Word{}.Hear(Statement{from, a, 1, signed}, "FR", now)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for name, c := range map[string]struct {
		word  Word
		until time.Time
	}{
		"a shop's minor stays":      {said(FromStore, "13-15", true), time.Time{}},
		"a shop's adult is renewed": {said(FromStore, "18+", true), now.Add(provenHolds)},
		"a system's is renewed":     {said(FromSystem, "13-15", true), now.Add(provenHolds)},
		"a hint for a day":          {said(FromStore, "13-15", false), now.Add(hintHolds)},
	} {
		if e := c.word.Proven; e.Band == "" {
			if c.word.Hint.Until != c.until {
				t.Errorf("%s: %+v", name, c.word)
			}
		} else if e.Until != c.until {
			t.Errorf("%s: %+v", name, c.word)
		}
	}
}
