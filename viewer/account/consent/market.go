package consent

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/BurntSushi/toml"
)

//go:embed markets.toml
var marketsFile string

// Elsewhere is every market without rules of its own.
const Elsewhere = "*"

// AtHome is the market of everybody of whom no country is known, where it has
// rules; else Deps.Home is.
const AtHome = "home"

// Rule says what holds in a market from a day on for who has not chosen.
type Rule struct {
	From      time.Time
	Analytics bool // holds until it is refused; else it waits to be given
	Profiling bool
	Source    string
}

func (r Rule) holds(what Matter) bool {
	return what == Analytics && r.Analytics || what == Profiling && r.Profiling
}

// Markets is the table of rules, each market's earliest first.
type Markets struct{ rules map[string][]Rule }

// DefaultMarkets come with the product.
func DefaultMarkets() Markets {
	m, err := ParseMarkets(marketsFile)
	if err != nil {
		panic(err) // the file is embedded above and tested
	}
	return m
}

// ParseMarkets reads a table and says everything that is wrong with it.
func ParseMarkets(text string) (Markets, error) {
	var table struct {
		Rule []struct {
			Markets   []string `toml:"markets"`
			From      string   `toml:"from"`
			Analytics string   `toml:"analytics"`
			Profiling string   `toml:"profiling"`
			Source    string   `toml:"source"`
		} `toml:"rule"`
	}
	meta, err := toml.Decode(text, &table)
	if err != nil {
		return Markets{}, err
	}
	m, errs := Markets{map[string][]Rule{}}, []error{}
	for _, key := range meta.Undecoded() {
		errs = append(errs, fmt.Errorf("%s: no such key", key))
	}
	for i, row := range table.Rule {
		from, err := time.Parse(time.DateOnly, row.From)
		if err != nil {
			errs = append(errs, fmt.Errorf("rule %d: from %q: want a day such as 2021-11-01", i+1, row.From))
		}
		rule := Rule{From: from, Analytics: row.Analytics == "on", Profiling: row.Profiling == "on", Source: row.Source}
		for _, word := range []string{row.Analytics, row.Profiling} {
			if word != "on" && word != "ask" {
				errs = append(errs, fmt.Errorf("rule %d: %q: want on or ask", i+1, word))
			}
		}
		if len(row.Markets) == 0 {
			errs = append(errs, fmt.Errorf("rule %d: names no market", i+1))
		}
		for _, market := range row.Markets {
			m.rules[market] = append(m.rules[market], rule)
		}
	}
	if m.rules[Elsewhere] == nil {
		errs = append(errs, fmt.Errorf("market %s: is missing", Elsewhere))
	}
	for _, rules := range m.rules {
		slices.SortStableFunc(rules, func(a, b Rule) int { return a.From.Compare(b.From) })
	}
	return m, errors.Join(errs...)
}

// With is the table in which markets have these rules in place of their own.
func (m Markets) With(rules map[string][]Rule) Markets {
	out := Markets{maps.Clone(m.rules)}
	for market, rows := range rules {
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b Rule) int { return a.From.Compare(b.From) })
		out.rules[market] = rows
	}
	return out
}

// At is the rule for a market at a moment: the latest that has begun. Before any
// has, nothing holds that was not given.
func (m Markets) At(market string, at time.Time) (held Rule) {
	rules := m.rules[market]
	if rules == nil {
		rules = m.rules[Elsewhere]
	}
	for _, r := range rules {
		if !r.From.After(at) {
			held = r
		}
	}
	return held
}
