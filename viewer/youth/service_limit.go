package youth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// Limit puts a guardian's limits in place of the rule's; nil leaves the present
// one. Allowing anything more than now takes the PIN. What is paid is limited also
// for who is known to be a minor and not in the mode.
func (s *Service) Limit(ctx context.Context, by actor.Actor, pin string, own policy.Limits) error {
	if err := viewer(by); err != nil {
		return err
	}
	if own.Daily != nil && (*own.Daily < 0 || *own.Daily > 24*time.Hour) {
		return errDaily
	}
	if p := own.Spending; p != nil && (p.Payment < 0 || p.Month < p.Payment) {
		return errSpendLimit
	}
	if pin != "" {
		return s.withPIN(ctx, by, pin, "limits", limitsText(own), func(_ context.Context, _ *db.Tx, m *mode) error {
			_, err := s.limit(m, own)
			return err
		})
	}
	return s.change(ctx, by, "limits", limitsText(own), func(_ context.Context, _ *db.Tx, m *mode) error {
		loosens, err := s.limit(m, own)
		if err == nil && loosens {
			err = errPINAsked
		}
		return err
	})
}

// limit puts limits into a mode and answers whether they allow anything more.
func (s *Service) limit(m *mode, own policy.Limits) (loosens bool, err error) {
	now, next := s.Clock.Now(), m.limits
	if own.Daily != nil || own.Curfew != nil {
		if !m.on() {
			return false, errOff
		}
		if own.Daily != nil {
			next.Daily = own.Daily
		}
		if own.Curfew != nil {
			next.Curfew = own.Curfew
		}
		loosens = s.rules().At(m.whose(), m.band(), now).Loosens(m.limits, next)
	}
	if own.Spending != nil {
		rule, ok := s.spendRule(*m, now)
		switch {
		case !ok:
			return false, errNoMinor
		case rule.Spending.Currency != own.Spending.Currency:
			return false, errSpendCurrency
		}
		next.Spending = own.Spending
		loosens = loosens || rule.Loosens(policy.Limits{Spending: m.limits.Spending}, policy.Limits{Spending: next.Spending})
	}
	m.limits = next
	return loosens, nil
}

func limitsText(l policy.Limits) string {
	var parts []string
	if l.Daily != nil {
		parts = append(parts, l.Daily.String())
	}
	if l.Curfew != nil {
		parts = append(parts, l.Curfew.String())
	}
	if p := l.Spending; p != nil {
		parts = append(parts, fmt.Sprintf("%d/%d %s", p.Payment, p.Month, p.Currency))
	}
	return strings.Join(parts, " ")
}
