package review

import (
	"context"
	"log/slog"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/stage"
)

// Deps are what this capability needs from the house.
type Deps struct {
	Config Config
	DB     *db.DB
	Bus    *bus.Bus
	Clock  clock.Clock
	Log    *slog.Logger
	Works  Works
	Rules  Rules
	People People
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

var (
	errRole    = fault.New(fault.Forbidden, "review.staff_only", "Only people who review works here may do this.")
	errCase    = fault.New(fault.NotFound, "review.case_unknown", "There is no such review. It may be of a work you do not review.")
	errWork    = fault.New(fault.NotFound, "review.work_unknown", "There is no such drama. It may have been deleted.")
	errStaff   = fault.New(fault.NotFound, "review.staff_unknown", "Nobody of that name works here.")
	errKnown   = fault.New(fault.Conflict, "review.submitted_already", "This very version was submitted already. Open its review to see where it stands.")
	errChanged = fault.New(fault.Conflict, "review.work_changed", "The work has changed since it was submitted, so this review is at its end. Its producer has to submit it again.")
)

// roles are those of staff by which they act in review.
var roles = map[actor.Role]stage.Role{
	actor.Reviewer: stage.Reviewer, actor.Editor: stage.Editor, actor.MinorsOfficer: stage.MinorsOfficer, actor.FilingOfficer: stage.FilingOfficer,
}

// reviews reports whether somebody looks at works of others.
func reviews(by actor.Actor) bool {
	return slices.ContainsFunc(by.Roles, func(r actor.Role) bool { return roles[r] != "" && by.Has(r) })
}

// may reports whether by may see the reviews of an organisation's work: who reviews,
// who runs the house, and whose work it is.
func may(by actor.Actor, org id.Org) bool { return reviews(by) || by.MayManage(org) }

// as is the natural person behind by, and in which roles they act on that case. Who
// acted on it before under any account is called what they were called then: names
// and addresses may have changed since, people have not.
func (s *Service) as(ctx context.Context, by actor.Actor, c Case) (stage.Person, error) {
	if by.Kind != actor.Staff {
		return stage.Person{}, errRole
	}
	accounts := []id.Staff{by.Staff}
	for _, who := range c.staff {
		if who != "" && !slices.Contains(accounts, who) {
			accounts = append(accounts, who)
		}
	}
	natural, err := s.People.Natural(ctx, accounts)
	if err != nil {
		return stage.Person{}, err
	}
	p := stage.Person{ID: natural[by.Staff]}
	for i, who := range c.staff {
		if who == by.Staff || who != "" && p.ID != "" && natural[who] == p.ID {
			p.ID = c.Acts[i].By
			break
		}
	}
	for _, r := range by.Roles {
		if as, ok := roles[r]; ok {
			p.Roles = append(p.Roles, as)
		}
	}
	if by.MayManage(c.Material.Org) {
		p.Roles = append(p.Roles, stage.Submitter)
	}
	if p.ID == "" || len(p.Roles) == 0 {
		return stage.Person{}, errRole
	}
	return p, nil
}

// house is who makes the moves that no person makes.
var house = stage.Person{ID: "house", Roles: []stage.Role{stage.House}}
