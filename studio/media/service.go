package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/internal/platform/sweep"
	"cliffhanger/studio/media/slots"
	"cliffhanger/studio/media/token"
	"cliffhanger/studio/media/upload"
)

// Deps are what the capability needs from the house.
type Deps struct {
	DB        *db.DB
	Bus       *bus.Bus
	Blobs     blob.Store
	Subtitles Subtitles
	Episodes  Episodes
	Clock     clock.Clock
	Log       *slog.Logger
	Free      func(dir string) (free, total int64, err error) // nil: blob.Free
}

// Service is the capability of one node.
type Service struct {
	cfg       Config
	d         Deps
	ring      atomic.Pointer[token.Ring]
	shelves   *otter.Cache[id.Asset, *shelf]
	forgotten atomic.Uint64 // how often a shelf was dropped or a device refused
	revoked   revoked
	uploads   *upload.Receiver // nil until Start: commands beside a server have none
	slots     *slots.Slots
	promised  promises
	kept      *sweep.Ledger
	running   running
	live      hub
	hook      func(stage string) // tests stand in the way here

	looked time.Time // for changes nobody told this node of, by Run

	mu    sync.Mutex
	stops []func()
}

// New makes the service, which touches nothing; Start makes it ready.
func New(cfg Config, d Deps) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if d.Free == nil {
		d.Free = blob.Free
	}
	if d.Subtitles == nil {
		d.Subtitles = NoSubtitles{}
	}
	if d.Episodes == nil {
		d.Episodes = NoEpisodes{}
	}
	s := &Service{cfg: cfg, d: d, slots: slots.New(cfg.parallel()), running: running{runs: map[id.Asset]*run{}}}
	s.kept = &sweep.Ledger{Table: "media_blob", Unused: unused, DB: d.DB, Blobs: d.Blobs, Clock: d.Clock, Grace: cfg.BlobGrace}
	s.shelves, s.looked = newShelves(cfg.CachedAssets), s.now()
	return s, nil
}

// Start clears what a process before left behind, learns the signing keys and
// begins to listen to the other nodes. The tables must exist and the bus be open.
func (s *Service) Start(ctx context.Context) error {
	if err := errors.Join(os.RemoveAll(s.cfg.scratchDir()), os.MkdirAll(s.cfg.scratchDir(), 0o700)); err != nil {
		return fmt.Errorf("media scratch folder: %w", err)
	}
	if err := clearTaken(s.cfg.takeDir()); err != nil {
		s.d.Log.Warn("what an import left behind cannot be removed", "err", err)
	}
	var err error
	s.uploads, err = upload.New(upload.Config{Dir: s.cfg.uploadDir(), BasePath: UploadsPath, MaxSize: s.cfg.MaxUpload}, uploadHooks{s}, s.d.Log)
	if err != nil {
		return fmt.Errorf("media upload folder: %w", err)
	}
	if err := s.loadKeys(ctx); err != nil {
		return err
	}
	if err := s.beat(ctx); err != nil {
		return err
	}
	if err := s.learnRevoked(ctx, time.Time{}); err != nil {
		return err
	}
	for subject, h := range map[string]func(string, []byte){
		cancelSubject + "*": s.onCancelled,
		changeSubject + "*": s.onChanged,
	} {
		stop, err := s.d.Bus.Watch(subject, h)
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.stops = append(s.stops, stop)
		s.mu.Unlock()
	}
	return nil
}

// Run does what comes round again, until ctx ends: it tells the other nodes that
// this one lives, completes and expires uploads and learns new keys.
func (s *Service) Run(ctx context.Context) error {
	tick, look := time.NewTicker(s.cfg.NodeLife/3), time.NewTicker(lookAgain)
	defer tick.Stop()
	defer look.Stop()
	upkeep := s.Tend
	for {
		if err := upkeep(ctx); err != nil && ctx.Err() == nil {
			s.d.Log.Log(ctx, obs.Level(err), "media upkeep", "err", err)
		}
		select {
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, stop := range s.stops {
				stop()
			}
			s.stops = nil
			return nil
		case <-tick.C:
			upkeep = s.Tend
		case <-look.C:
			upkeep = s.catchUp
		}
	}
}

// Tend is one round of Run.
func (s *Service) Tend(ctx context.Context) error {
	return errors.Join(s.beat(ctx), s.tellOfSilent(ctx), s.loadKeys(ctx), s.uploads.Recover(ctx), s.expireUploads(ctx), s.dropRevoked(ctx))
}

// Sweep deletes masters and renditions nothing refers to, until ctx ends.
func (s *Service) Sweep(ctx context.Context) error { return s.kept.Run(ctx, s.d.Log) }

func (s *Service) now() time.Time { return s.d.Clock.Now().UTC() }
