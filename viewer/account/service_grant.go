package account

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account/grant"
)

// administers lets administrators and the house itself pass.
func administers(by actor.Actor) error {
	if by.Kind == actor.System || by.Has(actor.Admin) {
		return nil
	}
	return grant.ErrAdmin
}

// Act is what a line of the log says was done.
type Act string

// The acts beside the states a request goes through.
const (
	actAsked       Act = "asked"
	actRemoved     Act = "removed"
	actDeactivated Act = "deactivated"
	actRecovered   Act = "recovered" // a way back in, made at the machine
	actSignedOut   Act = "signed_out"
	actLinked      Act = "link_made" // with which somebody chooses a new password

	IdentityAdded   Act = "identity_added" // of an outside service
	IdentityRemoved Act = "identity_removed"
	PasskeyAdded    Act = "passkey_added"
	PasskeyRemoved  Act = "passkey_removed"
)

// LogEntry is one line of what was done about who may do what.
type LogEntry struct {
	ID              id.Entry
	At              time.Time
	Act             Act
	For             id.Staff
	By              id.Staff // empty: the house itself
	ForName, ByName string
	Roles           []actor.Role
	Grant           id.Grant
	Alone           bool // by the only administrator there was
	Reason          string
}

func (s *Service) note(ctx context.Context, tx *db.Tx, e LogEntry) error {
	e.At = s.clock.Now()
	e.ID = id.At[id.Entry](e.At)
	if err := insertEntry(ctx, tx, e); err != nil {
		return err
	}
	return s.bus.Announce(ctx, tx, event.StaffChanged{Entry: e.ID, Act: string(e.Act), For: e.For, By: e.By, Roles: packRoles(e.Roles), Grant: e.Grant})
}

// Note puts a line into the log: for rooms of this capability.
func (s *Service) Note(ctx context.Context, tx *db.Tx, e LogEntry) error { return s.note(ctx, tx, e) }

func (s *Service) noteGrant(ctx context.Context, tx *db.Tx, g grant.Request, act Act, by id.Staff) error {
	return s.note(ctx, tx, LogEntry{Act: act, For: g.For, By: by, Roles: g.Roles, Grant: g.ID, Alone: g.Alone, Reason: g.Reason})
}

const longestReason = 500

func tidyReason(s string) (string, error) {
	if s = strings.TrimSpace(s); utf8.RuneCountInString(s) > longestReason || !utf8.ValidString(s) {
		return "", errReason
	}
	return s, nil
}

// ask wants roles for p, who holds p.Roles, within a transaction. What is granted
// at once is written into p, which the caller keeps.
func (s *Service) ask(ctx context.Context, tx *db.Tx, by actor.Actor, p *Staff, roles []actor.Role, returns bool, reason string) (grant.Request, error) {
	now := s.clock.Now()
	able, err := admins(ctx, tx)
	if err != nil {
		return grant.Request{}, err
	}
	g, err := grant.Ask(grant.Request{
		ID: id.At[id.Grant](now), For: p.ID, Roles: roles, Returns: returns, By: by.Staff, Reason: reason,
	}, able, now)
	if err != nil {
		return g, err
	}
	onto, err := g.Onto(p.Roles)
	if err != nil {
		return g, err
	}
	if g.State == grant.Granted {
		p.Roles, p.Active = onto, p.Active || returns
	} else if err := s.askedAlready(ctx, tx, g); err != nil {
		return g, err
	}
	if err := insertGrant(ctx, tx, g); err != nil {
		return g, err
	}
	if g.State == grant.Granted {
		return g, s.noteGrant(ctx, tx, g, Act(g.State), by.Staff)
	}
	if err := s.noteGrant(ctx, tx, g, actAsked, by.Staff); err != nil {
		return g, err
	}
	return g, s.bus.Announce(ctx, tx, event.GrantAsked{Grant: g.ID, For: g.For, Name: p.Name, By: g.By, ExpiresAt: g.ExpiresAt})
}

// askedAlready refuses to ask twice at once for the same.
func (s *Service) askedAlready(ctx context.Context, tx *db.Tx, g grant.Request) error {
	open, err := pendingGrants(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range open {
		same := slices.ContainsFunc(o.Roles, func(r actor.Role) bool { return slices.Contains(g.Roles, r) })
		if o.At(g.AskedAt).State == grant.Pending && o.For == g.For && (same || o.Returns && g.Returns) {
			return errGrantAsked
		}
	}
	return nil
}

// settle keeps what became of a request.
func (s *Service) settle(ctx context.Context, tx *db.Tx, g grant.Request, by id.Staff) error {
	if err := updateGrant(ctx, tx, g); err != nil {
		return err
	}
	if err := s.noteGrant(ctx, tx, g, Act(g.State), by); err != nil {
		return err
	}
	return s.bus.Announce(ctx, tx, event.GrantEnded{Grant: g.ID, For: g.For, State: string(g.State)})
}

// decide lets an administrator take a step with a request.
func (s *Service) decide(ctx context.Context, by actor.Actor, which id.Grant, step func(g grant.Request, able []id.Staff, now time.Time) (grant.Request, error)) (g grant.Request, err error) {
	if !by.Has(actor.Admin) {
		return g, grant.ErrAdmin
	}
	var stale []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		stale = nil
		able, err := admins(ctx, tx)
		if err != nil {
			return err
		}
		if g, err = grantByID(ctx, tx, which); err != nil {
			return err
		}
		if g, err = step(g, able, s.clock.Now()); err != nil {
			return err
		}
		if g.State == grant.Granted {
			if stale, err = s.give(ctx, tx, g); err != nil {
				return err
			}
		}
		return s.settle(ctx, tx, g, by.Staff)
	})
	if err != nil {
		return grant.Request{}, err
	}
	s.forget(ctx, actor.Staff, stale)
	return g, nil
}

// give makes a granted request true, and answers the sessions to be read anew.
func (s *Service) give(ctx context.Context, tx *db.Tx, g grant.Request) ([]digest, error) {
	p, err := staffByID(ctx, tx, g.For)
	if err != nil {
		return nil, err
	}
	if !p.Active && !g.Returns {
		return nil, errInactive
	}
	if p.Roles, err = g.Onto(p.Roles); err != nil {
		return nil, err
	}
	p.Active = true
	if err := updateStaff(ctx, tx, p); err != nil {
		return nil, err
	}
	return staffSessions(ctx, tx, p.ID, "")
}

// Approve is the second word on a request. Administrators only, and neither who
// asked nor who receives.
func (s *Service) Approve(ctx context.Context, by actor.Actor, which id.Grant) (grant.Request, error) {
	return s.decide(ctx, by, which, func(g grant.Request, able []id.Staff, now time.Time) (grant.Request, error) {
		return g.Approve(by.Staff, able, now)
	})
}

// EndGrant takes a request back, or refuses it. Administrators only.
func (s *Service) EndGrant(ctx context.Context, by actor.Actor, which id.Grant) (grant.Request, error) {
	return s.decide(ctx, by, which, func(g grant.Request, able []id.Staff, now time.Time) (grant.Request, error) {
		return g.End(by.Staff, able, now)
	})
}

// lapse ends the requests that depend on somebody who no longer is who they were:
// all they asked for, and where they left, all they were to have.
func (s *Service) lapse(ctx context.Context, tx *db.Tx, who Staff, by id.Staff) error {
	open, err := pendingGrants(ctx, tx)
	if err != nil {
		return err
	}
	for _, g := range open {
		if g.By == who.ID && !who.administers() || g.For == who.ID && !who.Active && !g.Returns {
			if err := s.settle(ctx, tx, g.Lapse(s.clock.Now()), by); err != nil {
				return err
			}
		}
	}
	return nil
}

// expireGrants notes which requests ran out.
func (s *Service) expireGrants(ctx context.Context, tx *db.Tx) error {
	now := s.clock.Now()
	old, err := expiredGrants(ctx, tx, now)
	if err != nil {
		return err
	}
	for _, g := range old {
		if err := s.settle(ctx, tx, g.At(now), ""); err != nil {
			return err
		}
	}
	return nil
}

// OpenGrant is a request that waits, with the names of those it is about.
type OpenGrant struct {
	grant.Request
	ForName, ByName string
	Missing         []Named // any one of whom could approve it
}

// Named is a person in a list of other things.
type Named struct {
	ID   id.Staff `json:"id"`
	Name string   `json:"name"`
}

// OpenGrants are the requests that wait, the oldest first. Administrators only.
func (s *Service) OpenGrants(ctx context.Context, by actor.Actor) (out []OpenGrant, err error) {
	if err := administers(by); err != nil {
		return nil, err
	}
	open, err := pendingGrants(ctx, s.db)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	able, err := admins(ctx, s.db)
	if err != nil {
		return nil, err
	}
	people := slices.Clone(able)
	for _, g := range open {
		people = append(people, g.For, g.By)
	}
	names, err := staffNames(ctx, s.db, people)
	if err != nil {
		return nil, err
	}
	for _, g := range open {
		if g = g.At(s.clock.Now()); g.State != grant.Pending {
			continue
		}
		o := OpenGrant{Request: g, ForName: names[g.For], ByName: names[g.By], Missing: []Named{}}
		for _, m := range g.Missing(able) {
			o.Missing = append(o.Missing, Named{m, names[m]})
		}
		out = append(out, o)
	}
	return out, nil
}

// StaffLog lists what was done about who may do what, the latest first.
// Administrators only.
func (s *Service) StaffLog(ctx context.Context, by actor.Actor, p page.Request) (page.Of[LogEntry], error) {
	if err := administers(by); err != nil {
		return page.Of[LogEntry]{}, err
	}
	var before id.Entry
	if err := page.Read(p.After, &before); err != nil {
		return page.Of[LogEntry]{}, err
	}
	limit := page.Clamp(p.Limit, usualPage, longestPage)
	rows, err := entriesBefore(ctx, s.db, before, limit+1)
	return page.Cut(rows, limit, func(e LogEntry) any { return e.ID }), err
}
