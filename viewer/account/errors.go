package account

import "cliffhanger/internal/kernel/fault"

// What the house answers when something about identity does not hold.
var (
	errSession   = fault.New(fault.Unauthenticated, "account.session_ended", "Your session has ended. Sign in again.")
	errViewer    = fault.New(fault.Forbidden, "account.viewer_only", "Only a viewer can do this.")
	errStaffOnly = fault.New(fault.Forbidden, "account.staff_only", "Only staff can do this.")

	// ErrMinor is what nobody does in minors' mode, or they would be out of it.
	ErrMinor = fault.New(fault.Forbidden, "account.minor_blocked", "This cannot be done in minors' mode. A guardian ends the mode first.")

	errDevice        = fault.New(fault.Invalid, "account.device_invalid", "The description of this device does not fit. See the fields.")
	errDeviceName    = fault.New(fault.Invalid, "account.device_name_invalid", "A device's name has between 1 and 64 characters.").With(fault.Field{Path: "name", Code: "invalid", Msg: "has between 1 and 64 characters"})
	errDeviceUnknown = fault.New(fault.NotFound, "account.device_unknown", "This device is not one of yours, or no longer.")
	errDeviceHeld    = fault.New(fault.Conflict, "account.device_held", "This is the device in your hands. To sign it out, leave the account on it.")

	errLocale         = fault.New(fault.Invalid, "account.locale_unknown", "This language is not offered.")
	errProfile        = fault.New(fault.Invalid, "account.profile_name_invalid", "A profile's name may have 64 characters.")
	errProfileName    = fault.New(fault.Invalid, "account.profile_name_missing", "Give the profile a name.").With(fault.Field{Path: "name", Code: "required", Msg: "is needed"})
	errColour         = fault.New(fault.Invalid, "account.profile_colour_unknown", "This colour is not offered.")
	errProfileUnknown = fault.New(fault.NotFound, "account.profile_unknown", "There is no such profile here, or no longer.")
	errProfilesFull   = fault.New(fault.Conflict, "account.profiles_full", "There are six profiles already. Delete one first.")
	errProfileHeld    = fault.New(fault.Conflict, "account.profile_held", "This is who is watching here. Choose another profile first.")
	errProfileRuns    = fault.New(fault.Conflict, "account.profile_in_use", "Another device is watching with this profile. Choose another one there first.")
	errGuarded        = fault.New(fault.Forbidden, "account.profile_guarded", "This profile has a PIN. Choose it first, then change it there.")
	errPINForm        = fault.New(fault.Invalid, "account.pin_invalid", "A PIN has 4 to 6 digits.").With(fault.Field{Path: "pin", Code: "invalid", Msg: "has 4 to 6 digits"})
	errPINRequired    = fault.New(fault.Forbidden, "account.pin_required", "This profile has a PIN. Enter it.")
	errPINWrong       = fault.New(fault.Forbidden, "account.pin_wrong", "This PIN is not right.")
	errPINThrottled   = fault.New(fault.Exhausted, "account.pin_throttled", "Too many wrong PINs. Wait a little and try again.")

	errSessionUnknown = fault.New(fault.NotFound, "account.session_unknown", "This session is not one of yours, or has ended.")
	errSessionHeld    = fault.New(fault.Conflict, "account.session_held", "This is the session you are in. To end it, sign out.")

	errSignIn          = fault.New(fault.Unauthenticated, "account.credentials_wrong", "The e-mail address or the password is not right.")
	errThrottled       = fault.New(fault.Exhausted, "account.sign_in_throttled", "Too many attempts. Wait a little and try again.")
	errCrowded         = fault.New(fault.Unavailable, "account.sign_in_busy", "Many people are signing in right now. Try again in a moment.")
	errEmail           = fault.New(fault.Invalid, "account.email_invalid", "This is not an e-mail address.").With(fault.Field{Path: "email", Code: "invalid", Msg: "is not an e-mail address"})
	errEmailTaken      = fault.New(fault.Conflict, "account.email_taken", "Somebody with this e-mail address works here already.")
	errPresentPassword = fault.New(fault.Invalid, "account.password_wrong", "The present password is not right.").With(fault.Field{Path: "current", Code: "wrong", Msg: "is not right"})
	errStaffName       = fault.New(fault.Invalid, "account.name_invalid", "A name has between 1 and 64 characters.").With(fault.Field{Path: "name", Code: "invalid", Msg: "has between 1 and 64 characters"})
	errRoles           = fault.New(fault.Invalid, "account.roles_invalid", "Choose at least one role: producer, or any for people of the platform's own organisation.").With(fault.Field{Path: "roles", Code: "invalid", Msg: "are producer, or any for people of the platform's own organisation"})
	errStaffGone       = fault.New(fault.NotFound, "account.staff_unknown", "Nobody here has this identifier.")
	errInactive        = fault.New(fault.Conflict, "account.staff_inactive", "This person is not active. Activate them first.")
	errLast            = fault.New(fault.Conflict, "account.last_admin", "This is the last active administrator. Make somebody else one first, and let them sign in.")
	errLinkOfAdmin     = fault.New(fault.Conflict, "account.link_of_admin", "An administrator's way in is nobody else's to give: two decide, and one must not be both. Whoever runs the machine makes them a link: cliffhanger staff recover.")
	errGrantGone       = fault.New(fault.NotFound, "account.grant_unknown", "There is no such request.")
	errGrantAsked      = fault.New(fault.Conflict, "account.grant_asked", "This was asked for already and waits for another administrator.")
	errReason          = fault.New(fault.Invalid, "account.grant_reason_long", "A reason may have 500 characters.").With(fault.Field{Path: "reason", Code: "reason_long", Msg: "may have 500 characters"})

	errOrgName  = fault.New(fault.Invalid, "account.organisation_name_invalid", "An organisation's name has between 1 and 64 characters.").With(fault.Field{Path: "name", Code: "invalid", Msg: "has between 1 and 64 characters"})
	errOrgKind  = fault.New(fault.Invalid, "account.organisation_kind_invalid", "An organisation is an operator or a producer.").With(fault.Field{Path: "kind", Code: "invalid", Msg: "is operator or producer"})
	errOrgTaken = fault.New(fault.Conflict, "account.organisation_exists", "There is an organisation of this name already.")
	errOrgGone  = fault.New(fault.NotFound, "account.organisation_unknown", "There is no such organisation.")

	errFounding     = fault.New(fault.Invalid, "account.organisation_name_invalid", "An organisation's name has between 1 and 64 characters.").With(fault.Field{Path: "organisation", Code: "invalid", Msg: "has between 1 and 64 characters"})
	errSetup        = fault.New(fault.NotFound, "account.setup_link_invalid", "This link is not valid, or no longer. Start the server again for a new one.")
	errSetupDone    = fault.New(fault.Conflict, "account.setup_done", "This house has been set up already. Sign in instead.")
	errPasswordLink = fault.New(fault.NotFound, "account.password_link_invalid", "This link is not valid, or no longer. Ask an administrator for a new one.")
)

// What the rooms of this capability say of codes too.
var (
	ErrViewer   = errViewer
	ErrNotStaff = errSignIn
	ErrCode     = fault.New(fault.NotFound, "account.link_invalid", "This code is not valid, or no longer. Ask for a new one on the other device.")
	ErrGuessing = fault.New(fault.Exhausted, "account.link_attempts_exhausted", "Too many wrong codes at the moment. Wait a little and try again.")
)
