package consent

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func folder(names ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for _, n := range names {
		out[n] = &fstest.MapFile{Data: []byte("# " + n + "\n")}
	}
	return out
}

func TestAVersionHoldsFromItsDay(t *testing.T) {
	t.Parallel()
	texts, err := ReadTexts(folder(
		"terms.2026-01-01.en.md", "terms.2026-01-01.zh-CN.md", "terms.2026-05-01.en.md", "terms.2026-05-01.zh-CN.md",
		"privacy.2026-01-01.en.md", "privacy.2026-01-01.zh-CN.md", "README"))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string][2]string{
		"2025-06-01": {"2026-01-01", "2026-05-01"}, // before any: the first
		"2026-04-30": {"2026-01-01", "2026-05-01"},
		"2026-05-01": {"2026-05-01", ""},
	} {
		if held, next := texts.At(Terms, day(at)), texts.comes(Terms, day(at)); held != want[0] || next != want[1] {
			t.Errorf("on %s %s holds, then %s", at, held, next)
		}
	}
	if texts.At(Terms, day("2026-05-01").Add(-time.Second)) != "2026-01-01" {
		t.Error("a version holds before its day")
	}
}

func TestAFolderOfTextsIsReadAsAWhole(t *testing.T) {
	t.Parallel()
	bad := folder("terms.2026-01-01.en.md", "terms.2026-13-01.en.md", "terms.md", "terms.2026-01-02.fr.md", "terms.2026-01-03.zh-CN.md")
	bad["privacy.2026-01-01.en.md"] = &fstest.MapFile{Data: []byte("\xff")}
	bad["privacy.2026-01-01.zh-CN.md"] = &fstest.MapFile{Data: []byte(strings.Repeat("a", longestText+1))}
	_, err := ReadTexts(bad)
	for _, want := range []string{"2026-13-01 is no day", "terms.md: want a name", "terms.2026-01-02.fr.md: want a name",
		"terms.2026-01-01.zh-CN.md: is missing", "terms.2026-01-03.en.md: is missing", "want text in UTF-8", "more than 131072", "privacy: there is no text"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %q, but %v", want, err)
		}
	}
}

func TestTheProductsTextsAreWhole(t *testing.T) {
	t.Parallel()
	texts := DefaultTexts()
	for _, what := range []Matter{Terms, Privacy} {
		for _, locale := range locales {
			text, ok := texts.find(what, texts.At(what, time.Now()), locale)
			if !ok || len(text.Body) < 500 || !strings.HasPrefix(text.Body, "# ") {
				t.Errorf("%s in %s: %q", what, locale, text.Body)
			}
		}
	}
}

func TestMarketsSayWhatHoldsUnasked(t *testing.T) {
	t.Parallel()
	m := DefaultMarkets()
	for _, c := range []struct {
		market, at string
		profiling  bool
	}{
		{"CN", "2026-01-01", true}, {"CN", "2021-10-31", false}, // before any rule: only what was given
		{"DE", "2026-01-01", false}, {"US", "2026-01-01", false},
	} {
		r := m.At(c.market, day(c.at))
		if r.Profiling != c.profiling || r.Analytics {
			t.Errorf("%+v: %+v", c, r)
		}
	}
	own, err := ParseMarkets(`
		[[rule]]
		markets = ["*", "JP"]
		from = "2020-01-01"
		analytics = "on"
		profiling = "ask"
		[[rule]]
		markets = ["JP"]
		from = "2027-01-01"
		analytics = "ask"
		profiling = "ask"`)
	if err != nil || !own.At("JP", day("2026-12-31")).Analytics || own.At("JP", day("2027-01-01")).Analytics || !own.At("BR", day("2027-01-01")).Analytics {
		t.Errorf("%+v %v", own, err)
	}
}

func TestATableOfMarketsIsReadAsAWhole(t *testing.T) {
	t.Parallel()
	_, err := ParseMarkets(`
		[[rule]]
		markets = ["US"]
		from = "yesterday"
		analytics = "yes"
		profiling = "on"
		colour = "red"
		[[rule]]
		from = "2020-01-01"
		analytics = "on"
		profiling = "on"`)
	for _, want := range []string{"no such key", `from "yesterday"`, `"yes": want on or ask`, "rule 2: names no market", "market *: is missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %q, but %v", want, err)
		}
	}
}

// A table of markets is read or refused, and answers for every market.
func FuzzParseMarkets(f *testing.F) {
	f.Add(marketsFile)
	f.Add("")
	f.Add("[[rule]]\nmarkets = [\"CN\", \"\"]\nfrom = \"2021-11-01\"\nanalytics = \"on\"\nprofiling = \"ask\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		if m, err := ParseMarkets(text); err == nil {
			for _, market := range []string{"CN", "DE", ""} {
				m.At(market, day("2026-03-01"))
			}
		}
	})
}
