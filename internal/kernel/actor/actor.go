// Package actor says who asks. An Actor is a parameter of every use case,
// never read from a context.
package actor

import (
	"slices"

	"cliffhanger/internal/kernel/id"
)

// Kind is the realm an actor belongs to. The zero Kind is Nobody.
type Kind int

const (
	Nobody Kind = iota // not signed in
	Viewer             // a profile before a screen
	Staff              // a person who works here
	System             // the house itself: jobs, timers, command line
)

// Role is what a member of staff may do.
type Role string

const (
	Producer Role = "producer" // makes dramas for one organisation
	Operator Role = "operator" // runs the platform
	Admin    Role = "admin"    // gives roles, and manages people and organisations
	Reviewer Role = "reviewer" // judges works; never held together with Admin
	Editor   Role = "editor"   // answers for what is published: the last review; likewise

	MinorsOfficer Role = "minors_officer" // passes works for minors; likewise
	FilingOfficer Role = "filing_officer" // deals with authorities; likewise
	Duty          Role = "duty"           // stops what must not be shown, at any hour
	Regulator     Role = "regulator"      // watches over the house and changes nothing
)

// Actor is who asks. Beside kind, session and market only the fields of its kind
// are set.
type Actor struct {
	Kind    Kind
	Session id.Session
	Network string // the neighbourhood it asks from, "192.0.2.0/24"; "": not known. It is kept nowhere
	Market  string // where the actor is: ISO 3166-1 alpha-2, "US"; "": at home, or not known

	Account id.Account // viewer
	Profile id.Profile
	Device  id.Device
	Minor   string // the age band a viewer in minors' mode is held to, "8-12"; "": not in it
	Display string // what its screen can show, in its own words, or ""; whoever chooses pictures reads it

	Staff id.Staff // staff
	Org   id.Org
	Roles []Role
	Name  string // what the house calls itself when it is System: "import"
}

// OfSystem is the house acting by itself; name says which part of it.
func OfSystem(name string) Actor { return Actor{Kind: System, Name: name} }

// Has reports whether the actor is staff with the role.
func (a Actor) Has(r Role) bool { return a.Kind == Staff && slices.Contains(a.Roles, r) }

// IsViewer reports whether the actor is a signed-in profile.
func (a Actor) IsViewer() bool { return a.Kind == Viewer && a.Profile != "" }

// MayManage reports whether the actor may change what belongs to org: its own
// producers, any operator, and the house itself.
func (a Actor) MayManage(org id.Org) bool {
	return a.Kind == System || a.Has(Operator) || a.Has(Producer) && org != "" && a.Org == org
}
