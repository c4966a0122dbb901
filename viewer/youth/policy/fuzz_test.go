package policy

import (
	"testing"
	"time"
)

// A curfew somebody types is two different times of a day, none, or refused; what is
// kept of it is read as the same.
func FuzzParseCurfew(f *testing.F) {
	for _, s := range []string{"", "22:00-06:00", "24:00-06:00", "22:00-22:00", "2:000-6:000", "22:00 06:00", "22:60-06:00", "２２:00-06:00", "-1:00-06:00", "22:00-06:00\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCurfew(s)
		if err != nil {
			return
		}
		if c.From < 0 || c.From >= minutesOfDay || c.To < 0 || c.To >= minutesOfDay {
			t.Fatalf("%q is %+v", s, c)
		}
		if again, err := ParseCurfew(c.String()); err != nil || again != c {
			t.Fatalf("%q is %+v, kept as %q and read as %+v, %v", s, c, c, again, err)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"", "2009-08", "2009-13", "0000-01", "0001-01", "9999-12", "2009-8", "-001-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMonth(s)
		if err != nil {
			return
		}
		if again, err := ParseMonth(m.String()); err != nil || again != m {
			t.Fatalf("%q is %+v, kept as %q and read as %+v, %v", s, m, m, again, err)
		}
	})
}

// A table of rules is whole or refused: whoever asks by it gets a rule that can be
// decided by.
func FuzzParseRules(f *testing.F) {
	f.Add(rulesFile)
	f.Add("")
	f.Add("[[market]]\ncode = \"CN\"\nzone = \"Asia/Shanghai\"\n[[market.rule]]\nbands = [\"0-3\"]\nfrom = \"2021-01-01\"\ndaily = -1\n")
	f.Add("[[market]]\ncode = \"\"\nzone = \"UTC\"\n[[market.rule]]\nbands = [\"0-3\",\"3-8\",\"8-12\",\"12-16\",\"16-18\"]\nfrom = \"0001-01-01\"\ncurfew = \"22:00-06:00\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := Parse(text)
		if err != nil {
			return
		}
		for _, market := range []string{"CN", "XX", ""} {
			for _, band := range []Band{Infant, Child, Youth} {
				now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
				r := rules.At(market, band, now)
				if r.Zone == nil {
					t.Fatalf("%s of %q has a rule without a zone", band, market)
				}
				r.Decide(Usage{Used: time.Hour}, now)
			}
		}
	})
}
