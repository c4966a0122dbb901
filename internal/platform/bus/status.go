package bus

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

// Queue is the state of one queue over all nodes.
type Queue struct {
	Name    string `json:"name"`
	Waiting int    `json:"waiting"` // also for a later time, or for another try
	Running int    `json:"running"`
	Dead    int    `json:"dead"`
}

// Queues lists every queue that has something in it, by name.
func (b *Bus) Queues(ctx context.Context) ([]Queue, error) {
	rows, err := queueCounts(ctx, b.db)
	if err != nil {
		return nil, wrap("queues", err)
	}
	return merge(rows), nil
}

// merge adds up counts of the same queue and sorts by name.
func merge(counts []Queue) []Queue {
	at := map[string]int{}
	out := []Queue{}
	for _, c := range counts {
		i, there := at[c.Name]
		if !there {
			i = len(out)
			at[c.Name] = i
			out = append(out, Queue{Name: c.Name})
		}
		out[i].Waiting += c.Waiting
		out[i].Running += c.Running
		out[i].Dead += c.Dead
	}
	slices.SortFunc(out, func(a, b Queue) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Idle waits until everything committed so far, and all that follows from it, is
// done on this node's listeners and queues: published, and handled or given up.
// Jobs that are not due yet do not count; taps and watches cannot be waited for.
// It is meant for tests and for orderly ends.
func (b *Bus) Idle(ctx context.Context) error {
	left := "nothing looked at yet"
	for ctx.Err() == nil {
		var n int
		err := b.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, left, err = b.openWork(ctx, tx)
			return err
		})
		if err == nil && n == 0 {
			return nil
		}
		pause(ctx, 5*time.Millisecond)
	}
	return fmt.Errorf("bus: not idle, %s: %w", left, ctx.Err())
}

// openWork counts in one snapshot what Idle waits for, and says what it is.
func (b *Bus) openWork(ctx context.Context, q db.Q) (n int, what string, err error) {
	now := clock.Micros(b.cfg.Clock.Now())
	rows, _, err := depth(ctx, q, now)
	if err != nil || rows > 0 {
		return int(rows), fmt.Sprintf("%d rows in the outbox", rows), err
	}
	for _, l := range b.listeners {
		if n, err = unheard(ctx, q, l.name, l.kind); err != nil || n > 0 {
			return n, fmt.Sprintf("%d facts %s for %s", n, l.kind, l.name), err
		}
	}
	for _, w := range b.workers {
		if n, err = undone(ctx, q, w.queue, now); err != nil || n > 0 {
			return n, fmt.Sprintf("%d jobs in %s", n, w.queue), err
		}
	}
	return 0, "nothing left", nil
}

// Ping answers nil when messages can be sent and received.
func (b *Bus) Ping(ctx context.Context) error {
	if b.mute || !b.nc.IsConnected() {
		return errDown
	}
	if _, err := b.js.AccountInfo(ctx); err != nil {
		return wrap("ping", err)
	}
	return nil
}

// downAt is errDown with the servers that were asked.
func downAt(url string, err error) error {
	return errDown.Because(fmt.Errorf("%s: %w", hosts(url), err))
}

// hosts are the servers of a cluster as a log may name them, without who signs in.
func hosts(url string) string {
	servers := strings.Split(url, ",")
	for i, s := range servers {
		if _, after, ok := strings.Cut(s, "://"); ok {
			s = after
		}
		servers[i] = s[strings.LastIndexByte(s, '@')+1:]
	}
	return strings.Join(servers, ", ")
}

var errDown = fault.New(fault.Unavailable, "bus.unreachable", "Messages between nodes do not pass right now; try again in a moment.")
