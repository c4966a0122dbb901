package realname

import "cliffhanger/internal/kernel/fault"

// What is answered when something about verification does not hold. None of it
// quotes what was typed.
var (
	errViewer   = fault.New(fault.Forbidden, "youth.viewer_only", "Only a viewer can do this.")
	errMinor    = fault.New(fault.Forbidden, "youth.minor_blocked", "This cannot be done in minors' mode. A guardian ends it first.")
	errOff      = fault.New(fault.Unavailable, "youth.real_name_off", "Names are not verified here.")
	errConsent  = fault.New(fault.Invalid, "youth.real_name_consent", "Nothing was sent. Agree to the verification first.").With(fault.Field{Path: "consent", Code: "required", Msg: "must be true"})
	errName     = fault.New(fault.Invalid, "youth.real_name_name", "This is no name as on an identity card. Check it.").With(fault.Field{Path: "name", Code: "invalid", Msg: "is the name on the card"})
	errNumber   = fault.New(fault.Invalid, "youth.real_name_number", "This is no identity number: one digit or more is wrong. Check it against the card.").With(fault.Field{Path: "number", Code: "invalid", Msg: "is the number of 18 characters on the card"})
	errOld      = fault.New(fault.Invalid, "youth.real_name_old", "This is a number of the old form, with 15 digits. Enter the 18 characters of the present card.").With(fault.Field{Path: "number", Code: "old", Msg: "has 15 digits; the present card has 18 characters"})
	errMismatch = fault.New(fault.Conflict, "youth.real_name_mismatch", "Name and number do not belong together. Check both against the card.")
	errNoRecord = fault.New(fault.Conflict, "youth.real_name_no_record", "The registry knows nobody with this number. Check it, or ask the police office that issued the card.")
	errRefused  = fault.New(fault.Invalid, "youth.real_name_refused", "The registry does not take this name or number. Check both against the card.")
	errDown     = fault.New(fault.Unavailable, "youth.real_name_down", "The registry does not answer right now. This did not count as a try; try again later.")
	errTries    = fault.New(fault.Exhausted, "youth.real_name_tries", "That was tried too often today. Try again tomorrow.")
	errBound    = fault.New(fault.Conflict, "youth.real_name_bound", "This number is in use for as many accounts as it may be. Erase an account you no longer use.")
	errOther    = fault.New(fault.Conflict, "youth.real_name_other", "This profile is verified with another number.")
)

// refusals are what an outcome that is no match is answered with.
var refusals = map[Outcome]*fault.Fault{
	Mismatch: errMismatch, NoRecord: errNoRecord, InvalidInput: errRefused, ProviderDown: errDown, Quota: errDown,
}
