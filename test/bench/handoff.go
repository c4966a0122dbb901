package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	connected         = 5000   // devices with an open stream while commands are timed
	idleStreams       = 10_000 // while memory is
	pairs             = 200    // of a phone and a television
	commandsPerSecond = 50
)

// measureHandoff opens the live streams of many devices on one node and asks what
// they cost, and how soon a phone's command is on its television's stream.
func measureHandoff(ctx context.Context, b *bench) error {
	data := filepath.Join(b.dir, "handoff")
	args := []string{"--edge.trusted-proxies=127.0.0.0/8", "--obs.log-level=warn"} // each device from an address of its own
	n, err := b.start(ctx, data, args...)
	if err != nil {
		return err
	}
	defer n.stop()
	h := newHandoffs(b, n)
	defer h.close()
	if err := h.among(ctx, "one node", idleStreams); err != nil {
		return err
	}
	return h.streams(ctx)
}

// measureNodes lets phones at one node command televisions at another; what the
// nodes share is PostgreSQL and a cluster of NATS servers.
func measureNodes(ctx context.Context, b *bench) error {
	p, err := startPostgres(ctx)
	if err != nil {
		return err
	}
	defer p.stop()
	addresses, stop, err := b.startNATS(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var nodes []*node
	for _, name := range []string{"a", "b"} {
		n, err := b.start(ctx, filepath.Join(b.dir, "node-"+name), "--node="+name, "--database="+p.address, "--nats="+addresses,
			"--edge.trusted-proxies=127.0.0.0/8", "--obs.log-level=warn")
		if err != nil {
			return err
		}
		defer n.stop()
		nodes = append(nodes, n)
	}
	h := newHandoffs(b, nodes...)
	defer h.close()
	return h.among(ctx, "two nodes over a NATS cluster of three servers", connected)
}

// handoffs are devices that are connected with nodes: phones with the first,
// televisions with the last, and the rest in turns.
type handoffs struct {
	*bench
	nodes  []*node
	http   *http.Client
	phones []*screen
	tvs    []*screen // the i-th is of the same account as the i-th phone
	others []*screen
	lines  []net.Conn
	signed int   // in, so far
	open   int   // of the others, while commands are measured
	before int64 // bytes of memory before any stream was open
}

func newHandoffs(b *bench, nodes ...*node) *handoffs {
	return &handoffs{bench: b, nodes: nodes, http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
}

// screen is a device; what its stream brings arrives on heard.
type screen struct {
	*node
	address string
	token   string
	device  string
	heard   chan arrival
	busy    sync.Mutex // one command at a time
}

type arrival struct {
	id string
	at time.Time
}

func (h *handoffs) close() {
	for _, c := range h.lines {
		c.Close()
	}
	h.http.CloseIdleConnections()
}

// among signs so many devices in, connects the first of them and measures commands.
func (h *handoffs) among(ctx context.Context, where string, devices int) error {
	if err := h.pair(ctx, devices); err != nil {
		return err
	}
	before, err := h.memory(ctx)
	if err != nil {
		return err
	}
	h.before = before
	open := append(append([]*screen{}, h.phones...), h.tvs...)
	h.open = connected - len(open)
	if err := h.connect(ctx, append(open, h.others[:h.open]...)); err != nil {
		return err
	}
	return h.commands(ctx, where)
}

// streams connects the others too and measures what all of them take of memory.
func (h *handoffs) streams(ctx context.Context) error {
	if err := h.connect(ctx, h.others[h.open:]); err != nil {
		return err
	}
	after, err := h.memory(ctx)
	if err != nil {
		return err
	}
	each := float64(after-h.before) / idleStreams / 1024
	h.add(row{name: "memory of an idle event stream", value: each, unit: "kB", target: 40,
		peer: fmt.Sprintf("%d streams of as many devices on one node, plain HTTP; resident memory without files grew from %d to %d MB", idleStreams, h.before>>20, after>>20)})
	return nil
}

// memory is what the first node holds once it is calm, without mapped files.
func (h *handoffs) memory(ctx context.Context) (int64, error) {
	if err := h.nodes[0].calm(ctx); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.nodes[0].cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "RssAnon:" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.Join(err, errors.New("the system does not tell a process's memory"))
}

// pair signs so many devices in: pairs of one account each, and single ones.
func (h *handoffs) pair(ctx context.Context, devices int) error {
	first, last := h.nodes[0], h.nodes[len(h.nodes)-1]
	for range pairs {
		phone, err := h.enter(ctx, first, "/sessions", map[string]any{"device": map[string]any{"name": "Phone", "form": "phone"}})
		if err != nil {
			return err
		}
		var link struct{ Code string }
		if err := h.call(phone, "POST", "/device-links", map[string]any{}, &link); err != nil {
			return err
		}
		tv, err := h.enter(ctx, last, "/sessions/link", map[string]any{"code": link.Code, "device": map[string]any{"name": "TV", "form": "tv"}})
		if err != nil {
			return err
		}
		h.phones, h.tvs = append(h.phones, phone), append(h.tvs, tv)
	}
	for i := range devices - 2*pairs {
		s, err := h.enter(ctx, h.nodes[i%len(h.nodes)], "/sessions", map[string]any{})
		if err != nil {
			return err
		}
		h.others = append(h.others, s)
	}
	return nil
}

func (h *handoffs) enter(ctx context.Context, n *node, path string, in map[string]any) (*screen, error) {
	in["bearer"] = true
	var session struct {
		Token  string
		Device string `json:"device_id"`
	}
	h.signed++
	s := &screen{node: n, address: fmt.Sprintf("10.0.%d.%d", h.signed>>8, h.signed&0xff), heard: make(chan arrival, 1)}
	if err := h.call(s, "POST", path, in, &session); err != nil {
		return nil, err
	}
	s.token, s.device = session.Token, session.Device
	return s, ctx.Err()
}

func (h *handoffs) call(s *screen, method, path string, in, out any) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	set := map[string]string{"Content-Type": "application/json", "X-Forwarded-For": s.address}
	if s.token != "" {
		set["Authorization"] = "Bearer " + s.token
	}
	c := &client{s.url, h.http}
	text, err = c.send(method, viewerAPI+path, bytes.NewReader(text), set, nil)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(text, out)
}

// connect opens the streams of devices and waits until each has said hello.
func (h *handoffs) connect(ctx context.Context, screens []*screen) error {
	const atOnce = 32
	places, failed := make(chan struct{}, atOnce), make(chan error, len(screens))
	for _, s := range screens {
		at, err := url.Parse(s.url)
		if err != nil {
			return err
		}
		line, err := (&net.Dialer{}).DialContext(ctx, "tcp", at.Host)
		if err != nil {
			return err
		}
		h.lines = append(h.lines, line)
		fmt.Fprintf(line, "GET %s/live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n", viewerAPI, at.Host, s.token)
		places <- struct{}{}
		go func() {
			hello := sync.OnceFunc(func() { failed <- nil; <-places })
			defer hello()
			s.read(line, hello)
		}()
	}
	for range screens {
		if err := <-failed; err != nil {
			return err
		}
	}
	return ctx.Err()
}

// read notes when a command's line has come. Chunk sizes stand on lines of their
// own and are passed over like everything else.
func (s *screen) read(line net.Conn, hello func()) {
	for lines := bufio.NewScanner(line); lines.Scan(); {
		text := lines.Bytes()
		switch data, is := bytes.CutPrefix(text, []byte("data: ")); {
		case !is:
		case bytes.Contains(data, []byte(`"server_time"`)):
			hello()
		default:
			at := time.Now()
			var c struct{ ID string }
			if json.Unmarshal(data, &c) == nil && c.ID != "" {
				s.heard <- arrival{c.ID, at}
			}
		}
	}
}

// commands sends commands from phones to their televisions.
func (h *handoffs) commands(ctx context.Context, where string) error {
	runtime.GC() // ours, not while we look at the clock
	warm, length := h.fewer(10, 2), h.fewer(40, 5)
	if _, _, err := h.command(ctx, time.Duration(warm)*time.Second); err != nil {
		return err
	}
	slow := pacemaker()
	heard, answered, err := h.command(ctx, time.Duration(length)*time.Second)
	spans := slow()
	if err != nil {
		return err
	}
	all, took := atFullSpeed(heard, nil), atFullSpeed(heard, spans)
	if len(took) < len(all)/2 {
		return fmt.Errorf("this machine was slow for more than half of the time")
	}
	h.add(row{name: "99th percentile from a phone's command to its television, " + where, value: ms(quantile(took, 0.99)), unit: "ms", target: 50,
		peer: fmt.Sprintf("%d commands at %d/s to %d of %d connected devices; median %.2f, worst %.0f ms; answered: median %.2f, 99th %.2f ms. "+
			"%.1f %% fell into moments when the machine was slow and do not count; with them the 99th is %.1f ms",
			len(all), commandsPerSecond, pairs, connected, ms(quantile(took, 0.5)), ms(quantile(took, 1)),
			ms(quantile(atFullSpeed(answered, spans), 0.5)), ms(quantile(atFullSpeed(answered, spans), 0.99)),
			100*float64(len(all)-len(took))/float64(len(all)), ms(quantile(all, 0.99)))})
	return nil
}

// command answers for each command when it was on the television's stream, and
// when its answer was back at the phone.
func (h *handoffs) command(ctx context.Context, length time.Duration) (heard, answered []call, err error) {
	heard = make([]call, int(length.Seconds()*commandsPerSecond))
	answered, err = arrivals(ctx, commandsPerSecond, length, func(n int) error {
		phone, tv := h.phones[n%pairs], h.tvs[n%pairs]
		tv.busy.Lock()
		defer tv.busy.Unlock()
		said := make(chan error, 1)
		sent := time.Now()
		go func() {
			select {
			case a := <-tv.heard:
				heard[n] = call{sent, a.at.Sub(sent)}
				said <- h.call(tv, "PUT", "/players/current", map[string]any{"state": "paused", "answers": a.id}, nil)
			case <-time.After(10 * time.Second):
				said <- errors.New("the television heard no command")
			}
		}()
		err := h.call(phone, "POST", "/players/"+tv.device+"/commands", map[string]any{"kind": "pause"}, nil)
		return errors.Join(err, <-said)
	})
	return heard, answered, err
}
