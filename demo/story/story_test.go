package story

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRepertoire(t *testing.T) {
	t.Parallel()
	dramas, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(dramas) != 12 {
		t.Errorf("%d dramas, want 12", len(dramas))
	}
	for _, d := range dramas {
		if len(d.Episodes) != 5 {
			t.Errorf("%s has %d episodes, want 5", d.Key, len(d.Episodes))
		}
		for i, e := range d.Episodes {
			if e.Number != i+1 || e.Last != (i == len(d.Episodes)-1) {
				t.Errorf("%s: episode %d calls itself %d, last %v", d.Key, i+1, e.Number, e.Last)
			}
			if e.Mood == d.EndMood && e.Mood == "blood" {
				t.Errorf("%s/%d: a mood of blood takes the last shot's force", d.Key, e.Number)
			}
		}
	}
}

const small = `
[[drama]]
key = "k"
title = { zh = "题", en = "T" }
logline = { zh = "句", en = "L" }
genres = ["g"]
audience = "all"
[drama.cast.A]
base = "kid"
[drama.cast.B]
base = "kid"
[[drama.episode]]
title = { zh = "题", en = "T" }
set = "street"
lines = [["A", "calm", "idle", "一", "one"]]
cliff = ["二", "two", "B", "shock"]
`

func TestParse(t *testing.T) {
	t.Parallel()
	if _, err := Parse(small); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"unknown key":       {`key = "k"`, "key = \"k\"\nkye = 1"},
		"no key":            {`key = "k"`, ""},
		"one language":      {`{ zh = "句", en = "L" }`, `{ zh = "句" }`},
		"short line":        {`"一", "one"]`, `"一"]`},
		"number in a line":  {`"一", "one"]`, `"一", 1]`},
		"absent speaker":    {`[["A",`, `[["C",`},
		"absent listener":   {`"two", "B"`, `"two", "C"`},
		"nobody speaks":     {`[["A", "calm", "idle", "一", "one"]]`, `[]`},
		"role not cast":     {`set = "street"`, "set = \"street\"\npair = [\"A\", \"D\"]"},
		"poster of nothing": {`audience = "all"`, "audience = \"all\"\nposter = { episode = 2 }"},
		"no TOML":           {"[[drama]]", "[[drama"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(small, change[0], change[1], 1)
			if text == small {
				t.Fatal("the change changes nothing")
			}
			if _, err := Parse(text); err == nil {
				t.Error("accepted")
			}
		})
	}
	if _, err := Parse(small + small); err == nil {
		t.Error("the same key twice is accepted")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Fuzz(func(t *testing.T, text string) {
		dramas, err := Parse(text)
		if err != nil {
			return
		}
		for _, d := range dramas {
			for _, e := range d.Episodes {
				if len(e.Lines) == 0 || e.Number == 0 {
					t.Errorf("%q let an episode through: %+v", text, e)
				}
			}
		}
	})
}

// Shots follow each other without a gap, every line is on once for as long as it
// is spoken, and the last shot is the cliff.
func TestPlanCoversTheClock(t *testing.T) {
	t.Parallel()
	dramas, err := All()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom(dramas).Draw(t, "drama")
		e := rapid.SampledFrom(d.Episodes).Draw(t, "episode")
		spoken := rapid.SliceOfN(rapid.Float64Range(0, 6), len(e.Lines), len(e.Lines)).Draw(t, "spoken")
		board := Plan(e, spoken)
		at, heard := 0.0, 0
		for i, shot := range board.Shots {
			if math.Abs(shot.Start-at) > 1e-9 || shot.End <= shot.Start {
				t.Fatalf("shot %d runs %v–%v after %v", i, shot.Start, shot.End, at)
			}
			if board.At((shot.Start+shot.End)/2) != i {
				t.Fatalf("At does not find shot %d", i)
			}
			at = shot.End
			if shot.Line == Silent {
				continue
			}
			if shot.Line != heard || shot.End-shot.Start < spoken[heard]+VoiceDelay {
				t.Fatalf("line %d of %v s in %+v", heard, spoken[heard], shot)
			}
			heard++
		}
		last := board.Shots[len(board.Shots)-1]
		if heard != len(e.Lines) || last.Kind != End || board.Length < 12 || board.Cliff() != last.Start {
			t.Fatalf("%d lines, last %+v, length %v", heard, last, board.Length)
		}
	})
}
