package account

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/account/patience"
	"cliffhanger/viewer/account/vigil"
)

// Deps are what accounts need from the house.
type Deps struct {
	DB     *db.DB
	Bus    *bus.Bus
	Clock  clock.Clock
	Log    *slog.Logger
	Config Config
	Mail   mail.Sender // nil: links are handed over by whoever asked for them
}

// Service holds the use cases of this capability. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	bus    *bus.Bus
	clock  clock.Clock
	log    *slog.Logger
	config Config
	mail   mail.Sender

	sessions *otter.Cache[sessionKey, known]
	touches  chan touch
	vigils   vigil.Vigils[sessionKey]

	hasher    *argon.Hasher
	byGuess   *patience.Throttle[guess] // e-mail and network
	byEmail   *patience.Throttle[guess]
	byAddress *patience.Throttle[guess]
	familiar  *otter.Cache[guess, struct{}] // where people signed in
	codes     patience.Budget               // wrong device codes

	pins      *argon.Hasher
	byPIN     *patience.Throttle[pinGuess]
	byProfile *patience.Throttle[pinGuess]
}

// New makes the service. It does nothing until Run and the routes use it.
func New(d Deps) *Service {
	return &Service{
		db: d.DB, bus: d.Bus, clock: d.Clock, log: d.Log, config: d.Config, mail: d.Mail,
		sessions:  otter.Must(&otter.Options[sessionKey, known]{MaximumSize: sessionsKept}),
		touches:   make(chan touch, touchBatch),
		hasher:    newHasher(argon.Present),
		byGuess:   patience.New[guess](guessPace),
		byEmail:   patience.New[guess](emailPace),
		byAddress: patience.New[guess](addressPace),
		familiar:  otter.Must(&otter.Options[guess, struct{}]{MaximumSize: patience.Kept}),
		codes:     patience.NewBudget(d.Config.WrongCodesPerMinute),
		pins:      newHasher(pinCost),
		byPIN:     patience.New[pinGuess](pinPace),
		byProfile: patience.New[pinGuess](profilePace),
	}
}

// newHasher makes what computes passwords or PINs.
func newHasher(c argon.Cost) *argon.Hasher {
	return argon.New(c, httpx.RetryAfter(2*time.Second, errCrowded))
}

const (
	subjectEnded = "account.sessions_ended"
	touchBatch   = 256
	sweepEvery   = time.Hour
	sweepAtOnce  = 1000
)

// ended is the beacon that makes other nodes forget sessions.
type ended struct {
	Kind     actor.Kind `json:"kind"`
	Sessions [][]byte   `json:"sessions"` // digests
}

// Run forgets sessions that ended on other nodes, notes when sessions were used
// and removes what has ended, until ctx is done. Every node runs it.
func (s *Service) Run(ctx context.Context) error {
	stop, err := s.bus.Watch(subjectEnded, func(_ string, payload []byte) {
		var e ended
		if err := json.Unmarshal(payload, &e); err != nil {
			s.log.Warn("a beacon cannot be read", "subject", subjectEnded, "err", err)
			return
		}
		for _, b := range e.Sessions {
			if len(b) == len(digest{}) {
				s.drop(sessionKey{e.Kind, digest(b)})
			}
		}
	})
	if err != nil {
		return err
	}
	defer stop()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case first := <-s.touches:
			s.noteSoon(ctx, first)
		case <-sweep.C:
			if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
				s.log.Log(ctx, obs.Level(err), "ended sessions could not be removed", "err", err)
			}
		case <-ctx.Done():
			s.noteLast(ctx)
			return nil
		}
	}
}

// noteLast writes what is waiting when the node stops.
func (s *Service) noteLast(ctx context.Context) {
	select {
	case first := <-s.touches:
		s.noteSoon(ctx, first)
	default:
	}
}

// noteSoon writes also while the node stops, but not for long.
func (s *Service) noteSoon(ctx context.Context, first touch) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	s.noteUses(ctx, first)
}

// noteUses writes first and everything that waits behind it in one transaction.
// A use that cannot be written is noted the next time.
func (s *Service) noteUses(ctx context.Context, first touch) {
	batch := []touch{first}
	for len(batch) < touchBatch && len(s.touches) > 0 {
		batch = append(batch, <-s.touches)
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, t := range batch {
			var err error
			notBefore := t.at.Add(-touchEvery)
			if t.by.Kind == actor.Staff {
				err = touchStaffSession(ctx, tx, t, notBefore)
			} else {
				err = touchSession(ctx, tx, t, notBefore, t.at.Add(viewerLife))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("uses of sessions could not be noted", "n", len(batch), "err", err)
	}
}

// sweep removes what has ended.
func (s *Service) sweep(ctx context.Context) error {
	now := s.clock.Now()
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := sweepViewers(ctx, tx, now, sweepAtOnce); err != nil {
			return err
		}
		if err := s.expireGrants(ctx, tx); err != nil {
			return err
		}
		return sweepStaff(ctx, tx, now)
	})
}

// forget drops sessions here at once and on every other node as soon as the
// news arrives. If it does not, they live on there for as long as a node
// believes what it read.
func (s *Service) forget(ctx context.Context, kind actor.Kind, sessions []digest) {
	if len(sessions) == 0 {
		return
	}
	news := ended{Kind: kind}
	for _, d := range sessions {
		s.drop(sessionKey{kind, d})
		news.Sessions = append(news.Sessions, d[:])
	}
	if err := s.bus.Beacon(ctx, subjectEnded, news); err != nil {
		s.log.Warn("other nodes were not told that sessions ended", "err", err)
	}
}

// drop makes this node read a session anew, and whoever watches it look.
func (s *Service) drop(key sessionKey) {
	s.sessions.Invalidate(key)
	s.vigils.Tell(key)
}

// Forget makes every node read these viewers' sessions anew: what they stand for
// has changed. It is for rooms of this capability that change it.
func (s *Service) Forget(ctx context.Context, sessions [][]byte) {
	digests := make([]digest, 0, len(sessions))
	for _, b := range sessions {
		if len(b) == len(digest{}) {
			digests = append(digests, digest(b))
		}
	}
	s.forget(ctx, actor.Viewer, digests)
}
