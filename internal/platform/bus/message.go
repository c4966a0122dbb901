package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Fact is something that happened: plain data, encoded as JSON. Fact answers its
// kind, "capability.past_tense", whatever the values inside.
type Fact interface{ Fact() string }

// Job is work for later: plain data, encoded as JSON. Queue answers where it
// waits, "capability.verb", whatever the values inside.
type Job interface{ Queue() string }

// Meta goes with a fact.
type Meta struct {
	ID id.Fact   // the same each time this fact is delivered
	At time.Time // when it was announced
}

// Lease goes with a job.
type Lease struct {
	Try  int  // 1 for the first
	Last bool // no other try follows this one
}

// Permanent marks an error that another try cannot cure: the fact or job becomes
// a dead letter at once. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// ErrTooLarge refuses facts, jobs and beacons above 256 KiB: they carry ids, the
// rest is looked up.
var ErrTooLarge = fault.New(fault.Invalid, "bus.too_large", "There is too much in one message.")

const maxPayload = 256 << 10

// names are tokens of a–z 0–9 _ between dots.
var names = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)

// mustName panics at start-up for a name no subject can hold.
func mustName(what, name string) {
	if !names.MatchString(name) {
		panic(fmt.Sprintf("bus: %s %q is not of the form [a-z0-9_]+(.[a-z0-9_]+)*", what, name))
	}
}

func encode(name string, v any) (string, error) {
	if !names.MatchString(name) {
		return "", fmt.Errorf("bus: %q is not a name for a fact, job or beacon", name)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("bus: encode %s: %w", name, err)
	}
	if len(b) > maxPayload {
		return "", ErrTooLarge.Because(fmt.Errorf("%s has %d bytes", name, len(b)))
	}
	return string(b), nil
}

// decode reads a payload; one that cannot be read never will be.
func decode[T any](payload []byte) (v T, err error) {
	if err := json.Unmarshal(payload, &v); err != nil {
		return v, Permanent(fmt.Errorf("bus: decode %T: %w", v, err))
	}
	return v, nil
}

// Subjects. A redelivered fact goes to one listener only.
func factSubject(kind string) string { return "facts." + kind }

func againSubject(listener, kind string) string { return "again." + flat(listener) + "." + kind }

func jobSubject(queue string, later bool) string {
	if later {
		return "jobs.later." + queue
	}
	return "jobs.now." + queue
}

// queueOf reads the queue back from a job's subject.
func queueOf(subject string) string {
	_, rest, _ := strings.Cut(subject, ".")
	_, queue, _ := strings.Cut(rest, ".")
	return queue
}

func beaconSubject(s string) string { return "beacon." + s }

// flat is a name as one token; no name holds a hyphen, so it stays unambiguous.
func flat(name string) string { return strings.ReplaceAll(name, ".", "-") }

// safely turns a panic of f into an error.
func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// backoff is the pause before the try after this one: first, doubled each time,
// at most longest.
func backoff(try int, first, longest time.Duration) time.Duration {
	for ; try > 1 && first < longest; try-- {
		first *= 2
	}
	return min(first, longest)
}

func isPermanent(err error) bool { return errors.As(err, new(permanent)) }

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
