// Package fault is the one vocabulary of errors: what kind, a stable code for
// machines, a message fit for people, and a cause for the log only.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of thing went wrong. The zero Kind is Internal, so an
// error nobody classified never tells a stranger anything.
type Kind int

const (
	Internal        Kind = iota // ours; the details stay in the log
	Invalid                     // the input cannot be understood or breaks a rule
	Unauthenticated             // we do not know who asks
	Forbidden                   // we know, and may not
	NotFound                    // does not exist, or not for this actor
	Conflict                    // true once, not in the present state
	Exhausted                   // a quota, a rate or a disk is used up
	Unavailable                 // try again later
)

var names = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "exhausted", "unavailable"}

func (k Kind) String() string {
	if k < 0 || int(k) >= len(names) {
		return names[Internal]
	}
	return names[k]
}

// Fault is an error with a face for people and one for the log.
type Fault struct {
	Kind   Kind
	Code   string  // stable, "capability.reason": billing.coins_insufficient
	Msg    string  // a sentence that says what to do; safe to show to anyone
	Fields []Field // which inputs, where that can be said
	cause  error
}

// Field points at one input.
type Field struct {
	Path string `json:"path"` // as in the input: "episodes[3].title"
	Code string `json:"code"`
	Msg  string `json:"message"`
}

// New makes a fault; msg may hold fmt verbs.
func New(kind Kind, code, msg string, args ...any) *Fault {
	if len(args) > 0 {
		msg = fmt.Sprintf(msg, args...)
	}
	return &Fault{Kind: kind, Code: code, Msg: msg}
}

// Because returns a copy of f that keeps err as its cause, for the log.
func (f *Fault) Because(err error) *Fault {
	c := *f
	c.cause = err
	return &c
}

// With returns a copy of f that also names the given inputs.
func (f *Fault) With(fields ...Field) *Fault {
	c := *f
	c.Fields = append(append([]Field(nil), f.Fields...), fields...)
	return &c
}

func (f *Fault) Error() string {
	if f.cause == nil {
		return f.Code + ": " + f.Msg
	}
	return f.Code + ": " + f.Msg + ": " + f.cause.Error()
}

func (f *Fault) Unwrap() error { return f.cause }

// Is makes errors.Is(err, ErrX) true for every fault with ErrX's code.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// Of returns the fault in err's chain, or an Internal one that hides err.
// Of(nil) is nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return New(Internal, "internal", "Something went wrong on our side. Nothing you entered was lost; try again.").Because(err)
}

// KindOf is Of(err).Kind; a nil error has no kind and answers Internal.
func KindOf(err error) Kind {
	if f := Of(err); f != nil {
		return f.Kind
	}
	return Internal
}
