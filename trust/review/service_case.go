package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/stage"
	"cliffhanger/trust/review/watch"
)

const longestReason = 2000 // characters

var errReason = fault.New(fault.Invalid, "review.reason_long", "Say it in at most 2,000 characters.").With(fault.Field{Path: "reason", Code: "too_long", Msg: "is too long"})

// Submit hands the drama as it is now to review. The same version is taken once.
func (s *Service) Submit(ctx context.Context, by actor.Actor, drama id.Drama) (Case, error) {
	m, err := s.material(ctx, drama)
	if err != nil {
		return Case{}, err
	}
	if !by.MayManage(m.Org) {
		return Case{}, errWork
	}
	who, err := s.as(ctx, by, Case{Material: m})
	if err != nil {
		return Case{}, err
	}
	if err := m.complete(); err != nil {
		return Case{}, err
	}
	rules, err := s.Rules.For(ctx, m)
	if err != nil {
		return Case{}, err
	}
	now := s.Clock.Now()
	c := Case{ID: id.New[id.Case](), Version: m.Version(), Material: m, SubmittedAt: now, Case: stage.Case{State: stage.Draft, Rules: rules, Since: now}}
	if err := c.do(who, by.Staff, stage.Submit, "", stage.Facts{}, now); err != nil {
		return Case{}, err
	}
	submitted := c
	if err := c.do(house, "", stage.ChecksDone, "", stage.Facts{}, now); err != nil {
		return Case{}, err
	}
	return c, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertCase(ctx, tx, c); err != nil {
			return err
		}
		if err := insertFindings(ctx, tx, c.ID, m.titles(), now); err != nil {
			return err
		}
		if err := s.Bus.Announce(ctx, tx, submitted.moved(by)); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, c.moved(actor.OfSystem("review")))
	})
}

// do makes a move and notes who used which account.
func (c *Case) do(who stage.Person, account id.Staff, verb stage.Verb, reason string, f stage.Facts, now time.Time) error {
	next, err := c.Case.Do(who, verb, reason, f, now)
	if err != nil {
		return err
	}
	c.Case, c.staff = next, append(slices.Clip(c.staff), account)
	return nil
}

// material is what a drama consists of now.
func (s *Service) material(ctx context.Context, drama id.Drama) (Material, error) {
	all, err := s.Works.Material(ctx, []id.Drama{drama})
	if err != nil {
		return Material{}, err
	}
	m, ok := all[drama]
	if !ok {
		return Material{}, errWork
	}
	return m, nil
}

// visible loads a case that by may see; another does not exist for them.
func (s *Service) visible(ctx context.Context, q db.Q, by actor.Actor, which id.Case) (Case, error) {
	c, err := caseByID(ctx, q, which)
	if err == nil && !may(by, c.Material.Org) {
		err = errCase
	}
	return c, err
}

// actor is a case that by may see, and who they are on it.
func (s *Service) actor(ctx context.Context, by actor.Actor, which id.Case) (Case, stage.Person, error) {
	c, err := s.visible(ctx, s.DB, by, which)
	if err != nil {
		return Case{}, stage.Person{}, err
	}
	who, err := s.as(ctx, by, c)
	return c, who, err
}

// conflicted are the people with an interest in a work: who said so or of whom it was
// said, and who makes works there. Somebody who acted on the case goes by the name
// they had then, too.
func (s *Service) conflicted(ctx context.Context, q db.Q, c Case) (out []string, err error) {
	staff, err := interested(ctx, q, c.Material.Org)
	if err != nil {
		return nil, err
	}
	makers, err := s.People.Makers(ctx, c.Material.Org)
	if err != nil {
		return nil, err
	}
	staff = append(staff, makers...)
	natural, err := s.People.Natural(ctx, append(slices.Clone(staff), c.staff...))
	if err != nil {
		return nil, err
	}
	for _, who := range staff {
		if p := natural[who]; p != "" {
			out = append(out, p)
		}
	}
	for i, who := range c.staff {
		if who != "" && slices.Contains(out, natural[who]) {
			out = append(out, c.Acts[i].By)
		}
	}
	return out, nil
}

// facts are what is known of a case as one person acts on it, beside who has an
// interest in it.
func facts(ctx context.Context, q db.Q, c Case, person string) (f stage.Facts, seen sight, marks []Mark, err error) {
	if seen, err = loadSight(ctx, q, c.ID, person); err != nil {
		return f, seen, nil, err
	}
	if f.Unanswered, f.Grave, err = weigh(ctx, q, c.ID); err != nil {
		return f, seen, nil, err
	}
	marks, err = marksOf(ctx, q, c.ID)
	f.Watched, f.MarksLeft = seen.Share(c.Material.lengths()), marksLeft(c.Material, marks, seen.Seen)
	f.Tier = !c.Rules.Filing // who needs no number needs no class either
	return f, seen, marks, err
}

// verbs are those that people say here; entering and verifying numbers has rules of
// its own.
var verbs = []stage.Verb{stage.LetOn, stage.Pass, stage.PassMinors, stage.Return, stage.Reject, stage.Withdraw, stage.Answered,
	stage.Appeal, stage.Uphold, stage.Reinstate, stage.Reopen}

// Decide makes a move on a case that has so many acts. Said twice by one person it is
// done once; if somebody else was faster, it is refused.
func (s *Service) Decide(ctx context.Context, by actor.Actor, which id.Case, acts int, verb stage.Verb, reason string) (Case, error) {
	c, who, err := s.actor(ctx, by, which)
	if err != nil {
		return Case{}, err
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) > longestReason {
		return Case{}, errReason
	}
	if len(c.Acts) == acts+1 && c.Acts[acts].By == who.ID && c.Acts[acts].Verb == verb {
		return c, nil
	}
	if len(c.Acts) != acts || !slices.Contains(verbs, verb) {
		return Case{}, stage.ErrNotNow
	}
	if gone, err := s.follow(ctx, c); err != nil {
		return Case{}, err
	} else if gone {
		return Case{}, errChanged
	}
	conflicted, err := s.conflicted(ctx, s.DB, c)
	if err != nil {
		return Case{}, err
	}
	next := c
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, _, _, err := facts(ctx, tx, c, who.ID) // as they are when it is decided
		if err != nil {
			return err
		}
		f.Conflicted, next = conflicted, c
		if err := next.do(who, by.Staff, verb, reason, f, s.Clock.Now()); err != nil {
			return err
		}
		return s.save(ctx, tx, next, by)
	})
	return next, err
}

// save keeps the last act of a case and announces it.
func (s *Service) save(ctx context.Context, tx *db.Tx, c Case, by actor.Actor) error {
	if err := saveCase(ctx, tx, c, len(c.Acts)-1); err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, c.moved(by))
}

// follow ends a case of a version that is not what the drama consists of any more,
// and reports whether it is.
func (s *Service) follow(ctx context.Context, c Case) (gone bool, err error) {
	all, err := s.Works.Material(ctx, []id.Drama{c.Material.Drama})
	if err != nil {
		return false, err
	}
	if now, ok := all[c.Material.Drama]; ok && now.Version() == c.Version {
		return false, nil
	}
	if !slices.Contains(c.State.Open(), stage.Supersede) {
		return true, nil // it is at its end already
	}
	if err := c.do(house, "", stage.Supersede, "", stage.Facts{}, s.Clock.Now()); err != nil {
		return true, err
	}
	return true, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.save(ctx, tx, c, actor.OfSystem("review")) })
}

// Choice is a move a state knows, and why who looks may not make it.
type Choice struct {
	Verb stage.Verb
	Not  error // nil: they may
}

// Desk is a case as somebody looks at it.
type Desk struct {
	Case
	Due      time.Time // zero: it waits for nobody
	Late     bool
	Marks    []Mark
	Share    int // thousandths of it that who looks has seen
	Seen     watch.Seen
	Choices  []Choice
	Before   *Case    // the version that was cleared last
	Changes  []Change // against that
	Accounts []id.Staff
}

// Look answers everything somebody needs to decide.
func (s *Service) Look(ctx context.Context, by actor.Actor, which id.Case) (Desk, error) {
	c, who, err := s.actor(ctx, by, which)
	if err != nil {
		return Desk{}, err
	}
	d := Desk{Case: c, Due: c.Due(s.Config.timers()), Accounts: c.staff, Changes: []Change{}}
	d.Late = !d.Due.IsZero() && s.Clock.Now().After(d.Due)
	f, seen, marks, err := facts(ctx, s.DB, c, who.ID)
	if err != nil {
		return Desk{}, err
	}
	if f.Conflicted, err = s.conflicted(ctx, s.DB, c); err != nil {
		return Desk{}, err
	}
	d.Share, d.Seen, d.Marks = f.Watched, seen.Seen, marks
	for _, v := range c.State.Open() {
		if slices.Contains(verbs, v) {
			d.Choices = append(d.Choices, Choice{v, c.May(who, v, f)})
		}
	}
	before, found, err := clearedBefore(ctx, s.DB, c)
	if err == nil && found {
		d.Before, d.Changes = &before, c.Material.Changes(before.Material)
	}
	return d, err
}

// Waiting are the states in which a case waits for people, as a list is asked for.
var Waiting = []stage.State{stage.Blocked, stage.First, stage.Second, stage.Final, stage.CoReview, stage.Filing, stage.Supplement, stage.Issued, stage.Marking, stage.Appealed}

type queueKey struct {
	Since int64   `json:"t"`
	ID    id.Case `json:"i"`
}

// Listed is a case in a list.
type Listed struct {
	Case
	Due  time.Time
	Late bool
}

// Queue lists cases that are in a state, or, if none is named, that wait for people:
// those that wait longest first.
func (s *Service) Queue(ctx context.Context, by actor.Actor, state stage.State, r page.Request) (page.Of[Listed], error) {
	if !reviews(by) && !by.Has(actor.Operator) {
		return page.Of[Listed]{}, errRole
	}
	var after queueKey
	if err := page.Read(r.After, &after); err != nil {
		return page.Of[Listed]{}, err
	}
	states := Waiting
	if state != "" {
		states = []stage.State{state}
	}
	limit := page.Clamp(r.Limit, 50, 200)
	found, err := queued(ctx, s.DB, states, after, limit+1)
	if err != nil {
		return page.Of[Listed]{}, err
	}
	cut := page.Cut(found, limit, func(c Case) any { return queueKey{clock.Micros(c.Since), c.ID} })
	return page.Of[Listed]{Items: s.listed(cut.Items), Next: cut.Next}, nil
}

func (s *Service) listed(cases []Case) []Listed {
	out := make([]Listed, len(cases))
	now := s.Clock.Now()
	for i, c := range cases {
		due := c.Due(s.Config.timers())
		out[i] = Listed{c, due, !due.IsZero() && now.After(due)}
	}
	return out
}

const mostVersions = 100

// Of lists the reviews of a drama, the youngest first.
func (s *Service) Of(ctx context.Context, by actor.Actor, drama id.Drama) ([]Listed, error) {
	cases, err := ofDrama(ctx, s.DB, drama, mostVersions)
	if err != nil {
		return nil, err
	}
	cases = slices.DeleteFunc(cases, func(c Case) bool { return !may(by, c.Material.Org) })
	return s.listed(cases), nil
}

// DeclareInterest notes that somebody has an interest in an organisation's work and
// does not review it. Whoever reviews may say it of themselves, an operator of
// anybody; it is not taken back.
func (s *Service) DeclareInterest(ctx context.Context, by actor.Actor, who id.Staff, org id.Org, reason string) error {
	if !by.Has(actor.Operator) && (!reviews(by) || who != by.Staff) {
		return errRole
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return stage.ErrReason
	}
	if len([]rune(reason)) > longestReason {
		return errReason
	}
	known, err := s.People.Natural(ctx, []id.Staff{who})
	if err != nil {
		return err
	}
	if known[who] == "" {
		return errStaff
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		news, err := saveInterest(ctx, tx, who, org, reason, by.Staff, s.Clock.Now())
		if err != nil || !news {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.InterestDeclared{Staff: who, Org: org, By: event.By(by)})
	})
}

// Overdue is how many cases wait longer than they may.
func (s *Service) Overdue(ctx context.Context) (int, error) {
	n := 0
	for state, within := range s.Config.timers() {
		late, err := waitingSince(ctx, s.DB, state, s.Clock.Now().Add(-within))
		if err != nil {
			return 0, err
		}
		n += late
	}
	return n, nil
}
