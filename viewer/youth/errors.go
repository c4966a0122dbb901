package youth

import "cliffhanger/internal/kernel/fault"

// What is answered when something about minors' mode does not hold.
var (
	errViewer        = fault.New(fault.Forbidden, "youth.viewer_only", "Only a viewer can do this.")
	errOperator      = fault.New(fault.Forbidden, "youth.operator_only", "Only an operator decides what minors may see.")
	errBand          = fault.New(fault.Invalid, "youth.band_unknown", "Choose an age band: 0-3, 3-8, 8-12, 12-16 or 16-18.").With(fault.Field{Path: "band", Code: "unknown", Msg: "is none of 0-3, 3-8, 8-12, 12-16, 16-18"})
	errPINForm       = fault.New(fault.Invalid, "youth.pin_invalid", "A PIN is four to six digits.").With(fault.Field{Path: "pin", Code: "invalid", Msg: "is four to six digits"})
	errPIN           = fault.New(fault.Forbidden, "youth.pin_wrong", "This PIN is not right.")
	errPINAsked      = fault.New(fault.Forbidden, "youth.pin_required", "Only the PIN of a guardian allows more.")
	errNoPIN         = fault.New(fault.Conflict, "youth.no_pin", "No guardian has set a PIN here. Minors' mode was switched on by the device: change it in the device's settings.")
	errBySystem      = fault.New(fault.Conflict, "youth.by_system", "The device itself has minors' mode on. Change it in the device's settings.")
	errByAge         = fault.New(fault.Conflict, "youth.by_age", "It is known that this profile is a minor's. Minors' mode stays on until they are grown up.")
	errBlocked       = fault.New(fault.Forbidden, "youth.minor_blocked", "This cannot be done in minors' mode. A guardian ends it first.")
	errOff           = fault.New(fault.Conflict, "youth.off", "Minors' mode is not on.")
	errGuessing      = fault.New(fault.Exhausted, "youth.pin_throttled", "Too many wrong PINs. Wait a little and try again.")
	errBusy          = fault.New(fault.Unavailable, "youth.pin_busy", "Many PINs are being checked right now. Try again in a moment.")
	errMinutes       = fault.New(fault.Invalid, "youth.minutes_invalid", "Minutes are a whole number from 1 to 120.").With(fault.Field{Path: "minutes", Code: "invalid", Msg: "is a whole number from 1 to 120"})
	errLongest       = fault.New(fault.Conflict, "youth.longest_day", "A day cannot be made longer than this. Go on tomorrow.")
	errDaily         = fault.New(fault.Invalid, "youth.limit_invalid", "A day has from 0 to 1440 minutes.").With(fault.Field{Path: "minutes", Code: "invalid", Msg: "is from 0 to 1440"})
	errSpendLimit    = fault.New(fault.Invalid, "youth.spend_limit_invalid", "A limit on payments is not below nothing, and one payment is not above the month's.").With(fault.Field{Path: "spending", Code: "invalid", Msg: "is not below nothing, and one payment is not above the month's"})
	errSpendCurrency = fault.New(fault.Conflict, "youth.spend_limit_currency", "Payments of minors are not limited in this currency here. Open the page again.")
	errNoMinor       = fault.New(fault.Conflict, "youth.not_a_minor", "Payments are limited for minors. Switch minors' mode on first.")
	errCurfew        = fault.New(fault.Invalid, "youth.curfew_invalid", "A curfew is two times of a day, such as 22:00-06:00.").With(fault.Field{Path: "curfew", Code: "invalid", Msg: "is two times of a day, such as 22:00-06:00"})
	errDrama         = fault.New(fault.NotFound, "youth.drama_unknown", "There is no such drama.")
	errFromBand      = fault.New(fault.Invalid, "youth.band_unknown", "Choose an age band: 0-3, 3-8, 8-12, 12-16 or 16-18, or none.").With(fault.Field{Path: "from_band", Code: "unknown", Msg: "is none of 0-3, 3-8, 8-12, 12-16, 16-18"})
	errNotMinors     = fault.New(fault.Forbidden, "youth.not_for_minors", "This is not shown in minors' mode.")
)
