package idnumber

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/viewer/youth/policy"
)

var now = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func TestNumbersThatHold(t *testing.T) {
	t.Parallel()
	for typed, born := range map[string]policy.Date{
		"11010519491231002X":      {Year: 1949, Month: 12, Day: 31},
		"440300199003070012":      {Year: 1990, Month: 3, Day: 7},
		"110101202411220036":      {Year: 2024, Month: 11, Day: 22},
		"11010120081122001X":      {Year: 2008, Month: 11, Day: 22},
		" 110105 19491231 002x\n": {Year: 1949, Month: 12, Day: 31},
		"１１０１０５１９４９１２３１００２Ｘ":         {Year: 1949, Month: 12, Day: 31},
		number("830000", "20000229"): {Year: 2000, Month: 2, Day: 29},
		number("910000", "20261122"): {Year: 2026, Month: 11, Day: 22}, // today
	} {
		n, err := Parse(typed, now)
		if err != nil || n.Born() != born || !n.Known() || len(n.Reveal()) != length {
			t.Errorf("%v, %v", n.Born(), err)
		}
	}
}

// number is one for a region and a date, with the check digit it needs.
func number(region, born string) string {
	text := region + born + "001"
	return text + string(checkDigit(text+"0"))
}

func TestNumbersThatDoNot(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]error{
		"":                           ErrForm,
		"110105491231002":            ErrOld,
		"11010549123100X":            ErrForm,
		"11010519491231002":          ErrForm,
		"11010519491231002XX":        ErrForm,
		"1101051949123100XX":         ErrForm,
		"11010519491231002Y":         ErrForm,
		"11010519491231002\x00":      ErrForm,
		"١١٠١٠٥١٩٤٩١٢٣١٠٠٢X":         ErrForm,
		"110105194912310021":         ErrCheck,
		"110105194912310o2X":         ErrForm,
		"11204416541220243X":         ErrBirth, // a vendor's sample
		number("160000", "20000101"): ErrRegion,
		number("000000", "20000101"): ErrRegion,
		number("990000", "20000101"): ErrRegion,
		number("110101", "18991231"): ErrBirth,
		number("110101", "20010229"): ErrBirth,
		number("110101", "20001301"): ErrBirth,
		number("110101", "20000001"): ErrBirth,
		number("110101", "20261123"): ErrBirth, // tomorrow
		number("110101", "99991231"): ErrBirth,
	} {
		if n, err := Parse(typed, now); !errors.Is(err, want) || n.Known() || n.Reveal() != "" || n.Born() != (policy.Date{}) {
			t.Errorf("%q: %v, want %v", typed, err, want)
		}
	}
}

func TestTodayIsShanghais(t *testing.T) {
	t.Parallel()
	born := number("110101", "20261123")
	if _, err := Parse(born, time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)); err != nil {
		t.Error(err)
	}
	if _, err := Parse(born, time.Date(2026, 11, 22, 15, 59, 59, 0, time.UTC)); !errors.Is(err, ErrBirth) {
		t.Error(err)
	}
}

// What holds a number, however it is printed, must not show it.
func TestANumberCannotBePrinted(t *testing.T) {
	t.Parallel()
	const text = "11010120081122001X"
	n, err := Parse(text, now)
	if err != nil {
		t.Fatal(err)
	}
	type open struct{ Number Number }
	type closed struct {
		number Number
		list   []Number
	}
	var out bytes.Buffer
	for _, v := range []any{n, &n, open{n}, &open{n}, closed{n, []Number{n}}, &closed{n, nil}, []Number{n}, map[string]Number{"id": n}, fmt.Errorf("of %v: %w", n, errors.New("no"))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%T", "%p"} {
			fmt.Fprintf(&out, verb, v)
		}
		for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
			slog.New(h).Info("seen", "number", v)
		}
		if err := json.NewEncoder(&out).Encode(v); err != nil {
			t.Error(err)
		}
	}
	if err := xml.NewEncoder(&out).Encode(open{n}); err != nil {
		t.Error(err)
	}
	fmt.Fprint(&out, n.String(), n.LogValue())
	for _, part := range []string{text, text[:17], text[6:14], "2008", fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), "49 49 48"} {
		if strings.Contains(out.String(), part) {
			t.Errorf("%q shows in %s", part, out.String())
		}
	}
	if strings.Count(out.String(), mask) < 30 {
		t.Errorf("what is shown instead? %s", out.String())
	}
}

// Any one digit written wrong, and any two neighbours swapped, is noticed.
func TestOneSlipOfThePenIsNoticed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(0, 46000).Draw(t, "day")
		born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day)
		region := rapid.SampledFrom(strings.Fields(regions)).Draw(t, "region")
		body := fmt.Sprintf("%s%04d%s%03d", region, rapid.IntRange(0, 9999).Draw(t, "county"), born.Format("20060102"), rapid.IntRange(0, 999).Draw(t, "order"))
		text := body + string(checkDigit(body+"0"))
		if n, err := Parse(text, now); err != nil || n.Reveal() != text {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, 16).Draw(t, "at")
		slip := []byte(text)
		slip[at] = '0' + (slip[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := Parse(string(slip), now); err == nil {
			t.Fatalf("digit %d", at)
		}
		swapped := []byte(text)
		swapped[at], swapped[at+1] = swapped[at+1], swapped[at]
		if _, err := Parse(string(swapped), now); err == nil && string(swapped) != text {
			t.Fatalf("swapped at %d", at)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "110105491231002", "", "１１０１０５１９４９１２３１００２Ｘ", "X"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		n, err := Parse(typed, now)
		if (err == nil) != n.Known() {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		again, err := Parse(n.Reveal(), now)
		if err != nil || again.Reveal() != n.Reveal() || again.Born() != n.Born() || n.Born().Year < oldest {
			t.Fatal(err)
		}
	})
}
