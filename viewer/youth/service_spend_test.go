package youth

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"cliffhanger/viewer/youth/policy"
)

func TestWhatMinorsMayPay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, books := t.Context(), errors.New("the books are closed")
		spent := int64(0)
		var since time.Time
		of := func(amount int64, currency string) Purchase {
			return Purchase{Amount: amount, Currency: currency, Spent: func(_ context.Context, from time.Time) (int64, error) {
				since = from
				if spent < 0 {
					return 0, books
				}
				return spent, nil
			}}
		}
		must(t, h.MaySpend(ctx, phone, of(math.MaxInt64, "XXX"))) // nobody says that they are a minor
		mustRefuse(t, h.MaySpend(ctx, operator, of(1, "CNY")), "youth.viewer_only")

		// Where the mode is only offered, what is known of the age bounds payments.
		rules, err := policy.Parse(offered)
		must(t, err)
		h.rules = func() policy.Rules { return rules }
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Teen, Market: "SG"})
		must(t, h.MaySpend(ctx, phone, of(5000, "SGD")))
		if !since.Equal(time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)) {
			t.Errorf("the month began %v", since)
		}
		mustRefuse(t, h.MaySpend(ctx, phone, of(5001, "SGD")), "youth.spend_payment")
		mustRefuse(t, h.MaySpend(ctx, phone, of(0, "SGD")), "youth.spend_payment")
		mustRefuse(t, h.MaySpend(ctx, phone, of(100, "CNY")), "youth.spend_currency")
		tip := of(100, "SGD")
		tip.Tip = true
		mustRefuse(t, h.MaySpend(ctx, phone, tip), "youth.spend_tip")
		spent = 19_000
		must(t, h.MaySpend(ctx, phone, of(1000, "SGD")))
		mustRefuse(t, h.MaySpend(ctx, phone, of(1001, "SGD")), "youth.spend_month")
		spent = -1
		if err := h.MaySpend(ctx, phone, of(1, "SGD")); !errors.Is(err, books) {
			t.Errorf("what cannot be known is no yes: %v", err)
		}
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Infant, Market: "SG"})
		mustRefuse(t, h.MaySpend(ctx, phone, of(1, "SGD")), "youth.spend_nothing")

		spent = 0
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Teen, Market: "SG"})
		must(t, h.On(ctx, tablet, policy.Teen, pin)) // in the mode nobody pays
		mustRefuse(t, h.MaySpend(ctx, phone, of(1, "SGD")), "youth.minor_blocked")
		must(t, h.Off(ctx, tablet, pin))
		h.testify(t, phone, policy.Evidence{Source: policy.FromID, Band: policy.Adult, Market: "SG"})
		must(t, h.MaySpend(ctx, phone, of(1_000_000, "SGD")))
	})
}

const offered = `
[[market]]
code = "*"
zone = "UTC"
rule = [{ bands = ["0-3", "3-8", "8-12", "12-16", "16-18"], from = "2024-01-01", daily = 40, longest = 40, curfew = "" }]
age = [{ from = "2024-01-01", counts = "birthday", minors = "offered" }]
[[market]]
code = "SG"
zone = "Asia/Singapore"
age = [{ from = "2024-01-01", counts = "birthday", minors = "offered" }]
rule = [
  { bands = ["0-3", "3-8"], from = "2024-01-01", daily = 40, longest = 40, curfew = "" },
  { bands = ["8-12", "12-16", "16-18"], from = "2024-01-01", daily = 40, longest = 40, curfew = "", spend = { currency = "SGD", payment = 5000, month = 20000 } },
]`

func TestAGuardianLowersWhatIsPaidAndOnlyThePINRaisesIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rules, err := policy.Parse(offered)
		must(t, err)
		h.rules = func() policy.Rules { return rules }
		phone := phone
		phone.Market = "SG"
		limit := func(payment, month int64) policy.Limits {
			return policy.Limits{Spending: &policy.Spending{Currency: "SGD", Payment: payment, Month: month, Tips: true}}
		}
		of := func(amount int64) Purchase {
			return Purchase{Amount: amount, Currency: "SGD", Spent: func(context.Context, time.Time) (int64, error) { return 0, nil }}
		}
		mustRefuse(t, h.Limit(ctx, phone, "", limit(1, 1)), "youth.not_a_minor")
		mustRefuse(t, h.Limit(ctx, operator, "", limit(1, 1)), "youth.viewer_only")
		h.testify(t, phone, policy.Evidence{Source: policy.FromStore, Band: policy.Teen, Market: "SG"})
		mustRefuse(t, h.Limit(ctx, phone, "", limit(2, 1)), "youth.spend_limit_invalid")
		mustRefuse(t, h.Limit(ctx, phone, "", limit(-1, 1)), "youth.spend_limit_invalid")
		euros := limit(1, 1)
		euros.Spending.Currency = "EUR"
		mustRefuse(t, h.Limit(ctx, phone, "", euros), "youth.spend_limit_currency")
		if p := h.status(t, phone).Pays; p.May.Payment != 5000 || p.May.Month != 20_000 || p.Rule != p.May {
			t.Fatalf("by the rule: %+v", p)
		}

		must(t, h.On(ctx, phone, policy.Teen, pin))
		must(t, h.Limit(ctx, phone, "", limit(1000, 3000)))
		mustRefuse(t, h.Limit(ctx, phone, "", limit(1000, 3001)), "youth.pin_required")
		mustRefuse(t, h.Limit(ctx, phone, "0000", limit(1000, 3001)), "youth.pin_wrong")
		mustRefuse(t, h.MaySpend(ctx, phone, of(1)), "youth.minor_blocked")
		must(t, h.Off(ctx, phone, pin))

		// The mode is off, and what a guardian said of payments holds.
		must(t, h.MaySpend(ctx, phone, of(1000)))
		mustRefuse(t, h.MaySpend(ctx, phone, of(1001)), "youth.spend_payment")
		if s := h.status(t, phone); s.On || !s.PINSet || s.Pays.May.Month != 3000 || s.Pays.Rule.Month != 20_000 {
			t.Fatalf("%+v", s)
		}
		must(t, h.Limit(ctx, phone, "", limit(500, 3000)))
		mustRefuse(t, h.Limit(ctx, phone, "", limit(1000, 3000)), "youth.pin_required")
		mustRefuse(t, h.On(ctx, phone, policy.Teen, "999999"), "youth.pin_wrong")
		mustRefuse(t, h.Off(ctx, phone, pin), "youth.off")
		mustRefuse(t, h.Extend(ctx, phone, pin, 15), "youth.off")
		must(t, h.Limit(ctx, phone, pin, limit(90_000, 90_000)))
		must(t, h.MaySpend(ctx, phone, of(5000))) // nobody raises it beyond the rule
		mustRefuse(t, h.MaySpend(ctx, phone, of(5001)), "youth.spend_payment")
		must(t, h.On(ctx, phone, policy.Youth, pin))
		must(t, h.Limit(ctx, phone, "", limit(0, 0)))
		must(t, h.Off(ctx, phone, pin))
		mustRefuse(t, h.MaySpend(ctx, phone, of(1)), "youth.spend_nothing")

		// Elsewhere the same number is another amount.
		h.testify(t, phone, policy.Evidence{Source: policy.FromStore, Band: policy.Teen, Market: "FR"})
		mustRefuse(t, h.MaySpend(ctx, phone, of(1)), "youth.spend_nothing")
		mustRefuse(t, h.Limit(ctx, phone, pin, limit(1, 1)), "youth.spend_limit_currency")

		must(t, h.On(ctx, stranger, policy.Teen, pin)) // of whom nobody else says so
		must(t, h.Off(ctx, stranger, pin))
		if s := h.status(t, stranger); s.PINSet || s.Pays != (Payments{}) {
			t.Fatalf("%+v", s)
		}
		var acts int
		must(t, h.db.QueryRow(ctx, `SELECT count(*) FROM youth_log WHERE act = 'limits' AND detail = '1000/3000 SGD'`).Scan(&acts))
		if acts != 1 {
			t.Fatalf("it is logged %d times", acts)
		}
	})
}
