package lexicon

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func builtinMatcher(t testing.TB) *Matcher {
	t.Helper()
	m, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestHiddenWordsAreFound(t *testing.T) {
	m := builtinMatcher(t)
	for _, tt := range []struct{ text, want string }{
		{"他在贩卖冰毒。", "drugs-1 冰毒"},
		{"他在贩卖冰 毒。", "drugs-1 冰 毒"},
		{"这是網絡賭博！", "gambling-1 網絡賭博"},
		{"这是网*络*赌*博", "gambling-1 网*络*赌*博"},
		{"这是网，络，赌，博", "gambling-1 网，络，赌，博"},
		{"保本\n高收益", "finance-1 保本\n高收益"},
		{"ＯＮＬＩＮＥ　ＣＡＳＩＮＯ", "gambling-1 ＯＮＬＩＮＥ　ＣＡＳＩＮＯ"},
		{"an Online Casino!", "gambling-1 Online Casino"},
		{"an 0nl1ne c@sin0", "gambling-1 0nl1ne c@sin0"},
		{"pure h3r0in here", "drugs-2 h3r0in"},
		{"c o c a i n e", "drugs-3 c o c a i n e"},
		{"c.o.c.a.i.n.e", "drugs-3 c.o.c.a.i.n.e"},
		{"co\u200bca\u00adine", "drugs-3 co\u200bca\u00adine"},
		{"сосаіnе", "drugs-3 сосаіnе"}, // five of them Cyrillic
		{"fr33 gift card", "contact-bait-4 fr33 gift card"},
		{"héroïn", "drugs-2 héroïn"},
		{"加我微信号 abc12345 聊", "contact-bait-number 微信号 abc12345"},
	} {
		var got []string
		for _, h := range m.Find(tt.text) {
			got = append(got, h.Entry+" "+tt.text[h.From:h.To])
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestHonestTextIsLeftAlone(t *testing.T) {
	m := builtinMatcher(t)
	for _, text := range []string{
		"", "冰。毒", "他喝了冰，毒辣的太阳", "我们反家暴", "heroine of the night", "heroin-like is one, but heroines are none"[36:],
		"the coca. Ine went home", "co caine", "a b c o c a i n e d", "bet. Now go", "clicks the link", "2026年11月28日 12:05", "小区在3号线",
	} {
		for _, h := range m.Find(text) {
			t.Errorf("%q: found %s in %q", text, h.Entry, text[h.From:h.To])
		}
	}
}

func TestHostileListsAreRefused(t *testing.T) {
	file := func(rows string) string {
		return "name = \"x\"\nlanguage = \"zh\"\nversion = \"1\"\nfrom = \"2026-01-01\"\nauthority = \"a\"\nsource = \"s\"\n[[entry]]\nid = \"e\"\ncode = \"c\"\nseverity = \"S1\"\n" + rows
	}
	if _, err := Parse(file(`text = ["两字"]`)); err != nil {
		t.Fatalf("an honest list: %v", err)
	}
	for _, tt := range []struct{ rows, says string }{
		{`pattern = "(a+)+b"`, "repeats without an end"},
		{`pattern = "(.*)*冰毒"`, "repeats without an end"},
		{`pattern = "a{2,}"`, "repeats without an end"},
		{`pattern = "((a{0,30}){0,30}){0,30}bb"`, "compiles|span|invalid repeat"},
		{`pattern = "(?=x)y"`, "no look-around"},
		{`pattern = "(a)\\1"`, "no look-around"},
		{`pattern = "x?"`, "at least two characters"},
		{`pattern = "."`, "at least two characters"},
		{`pattern = "` + strings.Repeat("a", 201) + `"`, "longer than 200 bytes"},
		{`pattern = "ab{60}c{60}"`, "may span"},
		{`text = ["字"]`, "fewer than two letters"},
		{`text = ["！！！！"]`, "fewer than two letters"},
		{`text = ["` + strings.Repeat("字", 65) + `"]`, "more than 64 letters"},
		{"", "an entry has text or one pattern"},
		{"text = [\"ab\"]\nextra = 1", "no such key"},
		{"text = [\"ab\"]\n[[entry]]\nid = \"e\"\ncode = \"c\"\nseverity = \"S9\"\ntext = [\"cd\"]", "there twice"},
		{"text = [\"ab\"]\n[[entry]]\nid = \"f\"\ncode = \"c\"\nseverity = \"S9\"\ntext = [\"cd\"]", "line 12: f: severity"},
		{"text = [", "line"},
	} {
		_, err := Parse(file(tt.rows))
		ok := false
		for says := range strings.SplitSeq(tt.says, "|") {
			ok = ok || err != nil && strings.Contains(err.Error(), says)
		}
		if !ok {
			t.Errorf("%.60s: got %v, want %q", tt.rows, err, tt.says)
		}
	}
	if _, err := Parse(strings.Repeat("#", MaxSize+1)); err == nil {
		t.Error("a file of more than MaxSize was taken")
	}
}

// Whatever is put between the characters of a word, and however it is written,
// the word is found, and its span is the text that was written.
func TestDisguisesAreFound(t *testing.T) {
	m := builtinMatcher(t)
	var words []string
	for _, l := range Builtin() {
		for _, e := range l.Entries {
			words = append(words, e.Texts...)
		}
	}
	wide := func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r + 0xFEE0
		}
		return r
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(words).Draw(t, "word")
		between := rapid.SampledFrom([]string{"", "\u200b", " ", "*", "-"}).Draw(t, "between")
		full, upper := rapid.Bool().Draw(t, "full"), rapid.Bool().Draw(t, "upper")
		if isLatin(rune(word[0])) {
			between = rapid.SampledFrom([]string{"", "\u200b", "\u00ad"}).Draw(t, "joiner")
		}
		if upper {
			word = strings.ToUpper(word)
		}
		if full {
			word = strings.Map(wide, word)
		}
		word = strings.Join(strings.Split(word, ""), between)
		before := rapid.SampledFrom([]string{"", "他说：", "So, ", "。"}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", "！", ", he said", "。"}).Draw(t, "after")
		text := before + word + after
		for _, h := range m.Find(text) {
			if text[h.From:h.To] == word {
				return
			}
		}
		t.Fatalf("%q in %q is not found: %v", word, text, m.Find(text))
	})
}

func TestSameTextSameHits(t *testing.T) {
	m := builtinMatcher(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("冰毒赌博online casino01$@. ，。\n家暴反"))).Draw(t, "text")
		a, b := m.Find(text), m.Find(text)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v, then %v", a, b)
		}
		checkSpans(t, text, a)
	})
}

type failer interface{ Fatalf(string, ...any) }

func checkSpans(t failer, text string, hits []Hit) {
	last := 0
	for _, h := range hits {
		if h.From < last || h.From >= h.To || h.To > len(text) {
			t.Fatalf("%q: span %d to %d", text, h.From, h.To)
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[h.From:h.To]) {
			t.Fatalf("%q: span %d to %d cuts a character", text, h.From, h.To)
		}
		last = h.From
	}
}

func FuzzFind(f *testing.F) {
	f.Add("他在贩卖冰 毒。")
	f.Add("0nl1ne c@sin0 \xff é́́")
	m := builtinMatcher(f)
	f.Fuzz(func(t *testing.T, text string) { checkSpans(t, text, m.Find(text)) })
}

func FuzzParse(f *testing.F) {
	for _, l := range []string{"cn-zh", "en"} {
		text, err := files.ReadFile("lists/" + l + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("name=\"a\"\n[[entry]]\npattern=\"(a{1,9}){1,9}\"")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			return
		}
		m, err := Compile(l)
		if err != nil {
			t.Fatalf("parsed, but: %v", err)
		}
		m.Find(text)
	})
}

// The work of a text of words that all begin alike grows with its length only.
func TestAHostileTextIsBounded(t *testing.T) {
	m := builtinMatcher(t)
	if n := len(m.Find(strings.Repeat("冰毒", 50_000))); n > maxHits {
		t.Errorf("%d hits reported", n)
	}
}

func BenchmarkFind(b *testing.B) {
	m := builtinMatcher(b)
	text := strings.Repeat("他走进雨夜，没有回头。She said nothing and left. ", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Find(text)
	}
}
