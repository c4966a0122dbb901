package search_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cliffhanger/studio/catalogue/search"
)

func TestWordsAreFolded(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"雨夜歸來":                    "雨夜归来",
		"總裁の秘密":                   "总裁の秘密",
		"  The NIGHT — she came ": "the night she came",
		"Ｆｕｌｌ　ｗｉｄｔｈ":              "full width",
		"Café Déjà-vu":            "cafe deja vu",
		"Don't":                   "dont",
		"《替身新娘》！":                 "替身新娘",
		"\xff\xfe":                "",
		"":                        "",
	} {
		if got := search.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

var library = []search.Doc{
	{ID: "night", Titles: []string{"雨夜归来", "The Night She Came Back"}, People: []string{"林晚", "Lin Wan"}, Tags: []string{"reborn", "复仇", "Revenge"}, Synopses: []string{"她带着前世的记忆回到结婚前夜。"}},
	{ID: "boss", Titles: []string{"霸道总裁的替身新娘", "The Boss's Substitute Bride"}, People: []string{"周远"}, Tags: []string{"霸总", "CEO"}, Synopses: []string{"一场雨夜的意外。"}},
	{ID: "shop", Titles: []string{"商业风云", "Trading Places"}, People: []string{"陈归"}, Synopses: []string{"Two rivals, one contract."}},
	{ID: "wife", Titles: []string{"隐婚娇妻", "Secret Wife"}, Tags: []string{"romance"}},
	{ID: "trad", Titles: []string{"總裁夫人", "Madam President"}},
}

func open(t *testing.T, dir string) *search.Index {
	t.Helper()
	x, err := search.Open(dir, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func find(t *testing.T, x *search.Index, q string) []string {
	t.Helper()
	hits, err := x.Find(t.Context(), search.Parse(q), nil, 10)
	if err != nil {
		t.Fatalf("%q: %v", q, err)
	}
	ids := []string{}
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func TestFinding(t *testing.T) {
	t.Parallel()
	x := open(t, t.TempDir())
	if err := x.Apply(library, nil, 5); err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string]string{
		"雨夜归来":           "night",
		"雨夜歸來":           "night",      // traditional
		"雨夜":             "night boss", // the title before the synopsis
		"裁":              "trad boss",  // one character
		"总裁":             "trad boss",  // finds 總裁
		"總裁":             "trad boss",
		"霸道总裁":           "boss",
		"雨夜鬼来":           "night", // sounds alike
		"雨叶归来":           "night",
		"替身新狼":           "boss",  // one character wrong
		"yuyeguilai":     "night", // pinyin
		"yu ye gui lai":  "night",
		"guilai":         "night", // from the middle
		"yuyegui":        "night", // while typing
		"yygl":           "night", // initials
		"bdzc":           "boss",
		"yuyeguiali":     "night", // mistyped pinyin
		"linwan":         "night",
		"林晚":             "night",
		"Secret wife":    "wife",
		"secret wif":     "wife",
		"sekret wife":    "wife", // one letter wrong
		"substitue brid": "boss",
		"NIGHT":          "night",
		"ceo":            "boss",
		"复仇":             "night",
		"记忆":             "night",
		"雨夜 night":       "night", // every term has to be found
		"雨夜 wife":        "",
		"zzzz":           "",
		"":               "",
		"*":              "",
		"title:雨":        "", // no operators: "title" is a word like any
		"陈归":             "shop",
	} {
		if got := strings.Join(find(t, x, q), " "); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

func TestPagesOfHitsTogetherAreAllHits(t *testing.T) {
	t.Parallel()
	x := open(t, t.TempDir())
	var docs []search.Doc
	for i := range 57 {
		docs = append(docs, search.Doc{ID: string(rune('a'+i/26)) + string(rune('a'+i%26)), Titles: []string{"总裁" + strings.Repeat("好", i%7)}})
	}
	if err := x.Apply(docs, nil, 1); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var after *search.Hit
	for {
		hits, err := x.Find(t.Context(), search.Parse("总裁"), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) == 0 {
			break
		}
		for _, h := range hits {
			if seen[h.ID] {
				t.Fatalf("%s came twice", h.ID)
			}
			seen[h.ID] = true
		}
		after = &hits[len(hits)-1]
	}
	if len(seen) != len(docs) {
		t.Fatalf("saw %d of %d", len(seen), len(docs))
	}
}

func TestTheIndexRemembersAndForgets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := open(t, dir)
	if err := x.Apply(library, nil, 41); err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(nil, []string{"night"}, 42); err != nil {
		t.Fatal(err)
	}
	x.Close()
	x = open(t, dir)
	if x.Change() != 42 || len(find(t, x, "雨夜归来")) != 0 || len(find(t, x, "secret")) != 1 {
		t.Fatalf("it woke up at change %d", x.Change())
	}
	x.Close()

	other, err := search.Open(dir, 8) // of another catalogue
	if err != nil || other.Change() != 0 {
		t.Fatalf("another catalogue's index was used: %v", err)
	}
	other.Close()
}

func TestADamagedIndexBeginsEmpty(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, dir string){
		"meta":  func(t *testing.T, dir string) { spoil(t, filepath.Join(dir, "index_meta.json")) },
		"store": func(t *testing.T, dir string) { spoil(t, filepath.Join(dir, "store", "root.bolt")) },
		"segments": func(t *testing.T, dir string) {
			found, _ := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
			if len(found) == 0 {
				t.Fatal("no segments on disk")
			}
			for _, f := range found {
				spoil(t, f)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			x := open(t, dir)
			if err := x.Apply(library, nil, 5); err != nil {
				t.Fatal(err)
			}
			x.Close()
			damage(t, filepath.Join(dir, "dramas"))
			x = open(t, dir)
			if x.Change() != 0 {
				t.Fatalf("a damaged index claims change %d", x.Change())
			}
			if err := x.Apply(library, nil, 5); err != nil || len(find(t, x, "secret wife")) != 1 {
				t.Fatalf("the new index does not work: %v", err)
			}
		})
	}
}

// spoil overwrites a file's first half with nonsense.
func spoil(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(b)/2 + 1 {
		b[i] = 0x5a
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhereItMatched(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{"雨夜": search.Title, "yygl": search.Title, "林晚": search.People, "reborn": search.Tag, "前世": search.Synopsis} {
		if got, exact := search.Where(library[0], search.Parse(q)); got != want || !exact {
			t.Errorf("%q matched %s, %v; want %s", q, got, exact, want)
		}
	}
	if _, exact := search.Where(library[0], search.Parse("雨夜鬼来")); exact {
		t.Error("likeness counts as exact")
	}
}

func TestFoldingIsDoneOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aBé ß總裁归歸。-'ﬁ１Ａ̈"))).Draw(t, "s")
		if once := search.Fold(s); search.Fold(once) != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, search.Fold(once))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"雨夜归来", "a b", "雨a夜", "\xff", strings.Repeat("总", 200), "% _ \\", "\u0300", "ß", "İ", "㐀𠀀"} {
		f.Add(s)
	}
	doc := library[0]
	f.Fuzz(func(t *testing.T, s string) {
		q := search.Parse(s)
		if len(q.Terms) > 8 {
			t.Fatalf("%d terms", len(q.Terms))
		}
		for _, term := range q.Terms {
			if term == "" || strings.ContainsAny(term, " %_\\") || !utf8.ValidString(term) {
				t.Fatalf("term %q", term)
			}
		}
		search.Where(doc, q)
		if again := search.Parse(strings.Join(q.Terms, " ")); len(q.Terms) > 0 && len(s) < 50 && !slices.Equal(again.Terms, q.Terms) {
			t.Fatalf("%q became %q, then %q", s, q.Terms, again.Terms)
		}
	})
}
