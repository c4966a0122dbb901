package policy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatMinorsMaySpend(t *testing.T) {
	t.Parallel()
	noon := at(t, "UTC", "2026-03-01 12:00")
	of := func(market string, b Band) Spending { return Default().At(market, b, noon).Spending }
	child, youth := of("CN", Child), of("CN", Youth)
	for name, c := range map[string]struct {
		rule          Spending
		spent, amount int64
		currency      string
		tip           bool
		want          SpendReason
	}{
		"the youngest":           {of("CN", Infant), 0, 1, "CNY", false, PayNothing},
		"nobody's rule":          {of("FR", Youth), 0, 1, "EUR", false, PayNothing},
		"one payment":            {child, 0, 5000, "CNY", false, MayPay},
		"too large a one":        {child, 0, 5001, "CNY", false, PayTooMuch},
		"the last of the month":  {child, 15000, 5000, "CNY", false, MayPay},
		"more than the month":    {child, 15001, 5000, "CNY", false, PayMonth},
		"from sixteen on":        {youth, 30000, 10000, "CNY", false, MayPay},
		"a tip":                  {youth, 0, 1, "CNY", true, PayNoTip},
		"another currency":       {youth, 0, 1, "USD", false, PayCurrency},
		"nothing":                {youth, 0, 0, "CNY", false, PayTooMuch},
		"less than nothing":      {youth, 0, -1, "CNY", false, PayTooMuch},
		"all there is":           {youth, math.MaxInt64, math.MaxInt64, "CNY", false, PayTooMuch},
		"a month already beyond": {youth, math.MaxInt64, 1, "CNY", false, PayMonth},
		"a month below nothing":  {youth, math.MinInt64, 10000, "CNY", false, MayPay},
	} {
		if got := c.rule.MaySpend(c.spent, c.amount, c.currency, c.tip); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whoever always asks never pays more in a month than the rule lets them, nor in
// one payment; and nobody's own bounds allow more.
func TestAMonthIsNeverOverspent(t *testing.T) {
	t.Parallel()
	amounts := rapid.OneOf(rapid.Int64Range(-10, 50_000), rapid.Int64())
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Spending {
			month := rapid.Int64Range(0, 40_000).Draw(t, name)
			return Spending{Currency: "CNY", Payment: rapid.Int64Range(0, month).Draw(t, name+" payment"), Month: month, Tips: rapid.Bool().Draw(t, name+" tips")}
		}
		rule, own := draw("rule"), draw("own")
		lowered := Rule{Spending: rule}.With(Limits{Spending: &own}).Spending
		if r := (Rule{Spending: rule}); r.Loosens(Limits{}, Limits{Spending: &own}) {
			t.Fatalf("own bounds %+v loosen %+v", own, rule)
		}
		if other := draw("other"); (Rule{Spending: rule}).Loosens(Limits{Spending: &own}, Limits{Spending: &other}) !=
			!lowered.covers(rule.lowered(other)) {
			t.Fatal("loosening is not noticed")
		}
		spent := int64(0)
		for _, amount := range rapid.SliceOf(amounts).Draw(t, "amounts") {
			tip := rapid.Bool().Draw(t, "tip")
			if lowered.MaySpend(spent, amount, "CNY", tip) != MayPay {
				continue
			}
			if rule.MaySpend(spent, amount, "CNY", tip) != MayPay || amount > own.Payment || amount <= 0 {
				t.Fatalf("own bounds %+v allow %d where the rule %+v does not", own, amount, rule)
			}
			spent += amount
		}
		if spent > min(rule.Month, own.Month) {
			t.Fatalf("%d were spent of %+v", spent, lowered)
		}
	})
}
