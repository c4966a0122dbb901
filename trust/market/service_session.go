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
	at      time.Time // when it was decided; zero: nothing is known yet
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

var errViewer = fault.New(fault.Forbidden, "market.viewer_only", "Only a viewer has a market.")

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
		p.readAt = now
		s.sessions.Set(by.Session, p)
	}
	if !p.at.IsZero() {
		return p.verdict.Market, nil
	}
	v := evidence.Resolve(s.pieces(by, h, now), s.Config.Home, now)
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
	if err := s.Bus.Beacon(ctx, placedSubject+string(by.Session), struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of a session's market; they see it in a minute", "error", err)
	}
	return p.verdict.Market, nil
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

// Where answers the market of by's session, what decided it and when.
func (s *Service) Where(ctx context.Context, by actor.Actor) (evidence.Verdict, time.Time, error) {
	if !by.IsViewer() {
		return evidence.Verdict{}, time.Time{}, errViewer
	}
	p, err := loadSession(ctx, s.DB, by.Account, by.Session)
	if err == nil && p.at.IsZero() {
		p.verdict = evidence.Resolve(nil, s.Config.Home, s.Clock.Now())
	}
	return p.verdict, p.at, err
}

// exportedSession is the market of one session.
type exportedSession struct {
	Session  id.Session       `json:"session_id"`
	Market   string           `json:"market"`
	By       evidence.Kind    `json:"decided_by"`
	Evidence []evidence.Piece `json:"evidence"`
	At       time.Time        `json:"at"`
}
