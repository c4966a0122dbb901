package youth

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/viewer/youth/policy"
)

// Purchase is what somebody is about to pay, in minor units.
type Purchase struct {
	Amount   int64
	Currency string
	Tip      bool // a gift of money
	// Spent answers what the profile has paid in that currency from a moment on.
	Spent func(ctx context.Context, since time.Time) (int64, error)
}

// refusals are what a minor who may not pay is told.
var refusals = map[policy.SpendReason]*fault.Fault{
	policy.PayNothing:  fault.New(fault.Forbidden, "youth.spend_nothing", "At this age nothing is paid for here. Ask a guardian."),
	policy.PayNoTip:    fault.New(fault.Forbidden, "youth.spend_tip", "Minors give no tips."),
	policy.PayCurrency: fault.New(fault.Forbidden, "youth.spend_currency", "Minors do not pay in this currency."),
	policy.PayTooMuch:  fault.New(fault.Forbidden, "youth.spend_payment", "This is more than a minor may pay at once. Ask a guardian."),
	policy.PayMonth:    fault.New(fault.Forbidden, "youth.spend_month", "This is more than a minor may still pay this month. Go on next month."),
}

// Payments are what a minor may pay while not in the mode, where one is nothing.
type Payments struct {
	May  policy.Spending // by the rule and a guardian's limit
	Rule policy.Spending // by the rule
}

// spendRule is the rule that bounds what somebody may pay; not ok if nobody says
// that they are a minor.
func (s *Service) spendRule(m mode, now time.Time) (r policy.Rule, ok bool) {
	minor := m.known.Minor()
	return s.rules().At(m.known.Rule.Market, minor, now), minor != ""
}

func (s *Service) payments(m mode, now time.Time) Payments {
	r, ok := s.spendRule(m, now)
	if !ok {
		return Payments{}
	}
	return Payments{May: r.With(m.limits).Spending, Rule: r.Spending}
}

// MaySpend refuses a purchase that a minor may not make. In minors' mode there is
// none; who is known to be a minor and not in the mode is held to the rule of
// their band and to what a guardian lowered of it, by the months of the market's
// calendar; of others nothing is known here.
func (s *Service) MaySpend(ctx context.Context, by actor.Actor, p Purchase) error {
	if err := viewer(by); err != nil {
		return err
	}
	m, err := s.modeOf(ctx, by)
	switch {
	case err != nil:
		return err
	case by.Minor != "" || m.on():
		return errBlocked
	}
	now := s.Clock.Now()
	r, minor := s.spendRule(m, now)
	if !minor {
		return nil
	}
	r = r.With(m.limits)
	// What needs no look at the books is answered without one.
	if reason := r.Spending.MaySpend(0, p.Amount, p.Currency, p.Tip); reason != policy.MayPay {
		return refusals[reason]
	}
	spent, err := p.Spent(ctx, r.Month(now))
	if err != nil {
		return err
	}
	if reason := r.Spending.MaySpend(spent, p.Amount, p.Currency, p.Tip); reason != policy.MayPay {
		return refusals[reason]
	}
	return nil
}
