package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account/grant"
	"cliffhanger/viewer/account/secret"
)

const (
	usualPage   = 50
	longestPage = 200
)

// Organisations lists organisations by name. Administrators only.
func (s *Service) Organisations(ctx context.Context, by actor.Actor, p page.Request) (page.Of[Organisation], error) {
	if err := administers(by); err != nil {
		return page.Of[Organisation]{}, err
	}
	var after string
	if err := page.Read(p.After, &after); err != nil {
		return page.Of[Organisation]{}, err
	}
	limit := page.Clamp(p.Limit, usualPage, longestPage)
	rows, err := organisations(ctx, s.db, after, limit+1)
	return page.Cut(rows, limit, func(o Organisation) any { return nameKey(o.Name) }), err
}

// FoundOrganisation makes an organisation. Administrators only.
func (s *Service) FoundOrganisation(ctx context.Context, by actor.Actor, name string, kind OrgKind) (Organisation, error) {
	if err := administers(by); err != nil {
		return Organisation{}, err
	}
	o, err := newOrganisation(name, kind, s.clock.Now())
	if err != nil {
		return Organisation{}, err
	}
	return o, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insertOrganisation(ctx, tx, o) })
}

// EnsureOrganisation answers the organisation of that name, and makes it if
// there is none. The kind of one that exists is left alone. Administrators only.
func (s *Service) EnsureOrganisation(ctx context.Context, by actor.Actor, name string, kind OrgKind) (Organisation, error) {
	if err := administers(by); err != nil {
		return Organisation{}, err
	}
	o, err := organisationNamed(ctx, s.db, name)
	if !errors.Is(err, errOrgGone) {
		return o, err
	}
	if o, err = s.FoundOrganisation(ctx, by, name, kind); errors.Is(err, errOrgTaken) { // somebody was faster
		return organisationNamed(ctx, s.db, name)
	}
	return o, err
}

// OrganisationsOf are the organisations with the given identifiers that exist:
// names for lists of other capabilities.
func (s *Service) OrganisationsOf(ctx context.Context, ids []id.Org) (map[id.Org]Organisation, error) {
	rows, err := organisationsByID(ctx, s.db, ids)
	out := make(map[id.Org]Organisation, len(rows))
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, err
}

// Hire is a new member of staff.
type Hire struct {
	Name  string
	Email string
	Roles []actor.Role
	Org   id.Org

	Reason string // for the roles, where another administrator has to agree
}

// newStaff checks a hire against the organisation it is for.
func (s *Service) newStaff(in Hire, org Organisation) (Staff, error) {
	p := Staff{Name: tidyLine(in.Name), Active: true, Invited: true, Org: org, CreatedAt: s.clock.Now()}
	p.ID = id.At[id.Staff](p.CreatedAt)
	if p.Name == "" || tooLong(p.Name) {
		return Staff{}, errStaffName
	}
	var err error
	if p.Email, err = ParseEmail(in.Email); err != nil {
		return Staff{}, err
	}
	p.Roles, err = tidyRoles(in.Roles, org.Kind)
	return p, err
}

// Hired is a new member of staff, the secret of their one-time link, and the
// request for their roles: until that is granted they have none.
type Hired struct {
	Staff
	Link  string
	Grant grant.Request
}

// Hire makes a member of staff and a one-time link to choose a password with.
// Administrators only.
func (s *Service) Hire(ctx context.Context, by actor.Actor, in Hire) (out Hired, err error) {
	if err := administers(by); err != nil {
		return out, err
	}
	org, err := organisation(ctx, s.db, in.Org)
	if err != nil {
		return out, err
	}
	p, err := s.newStaff(in, org)
	if err != nil {
		return out, err
	}
	reason, err := tidyReason(in.Reason)
	if err != nil {
		return out, err
	}
	link := newToken()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = Hired{Staff: p, Link: link}
		if err := s.take(ctx, tx, by, &out, reason); err != nil {
			return err
		}
		return replacePasswordLink(ctx, tx, p.ID, digestOf(link), p.CreatedAt.Add(passwordLinkLife))
	})
	if err != nil {
		return Hired{}, err
	}
	return out, nil
}

// take keeps a new person, with the roles they were hired for as far as that
// needs nobody else.
func (s *Service) take(ctx context.Context, tx *db.Tx, by actor.Actor, p *Hired, reason string) (err error) {
	wanted := p.Roles
	p.Roles = []actor.Role{}
	if err := insertStaff(ctx, tx, p.Staff); err != nil {
		return err
	}
	if p.Grant, err = s.ask(ctx, tx, by, &p.Staff, wanted, false, reason); err != nil {
		return err
	}
	return updateStaff(ctx, tx, p.Staff)
}

// EnsureStaff answers the person with that e-mail, and hires them with the given
// password if there is none. One who exists is left alone. The house itself only.
func (s *Service) EnsureStaff(ctx context.Context, by actor.Actor, in Hire, password string) (Staff, error) {
	if err := administers(by); err != nil {
		return Staff{}, err
	}
	org, err := organisation(ctx, s.db, in.Org)
	if err != nil {
		return Staff{}, err
	}
	p, err := s.newStaff(in, org)
	if err != nil {
		return Staff{}, err
	}
	if by.Kind != actor.System { // whoever is hired with a password had no say in it
		return Staff{}, grant.ErrAdmin
	}
	if there, err := staffByEmail(ctx, s.db, p.Email); !errors.Is(err, errStaffGone) {
		return there, err
	}
	if err := s.givePassword(ctx, &p, password); err != nil {
		return Staff{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.take(ctx, tx, by, &Hired{Staff: p}, "")
	})
	if errors.Is(err, errEmailTaken) { // somebody was faster
		return staffByEmail(ctx, s.db, p.Email)
	}
	return p, err
}

// givePassword checks a first password and puts its hash into p.
func (s *Service) givePassword(ctx context.Context, p *Staff, password string) error {
	tidy, err := secret.Password(password, string(p.Email), "password")
	if err != nil {
		return err
	}
	p.password, err = s.hasher.Make(ctx, tidy)
	p.Invited = false
	return err
}

// Everybody lists staff in the order they came. Administrators only.
func (s *Service) Everybody(ctx context.Context, by actor.Actor, p page.Request) (page.Of[Staff], error) {
	if err := administers(by); err != nil {
		return page.Of[Staff]{}, err
	}
	var after id.Staff
	if err := page.Read(p.After, &after); err != nil {
		return page.Of[Staff]{}, err
	}
	limit := page.Clamp(p.Limit, usualPage, longestPage)
	rows, err := staffAfter(ctx, s.db, after, limit+1)
	return page.Cut(rows, limit, func(p Staff) any { return p.ID }), err
}

// Reassignment is what an administrator may change of a person; nil leaves it alone.
type Reassignment struct {
	Roles  []actor.Role
	Active *bool
	Reason string
}

// Reassigned is a person after a change, and the request for what of it another
// administrator has to agree to; its ID is empty where there is nothing.
type Reassigned struct {
	Staff
	Grant grant.Request
}

// Reassign changes what a person may do. What is taken away is gone at once, here
// and within five seconds elsewhere, and whoever is no longer active is signed out
// everywhere; what is given may take another administrator. The last active
// administrator stays one. Administrators only.
func (s *Service) Reassign(ctx context.Context, by actor.Actor, who id.Staff, in Reassignment) (out Reassigned, err error) {
	if err := administers(by); err != nil {
		return out, err
	}
	if in.Reason, err = tidyReason(in.Reason); err != nil {
		return out, err
	}
	var stale []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		out = Reassigned{}
		if out.Staff, err = staffByID(ctx, tx, who); err != nil {
			return err
		}
		c := change{Reassigned: &out, by: by, reason: in.Reason}
		if in.Roles != nil {
			if c.wanted, err = tidyRoles(in.Roles, out.Org.Kind); err != nil {
				return err
			}
		} else {
			c.wanted = out.Roles
		}
		c.active = out.Active
		if in.Active != nil {
			c.active = *in.Active
		}
		stale, err = s.change(ctx, tx, c)
		return err
	})
	if err != nil {
		return Reassigned{}, err
	}
	s.forget(ctx, actor.Staff, stale)
	return out, nil
}

// change is a reassignment under way.
type change struct {
	*Reassigned
	by     actor.Actor
	wanted []actor.Role
	active bool
	reason string
}

// change takes away first, then asks for what is to be given, and answers the
// sessions that ended or must be read anew.
func (s *Service) change(ctx context.Context, tx *db.Tx, c change) ([]digest, error) {
	able, err := admins(ctx, tx)
	if err != nil {
		return nil, err
	}
	if c.by.Kind != actor.System && !slices.Contains(able, c.by.Staff) {
		return nil, grant.ErrAdmin
	}
	if err := s.takeAway(ctx, tx, c); err != nil {
		return nil, err
	}
	missing := without(c.wanted, c.Roles)
	if returns := c.active && !c.Active; returns || len(missing) > 0 && c.Active {
		if returns { // what they were trusted with is given anew
			missing = c.wanted
		}
		if c.Grant, err = s.ask(ctx, tx, c.by, &c.Staff, missing, returns, c.reason); err != nil {
			return nil, err
		}
	} else if len(missing) > 0 {
		return nil, errInactive
	}
	if err := updateStaff(ctx, tx, c.Staff); err != nil {
		return nil, err
	}
	if left, err := admins(ctx, tx); err != nil || len(able) > 0 && len(left) == 0 {
		return nil, either(err, errLast)
	}
	if err := s.lapse(ctx, tx, c.Staff, c.by.Staff); err != nil {
		return nil, err
	}
	if c.Active {
		return staffSessions(ctx, tx, c.ID, "")
	}
	if err := dropPasswordLink(ctx, tx, c.ID); err != nil {
		return nil, err
	}
	return deleteStaffSessions(ctx, tx, c.ID, "")
}

// takeAway removes roles, or the person, and notes it.
func (s *Service) takeAway(ctx context.Context, tx *db.Tx, c change) error {
	e := LogEntry{For: c.ID, By: c.by.Staff, Reason: c.reason}
	if gone := without(c.Roles, c.wanted); len(gone) > 0 {
		c.Roles = without(c.Roles, gone)
		e.Act, e.Roles = actRemoved, gone
		if err := s.note(ctx, tx, e); err != nil {
			return err
		}
	}
	if c.Active && !c.active {
		c.Active = false
		e.Act, e.Roles = actDeactivated, c.Roles
		return s.note(ctx, tx, e)
	}
	return nil
}

// without are the roles of a that are not in b.
func without(a, b []actor.Role) []actor.Role {
	return slices.DeleteFunc(slices.Clone(a), func(r actor.Role) bool { return slices.Contains(b, r) })
}

// NewPasswordLink makes a one-time link with which a person chooses a new
// password; the link before it stops working, the password stays until then. The
// log says so. Not for another administrator: whoever holds the link is them, and
// would decide alone what takes two. Administrators only.
func (s *Service) NewPasswordLink(ctx context.Context, by actor.Actor, who id.Staff) (link string, err error) {
	if err := administers(by); err != nil {
		return "", err
	}
	return s.passwordLink(ctx, who, passwordLinkLife, func(ctx context.Context, tx *db.Tx) error {
		able, err := admins(ctx, tx)
		if err != nil {
			return err
		}
		if by.Kind == actor.Staff && by.Staff != who && slices.Contains(able, who) {
			return errLinkOfAdmin
		}
		return s.note(ctx, tx, LogEntry{Act: actLinked, For: who, By: by.Staff})
	})
}

// Recover makes such a link for whoever runs the machine, when nobody is left who
// could ask for one: it holds as long as the link that set the house up, and is in
// the log. For the house itself only.
func (s *Service) Recover(ctx context.Context, by actor.Actor, who id.Staff) (link string, err error) {
	if by.Kind != actor.System {
		return "", grant.ErrAdmin
	}
	return s.passwordLink(ctx, who, setupLife, func(ctx context.Context, tx *db.Tx) error {
		return s.note(ctx, tx, LogEntry{Act: actRecovered, For: who})
	})
}

func (s *Service) passwordLink(ctx context.Context, who id.Staff, life time.Duration, and func(context.Context, *db.Tx) error) (link string, err error) {
	link = newToken()
	until := s.clock.Now().Add(life)
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := staffByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if !p.Active {
			return errInactive
		}
		if err := and(ctx, tx); err != nil {
			return err
		}
		return replacePasswordLink(ctx, tx, who, digestOf(link), until)
	})
	if err != nil {
		return "", err
	}
	return link, nil
}
