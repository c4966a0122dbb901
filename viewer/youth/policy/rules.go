package policy

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"time"
	_ "time/tzdata" // zones of markets must load on a machine without zone files

	"github.com/BurntSushi/toml"
)

//go:embed rules.toml
var rulesFile string

// Elsewhere is the market of everybody whose market has no rules of its own.
const Elsewhere = "*"

// Home is the market of everybody of whom no country is known, where it has rules.
const Home = "home"

// Rule is what holds for a band in a market from a date on.
type Rule struct {
	Market   string
	Zone     *time.Location // whose day and wall clock count
	Band     Band
	From     time.Time
	Daily    time.Duration // a day
	Longest  time.Duration // a day, as a guardian may lengthen it at most
	Curfew   Curfew
	Break    time.Duration // watching without a rest after which one is asked for; 0: never
	Rest     time.Duration // without watching that counts as one
	Spending Spending
	// Forgotten is how long a guardian who forgot the PIN, and whom nobody can ask,
	// waits until the mode may be left without it.
	Forgotten time.Duration
	Source    string
}

// Rules is a table of rules.
type Rules struct {
	byMarket map[string][]Rule
	ages     map[string][]AgeRule
}

// Default is the table that comes with the product.
func Default() Rules {
	r, err := Parse(rulesFile)
	if err != nil {
		panic(err) // the file is embedded above and tested
	}
	return r
}

type table struct {
	Market []Market `toml:"market"`
}

// Market is what a table says of a market.
type Market struct {
	Code string   `toml:"code"`
	Zone string   `toml:"zone"`
	Age  []AgeRow `toml:"age"`
	Rule []Row    `toml:"rule"`
}

// Row is a rule as a table has it: minutes, hours and minor units.
type Row struct {
	Bands     []Band   `toml:"bands"`
	From      string   `toml:"from"`
	Daily     int      `toml:"daily"`
	Longest   int      `toml:"longest"`
	Curfew    string   `toml:"curfew"`
	Break     int      `toml:"break"`
	Rest      int      `toml:"rest"`
	Spending  Spending `toml:"spend"`
	Forgotten *int     `toml:"forgotten"`
	Source    string   `toml:"source"`
}

// Parse reads a table and says everything that is wrong with it.
func Parse(text string) (Rules, error) {
	var t table
	meta, err := toml.Decode(text, &t)
	if err != nil {
		return Rules{}, err
	}
	rules, errs := Rules{map[string][]Rule{}, map[string][]AgeRule{}}, []error{}
	for _, key := range meta.Undecoded() {
		errs = append(errs, fmt.Errorf("%s: no such key", key))
	}
	errs = append(errs, rules.read(t.Market))
	if rules.byMarket[Elsewhere] == nil {
		errs = append(errs, fmt.Errorf("market %s: is missing", Elsewhere))
	}
	if rules.ages[Elsewhere] == nil && text != rulesFile {
		rules.ages = Default().ages // a table that says nothing of age leaves it to the product's
	}
	return rules, errors.Join(errs...)
}

// With is the table in which markets say what is given in place of what they said.
// One that says nothing of minors, or nothing of age, leaves that as it is.
func (r Rules) With(markets []Market) (Rules, error) {
	given := Rules{map[string][]Rule{}, map[string][]AgeRule{}}
	err := given.read(markets)
	out := Rules{maps.Clone(r.byMarket), maps.Clone(r.ages)}
	maps.Copy(out.byMarket, given.byMarket)
	maps.Copy(out.ages, given.ages)
	return out, err
}

// Has reports whether a market has rules for minors of its own.
func (r Rules) Has(market string) bool { return r.byMarket[market] != nil }

// read adds what markets say, and answers everything that is wrong with it.
func (r Rules) read(markets []Market) error {
	var errs []error
	for _, m := range markets {
		zone, err := time.LoadLocation(m.Zone)
		if err != nil || m.Zone == "" || m.Zone == "Local" {
			errs = append(errs, fmt.Errorf("market %s: zone %q is not known", m.Code, m.Zone))
			continue
		}
		for i, row := range m.Rule {
			made, err := row.rules(m.Code, zone)
			if err != nil {
				errs = append(errs, fmt.Errorf("market %s, rule %d: %w", m.Code, i+1, err))
			}
			r.byMarket[m.Code] = append(r.byMarket[m.Code], made...)
		}
		for i, row := range m.Age {
			made, err := row.rule(m.Code, zone)
			if err != nil {
				errs = append(errs, fmt.Errorf("market %s, age %d: %w", m.Code, i+1, err))
				continue
			}
			r.ages[m.Code] = append(r.ages[m.Code], made)
		}
	}
	for market := range r.byMarket {
		errs = append(errs, r.complete(market))
	}
	return errors.Join(errs...)
}

const (
	day = 24 * time.Hour
	// usualForgotten is the wait where a rule names none.
	usualForgotten = day
	maxForgotten   = 30 * day
)

func (r Row) rules(market string, zone *time.Location) (out []Rule, err error) {
	from, err := time.ParseInLocation(time.DateOnly, r.From, zone)
	if err != nil {
		return nil, fmt.Errorf("from %q: want a date such as 2024-11-15", r.From)
	}
	curfew, err := ParseCurfew(r.Curfew)
	if err != nil {
		return nil, err
	}
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	made := Rule{Market: market, Zone: zone, From: from, Daily: minutes(r.Daily), Longest: minutes(r.Longest), Curfew: curfew,
		Break: minutes(r.Break), Rest: minutes(r.Rest), Spending: r.Spending, Forgotten: usualForgotten, Source: r.Source}
	if r.Forgotten != nil {
		made.Forgotten = time.Duration(*r.Forgotten) * time.Hour
	}
	if made.Forgotten < 0 || made.Forgotten > maxForgotten {
		return nil, fmt.Errorf("forgotten %d: want hours from 0 to 720", *r.Forgotten)
	}
	if made.Daily < 0 || made.Daily > made.Longest || made.Longest > day {
		return nil, fmt.Errorf("daily %d, longest %d: want 0 ≤ daily ≤ longest ≤ 1440", r.Daily, r.Longest)
	}
	if made.Break < 0 || made.Rest < 0 || r.Spending.Payment < 0 || r.Spending.Month < r.Spending.Payment {
		return nil, errors.New("break, rest and spend: want numbers that are not negative, and no payment above the month's")
	}
	for _, b := range r.Bands {
		if !b.Known() {
			return nil, fmt.Errorf("bands: %q is none of %v", b, Bands)
		}
		made.Band = b
		out = append(out, made)
	}
	return out, nil
}

// complete reports which bands of a market have no rule.
func (r Rules) complete(market string) error {
	var errs []error
	for _, b := range Bands {
		if _, ok := r.find(market, b, time.Time{}); !ok {
			errs = append(errs, fmt.Errorf("market %s: band %s has no rule", market, b))
		}
	}
	return errors.Join(errs...)
}

// Market is the market whose rules hold in m: itself, or Elsewhere.
func (r Rules) Market(m string) string {
	if r.byMarket[m] == nil {
		return Elsewhere
	}
	return m
}

// At is the rule for a band in a market at a moment: the latest that holds by
// then, and the first before any does. Who is in no known band is held to the
// youngest.
func (r Rules) At(market string, band Band, at time.Time) Rule {
	if !band.Known() {
		band = Bands[0]
	}
	found, _ := r.find(r.Market(market), band, at)
	return found
}

func (r Rules) find(market string, band Band, at time.Time) (best Rule, ok bool) {
	for _, rule := range r.byMarket[market] {
		if rule.Band != band {
			continue
		}
		if !ok || supersedes(rule.From, best.From, at) {
			best, ok = rule, true
		}
	}
	return best, ok
}
