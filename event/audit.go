package event

import (
	"strconv"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

// Every fact is marked one way or the other: by Record, the public log keeps what
// Record answers; by Unlogged, it does not.

// Record is what the public log keeps of a fact: who did what to which object.
// It names people by their identifiers alone and has no field for free text; a
// viewer's identifier becomes a pseudonym before it is written.
type Record struct {
	Org    id.Org   // whose work it is about
	By     Doer     // who did it; the zero Doer is not known
	Object Object   // what it was done to
	Drama  id.Drama // the drama that belongs to, where there is one

	Hashes  []string // SHA-256 of contents it is about, hexadecimal
	From    string   // the state before
	To      string   // the state after
	Reasons []string // codes
	Times   []string // time codes within the content
	Rules   []string // of policy
	Tier    string   // the rule that gave a work its tier
	Filing  string   // number
	Request string   // identifier of the request
	Device  string   // hash of the device or address
	Cert    string   // fingerprint of the actor's certificate
}

// Object is what a fact is about.
type Object struct {
	Type    string // "drama"
	ID      string
	Version string
}

// Doer is who did something: staff, a viewer, or the house by itself.
type Doer struct {
	Staff   id.Staff   `json:"staff,omitempty"`
	Roles   string     `json:"roles,omitempty"` // of the staff, with spaces between them
	Profile id.Profile `json:"profile,omitempty"`
	House   string     `json:"house,omitempty"` // which part of it: "import"
}

// By is a as a fact names who did it.
func By(a actor.Actor) Doer {
	d := Doer{Staff: a.Staff, Profile: a.Profile, House: a.Name}
	for _, r := range a.Roles {
		d.Roles = strings.TrimSpace(d.Roles + " " + string(r))
	}
	return d
}

// WorkViewed: staff were given a work to watch, whether viewers may watch it or not.
// Whoever hands it out announces it, once for each time it is handed out, not for
// each piece that is fetched of it.
type WorkViewed struct {
	By    Doer     `json:"by"`
	Org   id.Org   `json:"org,omitempty"`
	Drama id.Drama `json:"drama,omitempty"`
	Asset id.Asset `json:"asset,omitempty"`
}

// WorkExported: a drama left the house as a folder or file.
type WorkExported struct {
	By    Doer     `json:"by"`
	Org   id.Org   `json:"org"`
	Drama id.Drama `json:"drama"`
}

// LogRead: somebody looked entries of the public log up.
type LogRead struct {
	By    Doer     `json:"by"`
	Drama id.Drama `json:"drama,omitempty"` // empty: of all
	First int64    `json:"first"`           // the entries that were shown; -1: none
	Last  int64    `json:"last"`
}

func (WorkViewed) Fact() string   { return "audit.work_viewed" }
func (WorkExported) Fact() string { return "audit.work_exported" }
func (LogRead) Fact() string      { return "audit.log_read" }

func (f WorkViewed) Record() Record {
	r := Record{By: f.By, Org: f.Org, Object: Object{Type: "drama", ID: string(f.Drama)}, Drama: f.Drama}
	if f.Asset != "" {
		r.Object = Object{Type: "asset", ID: string(f.Asset)}
	}
	return r
}
func (f WorkExported) Record() Record {
	return Record{By: f.By, Org: f.Org, Object: Object{Type: "drama", ID: string(f.Drama)}, Drama: f.Drama}
}
func (f LogRead) Record() Record {
	return Record{By: f.By, Drama: f.Drama, Object: Object{Type: "log"}, From: strconv.FormatInt(f.First, 10), To: strconv.FormatInt(f.Last, 10)}
}
