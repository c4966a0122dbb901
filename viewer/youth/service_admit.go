package youth

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
)

// Admit answers by with the age band it is held to. header is what its device's
// system claims, "" for nothing: a claim that is believed takes effect before the
// request does, and one that is not changes nothing.
func (s *Service) Admit(ctx context.Context, by actor.Actor, header string) (actor.Actor, error) {
	m, err := s.modeOf(ctx, by)
	if err != nil {
		return by, err
	}
	if header != "" {
		if m, err = s.obey(ctx, by, m, header); err != nil {
			return by, err
		}
	}
	by.Minor = string(m.band())
	return by, nil
}

// obey lets a claim take effect on a profile whose mode is m.
func (s *Service) obey(ctx context.Context, by actor.Actor, m mode, header string) (mode, error) {
	at := s.Clock.Now()
	c, err := believe(s.keys, header, by.Device, at)
	next, changed := m, false
	if err == nil {
		changed, err = next.hear(c, by.Device, s.market(by), at)
	}
	if err != nil {
		s.Log.Debug("a device's claim about a minor is not believed", "reason", err)
		return m, nil
	}
	if !changed {
		return m, nil
	}
	detail := string(c.band)
	if c.band == "" {
		detail = claimOff
	}
	err = s.change(ctx, by, "claim", detail, func(_ context.Context, _ *db.Tx, now *mode) error {
		changed, err := now.hear(c, by.Device, s.market(by), at)
		if next = *now; err == nil && !changed {
			err = errUnchanged
		}
		return err
	})
	if errors.Is(err, errUnchanged) || errors.Is(err, errClaimSpent) {
		return next, nil // another request was first
	}
	return next, err
}

var errUnchanged = errors.New("youth: nothing to change")
