package youth

import (
	"context"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/youth/policy"
)

// ListenToPeople makes the mode follow its people; call it before the bus starts.
func (s *Service) ListenToPeople() {
	const listener = "youth"
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountErased, _ bus.Meta) error {
		rows, err := erase(ctx, tx, f.Account)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.ProfileDeleted, _ bus.Meta) error {
		return eraseProfile(ctx, tx, f.Account, f.Profile)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountMerged, _ bus.Meta) error {
		rows, err := move(ctx, tx, f)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, matter string, rows int64, err error) error {
	if err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, event.AccountSettled{Matter: matter, Capability: "youth", Rows: rows})
}

// exportedAct is one thing that was done with the mode.
type exportedAct struct {
	Act    string    `json:"act"`
	Detail string    `json:"detail"`
	At     time.Time `json:"at"`
}

// exportedDay is how long was watched in the mode.
type exportedDay struct {
	Day        string `json:"day"`
	UsedMS     int64  `json:"used_ms"`
	ExtendedMS int64  `json:"extended_ms"`
}

// exportedAge is one thing that was said of the profile's age.
type exportedAge struct {
	Source policy.Source `json:"source"`
	Band   policy.Band   `json:"band"`
	Born   string        `json:"birth_month"`
	At     time.Time     `json:"at"`
}

// exportedMatch is a real name that was verified.
type exportedMatch struct {
	Provider string    `json:"provider"`
	Request  string    `json:"request"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"valid_until"`
}

// exportedConsent is a text about it that was agreed to.
type exportedConsent struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
}

// Export is everything kept of a profile's mode and age, or nil.
func (s *Service) Export(ctx context.Context, by actor.Actor) (any, error) {
	if !by.IsViewer() {
		return nil, errViewer
	}
	var out struct {
		Acts     []exportedAct     `json:"acts"`
		Days     []exportedDay     `json:"days"`
		Ages     []exportedAge     `json:"ages"`
		RealName []exportedMatch   `json:"real_name"`
		Consents []exportedConsent `json:"consents"`
	}
	var err error
	if out.Acts, err = exportActs(ctx, s.DB, by); err != nil {
		return nil, err
	}
	if out.Days, err = exportDays(ctx, s.DB, by); err != nil {
		return nil, err
	}
	if out.Ages, err = exportAges(ctx, s.DB, by); err != nil {
		return nil, err
	}
	if out.RealName, err = exportRealName(ctx, s.DB, by); err != nil {
		return nil, err
	}
	out.Consents, err = exportConsents(ctx, s.DB, by)
	if err != nil || len(out.Acts)+len(out.Days)+len(out.Ages)+len(out.RealName)+len(out.Consents) == 0 {
		return nil, err
	}
	return out, nil
}
