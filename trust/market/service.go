package market

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/market/evidence"
	"cliffhanger/trust/market/pack"
)

// Deps are what this capability needs from the house.
type Deps struct {
	Config     Config
	DB         *db.DB
	Bus        *bus.Bus
	Clock      clock.Clock
	Log        *slog.Logger
	Dramas     Dramas
	Colleagues Colleagues
	Judges     []Judge
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	keys     evidence.Keys
	sessions *otter.Cache[id.Session, placed]
	book     atomic.Pointer[book]
	reading  sync.Mutex
	texts    *otter.Cache[string, pack.Pack] // by hash
}

const (
	believed     = 5 * time.Second // how long a node trusts what it read
	sessionsKept = 100_000
	packsKept    = 200
)

// New makes the service.
func New(d Deps) (*Service, error) {
	keys, err := evidence.ParseKeys(d.Config.DeviceKeys.Reveal())
	if err != nil {
		return nil, err
	}
	if err := judge(d.Judges, pack.Builtin()); err != nil {
		return nil, fmt.Errorf("the packs that come with the product: %w", err)
	}
	return &Service{
		Deps: d, keys: keys,
		sessions: otter.Must(&otter.Options[id.Session, placed]{MaximumSize: sessionsKept}),
		texts:    otter.Must(&otter.Options[string, pack.Pack]{MaximumSize: packsKept}),
	}, nil
}

const (
	changedSubject = "market.changed"
	placedSubject  = "market.placed." // and the session
)

// Listen lets this node hear what others decide; call it before the bus starts.
func (s *Service) Listen() error {
	if _, err := s.Bus.Watch(placedSubject+"*", func(subject string, _ []byte) {
		s.sessions.Invalidate(id.Session(strings.TrimPrefix(subject, placedSubject)))
	}); err != nil {
		return err
	}
	_, err := s.Bus.Watch(changedSubject, func(string, []byte) { s.stale() })
	return err
}

// changed makes every node read the packs anew.
func (s *Service) changed(ctx context.Context) {
	s.stale()
	if err := s.Bus.Beacon(ctx, changedSubject, struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of rules; they see them in seconds", "error", err)
	}
}

// judge asks everybody who reads tables of the packs.
func judge(judges []Judge, packs []pack.Pack) error {
	for _, j := range judges {
		if err := j(packs); err != nil {
			return err
		}
	}
	return nil
}
