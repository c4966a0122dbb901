package person

import (
	"context"
	"errors"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
)

type exportedDevice struct {
	ID         id.Device    `json:"id"`
	Name       string       `json:"name"`
	Model      string       `json:"model"`
	Form       account.Form `json:"form"`
	Codecs     string       `json:"codecs"`
	HDR        bool         `json:"hdr"`
	Width      int          `json:"width"`
	Height     int          `json:"height"`
	CreatedAt  time.Time    `json:"created_at"`
	LastSeenAt time.Time    `json:"last_seen_at"`
}

type exportedProfile struct {
	ID        id.Profile     `json:"id"`
	Name      string         `json:"name"`
	Colour    account.Colour `json:"colour"`
	Locale    string         `json:"locale"`
	PINSet    bool           `json:"pin_set"`
	CreatedAt time.Time      `json:"created_at"`
}

type exportedConsent struct {
	Profile id.Profile `json:"profile_id"`
	What    string     `json:"what"`
	At      time.Time  `json:"at"`
	Version string     `json:"version"`
	Granted bool       `json:"granted"`
	Market  string     `json:"market"`
}

// exportedSession is since when somebody is signed in on a device.
type exportedSession struct {
	Profile   id.Profile `json:"profile_id"`
	Device    id.Device  `json:"device_id"`
	CreatedAt time.Time  `json:"created_at"`
	SeenAt    time.Time  `json:"seen_at"`
	ExpiresAt time.Time  `json:"expires_at"`
}

// exportedMerge is an account that became part of this one.
type exportedMerge struct {
	Account id.Account `json:"account_id"`
	At      time.Time  `json:"at"`
}

// ownExport is what this capability keeps, or nil of an account that is no more.
func (s *Service) ownExport(ctx context.Context, by actor.Actor) (any, error) {
	var out struct {
		Account     id.Account        `json:"account_id"`
		CreatedAt   time.Time         `json:"created_at"`
		Credentials []Known           `json:"credentials"`
		Profiles    []exportedProfile `json:"profiles"`
		Devices     []exportedDevice  `json:"devices"`
		Sessions    []exportedSession `json:"sessions"`
		Consents    []exportedConsent `json:"consents"`
		Merged      []exportedMerge   `json:"merged"`
	}
	var errs [7]error
	if out.CreatedAt, errs[0] = accountSince(ctx, s.DB, by.Account); errors.Is(errs[0], db.ErrNoRows) {
		return nil, nil
	}
	out.Account = by.Account
	out.Credentials, errs[1] = credentialsOf(ctx, s.DB, by.Account)
	out.Profiles, errs[2] = exportProfiles(ctx, s.DB, by.Account)
	out.Devices, errs[3] = exportDevices(ctx, s.DB, by.Account)
	out.Sessions, errs[4] = exportSessions(ctx, s.DB, by.Account)
	out.Consents, errs[5] = exportConsents(ctx, s.DB, by.Account)
	out.Merged, errs[6] = exportMerged(ctx, s.DB, by.Account)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return out, nil
}
