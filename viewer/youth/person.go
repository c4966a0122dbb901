package youth

import (
	"context"
	"errors"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
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
	Device id.Device `json:"device_id"`
	At     time.Time `json:"at"`
}

// exportedMode is by whom the mode is on, and what a guardian limits.
type exportedMode struct {
	Guardian  policy.Band      `json:"guardian_band"`
	System    policy.Band      `json:"system_band"`
	Device    id.Device        `json:"system_device"`
	Confirmed policy.Band      `json:"confirmed_band"`
	Market    string           `json:"market"`
	Since     time.Time        `json:"since,omitzero"`
	LeaveAt   time.Time        `json:"leave_at,omitzero"`
	PINSet    bool             `json:"pin_set"`
	DailyMS   *int64           `json:"daily_ms"`
	Curfew    *string          `json:"curfew"`
	Spending  *policy.Spending `json:"spending"`
}

// exportedScreen is until when a device was heard to play in the mode, or one of its players.
type exportedScreen struct {
	Device  id.Device `json:"device_id"`
	Sitting string    `json:"sitting"`
	HeardAt time.Time `json:"heard_at"`
}

// exportedTries is how often a real name was tried to verify on a day.
type exportedTries struct {
	Day   string `json:"day"`
	Tries int    `json:"tries"`
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
	Ages   string        `json:"ages"`
	Born   string        `json:"birth_month"`
	Proven bool          `json:"proven"`
	At     time.Time     `json:"at"`
	Until  time.Time     `json:"valid_until,omitzero"`
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
		Mode     *exportedMode     `json:"mode"`
		Acts     []exportedAct     `json:"acts"`
		Days     []exportedDay     `json:"days"`
		Screens  []exportedScreen  `json:"screens"`
		Ages     []exportedAge     `json:"ages"`
		RealName []exportedMatch   `json:"real_name"`
		Consents []exportedConsent `json:"consents"`
		Tries    []exportedTries   `json:"tries"`
	}
	var errs [8]error
	out.Mode, errs[0] = exportMode(ctx, s.DB, by)
	out.Acts, errs[1] = exportActs(ctx, s.DB, by)
	out.Days, errs[2] = exportDays(ctx, s.DB, by)
	out.Screens, errs[3] = exportScreens(ctx, s.DB, by)
	out.Ages, errs[4] = exportAges(ctx, s.DB, by)
	out.RealName, errs[5] = exportRealName(ctx, s.DB, by)
	out.Consents, errs[6] = exportConsents(ctx, s.DB, by)
	out.Tries, errs[7] = exportTries(ctx, s.DB, by)
	kept := len(out.Acts) + len(out.Days) + len(out.Screens) + len(out.Ages) + len(out.RealName) + len(out.Consents) + len(out.Tries)
	if err := errors.Join(errs[:]...); err != nil || kept == 0 && out.Mode == nil {
		return nil, err
	}
	return out, nil
}
