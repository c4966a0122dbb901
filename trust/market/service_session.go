package market

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/market/evidence"
)

// placed is what the database said about a session's market a moment ago.
type placed struct {
	verdict evidence.Verdict
	at      time.Time      // when it was decided; zero: nothing is known yet
	said    evidence.Piece // what the account says of itself, while nothing is decided
	readAt  time.Time
}

// unknown is how long a node believes that nothing is known of a session; whatever
// is said of it in the meantime is heard all the same.
const unknown = time.Minute

// Heard is what a request says of where its viewer is.
type Heard struct {
	Proxy  string // a trusted proxy's word, or ""
	Region string // the header of a device, or ""
}

var (
	errViewer  = fault.New(fault.Forbidden, "market.viewer_only", "Only a viewer has a market.")
	errMinor   = fault.New(fault.Forbidden, "market.minor", "In minors' mode the country cannot be changed. A guardian can do it in a profile of their own.")
	errCountry = fault.New(fault.Invalid, "market.country", "This is no country. Give its two letters, such as SG, or nothing.")
)

// Place answers in which market by is: as it was decided for this session, or as
// what is heard now decides it once and for all. Whoever is no viewer is where the
// proxy says.
func (s *Service) Place(ctx context.Context, by actor.Actor, h Heard) (string, error) {
	if !by.IsViewer() || by.Session == "" {
		return evidence.Country(h.Proxy), nil
	}
	now := s.Clock.Now()
	p, ok := s.sessions.GetIfPresent(by.Session)
	if !ok || p.at.IsZero() && now.Sub(p.readAt).Abs() >= unknown {
		var err error
		if p, err = loadSession(ctx, s.DB, by.Account, by.Session); err != nil {
			return "", err
		}
		if p.at.IsZero() {
			if p.said, err = loadSetting(ctx, s.DB, by.Account); err != nil {
				return "", err
			}
		}
		p.readAt = now
		s.sessions.Set(by.Session, p)
	}
	if !p.at.IsZero() {
		return p.verdict.Market, nil
	}
	v := evidence.Resolve(append(s.pieces(by, h, now), p.said), s.Config.Home, now)
	if v.By == evidence.Node {
		return v.Market, nil
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err = insertSession(ctx, tx, by.Account, by.Session, v, now); err == nil {
			p, err = loadSession(ctx, tx, by.Account, by.Session) // another request may have been first
		}
		return err
	})
	if err != nil {
		return "", err
	}
	p.readAt = now
	s.sessions.Set(by.Session, p)
	s.forget(ctx, by.Session)
	return p.verdict.Market, nil
}

// forget makes other nodes read anew what is known of a session.
func (s *Service) forget(ctx context.Context, session id.Session) {
	if err := s.Bus.Beacon(ctx, placedSubject+string(session), struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of a session's market; they see it in a minute", "error", err)
	}
}

// Say keeps the country by's account says it is in; "" takes it back. It decides the
// market of sessions of which nothing stronger is known, and never one that is decided:
// whoever could change that with every page could watch what is held back.
func (s *Service) Say(ctx context.Context, by actor.Actor, country string) error {
	if !by.IsViewer() {
		return errViewer
	}
	if country != "" && evidence.Country(country) == "" {
		return errCountry
	}
	if by.Minor != "" {
		return errMinor
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return saveSetting(ctx, tx, by.Account, evidence.Country(country), s.Clock.Now())
	})
	if err != nil {
		return err
	}
	s.sessions.Invalidate(by.Session)
	s.forget(ctx, by.Session)
	return nil
}

func (s *Service) pieces(by actor.Actor, h Heard, now time.Time) (out []evidence.Piece) {
	if h.Proxy != "" {
		out = append(out, evidence.Piece{Kind: evidence.Proxy, Country: h.Proxy, At: now})
	}
	if h.Region != "" {
		if p, ok := s.keys.Believe(h.Region, string(by.Device), now); ok {
			out = append(out, p)
		}
	}
	return out
}

// Whereabouts is what is known of where a viewer is.
type Whereabouts struct {
	evidence.Verdict
	At    time.Time // when it was decided; zero: not yet
	Said  string    // the country the account says it is in; "": none
	Known []string  // countries with rules of their own
}

// Where answers the market of by's session, what decided it and when, and what the
// account says.
func (s *Service) Where(ctx context.Context, by actor.Actor) (w Whereabouts, err error) {
	if !by.IsViewer() {
		return w, errViewer
	}
	p, err := loadSession(ctx, s.DB, by.Account, by.Session)
	if err != nil {
		return w, err
	}
	said, err := loadSetting(ctx, s.DB, by.Account)
	if err != nil {
		return w, err
	}
	if p.at.IsZero() {
		p.verdict = evidence.Resolve([]evidence.Piece{said}, s.Config.Home, s.Clock.Now())
	}
	var known []string
	for _, p := range s.current().packs {
		known = append(known, p.Territories...)
	}
	return Whereabouts{p.verdict, p.at, said.Country, known}, nil
}

// exportedSession is the market of one session.
type exportedSession struct {
	Session  id.Session       `json:"session_id"`
	Market   string           `json:"market"`
	By       evidence.Kind    `json:"decided_by"`
	Evidence []evidence.Piece `json:"evidence"`
	At       time.Time        `json:"at"`
}
