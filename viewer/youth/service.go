package youth

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

// Deps are what minors' mode needs from the house.
type Deps struct {
	Config  Config
	DB      *db.DB
	Bus     *bus.Bus
	Clock   clock.Clock
	Log     *slog.Logger
	Screens Screens
	Dramas  Dramas
	Owners  Owners
	Rules   func() policy.Rules // what holds now; nil: the table of the configuration
}

// Service is the use cases of minors' mode.
type Service struct {
	Deps
	rules  func() policy.Rules
	keys   []key
	hasher *argon.Hasher
	known  *otter.Cache[id.Profile, known]
	pool   atomic.Pointer[pool]
}

// known is what the database said about a profile a moment ago.
type known struct {
	mode
	readAt time.Time
}

const (
	believed = 5 * time.Second // how long a node trusts what it read
	kept     = 200_000         // profiles
)

// New makes the service.
func New(d Deps) (*Service, error) {
	own, err := d.Config.rules()
	if err != nil {
		return nil, err
	}
	rules := d.Rules
	if rules == nil || d.Config.Rules != "" { // an operator's own table goes before any other
		rules = func() policy.Rules { return own }
	}
	keys, err := parseKeys(d.Config.ClaimKeys.Reveal())
	if err != nil {
		return nil, err
	}
	return &Service{
		Deps: d, rules: rules, keys: keys,
		hasher: argon.New(argon.Present, httpx.RetryAfter(2*time.Second, errBusy)),
		known:  otter.Must(&otter.Options[id.Profile, known]{MaximumSize: kept}),
	}, nil
}

const (
	changedSubject = "youth.changed." // and the profile
	poolSubject    = "youth.pool"
)

// Listen connects this node to what others change; call it before the bus starts.
func (s *Service) Listen() error {
	if _, err := s.Bus.Watch(changedSubject+"*", func(subject string, _ []byte) {
		s.known.Invalidate(id.Profile(strings.TrimPrefix(subject, changedSubject)))
	}); err != nil {
		return err
	}
	_, err := s.Bus.Watch(poolSubject, func(string, []byte) { s.pool.Store(nil) })
	return err
}

// modeOf answers a profile's mode, from memory if it was read a moment ago.
func (s *Service) modeOf(ctx context.Context, by actor.Actor) (mode, error) {
	now := s.Clock.Now()
	if k, ok := s.known.GetIfPresent(by.Profile); ok && now.Sub(k.readAt).Abs() < believed {
		return k.mode, nil
	}
	m, err := s.load(ctx, s.DB, by)
	if err == nil {
		s.known.Set(by.Profile, known{m, now})
	}
	return m, err
}

func (s *Service) rule(m mode, now time.Time) policy.Rule {
	return s.rules().At(m.whose(), m.band(), now).With(m.limits)
}

// market is whose rules hold for somebody who switches the mode on.
func (s *Service) market(by actor.Actor) string {
	switch {
	case by.Market != "":
		return by.Market
	case s.rules().Has(policy.Home):
		return policy.Home
	}
	return s.Config.Home
}

// changed tells everybody who has to know, after a change was committed.
func (s *Service) changed(ctx context.Context, by actor.Actor) {
	s.known.Invalidate(by.Profile)
	if err := s.Bus.Beacon(ctx, changedSubject+string(by.Profile), struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of a change of minors' mode; they see it in seconds", "error", err)
	}
	s.tell(ctx, by)
}

// tell sends the devices of a profile how things stand.
func (s *Service) tell(ctx context.Context, by actor.Actor) {
	status, err := s.Status(ctx, by)
	if err != nil {
		s.Log.Warn("minors' mode not told to devices", "error", err)
		return
	}
	s.Screens.Tell(ctx, by.Account, by.Profile, "youth", statusOut(status))
}

func viewer(by actor.Actor) error {
	if !by.IsViewer() {
		return errViewer
	}
	return nil
}
