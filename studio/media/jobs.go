package media

import (
	"context"
	"errors"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/fence"
)

// Transcode is the first pass: what makes an asset watchable.
type Transcode struct {
	Asset id.Asset `json:"asset"`
	Turn
}

// Finish is the second pass: the qualities that can wait.
type Finish struct {
	Asset id.Asset `json:"asset"`
	Turn
}

// AV1 makes the rendition that halves the bytes of popular episodes.
type AV1 struct {
	Asset id.Asset `json:"asset"`
	Turn
}

// Turn is the asset's stay in the queue that a job belongs to. Once the asset
// has been queued anew, by a retry or to wait for room, the job is over.
type Turn struct {
	Queued int64 `json:"queued,omitempty"` // the asset's QueuedAt, in microseconds; 0 is any
	Waits  int   `json:"waits,omitempty"`  // how often there was no room on the disk
}

// turn is what a job enqueued now belongs to.
func (a Asset) turn() Turn { return Turn{Queued: clock.Micros(a.QueuedAt)} }

// over says that the asset has been queued anew since.
func (t Turn) over(a Asset) bool { return t.Queued != 0 && t.Queued != clock.Micros(a.QueuedAt) }

// Queue names the queue.
func (Transcode) Queue() string { return "media.transcode" }

// Queue names the queue.
func (Finish) Queue() string { return "media.finish" }

// Queue names the queue.
func (AV1) Queue() string { return "media.av1" }

// RegisterJobs makes this node work on video; only nodes with the role of
// transcoding call it, before the bus starts. All three queues share the node's
// slots, so no more than Config.Parallel encodes run at a time.
func (s *Service) RegisterJobs(b *bus.Bus) {
	w := bus.Worker{Parallel: s.cfg.parallel(), MaxTries: s.cfg.Tries}
	bus.Work(b, w, func(ctx context.Context, j Transcode, l bus.Lease) error {
		return s.attempt(ctx, j.Asset, l, pass{
			owed:  func(a Asset) bool { return a.State.Working() },
			do:    firstPass,
			turn:  j.Turn,
			again: func(t Turn) bus.Job { return Transcode{j.Asset, t} },
		})
	})
	bus.Work(b, w, func(ctx context.Context, j Finish, l bus.Lease) error {
		return s.attempt(ctx, j.Asset, l, pass{
			later: true,
			owed:  func(a Asset) bool { return a.State == Playable && a.Problem.Code == "" },
			do:    finishPass,
			turn:  j.Turn,
			again: func(t Turn) bus.Job { return Finish{j.Asset, t} },
		})
	})
	bus.Work(b, w, func(ctx context.Context, j AV1, l bus.Lease) error {
		return s.attempt(ctx, j.Asset, l, pass{
			later: true,
			owed:  wantsAV1,
			do:    av1Pass,
			turn:  j.Turn,
			again: func(t Turn) bus.Job { return AV1{j.Asset, t} },
		})
	})
}

func wantsAV1(a Asset) bool { return a.State == Complete && a.AV1 == AV1Wanted }

// Listen counts plays and hears of deleted assets and of devices that were signed
// out; call it before the bus starts.
func (s *Service) Listen(b *bus.Bus) {
	bus.On(b, "media", func(ctx context.Context, tx *db.Tx, f event.EpisodeStarted, _ bus.Meta) error {
		return s.notePlays(ctx, tx, f.Asset, 1)
	})
	bus.On(b, "media", s.noteSignedOut)
	bus.Tap(b, s.onDeleted)
	bus.Tap(b, s.onSignedOut)
}

// The problems an encode can end in, by why the tool stopped.
var encodeProblems = map[fence.Reason]struct {
	Problem
	hopeless bool // another try would end the same way
}{
	fence.Failed:   {Problem{"media.damaged", "The file looks like a video, but it cannot be read to its end. Export it again."}, true},
	fence.TimedOut: {Problem{"media.too_slow", "Preparing this file takes longer than any sound file needs. Export it again, with a common codec."}, true},
	fence.TooLarge: {Problem{"media.result_too_large", "What would be made of this file is too large. Export it again, shorter or with a lower frame rate."}, true},
	fence.NoMemory: {Problem{"media.out_of_memory", "Preparing this file takes more memory than there is. Tell the operator."}, false},
	fence.Unfit:    {Problem{"media.tool_lacking", "The video tools of the server lack something this file needs. Tell the operator: \"cliffhanger doctor\" says what. Retry the file once that is mended."}, false},
	fence.Missing:  {Problem{"media.tool_missing", "The server lacks the tools to prepare video. Tell the operator."}, false},
	fence.Crashed:  {Problem{"media.tool_crashed", "The tool that prepares video stopped working on this file. Export it again, with a common codec."}, false},
}

// diagnose answers what to tell people about err, and whether another try would
// end the same way.
func diagnose(err error) (p Problem, hopeless bool) {
	var f *fault.Fault
	if errors.As(err, &f) {
		return problemOf(f), f.Kind == fault.Invalid || f.Kind == fault.Exhausted
	}
	if known, ok := encodeProblems[fence.ReasonOf(err)]; ok {
		return known.Problem, known.hopeless
	}
	return outcomeUnknown, false
}
