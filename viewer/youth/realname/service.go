package realname

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth"
	"cliffhanger/viewer/youth/idnumber"
	"cliffhanger/viewer/youth/policy"
)

// Deps are what this room needs.
type Deps struct {
	Config   Config
	DB       *db.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Youth    *youth.Service
	Provider string   // its name, "" for none
	RealName RealName // nil: names are not verified here
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	key []byte
}

// New makes the service.
func New(d Deps) (*Service, error) {
	if err := d.Config.Check(d.RealName != nil); err != nil {
		return nil, err
	}
	key, err := d.Config.key()
	return &Service{Deps: d, key: key}, err
}

const (
	// Consent is the version of the text that is agreed to; a text that says
	// something else is another one.
	Consent = "2026-11"

	scene       = "real_name" // what the provider is asked for
	triesADay   = 5           // of an account, and of a number
	holds       = 180 * 24 * time.Hour
	longestWord = 64
	digestText  = "youth.real_name.number\x00"
)

// State says how far the verification of a profile is.
type State string

const (
	Unverified State = "none"
	Verified   State = "verified"
	Expired    State = "expired" // it must be renewed
)

// Status is how things stand for a profile.
type Status struct {
	Available  bool
	May        bool // whoever is in minors' mode may not
	State      State
	Known      policy.Known
	VerifiedAt time.Time
	RenewAt    time.Time
	TriesLeft  int
}

// match is a verification that was made.
type match struct {
	digest            []byte
	consent           id.Fact
	provider, request string
	at, until         time.Time
}

func (m match) state(now time.Time) State {
	switch {
	case m.until.IsZero():
		return Unverified
	case now.Before(m.until):
		return Verified
	}
	return Expired
}

// Status answers how things stand for the viewer's profile.
func (s *Service) Status(ctx context.Context, by actor.Actor) (Status, error) {
	if !by.IsViewer() {
		return Status{}, errViewer
	}
	now := s.Clock.Now()
	m, err := loadMatch(ctx, s.DB, by)
	if err != nil {
		return Status{}, err
	}
	tried, err := tries(ctx, s.DB, by, s.day(by, now))
	if err != nil {
		return Status{}, err
	}
	err = s.mayBeGrown(ctx, by)
	if err != nil && !errors.Is(err, errMinor) {
		return Status{}, err
	}
	may := err == nil
	known, err := s.Youth.KnownAge(ctx, by)
	return Status{Available: s.RealName != nil, May: may, State: m.state(now), Known: known, VerifiedAt: m.at, RenewAt: m.until,
		TriesLeft: max(triesADay-tried, 0)}, err
}

// mayBeGrown refuses who is in minors' mode, unless it is for a range of ages that
// fits an adult as well.
func (s *Service) mayBeGrown(ctx context.Context, by actor.Actor) error {
	if by.Minor == "" {
		return nil
	}
	may, err := s.Youth.MayBeGrown(ctx, by)
	if err == nil && !may {
		err = errMinor
	}
	return err
}

// Verify asks the provider whether a name and a number belong together, and keeps
// what follows for the viewer's profile.
func (s *Service) Verify(ctx context.Context, by actor.Actor, typedName, typedNumber string, agreed bool) error {
	switch {
	case !by.IsViewer():
		return errViewer
	case s.RealName == nil:
		return errOff
	case !agreed:
		return errConsent
	}
	if err := s.mayBeGrown(ctx, by); err != nil {
		return err
	}
	now := s.Clock.Now()
	name, err := idnumber.ParseName(typedName)
	if err != nil {
		return errName
	}
	number, err := idnumber.Parse(typedNumber, now)
	switch {
	case errors.Is(err, idnumber.ErrOld):
		return errOld
	case err != nil:
		return errNumber
	}
	digest := s.digest(number)
	consent, known, err := s.begin(ctx, by, digest, now)
	if err != nil || known {
		return err
	}
	outcome, request := s.ask(ctx, name, number, consent)
	ctx = context.WithoutCancel(ctx) // what was asked and paid for is kept, though nobody waits for it
	if !outcome.answered() {
		if err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return untry(ctx, tx, by, digest, s.day(by, now)) }); err != nil {
			return err
		}
	}
	if outcome != Match {
		return refusals[outcome]
	}
	return s.keep(ctx, by, number, match{digest: digest, consent: consent, provider: s.Provider, request: request, at: now, until: now.Add(holds)})
}

// digest is what is kept of a number.
func (s *Service) digest(n idnumber.Number) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(digestText + n.Reveal()))
	return h.Sum(nil)
}

// begin keeps that the person agreed and counts a try before it is made, so that
// many at once are many. known says that the same number is verified already.
func (s *Service) begin(ctx context.Context, by actor.Actor, digest []byte, now time.Time) (consent id.Fact, known bool, err error) {
	day := s.day(by, now)
	over := false
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, over = false, false
		m, err := loadMatch(ctx, tx, by)
		if err != nil {
			return err
		}
		same := hmac.Equal(m.digest, digest)
		if known = same && m.state(now) == Verified; known {
			return nil
		}
		if len(m.digest) > 0 && !same {
			if err := s.mayReplace(ctx, tx, by, m, now); err != nil {
				return err
			}
		}
		if consent, err = agree(ctx, tx, by, Consent, now); err != nil {
			return err
		}
		within, err := try(ctx, tx, by, digest, day)
		over = !within
		return err
	})
	if err == nil && over {
		err = httpx.RetryAfter(s.untilTomorrow(by, now), errTries)
	}
	return consent, known, err
}

// mayReplace refuses another number while the profile is verified, and while the
// number it has says it is a minor's.
func (s *Service) mayReplace(ctx context.Context, tx *db.Tx, by actor.Actor, m match, now time.Time) error {
	minor, err := s.Youth.ProvenMinor(ctx, tx, by)
	if err == nil && (minor || m.state(now) == Verified) {
		err = errOther
	}
	return err
}

// ask puts the question to the provider.
func (s *Service) ask(ctx context.Context, name idnumber.Name, number idnumber.Number, consent id.Fact) (o Outcome, request string) {
	ctx, cancel := context.WithTimeout(ctx, s.Config.Timeout)
	defer cancel()
	o, code, request, err := s.RealName.Verify(ctx, name, number, string(consent), scene)
	if _, refused := refusals[o]; o != Match && !refused {
		o, err = ProviderDown, fmt.Errorf("realname: outcome %q is none", o)
	}
	code, request = harmless(code, name, number), harmless(request, name, number)
	log := s.Log.With("provider", s.Provider, "outcome", o, "code", code, "request", request)
	if !o.answered() {
		log.WarnContext(ctx, "a provider could not verify a name", "err", err)
	} else {
		log.InfoContext(ctx, "a provider was asked about a name")
	}
	return o, request
}

// harmless is a word of a provider's as it may be kept: what is no short word, or
// repeats what was asked about, is left out.
func harmless(word string, name idnumber.Name, number idnumber.Number) string {
	odd := strings.ContainsFunc(word, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("-._", r)
	})
	if odd || len(word) > longestWord || strings.Contains(word, number.Reveal()) || strings.Contains(word, name.Reveal()) {
		return ""
	}
	return word
}

// keep binds the number to the profile and says how old it is.
func (s *Service) keep(ctx context.Context, by actor.Actor, number idnumber.Number, m match) error {
	market, rule := s.Youth.AgeRule(by)
	e := policy.Evidence{Source: policy.FromID, Band: policy.BandOf(rule.Years(number.Born(), m.at)), Born: number.Born().BirthMonth(), Market: market, At: m.at}
	if e.Band == policy.Adult {
		e.Until = m.until // who is a minor stays one until they are grown up
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		bound, err := boundTo(ctx, tx, m.digest, by.Account, m.at)
		if err == nil && bound >= s.Config.Accounts {
			err = errBound
		}
		if err != nil {
			return err
		}
		if err := saveMatch(ctx, tx, by, m); err != nil {
			return err
		}
		return s.Youth.Testify(ctx, tx, by, e)
	})
	if err == nil {
		s.Youth.Testified(ctx, by)
	}
	return err
}

// day is the day a try counts on.
func (s *Service) day(by actor.Actor, now time.Time) string {
	_, rule := s.Youth.AgeRule(by)
	return now.In(rule.Zone).Format(time.DateOnly)
}

func (s *Service) untilTomorrow(by actor.Actor, now time.Time) time.Duration {
	_, rule := s.Youth.AgeRule(by)
	now = now.In(rule.Zone)
	y, m, d := now.Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, rule.Zone).Sub(now)
}
