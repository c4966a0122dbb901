package consent

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/account"
)

// Minors knows which of several viewers are in minors' mode, in their order.
type Minors interface {
	InMode(ctx context.Context, viewers []actor.Actor) ([]bool, error)
}

// Deps are what this room needs.
type Deps struct {
	Config Config
	Home   string // the market of whom none is known
	DB     *db.DB
	Bus    *bus.Bus
	Clock  clock.Clock
	Log    *slog.Logger
	Minors Minors
	Rules  func() Markets // what holds now; nil: the table of the configuration
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	texts   Texts
	markets func() Markets
	known   *memory
}

// New makes the service, or says what is wrong with its files.
func New(d Deps) (*Service, error) {
	texts, err := d.Config.texts()
	if err != nil {
		return nil, err
	}
	own, err := d.Config.markets()
	if err != nil {
		return nil, err
	}
	markets := d.Rules
	if markets == nil || d.Config.Markets != "" { // an operator's own table goes before any other
		markets = func() Markets { return own }
	}
	return &Service{Deps: d, texts: texts, markets: markets, known: newMemory()}, nil
}

const changedSubject = "account.consent_changed." // and the profile

// Listen lets this node hear what viewers say on others; call it before the bus
// starts.
func (s *Service) Listen() error {
	_, err := s.Bus.Watch(changedSubject+"*", func(subject string, _ []byte) {
		s.known.forget(id.Profile(strings.TrimPrefix(subject, changedSubject)))
	})
	return err
}

var (
	errSession = fault.New(fault.Unauthenticated, "account.session_ended", "Your session has ended. Sign in again.")
	errVersion = fault.New(fault.Invalid, "account.text_version_unknown", "There is no such version of this text. Load the page again.")
	errText    = fault.New(fault.NotFound, "account.text_unknown", "There is no such text.")
)

// Standing is how things stand between the house and a viewer.
type Standing struct {
	Minor     bool
	Analytics Choice
	Profiling Choice
	Terms     Told
	Privacy   Told
}

// Choice is a consent as it is now.
type Choice struct {
	On      bool
	Chosen  time.Time // zero: the viewer never said; it is as the market has it
	Unasked bool      // it holds in this market until it is refused
}

// Told is a text and what the viewer has said to it.
type Told struct {
	Version  string // that holds now
	Agreed   string // the version that was agreed to last; "": none yet
	AgreedAt time.Time
	Due      bool   // it has to be shown
	Next     string // the version to come, or ""
}

// Standing answers it for by.
func (s *Service) Standing(ctx context.Context, by actor.Actor) (Standing, error) {
	if !by.IsViewer() {
		return Standing{}, account.ErrViewer
	}
	state, err := s.state(ctx, whoIs(by))
	if err != nil {
		return Standing{}, err
	}
	now := s.Clock.Now()
	rule := s.markets().At(s.market(by.Market), now)
	choice := func(what Matter) Choice {
		return Choice{On: by.Minor == "" && state.allows(what, rule), Chosen: state[what].At, Unasked: rule.holds(what)}
	}
	told := func(what Matter) Told {
		said, held := state[what], s.texts.At(what, now)
		return Told{Version: held, Agreed: said.Version, AgreedAt: said.At, Due: by.Minor == "" && said.Version < held, Next: s.texts.comes(what, now)}
	}
	return Standing{Minor: by.Minor != "", Analytics: choice(Analytics), Profiling: choice(Profiling), Terms: told(Terms), Privacy: told(Privacy)}, nil
}

// Word is what a viewer says; nil says nothing on a matter.
type Word struct {
	Analytics *bool
	Profiling *bool
	Terms     *string // the version they agree to
	Privacy   *string
}

// Say records what a viewer says, where that is new. Who is in minors' mode has
// no say.
func (s *Service) Say(ctx context.Context, by actor.Actor, w Word) error {
	if !by.IsViewer() {
		return account.ErrViewer
	}
	if by.Minor != "" {
		return account.ErrMinor
	}
	said, err := s.records(by, w)
	if err != nil || len(said) == 0 {
		return err
	}
	who, changed := whoIs(by), false
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		states, err := load(ctx, tx, []Who{who})
		if err != nil {
			return err
		}
		changed = false
		for _, r := range said {
			last, ok := states[who][r.Matter]
			if ok && !r.news(last) {
				continue
			}
			if !last.At.Before(r.At) { // a clock that went back loses no word
				r.At = last.At.Add(time.Microsecond)
			}
			if err := insert(ctx, tx, who, r); err != nil {
				return err
			}
			changed = true
		}
		return nil
	})
	if err == nil && changed {
		s.tell(ctx, by.Profile)
	}
	return err
}

// records are the words as they are kept.
func (s *Service) records(by actor.Actor, w Word) (out []Record, err error) {
	now := s.Clock.Now()
	add := func(what Matter, version string, granted bool) {
		out = append(out, Record{Matter: what, At: now, Version: version, Granted: granted, Market: by.Market, Device: by.Device})
	}
	for what, version := range map[Matter]*string{Terms: w.Terms, Privacy: w.Privacy} {
		if version == nil {
			continue
		}
		if _, ok := s.texts.find(what, *version, locales[0]); !ok {
			return nil, errVersion.With(fault.Field{Path: string(what), Code: "unknown", Msg: "is no version of this text"})
		}
		add(what, *version, true)
	}
	for what, granted := range map[Matter]*bool{Analytics: w.Analytics, Profiling: w.Profiling} {
		if granted != nil {
			add(what, s.texts.At(Privacy, now), *granted)
		}
	}
	return out, nil
}

// tell makes every node ask anew what this profile said.
func (s *Service) tell(ctx context.Context, p id.Profile) {
	s.known.forget(p)
	if err := s.Bus.Beacon(ctx, changedSubject+string(p), struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of a consent; they see it in seconds", "err", err)
	}
}

// Profiled reports whether what by did may order what by is shown.
func (s *Service) Profiled(ctx context.Context, by actor.Actor) (bool, error) {
	if !by.IsViewer() || by.Minor != "" {
		return false, nil
	}
	state, err := s.state(ctx, whoIs(by))
	return err == nil && state.allows(Profiling, s.markets().At(s.market(by.Market), s.Clock.Now())), err
}

// Allows reports whether a viewer who is not asking now agreed to a use of what
// they do. Where the viewer never chose, the market counts where they last said
// anything; of whom nothing was ever heard nothing is allowed.
func (s *Service) Allows(ctx context.Context, who Who, what Matter) (bool, error) {
	all, err := s.AllowsAll(ctx, []Who{who}, what)
	return all[who], err
}

// atOnce is how many viewers one query asks about.
const atOnce = 500

// AllowsAll is Allows for many.
func (s *Service) AllowsAll(ctx context.Context, who []Who, what Matter) (map[Who]bool, error) {
	out, now := make(map[Who]bool, len(who)), s.Clock.Now()
	for len(who) > 0 {
		some := who[:min(atOnce, len(who))]
		who = who[len(some):]
		states, err := load(ctx, s.DB, some)
		if err != nil {
			return nil, err
		}
		viewers := make([]actor.Actor, len(some))
		for i, w := range some {
			viewers[i] = actor.Actor{Kind: actor.Viewer, Account: w.Account, Profile: w.Profile}
		}
		minors, err := s.Minors.InMode(ctx, viewers)
		if err != nil {
			return nil, err
		}
		for i, w := range some {
			market, heard := states[w].market()
			out[w] = heard && !minors[i] && states[w].allows(what, s.markets().At(s.market(market), now))
		}
	}
	return out, nil
}

func (s *Service) market(m string) string {
	switch {
	case m != "":
		return m
	case s.markets().rules[AtHome] != nil:
		return AtHome
	}
	return s.Home
}

// Text is a text in a language: the version asked for, or the one that holds now.
func (s *Service) Text(what Matter, version, locale string) (Text, error) {
	if what != Terms && what != Privacy {
		return Text{}, errText
	}
	if version == "" {
		version = s.texts.At(what, s.Clock.Now())
	}
	if t, ok := s.texts.find(what, version, locale); ok {
		return t, nil
	}
	return Text{}, errVersion
}
