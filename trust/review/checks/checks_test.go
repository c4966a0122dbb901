package checks

import (
	"math/rand"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/trust/review/lexicon"
)

func TestSightingsOfOneMomentAreOneFinding(t *testing.T) {
	const s = time.Second
	got := Words(builtin, []Text{
		{Where: Picture, Episode: 2, From: 10 * s, To: 11 * s, Text: "他说冰毒吧", Sure: 0.7},
		{Where: Picture, Episode: 2, From: 10 * s, To: 11 * s, Text: "他说 冰毒 吧", Sure: 0.9}, // another reading
		{Where: Picture, Episode: 2, From: 12 * s, To: 13 * s, Text: "冰毒", Sure: 0.5},
		{Where: Picture, Episode: 2, From: 40 * s, To: 41 * s, Text: "冰毒", Sure: 0.6}, // another moment
		{Where: Subtitle, Language: "en", Episode: 1, From: 3 * s, To: 4 * s, Text: "An ONLINE casino.", Sure: 1},
		{Where: Title, Language: "zh-CN", Text: "雨夜归人", Sure: 1},
	})
	want := []Finding{
		{Check: "words", Rule: "en/gambling-1", Version: "2026-11-28", Code: "gambling", Severity: lexicon.Ban, Where: Subtitle, Language: "en", Episode: 1, From: 3 * s, To: 4 * s, Score: 1, Excerpt: "An ONLINE casino."},
		{Check: "words", Rule: "cn-zh/drugs-1", Version: "2026-11-28", Code: "drugs", Severity: lexicon.Ban, Where: Picture, Episode: 2, From: 10 * s, To: 13 * s, Score: 0.9, Excerpt: "他说 冰毒 吧"},
		{Check: "words", Rule: "cn-zh/drugs-1", Version: "2026-11-28", Code: "drugs", Severity: lexicon.Ban, Where: Picture, Episode: 2, From: 40 * s, To: 41 * s, Score: 0.6, Excerpt: "冰毒"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Repeating a check gives the same findings under the same keys, in whatever order
// the texts come, and no two findings share a key.
func TestFindingsDoNotDependOnOrder(t *testing.T) {
	m := builtin
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Text {
			x := Text{
				Where: rapid.SampledFrom([]Where{Title, Subtitle, Picture}).Draw(t, "where"), Episode: rapid.IntRange(0, 2).Draw(t, "episode"),
				Text: rapid.SampledFrom([]string{"冰毒", "他在贩毒，冰毒", "online casino and heroin", "你好"}).Draw(t, "text"), Sure: rapid.Float64Range(0, 1).Draw(t, "sure"),
			}
			x.From = time.Duration(rapid.IntRange(0, 20).Draw(t, "from")) * time.Second / 2
			x.To = x.From + time.Duration(rapid.IntRange(0, 4).Draw(t, "long"))*time.Second/2
			return x
		}), 0, 12).Draw(t, "texts")
		a := Words(m, texts)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		if d := cmp.Diff(a, Words(m, texts)); d != "" {
			t.Fatal(d)
		}
		keys := map[string]bool{}
		for _, f := range a {
			if keys[f.Key()] {
				t.Fatalf("two findings share a key: %+v", f)
			}
			keys[f.Key()] = true
		}
	})
}

func TestExcerptsAreShortAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 60, -1).Draw(t, "before") + "冰毒" + rapid.StringN(0, 200, -1).Draw(t, "after")
		for _, f := range Words(builtin, []Text{{Where: Synopsis, Text: text, Sure: 1}}) {
			if !utf8.ValidString(f.Excerpt) && utf8.ValidString(text) || utf8.RuneCountInString(f.Excerpt) > longestExcerpt {
				t.Fatalf("%q", f.Excerpt)
			}
		}
	})
}

var builtin = func() *lexicon.Matcher {
	m, err := lexicon.Compile(lexicon.Builtin()...)
	if err != nil {
		panic(err)
	}
	return m
}()

func TestMarksAndDeclarationsAreCompared(t *testing.T) {
	var got []string
	for _, f := range Labels([]Made{{1, true, true, "1"}, {2, false, true, "1"}, {3, true, false, ""}, {4, false, false, ""}, {5, true, true, "9"}}) {
		got = append(got, f.Rule+" "+string(f.Severity)+" "+string(rune('0'+f.Episode)))
	}
	if d := cmp.Diff([]string{"carried-undeclared S1 2", "declared-unmarked S3 3", "label-unknown S2 5"}, got); d != "" {
		t.Error(d)
	}
}
