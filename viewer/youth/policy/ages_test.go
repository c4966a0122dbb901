package policy

import (
	"testing"

	"pgregory.net/rapid"
)

func TestARangeIsHeldToTheStrictestBandItTouches(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Band{
		"0-12": Toddler, "3-7": Infant, "7-8": Infant, "13-15": Teen, "16-17": Youth, "15-16": Teen, "17-18": Youth, "18+": Adult, "18-18": Adult, "13+": Teen,
	} {
		a, err := ParseAges(text)
		if err != nil || a.Band() != want || a.String() != text {
			t.Errorf("%s: %s %s, %v", text, a.Band(), a, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, oldest).Draw(t, "from")
		a := Ages{from, rapid.IntRange(max(from, 1), oldest).Draw(t, "to")}
		for years := a.From; years <= a.To; years++ {
			if b := BandOf(years); older(a.Band(), b) != b {
				t.Fatalf("%s is held to %s, and somebody of %d years to %s", a, a.Band(), years, b)
			}
		}
	})
}

func TestARangeTouchesTheBandsOfItsAges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 30).Draw(t, "from")
		a := Ages{from, rapid.SampledFrom([]int{Upward, max(from, 1), from + 1, from + 7, from + 20}).Draw(t, "to")}
		last := a.To
		if last == Upward {
			last = oldest
		}
		touched := map[Band]bool{}
		for years := a.From; years <= last; years++ {
			touched[BandOf(years)] = true
		}
		for _, b := range append([]Band{Adult}, Bands...) {
			if a.Touches(b) != touched[b] {
				t.Fatalf("%s touches %s: %v", a, b, a.Touches(b))
			}
		}
	})
	if (Ages{}).Touches(Toddler) {
		t.Error("nothing said touches a band")
	}
}

func FuzzParseAges(f *testing.F) {
	for _, seed := range []string{"", "13-15", "18+", "0-12", "0-0", "-1-4", "13-", "+", "15-13", "013-15", "13-15+", "200+", "１３-15", "18-150"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAges(text)
		switch {
		case err != nil:
			if a != (Ages{}) {
				t.Errorf("%q is refused and answers %+v", text, a)
			}
		case a.String() != text:
			t.Errorf("%q is read as %s", text, a)
		case a != (Ages{}) && (a.From < 0 || a.To != Upward && (a.To < a.From || a.To > oldest) || a.From > oldest):
			t.Errorf("%q is %+v", text, a)
		}
	})
}
