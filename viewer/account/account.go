package account

import (
	"slices"
	"time"

	"cliffhanger/internal/kernel/id"
)

// Identity is who a viewer session stands for.
type Identity struct {
	Account id.Account
	Profile id.Profile
	Device  id.Device
}

// Me is what a viewer sees of themself.
type Me struct {
	Identity  Identity
	Profile   Profile
	Device    Device   // the one they hold
	Devices   []Device // of the account, last used first; 50 at most
	CreatedAt time.Time
}

// locales are the languages the product speaks.
var locales = []string{"zh-CN", "en"}

func checkLocale(locale string) error {
	if !slices.Contains(locales, locale) {
		return errLocale
	}
	return nil
}

// How long sessions last, and how exactly their use is noted.
const (
	viewerLife = 400 * 24 * time.Hour // after the last use; browsers keep no cookie longer
	staffIdle  = 12 * time.Hour       // after the last use
	staffLife  = 7 * 24 * time.Hour   // after signing in
	touchEvery = 5 * time.Minute
)

// staffUntil is when a staff session ends if it is not used any more.
func staffUntil(createdAt, seenAt time.Time) time.Time {
	idle, absolute := seenAt.Add(staffIdle), createdAt.Add(staffLife)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}
