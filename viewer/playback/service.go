package playback

import (
	"embed"
	"io/fs"
	"log/slog"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are this capability's tables.
var Migrations, _ = fs.Sub(migrations, "migrations")

// Deps are what playback needs.
type Deps struct {
	DB        *db.DB
	Bus       *bus.Bus
	Clock     clock.Clock
	Log       *slog.Logger
	Episodes  Episodes
	Streams   Streams
	Likes     Likes
	Household Household
	Gates     []Gate
}

// Service is the use cases of watching.
type Service struct {
	Deps
	hub      hub
	asked    asked
	shelf    shelf
	intake   intake
	patience time.Duration
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{Deps: d, patience: patience, shelf: newShelf(), intake: newIntake()}
}

var (
	errViewer = fault.New(fault.Unauthenticated, "playback.viewer_required", "Open the app once on this device to watch.")
	errGone   = fault.New(fault.NotFound, "playback.not_watchable", "This episode cannot be watched right now.")
)

func viewer(by actor.Actor) error {
	if !by.IsViewer() {
		return errViewer
	}
	return nil
}
