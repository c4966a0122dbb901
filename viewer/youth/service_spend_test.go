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
		h.rules = rules
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
