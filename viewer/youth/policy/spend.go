package policy

import "time"

// Spending is the most a minor may pay, in minor units; zero is nothing.
type Spending struct {
	Currency string `toml:"currency"`
	Payment  int64  `toml:"payment"`
	Month    int64  `toml:"month"`
	Tips     bool   `toml:"tips"` // whether gifts of money may be among it
}

// SpendReason is why a minor may not pay.
type SpendReason string

const (
	MayPay      SpendReason = ""
	PayNothing  SpendReason = "nothing"  // at this age nothing is paid
	PayNoTip    SpendReason = "tip"      // gifts of money are barred
	PayCurrency SpendReason = "currency" // the rule speaks of another one
	PayTooMuch  SpendReason = "payment"  // more than one payment may be
	PayMonth    SpendReason = "month"    // more than is left of the month
)

// MaySpend answers whether a minor who has paid so much in a month may pay an
// amount more. What cannot be, such as an amount below zero, may not.
func (s Spending) MaySpend(spent, amount int64, currency string, tip bool) SpendReason {
	switch {
	case s.Payment <= 0 || s.Month <= 0:
		return PayNothing
	case tip && !s.Tips:
		return PayNoTip
	case currency != s.Currency:
		return PayCurrency
	case amount <= 0 || amount > s.Payment:
		return PayTooMuch
	case amount > s.left(spent):
		return PayMonth
	}
	return MayPay
}

// left is what may still be paid in a month.
func (s Spending) left(spent int64) int64 { return max(s.Month-max(spent, 0), 0) }

// lowered is what a guardian's own bounds leave: they lower and never raise. Bounds
// in another currency cannot be weighed, and leave nothing.
func (s Spending) lowered(own Spending) Spending {
	if own.Currency != s.Currency {
		own = Spending{}
	}
	s.Payment, s.Month, s.Tips = min(s.Payment, own.Payment), min(s.Month, own.Month), s.Tips && own.Tips
	return s
}

// covers reports whether s allows all that o allows.
func (s Spending) covers(o Spending) bool {
	return o.Payment <= s.Payment && o.Month <= s.Month && (s.Tips || !o.Tips)
}

// Month is when the month at lies in began where the rule holds.
func (r Rule) Month(at time.Time) time.Time {
	y, m, _ := at.In(r.Zone).Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, r.Zone)
}
