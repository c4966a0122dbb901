package bus

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	noWait    time.Duration = 0
	waitShort               = time.Second
	waitLong                = 5 * time.Second
	// troubled is the pause after JetStream has refused something.
	troubled = 250 * time.Millisecond

	headerOrigin = "Cliffhanger-Origin"
	headerAt     = "Cliffhanger-At"
)

// source pulls messages of one durable consumer, which it makes when needed: at
// first, and again when the stream's servers have lost it.
type source struct {
	bus      *Bus
	stream   string
	config   jetstream.ConsumerConfig
	consumer jetstream.Consumer
}

func (b *Bus) source(stream string, c jetstream.ConsumerConfig) *source {
	return &source{bus: b, stream: stream, config: c}
}

// next answers a message, or nil when there was none within wait. asked is false
// when ctx has ended or something is wrong, so that nobody knows whether there
// is one; then a moment has passed.
func (s *source) next(ctx context.Context, wait time.Duration) (msg jetstream.Msg, asked bool) {
	msg, err := s.pull(ctx, wait)
	if err != nil && ctx.Err() == nil {
		s.bus.log.Debug("pull failed", "consumer", s.config.Durable, "error", err)
		s.consumer = nil
		pause(ctx, troubled)
	}
	return msg, err == nil
}

func (s *source) pull(ctx context.Context, wait time.Duration) (jetstream.Msg, error) {
	if s.consumer == nil {
		bounded, stop := context.WithTimeout(ctx, waitLong)
		defer stop()
		c, err := s.bus.js.CreateOrUpdateConsumer(bounded, s.stream, s.config)
		if err != nil {
			return nil, err
		}
		s.consumer = c
	}
	var batch jetstream.MessageBatch
	var err error
	if wait == noWait {
		batch, err = s.consumer.FetchNoWait(1)
	} else {
		bounded, stop := context.WithTimeout(ctx, wait)
		defer stop()
		batch, err = s.consumer.Fetch(1, jetstream.FetchContext(bounded))
	}
	if err != nil {
		return nil, err
	}
	if msg := <-batch.Messages(); msg != nil {
		return msg, nil
	}
	if err := batch.Error(); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, nats.ErrTimeout) {
		return nil, err
	}
	return nil, nil
}

// delivery is one arrival of a message.
type delivery struct {
	id       string // of the outbox row
	origin   string // of the fact or job
	payload  []byte
	at       int64
	seq      uint64
	delivery int // 1 for the first arrival
}

func (b *Bus) read(msg jetstream.Msg) delivery {
	h := msg.Headers()
	d := delivery{id: h.Get(jetstream.MsgIDHeader), origin: h.Get(headerOrigin), payload: msg.Data(), delivery: 1}
	d.at, _ = strconv.ParseInt(h.Get(headerAt), 10, 64)
	if m, err := msg.Metadata(); err == nil {
		d.seq, d.delivery = m.Sequence.Stream, int(m.NumDelivered)
	}
	return d
}

// settle takes the error of an acknowledgement. One that is lost only means that
// the message comes again, and is then recognised.
func (b *Bus) settle(err error) {
	if err != nil {
		b.log.Debug("acknowledgement failed", "error", err)
	}
}

// hold renews the message's lease until release, which answers whether it was
// lost meanwhile. The context ends with the lease.
func (b *Bus) hold(ctx context.Context, msg jetstream.Msg) (held context.Context, release func() (lost bool)) {
	held, cancel := context.WithCancel(ctx)
	done, lost := make(chan struct{}), false
	go func() {
		defer close(done)
		lost = b.renew(held, msg)
		cancel()
	}()
	return held, func() bool {
		cancel()
		<-done
		return lost
	}
}

// renew tells JetStream three times per lease that work goes on, and answers
// true once nobody has confirmed that for a whole lease: then another node may
// have the message. It answers false when ctx ends.
func (b *Bus) renew(ctx context.Context, msg jetstream.Msg) (lost bool) {
	every := time.NewTicker(b.cfg.Lease / 3)
	defer every.Stop()
	for confirmed := time.Now(); ; {
		select {
		case <-ctx.Done():
			return false
		case <-every.C:
		}
		if time.Since(confirmed) >= b.cfg.Lease { // also after this machine has slept
			return true
		}
		asked := time.Now()
		bounded, stop := context.WithTimeout(ctx, b.cfg.Lease/3)
		_, err := b.nc.RequestWithContext(bounded, msg.Reply(), []byte("+WPI"))
		stop()
		if err == nil {
			confirmed = asked
		}
	}
}
