package inbox

import (
	"context"
	"sync"

	"cliffhanger/internal/kernel/actor"
)

// changedSubject is the beacon by which nodes tell each other that somebody's inbox
// is no longer what it was.
const changedSubject = "inbox.changed"

// streams are the open event streams of this node, each with a way to wake it.
type streams struct {
	mu   sync.Mutex
	wake map[chan struct{}]struct{}
}

func (o *streams) listen() (wake chan struct{}, stop func()) {
	wake = make(chan struct{}, 1)
	wake <- struct{}{} // the first look is at once
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wake == nil {
		o.wake = map[chan struct{}]struct{}{}
	}
	o.wake[wake] = struct{}{}
	return wake, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.wake, wake)
	}
}

func (o *streams) tell() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for wake := range o.wake {
		select {
		case wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// changed tells every node to look again. Losing the beacon is harmless: the next
// one, or opening the console, makes up for it.
func (s *Service) changed() {
	if err := s.Bus.Beacon(context.Background(), changedSubject, struct{}{}); err != nil {
		s.Log.Warn("a change of the inbox was not told", "err", err)
	}
}

// ListenLive hears of changes on other nodes; call it once the bus is open.
func (s *Service) ListenLive() error {
	_, err := s.Bus.Watch(changedSubject, func(string, []byte) { s.open.tell() })
	return err
}

// Live sends an "inbox" event with the count of by at once and whenever something
// changed, until ctx ends or send fails. Staff only.
func (s *Service) Live(ctx context.Context, by actor.Actor, send func(event string, data any) error) error {
	wake, stop := s.open.listen()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		}
		n, err := s.Count(ctx, by)
		if err != nil {
			return err
		}
		if err := send("inbox", n); err != nil {
			return err
		}
	}
}
