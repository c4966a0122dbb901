package httpx

import (
	"context"
	"time"
)

// exchange is what the edge knows of one request; it travels in the context.
type exchange struct {
	id      string // request id
	caller  Caller
	market  string // of whoever asks
	route   *Route // nil until one is found
	pattern string // for logs and metrics
	err     error  // the first error that became a problem
	stream  *EventStream
	started time.Time
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// CallerFrom is the caller of the request whose context ctx is; the zero Caller
// outside a request. It is for handlers that are mounted whole; all others get
// the caller as a parameter, and use cases get the actor as one.
func CallerFrom(ctx context.Context) Caller {
	if x := exchangeOf(ctx); x != nil {
		return x.caller
	}
	return Caller{}
}

// Country is what a trusted proxy says of where the request comes from, or "".
func Country(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.market
	}
	return ""
}

// RequestID is the id of the request whose context ctx is, or "".
func RequestID(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.id
	}
	return ""
}
