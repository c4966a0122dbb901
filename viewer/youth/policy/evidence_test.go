package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhatIsKnownOfSomebodysAge(t *testing.T) {
	t.Parallel()
	now := at(t, "Asia/Shanghai", "2026-11-22 12:00")
	ago, soon := now.AddDate(0, -1, 0), now.Add(time.Hour)
	say := func(s Source, b Band) Evidence { return Evidence{Source: s, Band: b, Market: "CN", At: ago} }
	born := func(year int, m time.Month) Evidence {
		e := say(FromID, Toddler)
		e.Born = Month{year, m}
		return e
	}
	expired := say(FromStore, Infant)
	expired.Until = now
	lasts := say(FromStore, Infant)
	lasts.Until = soon
	hint := say(FromSystem, Child)
	hint.Hint = true
	later := say(FromID, Adult)
	later.At = now
	for name, c := range map[string]struct {
		said   []Evidence
		want   Band
		source Source
	}{
		"nothing said":                      {nil, "", ""},
		"what has expired":                  {[]Evidence{expired}, "", ""},
		"what has not yet":                  {[]Evidence{lasts}, Infant, FromStore},
		"nonsense":                          {[]Evidence{say(FromID, "9-10"), say("rumour", "")}, "", ""},
		"a number outranks the store":       {[]Evidence{lasts, say(FromID, Adult)}, Adult, FromID},
		"a number outranks the guardian":    {[]Evidence{say(FromGuardian, Child), say(FromID, Youth)}, Youth, FromID},
		"the youngest of what was declared": {[]Evidence{say(FromGuardian, Teen), lasts, say(FromSystem, Adult)}, Infant, FromStore},
		"the system makes it stricter":      {[]Evidence{say(FromID, Adult), say(FromSystem, Child)}, Child, FromSystem},
		"the system makes nothing looser":   {[]Evidence{say(FromID, Child), say(FromSystem, Adult)}, Child, FromID},
		"a number outranks a hint":          {[]Evidence{hint, say(FromID, Adult)}, Adult, FromID},
		"a hint makes it stricter":          {[]Evidence{hint, say(FromStore, Teen)}, Child, FromSystem},
		"the system alone says grown up":    {[]Evidence{say(FromSystem, Adult)}, Adult, FromSystem},
		"the later of two numbers":          {[]Evidence{later, say(FromID, Child)}, Adult, FromID},
		"born this month, eighteen soon":    {[]Evidence{born(2008, 11)}, Youth, FromID},
		"born last month, eighteen by now":  {[]Evidence{born(2008, 10)}, Adult, FromID},
		"born long ago":                     {[]Evidence{born(1949, 12)}, Adult, FromID},
	} {
		if k := Default().Known(c.said, now); k.Band != c.want || k.Source != c.source {
			t.Errorf("%s: %s from %s", name, k.Band, k.Source)
		}
	}
}

// ranged is a signed statement of a device of a market where the mode is required.
func ranged(s Source, ages string) Evidence {
	a, err := ParseAges(ages)
	if err != nil {
		panic(err)
	}
	return Evidence{Source: s, Band: a.Band(), Ages: a, Market: "CN"}
}

func TestOfARangeWhatIsMeantCanBeSaid(t *testing.T) {
	t.Parallel()
	now := at(t, "UTC", "2026-03-01 12:00")
	number := func(b Band) Evidence { return Evidence{Source: FromID, Band: b, Market: "CN"} }
	for name, c := range map[string]struct {
		said      []Evidence
		confirmed Band
		want      Band
		choice    []Band
		grown     bool
	}{
		"nobody says it":                {[]Evidence{ranged(FromStore, "0-12")}, "", Toddler, []Band{Toddler, Infant, Child, Teen}, false},
		"inside":                        {[]Evidence{ranged(FromStore, "0-12")}, Child, Child, []Band{Toddler, Infant, Child, Teen}, false},
		"outside":                       {[]Evidence{ranged(FromStore, "0-11")}, Teen, Toddler, []Band{Toddler, Infant, Child}, false},
		"of the system too":             {[]Evidence{ranged(FromSystem, "0-12")}, Child, Child, []Band{Toddler, Infant, Child, Teen}, false},
		"what is stricter holds":        {[]Evidence{ranged(FromStore, "0-12"), ranged(FromSystem, "3-5")}, Child, Infant, []Band{Infant}, false},
		"what is stricter leaves less":  {[]Evidence{ranged(FromStore, "0-12"), ranged(FromSystem, "3-11")}, Child, Child, []Band{Infant, Child}, false},
		"it was true once":              {[]Evidence{ranged(FromStore, "13-15")}, Child, Teen, nil, false},
		"one band":                      {[]Evidence{ranged(FromStore, "13-15")}, Teen, Teen, nil, false},
		"grown up is nobody's to say":   {[]Evidence{ranged(FromStore, "13+")}, Adult, Adult, []Band{Teen, Youth}, true},
		"a number says it":              {[]Evidence{ranged(FromStore, "13+"), number(Adult)}, "", Adult, nil, true},
		"a number says it of a system":  {[]Evidence{ranged(FromSystem, "13+"), number(Adult)}, "", Adult, nil, true},
		"a system denies a number":      {[]Evidence{ranged(FromSystem, "13-15"), number(Adult)}, "", Teen, nil, false},
		"two of which one fits a minor": {[]Evidence{ranged(FromStore, "13+"), ranged(FromSystem, "13-15")}, "", Teen, nil, false},
		"nothing":                       {nil, Child, "", nil, true},
	} {
		if k := Default().Known(Narrow(c.said, c.confirmed), now); k.Band != c.want {
			t.Errorf("%s: %s", name, k.Band)
		}
		if got := Default().Choice(c.said, now); !slices.Equal(got, c.choice) {
			t.Errorf("%s: the choice is %v", name, got)
		}
		if got := MayBeGrown(c.said, now); got != c.grown {
			t.Errorf("%s: may be grown up: %v", name, got)
		}
	}
}

func TestWhoSaysWhatIsMeantLoosensNothingElse(t *testing.T) {
	t.Parallel()
	rules, now := Default(), time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Evidence {
			e := drawEvidence(t, now, "e")
			if e.Source != FromID && rapid.Bool().Draw(t, "ranged") {
				from := rapid.IntRange(0, 20).Draw(t, "from")
				e.Ages, e.Born = Ages{from, rapid.SampledFrom([]int{Upward, from + 1, from + 5, from + 15}).Draw(t, "to")}, Month{}
				e.Band = e.Ages.Band()
			}
			return e
		}), 0, 5).Draw(t, "said")
		known := rules.Known(said, now)
		for _, b := range Bands {
			k := rules.Known(Narrow(said, b), now)
			if k != known && (strictness(k) > strictness(known) || strictness(k) < strictness(Known{Band: b})) {
				t.Fatalf("%s became %s by saying %s", known.Band, k.Band, b)
			}
			if slices.Contains(rules.Choice(said, now), b) && k.Band != b {
				t.Fatalf("%s may be said and %s holds", b, k.Band)
			}
		}
	})
}

func TestTheMonthOfBirthKeepsCounting(t *testing.T) {
	t.Parallel()
	e := Evidence{Source: FromID, Band: Youth, Born: Month{2008, 11}, Market: "CN", At: at(t, "UTC", "2026-01-01 00:00")}
	for moment, want := range map[string]Band{
		"2026-11-30 12:00": Youth, "2026-12-01 00:00": Adult, // the day after the last of the month
		"2040-01-01 00:00": Adult,
	} {
		if k := Default().Known([]Evidence{e}, at(t, "Asia/Shanghai", moment)); k.Band != want {
			t.Errorf("%s: %s", moment, k.Band)
		}
	}
}

func TestWhereTheModeMustBeOn(t *testing.T) {
	t.Parallel()
	now := at(t, "UTC", "2026-03-01 12:00")
	known := func(market string, b Band) Known {
		return Default().Known([]Evidence{{Source: FromID, Band: b, Market: market}}, now)
	}
	if k := known("CN", Teen); k.Must() != Teen || k.Minor() != Teen {
		t.Errorf("%+v", k)
	}
	if k := known("FR", Teen); k.Must() != "" || k.Minor() != Teen {
		t.Errorf("%+v", k)
	}
	if k := known("CN", Adult); k.Must() != "" || k.Minor() != "" {
		t.Errorf("%+v", k)
	}
	if k := (Known{}); k.Must() != "" || k.Minor() != "" {
		t.Errorf("%+v", k)
	}
}

func drawEvidence(t *rapid.T, now time.Time, name string) Evidence {
	e := Evidence{
		Source: rapid.SampledFrom([]Source{FromSystem, FromStore, FromGuardian, FromID}).Draw(t, name),
		Band:   rapid.SampledFrom(append([]Band{Adult, ""}, Bands...)).Draw(t, name+" band"),
		Market: rapid.SampledFrom([]string{"CN", "FR", ""}).Draw(t, name+" market"),
		At:     now.AddDate(0, 0, -rapid.IntRange(0, 5).Draw(t, name+" at")),
	}
	e.Hint = e.Source != FromID && rapid.Bool().Draw(t, name+" hint")
	if rapid.Bool().Draw(t, name+" ends") {
		e.Until = now.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, name+" until"))
	}
	if rapid.Bool().Draw(t, name+" born") {
		e.Born = DateOf(now.AddDate(0, -rapid.IntRange(0, 400).Draw(t, name+" month"), 0)).BirthMonth()
	}
	return e
}

// strictness is how strict something is: nothing known, grown up, then ever younger.
func strictness(k Known) int {
	switch k.Band {
	case "":
		return 0
	case Adult:
		return 1
	}
	return 2 + len(Bands) - slices.Index(Bands, k.Band)
}

func TestTheStrictestOfWhatIsValidHolds(t *testing.T) {
	t.Parallel()
	rules, now := Default(), time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	strict := strictness
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Evidence { return drawEvidence(t, now, "e") }), 0, 6).Draw(t, "said")
		known := rules.Known(said, now)
		if shuffled := rapid.Permutation(said).Draw(t, "shuffled"); rules.Known(shuffled, now) != known {
			t.Fatal("the order counts")
		}
		if known.Band != "" && !slices.ContainsFunc(said, func(e Evidence) bool { return e.valid(now) && e.Source == known.Source }) {
			t.Fatal("what holds was not said")
		}
		more := drawEvidence(t, now, "more")
		with := rules.Known(append(slices.Clone(said), more), now)
		proven := slices.ContainsFunc(said, func(e Evidence) bool { return e.Source == FromID && e.valid(now) })
		switch {
		case !more.valid(now):
			if with != known {
				t.Fatal("what has ended counts")
			}
		case more.Source == FromSystem && !more.Hint && more.bandAt(now, rules.Age(more.Market, now)) != Adult:
			if strict(with) < strict(known) {
				t.Fatal("the system of a device loosens")
			}
		case proven && more.Source != FromID:
			if with != known {
				t.Fatal("what is declared outranks a number")
			}
		case !proven && more.Source != FromID:
			if strict(with) < strict(known) {
				t.Fatal("what is declared loosens what was declared")
			}
		}
	})
}
