package playback

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// A device runs one stream while it reports that it plays. An account has so many
// at a time; whoever starts one more is let in, and the one that was started
// longest ago is asked to stop. It stays stopped, while the others fill the
// account's places, until a person starts it again: its next report is the start
// of a new sitting. Until then its player may not renew; a player left alone begins
// no sitting, so that two of them do not stop each other in turns.

// present is how long ago a report may be from to say that a device plays now:
// players report every ten seconds.
const present = 30 * time.Second

// keepRunning is how long a device that reports nothing is remembered.
const keepRunning = 24 * time.Hour

// pulse is what a batch of reports says of the stream of its device.
type pulse struct {
	sitting string
	plays   bool      // and not: paused, at the end
	begun   time.Time // when a person started it, if the batch says so
}

// pulseOf reads the latest report, if it is from now.
func pulseOf(reports map[id.Drama][]Report, now time.Time) (p pulse, ok bool) {
	var last Report
	for _, rs := range reports {
		for _, r := range rs {
			if !ok || r.At.After(last.At) || r.At.Equal(last.At) && r.Seq > last.Seq {
				last, ok = r, true
			}
		}
	}
	if !ok || last.At.Before(now.Add(-present)) {
		return pulse{}, false
	}
	p = pulse{sitting: last.Sitting, plays: last.Event != Pause && last.Event != End}
	for _, rs := range reports {
		for _, r := range rs {
			if r.Sitting == last.Sitting && r.Event == Start {
				p.begun = r.At
			}
		}
	}
	return p, true
}

// places is what a pulse came to.
type places struct {
	stopped bool        // this device must stop
	out     []id.Device // these must, for it
}

// beatAll notes the pulses of devices among their accounts' streams, each of an
// account of its own.
func beatAll(ctx context.Context, tx *db.Tx, batch []*told) error {
	running, err := runOn(ctx, tx, slices.DeleteFunc(slices.Clone(batch), func(t *told) bool { return !t.live || !t.stream.plays }))
	if err != nil {
		return err
	}
	others, err := othersOf(ctx, tx, slices.DeleteFunc(slices.Clone(batch), func(t *told) bool {
		r, ok := running[t.by.Account]
		return !ok || !r.news(t.at)
	}))
	if err != nil {
		return err
	}
	for _, t := range batch {
		if !t.live {
			continue
		}
		if r, ok := running[t.by.Account]; ok {
			t.seats, err = seat(ctx, tx, t, r, others[t.by.Account])
		} else {
			t.seats.stopped, err = rest(ctx, tx, t.by, t.stream.sitting, t.at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// news says whether a stream that plays now did not a moment ago.
func (r standing) news(now time.Time) bool { return r.stopped || r.startedAt == clock.Micros(now) }

// seat gives the stream of a device that plays a place among the account's others,
// the newest first.
func seat(ctx context.Context, tx *db.Tx, t *told, r standing, others []id.Device) (places, error) {
	if !r.news(t.at) {
		return places{}, nil // it was there before: nothing changes for anybody
	}
	if r.stopped {
		if len(others) >= t.limit {
			return places{stopped: true}, nil
		}
		return places{}, letIn(ctx, tx, t.by, t.at)
	}
	if len(others) < t.limit {
		return places{}, nil
	}
	// One more than there may be. The newest keep their places.
	out := others[t.limit-1:]
	return places{out: out}, askToStop(ctx, tx, t.by, out, t.at)
}

// mayGoOn refuses a device that was asked to stop, while others have its place.
func (s *Service) mayGoOn(ctx context.Context, by actor.Actor) error {
	taker, err := stoppedBy(ctx, s.DB, by)
	if err != nil || taker == "" {
		return err
	}
	limit, err := s.limit(ctx, by.Account)
	if err != nil {
		return err
	}
	others, err := othersRunning(ctx, s.DB, by, s.Clock.Now(), limit)
	if err != nil || len(others) < limit {
		return err
	}
	screen, _, err := s.screen(ctx, by.Account, taker)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.New(fault.Conflict, "playback.too_many_streams",
		"%s took over: this account can play on %d at a time. Press play to go on here instead.", cmp.Or(screen.Name, "Another device"), limit)
}

func (s *Service) limit(ctx context.Context, account id.Account) (int, error) {
	n, err := s.Household.Streams(ctx, account)
	return max(n, 1), err
}

// stop tells a device that it must stop, and who took over.
type stop struct {
	Reason string  `json:"reason"` // too_many_streams, signed_out
	By     *Screen `json:"by,omitempty"`
}

// askToStop tells devices on their streams; those that miss it are told with the
// answer to their next report.
func (s *Service) askToStop(ctx context.Context, by actor.Actor, devices []id.Device) {
	if len(devices) == 0 {
		return
	}
	taker, _, err := s.screen(ctx, by.Account, by.Device)
	if err != nil {
		s.Log.Warn("a device that takes over has no name", "error", err)
		taker = Screen{Device: by.Device}
	}
	for _, d := range devices {
		l := letter{message: *compose("stop", stop{"too_many_streams", &taker}), To: address{Device: d}}
		if err := s.send(ctx, by.Account, l); err != nil {
			s.Log.Warn("a device is not asked to stop", "error", err)
		}
	}
}
