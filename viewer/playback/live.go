package playback

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
)

// liveSubject is where a profile's changes are told to every node.
const liveSubject = "playback.live."

// message is one server-sent event.
type message struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// hub hands messages to the streams open on this node.
type hub struct {
	mu      sync.Mutex
	streams map[id.Profile]map[chan message]bool
}

// backlog is how many messages a slow stream may lag; beyond it the stream is
// ended and the client starts anew with fresh state.
const backlog = 32

func (h *hub) join(profile id.Profile) (ch chan message, leave func()) {
	ch = make(chan message, backlog)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams == nil {
		h.streams = map[id.Profile]map[chan message]bool{}
	}
	if h.streams[profile] == nil {
		h.streams[profile] = map[chan message]bool{}
	}
	h.streams[profile][ch] = true
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(profile, ch)
	}
}

// drop ends one stream; the caller holds the lock.
func (h *hub) drop(profile id.Profile, ch chan message) {
	if h.streams[profile][ch] {
		delete(h.streams[profile], ch)
		close(ch)
	}
	if len(h.streams[profile]) == 0 {
		delete(h.streams, profile)
	}
}

// tell sends m to one profile's streams, or to all with an empty profile.
func (h *hub) tell(profile id.Profile, m message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p, streams := range h.streams {
		if profile != "" && p != profile {
			continue
		}
		for ch := range streams {
			select {
			case ch <- m:
			default:
				h.drop(p, ch)
			}
		}
	}
}

// ListenLive connects this node's streams to the bus; call it before the bus starts.
func (s *Service) ListenLive() error {
	bus.Tap(s.Bus, func(_ context.Context, f event.DramaWithdrawn) { s.tellAll(f.Drama, "withdrawn") })
	bus.Tap(s.Bus, func(_ context.Context, f event.DramaPublished) { s.tellAll(f.Drama, "published") })
	_, err := s.Bus.Watch(liveSubject+"*", func(subject string, payload []byte) {
		var m message
		if json.Unmarshal(payload, &m) == nil {
			s.hub.tell(id.Profile(strings.TrimPrefix(subject, liveSubject)), m)
		}
	})
	return err
}

func (s *Service) tellAll(drama id.Drama, change string) {
	s.hub.tell("", compose("catalogue", struct {
		Drama  id.Drama `json:"drama_id"`
		Change string   `json:"change"`
	}{drama, change}))
}

// tellDevices lets the profile's other screens know where it is now. It is a
// hint: whoever misses it reads the position with the next page.
func (s *Service) tellDevices(ctx context.Context, by actor.Actor, p Position) {
	m := compose("position", positionOut(Outcome{Position: p, Applied: true}))
	if err := s.Bus.Beacon(ctx, liveSubject+string(by.Profile), m); err != nil {
		s.Log.Warn("position not told to other devices", "error", err)
	}
}

func compose(name string, data any) message {
	b, err := json.Marshal(data)
	if err != nil {
		panic("playback: a live message must be plain data: " + err.Error())
	}
	return message{Name: name, Data: b}
}
