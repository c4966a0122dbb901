package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"cliffhanger/internal/kernel/fault"
)

const (
	heartbeat   = 25 * time.Second // below the idle limits of common proxies
	sendTimeout = 10 * time.Second // a client that takes longer has gone
)

// EventStream is an answer of server-sent events. Its methods may be called
// from several goroutines, until the handler returns; the stream ends then.
type EventStream struct {
	// LastEventID is the id of the last event the client saw before it
	// reconnected, or "".
	LastEventID string

	ctx    context.Context
	cancel context.CancelFunc
	detach func() bool // from the server's shutdown
	w      http.ResponseWriter
	rc     *http.ResponseController
	mu     sync.Mutex
	beat   *time.Timer
	closed bool
}

type closingKey struct{}

// Stream begins an event stream. Comments keep it alive; it ends when the
// client goes, when the server shuts down, or with the handler. The route
// should be Long.
func Stream(w http.ResponseWriter, r *http.Request) (*EventStream, error) {
	if r.Method != http.MethodGet {
		return nil, wire[http.StatusMethodNotAllowed]
	}
	s := &EventStream{LastEventID: r.Header.Get("Last-Event-ID"), w: w, rc: http.NewResponseController(w)}
	s.ctx, s.cancel = context.WithCancel(r.Context())
	if closing, ok := r.Context().Value(closingKey{}).(context.Context); ok {
		s.detach = context.AfterFunc(closing, s.cancel)
	}
	if x := exchangeOf(r.Context()); x != nil {
		x.stream = s
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	s.beat = time.AfterFunc(heartbeat, s.pulse)
	if err := s.write([]byte("retry: 2000\n\n")); err != nil {
		s.Close()
		return nil, fault.New(fault.Unavailable, "httpx.stream_refused", "Live updates cannot be sent over this connection.").Because(err)
	}
	return s, nil
}

// Done is closed when the stream is over; a handler returns then.
func (s *EventStream) Done() <-chan struct{} { return s.ctx.Done() }

// Context ends with the stream.
func (s *EventStream) Context() context.Context { return s.ctx }

// Send sends data as JSON under the name of event. An error means that the
// stream is over.
func (s *EventStream) Send(event string, data any) error { return s.SendID("", event, data) }

// SendID is Send with an id the client repeats when it reconnects.
func (s *EventStream) SendID(id, event string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("event %s: %w", event, err)
	}
	if strings.ContainsAny(id+event, "\r\n\x00") {
		return fmt.Errorf("event %q: a line break in its name or id", event)
	}
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", event, body) // JSON holds no raw line breaks
	return s.write(b.Bytes())
}

// Close ends the stream; nothing is written afterwards. It may be called twice,
// and need not be called at all by a handler that returns.
func (s *EventStream) Close() {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.detach != nil {
		s.detach()
	}
	if s.beat != nil {
		s.beat.Stop()
	}
}

func (s *EventStream) pulse() { s.write([]byte(":\n\n")) }

func (s *EventStream) write(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return context.Canceled
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	s.rc.SetWriteDeadline(time.Now().Add(sendTimeout))
	_, err := s.w.Write(b)
	if err == nil {
		err = s.rc.Flush()
	}
	if err != nil {
		s.cancel()
		return err
	}
	s.rc.SetWriteDeadline(time.Time{}) // HTTP/2 would end an idle stream at it
	s.beat.Reset(heartbeat)
	return nil
}
