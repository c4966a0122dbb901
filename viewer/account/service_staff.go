package account

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
)

// operates lets operators and the house itself pass.
func operates(by actor.Actor) error {
	if by.Kind == actor.System || by.Has(actor.Operator) {
		return nil
	}
	return errOperator
}

const (
	usualPage   = 50
	longestPage = 200
)

// Organisations lists organisations by name. Operators only.
func (s *Service) Organisations(ctx context.Context, by actor.Actor, p page.Request) (page.Of[Organisation], error) {
	if err := operates(by); err != nil {
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

// FoundOrganisation makes an organisation. Operators only.
func (s *Service) FoundOrganisation(ctx context.Context, by actor.Actor, name string, kind OrgKind) (Organisation, error) {
	if err := operates(by); err != nil {
		return Organisation{}, err
	}
	o, err := newOrganisation(name, kind, s.clock.Now())
	if err != nil {
		return Organisation{}, err
	}
	return o, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insertOrganisation(ctx, tx, o) })
}

// EnsureOrganisation answers the organisation of that name, and makes it if
// there is none. The kind of one that exists is left alone. Operators only.
func (s *Service) EnsureOrganisation(ctx context.Context, by actor.Actor, name string, kind OrgKind) (Organisation, error) {
	if err := operates(by); err != nil {
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

// Hire makes a member of staff and a one-time link to choose a password with.
// Operators only.
func (s *Service) Hire(ctx context.Context, by actor.Actor, in Hire) (Staff, string, error) {
	if err := operates(by); err != nil {
		return Staff{}, "", err
	}
	org, err := organisation(ctx, s.db, in.Org)
	if err != nil {
		return Staff{}, "", err
	}
	p, err := s.newStaff(in, org)
	if err != nil {
		return Staff{}, "", err
	}
	link := newToken()
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertStaff(ctx, tx, p); err != nil {
			return err
		}
		return replacePasswordLink(ctx, tx, p.ID, digestOf(link), p.CreatedAt.Add(passwordLinkLife))
	})
	if err != nil {
		return Staff{}, "", err
	}
	return p, link, nil
}

// EnsureStaff answers the person with that e-mail, and hires them with the given
// password if there is none. One who exists is left alone. Operators only.
func (s *Service) EnsureStaff(ctx context.Context, by actor.Actor, in Hire, password string) (Staff, error) {
	if err := operates(by); err != nil {
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
	if there, err := staffByEmail(ctx, s.db, p.Email); !errors.Is(err, errStaffGone) {
		return there, err
	}
	if err := s.givePassword(ctx, &p, password); err != nil {
		return Staff{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return insertStaff(ctx, tx, p) })
	if errors.Is(err, errEmailTaken) { // somebody was faster
		return staffByEmail(ctx, s.db, p.Email)
	}
	return p, err
}

// givePassword checks a first password and puts its hash into p.
func (s *Service) givePassword(ctx context.Context, p *Staff, password string) error {
	tidy, err := newPassword(password, p.Email, "password")
	if err != nil {
		return err
	}
	p.password, err = s.hasher.Make(ctx, tidy)
	p.Invited = false
	return err
}

// Everybody lists staff in the order they came. Operators only.
func (s *Service) Everybody(ctx context.Context, by actor.Actor, p page.Request) (page.Of[Staff], error) {
	if err := operates(by); err != nil {
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

// Reassignment is what an operator may change of a person; nil leaves it alone.
type Reassignment struct {
	Roles  []actor.Role
	Active *bool
}

// Reassign changes what a person may do. Whoever is no longer active is signed
// out everywhere; new roles hold at once here and within five seconds elsewhere.
// The last active operator stays one. Operators only.
func (s *Service) Reassign(ctx context.Context, by actor.Actor, who id.Staff, in Reassignment) (p Staff, err error) {
	if err := operates(by); err != nil {
		return Staff{}, err
	}
	var stale []digest
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = staffByID(ctx, tx, who); err != nil {
			return err
		}
		operated := p.operates()
		if in.Roles != nil {
			if p.Roles, err = tidyRoles(in.Roles, p.Org.Kind); err != nil {
				return err
			}
		}
		if in.Active != nil {
			p.Active = *in.Active
		}
		if err := updateStaff(ctx, tx, p); err != nil {
			return err
		}
		if operated && !p.operates() {
			if n, err := operators(ctx, tx); err != nil || n == 0 {
				return either(err, errLast)
			}
		}
		if p.Active {
			stale, err = staffSessions(ctx, tx, who, "")
			return err
		}
		if err := dropPasswordLink(ctx, tx, who); err != nil {
			return err
		}
		stale, err = deleteStaffSessions(ctx, tx, who, "")
		return err
	})
	if err != nil {
		return Staff{}, err
	}
	s.forget(ctx, actor.Staff, stale)
	return p, nil
}

// NewPasswordLink makes a one-time link with which a person chooses a new
// password; the link before it stops working, the password stays until then.
// Operators only.
func (s *Service) NewPasswordLink(ctx context.Context, by actor.Actor, who id.Staff) (link string, err error) {
	if err := operates(by); err != nil {
		return "", err
	}
	link = newToken()
	until := s.clock.Now().Add(passwordLinkLife)
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := staffByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if !p.Active {
			return errInactive
		}
		return replacePasswordLink(ctx, tx, who, digestOf(link), until)
	})
	if err != nil {
		return "", err
	}
	return link, nil
}
