package playback

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// intake stores what players report, several of them in one transaction: most of
// what a small change costs is its transaction, and each makes the engine forget
// what it had read for others. A report that comes alone is stored at once; one of
// many waits for those before it, until a transaction is full and no longer than
// pace. It is answered when it is stored.
type intake struct {
	pace    time.Duration // from the end of one transaction to the beginning of the next, unless it is full
	full    chan struct{} // holds a token while as many wait as go together
	mu      sync.Mutex
	waiting []*told
	whose   map[id.Account]bool // accounts of those waiting
	running bool
}

func newIntake() intake {
	return intake{pace: gathering, full: make(chan struct{}, 1), whose: map[id.Account]bool{}}
}

const (
	// gathering is how long a node gathers reports. A player reports every ten
	// seconds and does not wait for the answer.
	gathering = 50 * time.Millisecond
	// mostTogether bounds a transaction: one statement of a round number of rows, and no
	// longer a burst of work than pages can pass by.
	mostTogether = 32
	// storing bounds how long one is tried: whoever waits has gone by then.
	storing = 20 * time.Second
)

// told is what one player told in one batch, and what became of it.
type told struct {
	by        actor.Actor
	reports   map[id.Drama][]Report
	watchable map[id.Episode]Watchable
	stream    pulse
	live      bool // stream is of now
	limit     int
	at        time.Time

	outcomes []Outcome
	seats    places
	err      error
	done     chan struct{}
}

// keep answers when what was told is stored, or could not be.
func (i *intake) keep(ctx context.Context, s *Service, t *told) error {
	t.done = make(chan struct{})
	i.mu.Lock()
	i.waiting = append(i.waiting, t)
	i.whose[t.by.Account] = true
	i.signal()
	if !i.running {
		i.running = true
		go i.run(s)
	}
	i.mu.Unlock()
	select {
	case <-t.done:
		return t.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// signal says whether a whole transaction waits; the caller holds mu.
func (i *intake) signal() {
	if len(i.whose) >= mostTogether {
		select {
		case i.full <- struct{}{}:
		default: // said already
		}
		return
	}
	select {
	case <-i.full:
	default:
	}
}

// run stores what waits until nothing does.
func (i *intake) run(s *Service) {
	for batch := i.next(); batch != nil; batch = i.next() {
		s.storeAll(batch)
		select {
		case <-i.full:
		case <-time.After(i.pace):
		}
	}
}

// next takes what goes together: of each account one, so that nothing in a
// transaction depends on anything else in it.
func (i *intake) next() []*told {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.waiting) == 0 {
		i.running, i.waiting = false, nil
		return nil
	}
	var batch, later []*told
	taken := map[id.Account]bool{}
	for _, t := range i.waiting {
		if len(batch) == mostTogether || taken[t.by.Account] {
			later = append(later, t)
			continue
		}
		taken[t.by.Account] = true
		batch = append(batch, t)
	}
	i.waiting = later
	clear(i.whose)
	for _, t := range later {
		i.whose[t.by.Account] = true
	}
	i.signal()
	// In a fixed order, so that two nodes lock rows alike.
	slices.SortFunc(batch, func(a, b *told) int { return strings.Compare(string(a.by.Account), string(b.by.Account)) })
	return batch
}

// storeAll stores a batch. What cannot be stored must not take others with it.
func (s *Service) storeAll(batch []*told) {
	ctx, stop := context.WithTimeout(context.Background(), storing)
	defer stop()
	err := s.store(ctx, batch)
	alone := err != nil && len(batch) > 1 && fault.KindOf(err) != fault.Unavailable
	for _, t := range batch {
		if t.err = err; alone {
			t.err = s.store(ctx, []*told{t})
		}
	}
	s.tellMoved(ctx, slices.DeleteFunc(slices.Clone(batch), func(t *told) bool { return t.err != nil }))
	for _, t := range batch {
		close(t.done)
		runtime.Gosched() // answers go out one by one: whoever asks for a page does not wait for all of them
	}
}
