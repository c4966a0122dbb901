package pack_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	. "cliffhanger/trust/market/pack"
)

const small = `code = "ID"
title = "Indonesia"
title_zh = "印度尼西亚"
version = "1"
from = "2026-01-01"
source = "read by our counsel"
territories = ["ID"]
currency = "IDR"
languages = ["id", "en"]
zone = "Asia/Jakarta"

[calendar]
weekend = ["Sat", "Sun"]
holidays = ["2026-08-17"]
source = "SKB 3 Menteri"

[[review]]
from = "2026-01-01"
three_person = false
source = "our choice"

[[timer]]
key = "id.takedown"
within = "4 hours"
from = "2026-01-01"
verified = false
source = "Permenkominfo 5/2020"
`

func TestBuiltinPacksAreWhole(t *testing.T) {
	t.Parallel()
	var codes []string
	at, covered := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), map[string]string{}
	for _, p := range Builtin() {
		codes = append(codes, p.Code)
		if BuiltinText(p.Code) == "" {
			t.Errorf("%s has no file of its name", p.Code)
		}
		for _, c := range p.Territories {
			if covered[c] != "" {
				t.Errorf("%s is of %s and of %s", c, covered[c], p.Code)
			}
			covered[c] = p.Code
		}
		if _, ok := Held(p.Reviews, p.Day(at)); !ok {
			t.Errorf("%s: nobody reviews today", p.Code)
		}
		if _, ok := Held(p.Filings, p.Day(at)); !ok {
			t.Errorf("%s does not say whether numbers are needed", p.Code)
		}
	}
	if want := []string{"CN", "EU", "SG", "US", "home"}; !slices.Equal(codes, want) {
		t.Errorf("packs %v, want %v", codes, want)
	}
	for market, want := range map[string]string{"CN": "CN", "DE": "EU", "US": "US", "SG": "SG", "BR": "home", "": "home"} {
		if p, ok := For(Builtin(), market); !ok || p.Code != want {
			t.Errorf("in %q the pack is %s, want %s", market, p.Code, want)
		}
	}
}

func TestNumbersOfChina(t *testing.T) {
	t.Parallel()
	china := packOf(t, "CN")
	fits := func(number string) string {
		for _, n := range china.Numbers {
			if n.Fits(norm.NFKC.String(number)) {
				return n.Kind
			}
		}
		return ""
	}
	for number, want := range map[string]string{
		"（总局）网剧审字（2022）第001号": "licence", "（总局）网影审字（2022）第001号": "licence", "(沪)网剧审字(2023)第001号": "licence", "(粤)网微剧审字(2025)第12345号": "licence",
		"V123456788888888": "plan", "Ｖ123456788888888": "plan",
		"（总局）网剧审字（2022）第1号": "", "(港)网剧审字(2023)第001号": "", "(沪)网剧审字(1923)第001号": "", "V123": "", "v123456788888888": "", "V1234567888888889999": "",
		"see (沪)网剧审字(2023)第001号": "", "": "",
	} {
		if got := fits(number); got != want {
			t.Errorf("%s is %q, want %q", number, got, want)
		}
	}
}

func TestEverythingWrongIsSaidWithItsLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"a word":                 {`code = "ID"`, `code = "Indonesia"`, []string{`line 1: code: "Indonesia": want home, or capital letters such as CN or EU`}},
		"a key nobody knows":     {`zone = "Asia/Jakarta"`, "zone = \"Asia/Jakarta\"\ncapital = \"Jakarta\"", []string{"line 11: capital: there is no such key"}},
		"a place without a time": {`zone = "Asia/Jakarta"`, `zone = "Atlantis"`, []string{`line 10: zone: "Atlantis" is not known: want a time zone such as Asia/Shanghai`}},
		"a day that is none":     {`holidays = ["2026-08-17"]`, `holidays = ["2026-02-30"]`, []string{`line 14: holidays: "2026-02-30": want a day of the calendar such as 2026-07-01`}},
		"a missing source":       {"source = \"our choice\"\n", "", []string{"line 17: source: is missing"}},
		"a number for a text":    {`title = "Indonesia"`, `title = 7`, []string{"line 2: title: want a text in quotes"}},
		"a period":               {`"4 hours"`, `"soon"`, []string{`line 24: within: "soon": want a number and seconds, minutes, hours, days, business days, months or years`}},
		"a syntax error":         {`version = "1"`, `version = "1`, []string{"line 4: "}},
		"the end before it began": {`key = "id.takedown"`, "key = \"id.takedown\"\nuntil = \"2025-01-01\"", []string{
			"line 24: until: 2025-01-01 does not come after from"}},
		"two at once": {"languages = [\"id\", \"en\"]", "languages = [\"Bahasa\"]\ncolour = 1", []string{
			`line 9: languages: "Bahasa": want languages such as zh-CN`, "line 10: colour: there is no such key"}},
		"a row twice": {`key = "id.takedown"`, "key = \"id.takedown\"\nfrom = \"2026-01-01\"\nwithin = \"1 hour\"\nsource = \"x\"\n[[timer]]\nkey = \"id.takedown\"", []string{
			"line 28: key: there is such a row already: id.takedown 2026-01-01"}},
		"nobody reviews": {"[[review]]\nfrom = \"2026-01-01\"\nthree_person = false\nsource = \"our choice\"\n", "", []string{"line 1: code: no [[review]] says how many people judge a work"}},
		"China without a scale for AI": {`territories = ["ID"]`, `territories = ["CN"]`, []string{
			`line 7: territories: from 2026-07-01 on, AI dramas have a scale of their own in CN: a [[tier]] with kinds = ["ai"] is missing`}},
		"a pattern that fits a part": {"[[timer]]", "[[number]]\nkind = \"plan\"\nissuer = \"x\"\npattern = 'V\\d+'\nexample = \"V1\"\nfrom = \"2026-01-01\"\nsource = \"x\"\n[[timer]]", []string{
			"line 25: pattern: want ^ at the beginning and $ at the end, or part of a text would do"}},
		"a pattern that is none": {"[[timer]]", "[[number]]\nkind = \"plan\"\nissuer = \"x\"\npattern = '^(V$'\nexample = \"V1\"\nfrom = \"2026-01-01\"\nsource = \"x\"\n[[timer]]", []string{
			"line 25: pattern: is no regular expression: missing closing ): `^(V$`"}},
		"a pattern not even its example has": {"[[timer]]", "[[number]]\nkind = \"plan\"\nissuer = \"x\"\npattern = '^V$'\nexample = \"W\"\nwrong = \"V\"\nfrom = \"2026-01-01\"\nsource = \"x\"\n[[timer]]", []string{
			`line 26: example: "W" does not have the form of pattern`, `line 27: wrong: "V" has the form of pattern`}},
		"a scale upside down": {"[[timer]]", "[[tier]]\nid = \"x\"\nkinds = [\"live\"]\nkey_min = 5\nordinary_min = 6\ncurrency = \"IDR\"\nfrom = \"2026-01-01\"\nsource = \"x\"\n[[timer]]", []string{
			"line 26: ordinary_min: 6 is not less than key_min 5"}},
	} {
		text := strings.Replace(small, c.from, c.to, 1)
		if text == small {
			t.Fatalf("%s: %q does not stand in the file", name, c.from)
		}
		_, err := Parse(text)
		got := Problems(err)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
			continue
		}
		for i, p := range got {
			if !strings.HasPrefix(p.Error(), c.want[i]) {
				t.Errorf("%s: %s, want %s", name, p, c.want[i])
			}
		}
	}
	if _, err := Parse(strings.Repeat("#\n", MaxSize)); err == nil {
		t.Error("a file too large is read")
	}
	if _, err := Parse(small); err != nil {
		t.Error(err)
	}
}

func TestBusinessDays(t *testing.T) {
	t.Parallel()
	us, china := packOf(t, "US"), packOf(t, "CN")
	for name, c := range map[string]struct {
		pack Pack
		from Day
		days int
		want Day
	}{
		"over Thanksgiving":                       {us, "2026-11-25", 1, "2026-11-27"},
		"ten days over two days off and weekends": {us, "2026-12-18", 10, "2027-01-05"},
		"a Sunday that is worked":                 {china, "2026-02-13", 1, "2026-02-14"},
		"over the Spring Festival":                {china, "2026-02-14", 1, "2026-02-24"},
		"none":                                    {us, "2026-11-25", 0, "2026-11-25"},
	} {
		if got := c.pack.Calendar.After(c.from, c.days); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	// Ten business days after a moment end with the tenth, in New York.
	got := us.After(time.Date(2026, 12, 18, 23, 0, 0, 0, time.UTC), Period{N: 10, Unit: "business_day"})
	if want := time.Date(2027, 1, 6, 5, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("%s, want %s", got.UTC(), want)
	}
	if got := china.After(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Period{N: 60, Unit: "day"}); !got.Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("sixty days: %s", got)
	}
}

func TestADayBeginsInThePacksZone(t *testing.T) {
	t.Parallel()
	china := packOf(t, "CN")
	if got := china.Day(time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)); got != "2026-07-01" {
		t.Errorf("midnight in Shanghai is %s", got)
	}
	if got := china.Start("2026-07-01"); !got.Equal(time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the first of July begins at %s", got.UTC())
	}
}

func TestWhatAFileWouldChange(t *testing.T) {
	t.Parallel()
	read := func(text string) Pack {
		p, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	before := read(small)
	next := read(strings.NewReplacer("three_person = false", "three_person = true", `"id.takedown"`, `"id.removal"`, `version = "1"`, `version = "2"`).Replace(small))
	var words []string
	for _, c := range Diff(before, next) {
		words = append(words, c.String())
	}
	want := []string{
		`facts : changed (version from "1" to "2")`,
		`review 2026-01-01: changed (three_person from "false" to "true")`,
		`timer id.removal 2026-01-01: added (from 2026-01-01; key id.removal; source Permenkominfo 5/2020; verified false; within 4 hours)`,
		`timer id.takedown 2026-01-01: removed (from 2026-01-01; key id.takedown; source Permenkominfo 5/2020; verified false; within 4 hours)`,
	}
	if !slices.Equal(words, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(words, "\n"), strings.Join(want, "\n"))
	}
	if len(Diff(before, read("# a remark\n"+small))) != 0 {
		t.Error("a remark changes no rule")
	}
	if DiffHash(before, next) == DiffHash(next, before) || DiffHash(before, next) != DiffHash(before, next) || DiffHash(before, next) == DiffHash(before, read("# a remark\n"+small)) {
		t.Error("a difference has one name and no other has it")
	}
	if all := Diff(Pack{}, before); len(all) != 4 || all[0].What != "added" {
		t.Errorf("a new pack adds %v", all)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	for _, p := range Builtin() {
		f.Add(BuiltinText(p.Code))
	}
	f.Add("[[tier]]\n[tier]\n")
	f.Add("calendar = 1\ntax = [1]\nreview = [{from = 1}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			if len(Problems(err)) == 0 {
				t.Fatalf("%v says nothing", err)
			}
			lines := strings.Count(text, "\n") + 1
			for _, problem := range Problems(err) {
				if problem.Line < 0 || problem.Line > lines {
					t.Fatalf("line %d of %d", problem.Line, lines)
				}
			}
			return
		}
		if len(Diff(p, p)) != 0 {
			t.Fatal("differs from itself")
		}
		again, err := Parse(text)
		if err != nil || again.Hash != p.Hash || len(Diff(p, again)) != 0 {
			t.Fatalf("read again it is another pack: %v", err)
		}
		Classify(p, Facts{Kind: AI, Invested: 1, Currency: p.Currency}, "2026-07-01")
		p.Calendar.After(p.From, 3)
	})
}
