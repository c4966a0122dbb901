package playback

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
)

// liveSubject is where what an account's screens are told goes to every node: in a
// letter under the account's id, or the positions of many accounts under many. One
// subscription hears both, so that a screen hears everything in its order.
const (
	liveSubject = "playback.live."
	many        = "many"
)

// message is one server-sent event.
type message struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// address narrows an account's streams; the zero address is all of them.
type address struct {
	Profile id.Profile `json:"profile,omitempty"`
	Device  id.Device  `json:"device,omitempty"`
	Except  id.Device  `json:"except,omitempty"`
}

func (a address) reaches(l *listener) bool {
	return (a.Profile == "" || a.Profile == l.profile) && (a.Device == "" || a.Device == l.device) && (a.Except == "" || a.Except != l.device)
}

// letter is a message on its way to every node.
type letter struct {
	message
	To      address    `json:"to"`
	Last    bool       `json:"last,omitempty"` // the streams end with it
	From    id.Device  `json:"from,omitempty"`
	Answers id.Command `json:"answers,omitempty"`
}

// hub hands messages to the streams open on this node.
type hub struct {
	mu       sync.Mutex
	accounts map[id.Account][]*listener
}

// listener is one open stream. Messages are shared between streams and kept by
// pointer: most streams are idle, and what they keep is paid ten thousand times.
type listener struct {
	account  id.Account
	profile  id.Profile
	device   id.Device
	messages chan *message
}

const (
	// backlog is how many messages a slow stream may lag; beyond it the stream is
	// ended and the client starts anew with fresh state.
	backlog = 32
	// streamLife bounds how long a stream goes on before its client shows its session
	// again: news of a sign-out may be lost, the session is not.
	streamLife = time.Hour
	// mostStreams bounds what one account may keep open on one node.
	mostStreams = 64
)

var errCrowded = fault.New(fault.Exhausted, "playback.live_crowded", "Too many screens of this account are connected. Close the app on one of them.")

func (h *hub) join(by actor.Actor) (l *listener, leave func(), err error) {
	l = &listener{by.Account, by.Profile, by.Device, make(chan *message, backlog)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.accounts[by.Account]) >= mostStreams {
		return nil, nil, errCrowded
	}
	if h.accounts == nil {
		h.accounts = map[id.Account][]*listener{}
	}
	h.accounts[by.Account] = append(h.accounts[by.Account], l)
	return l, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(l)
	}, nil
}

// drop ends one stream; the caller holds the lock.
func (h *hub) drop(l *listener) {
	streams := h.accounts[l.account]
	i := slices.Index(streams, l)
	if i < 0 {
		return
	}
	close(l.messages)
	if streams = slices.Delete(streams, i, i+1); len(streams) == 0 {
		delete(h.accounts, l.account)
		return
	}
	h.accounts[l.account] = streams
}

// tell sends a message to those of an account's streams that it is addressed to,
// and ends them if it is the last they shall hear.
func (h *hub) tell(account id.Account, to address, m *message, last bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range slices.Clone(h.accounts[account]) {
		if to.reaches(l) && (!h.give(l, m) || last) {
			h.drop(l)
		}
	}
}

func (h *hub) tellAll(m *message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var slow []*listener
	for _, streams := range h.accounts {
		for _, l := range streams {
			if !h.give(l, m) {
				slow = append(slow, l)
			}
		}
	}
	for _, l := range slow {
		h.drop(l)
	}
}

func (h *hub) give(l *listener, m *message) (fits bool) {
	select {
	case l.messages <- m:
		return true
	default:
		return false
	}
}

// ListenLive connects this node's streams to the bus; call it before the bus starts.
func (s *Service) ListenLive() error {
	bus.Tap(s.Bus, func(_ context.Context, f event.DramaWithdrawn) { s.changed(f.Drama, "withdrawn") })
	bus.Tap(s.Bus, func(_ context.Context, f event.DramaPublished) { s.changed(f.Drama, "published") })
	bus.Tap(s.Bus, func(_ context.Context, f event.DeviceSignedOut) {
		s.hub.tell(f.Account, address{Device: f.Device}, compose("stop", stop{Reason: "signed_out"}), true)
	})
	// Streams of an account that is no more end; whoever opened them comes back as who they are now.
	bus.Tap(s.Bus, func(_ context.Context, f event.AccountMerged) {
		s.hub.tell(f.From, address{}, compose("moved", struct{}{}), true)
	})
	bus.Tap(s.Bus, func(_ context.Context, f event.AccountErased) {
		s.hub.tell(f.Account, address{}, compose("moved", struct{}{}), true)
	})
	_, err := s.Bus.Watch(liveSubject+"*", func(subject string, payload []byte) {
		account := strings.TrimPrefix(subject, liveSubject)
		if account == many {
			s.deliverMoved(payload)
			return
		}
		var l letter
		if json.Unmarshal(payload, &l) == nil {
			s.deliver(id.Account(account), l)
		}
	})
	return err
}

// deliver hands a letter to whoever on this node it is for.
func (s *Service) deliver(account id.Account, l letter) {
	if l.Answers != "" {
		s.asked.answer(account, l)
	}
	s.hub.tell(account, l.To, &l.message, l.Last)
}

func (s *Service) changed(drama id.Drama, change string) {
	s.hub.tellAll(compose("catalogue", struct {
		Drama  id.Drama `json:"drama_id"`
		Change string   `json:"change"`
	}{drama, change}))
}

// moved is where a profile is now, for its screens. What was stored together is sent
// together: a message for each would take half as long as storing it.
type moved[P any] struct {
	Account  id.Account `json:"account"`
	Profile  id.Profile `json:"profile"`
	Position P          `json:"position"`
}

const (
	positionEvent = "position"
	// mostMoved bounds a message of them, at a fifth of a kilobyte to one each.
	mostMoved = 200
)

// tellMoved lets the screens of profiles know where they are now.
func (s *Service) tellMoved(ctx context.Context, stored []*told) {
	var all []moved[PositionOut]
	for _, t := range stored {
		for _, o := range t.outcomes {
			if o.Applied {
				all = append(all, moved[PositionOut]{t.by.Account, t.by.Profile, positionOut(o)})
			}
		}
	}
	for some := range slices.Chunk(all, mostMoved) {
		if err := s.Bus.Beacon(ctx, liveSubject+many, some); err != nil {
			s.Log.Warn("positions not told to their screens", "error", err)
		}
	}
}

func (s *Service) deliverMoved(payload []byte) {
	var all []moved[json.RawMessage]
	if json.Unmarshal(payload, &all) != nil {
		return
	}
	for _, m := range all {
		s.hub.tell(m.Account, address{Profile: m.Profile}, &message{positionEvent, m.Position}, false)
	}
}

// TellProfile sends an event to every open stream of a profile. It is a hint:
// whoever misses it reads the state with the next page.
func (s *Service) TellProfile(ctx context.Context, account id.Account, profile id.Profile, name string, data any) {
	if err := s.send(ctx, account, letter{message: *compose(name, data), To: address{Profile: profile}}); err != nil {
		s.Log.Warn("not told to the account's screens", "event", name, "error", err)
	}
}

// TellAccount tells the screens of all profiles of an account; it may be lost.
func (s *Service) TellAccount(ctx context.Context, account id.Account, name string, data any) {
	if err := s.send(ctx, account, letter{message: *compose(name, data)}); err != nil {
		s.Log.Warn("not told to the account's screens", "event", name, "error", err)
	}
}

func (s *Service) send(ctx context.Context, account id.Account, l letter) error {
	return s.Bus.Beacon(ctx, liveSubject+string(account), l)
}

func compose(name string, data any) *message {
	b, err := json.Marshal(data)
	if err != nil {
		panic("playback: a live message must be plain data: " + err.Error())
	}
	return &message{Name: name, Data: b}
}
