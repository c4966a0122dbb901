package lane

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// File is an open file and the headers that go with every part of it.
type File struct {
	*os.File
	Good         func() bool // whether it would still be found; asked before a further part
	Size         int64
	ModTime      time.Time
	ContentType  string
	CacheControl string
	ETag         string // quoted
}

// Find opens the file at a path for whoever asks, or answers false: then the
// request goes the ordinary way. It must not wait for anything but the disk.
type Find func(path string) (File, bool)

// Lanes are the connections of one server that are answered here. Make it with
// New; it is for concurrent use.
type Lanes struct {
	idle   time.Duration
	header []byte // of every answer, each line with its end
	back   listener

	closing atomic.Bool
	mu      sync.Mutex
	inside  int                       // requests that were taken and whose connection has not gone
	open    map[*net.TCPConn]struct{} // their connections
	empty   chan struct{}             // closed when the last has gone while closing
}

// The longest request the lane reads; net/http takes longer ones.
const longest = 4 << 10

// A client slower than piece/stall, about 35 kB/s, is given up.
const (
	piece = 2 << 20
	stall = time.Minute
)

// New makes the lanes of a server. Its connections may be idle for so long; the
// header, such as "X-Content-Type-Options: nosniff\r\n", is of every answer.
func New(idle time.Duration, header string) *Lanes {
	return &Lanes{
		idle: idle, header: []byte(header), open: map[*net.TCPConn]struct{}{}, empty: make(chan struct{}),
		back: listener{conns: make(chan net.Conn), closed: make(chan struct{})},
	}
}

// Listener hands connections back to net/http: the server serves it beside its
// own listener, which must be of TCP.
func (l *Lanes) Listener() net.Listener { return &l.back }

// Take answers r, and further requests of its connection, if r is of the lane's
// shape and find knows the file; sent is told of each answer. It returns when
// the connection is closed or handed back. Where it answers false nothing has
// happened, and r goes the ordinary way.
func (l *Lanes) Take(w http.ResponseWriter, r *http.Request, find Find, sent func()) bool {
	q, ok := of(r)
	if !ok {
		return false
	}
	f, ok := find(q.path)
	if !ok {
		return false
	}
	if q.first >= f.Size || !l.enter() {
		f.Close()
		return false
	}
	defer l.leave()
	raw, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		f.Close()
		return false
	}
	tcp, early := unwrap(raw, rw.Reader)
	l.keep(tcp)
	defer l.forget(tcp)
	c := conns.Get().(*conn)
	c.TCPConn, c.Lanes, c.extended = tcp, l, time.Time{}
	c.hold(f)
	c.run(q, early, find, sent)
	c.TCPConn, c.file = nil, File{}
	conns.Put(c)
	return true
}

// conn is one connection while it is in the lane.
type conn struct {
	*net.TCPConn
	*Lanes
	file     File
	fixed    []byte // the part of the header that is the same for all of file
	in       [longest]byte
	out      []byte
	last     memory
	extended time.Time // when its deadlines were last set
}

var conns = sync.Pool{New: func() any { return new(conn) }}

// run answers q and goes on reading; early is what has been read of the
// connection after q. The file stays open while the next part is one of it.
func (c *conn) run(q request, early []byte, find Find, sent func()) {
	given := false
	defer func() {
		c.file.Close()
		if !given {
			c.Close()
		}
	}()
	for c.send(q) {
		sent()
		read := early
		if early = nil; len(read) == 0 {
			if c.closing.Load() { // after the deadline is set: Stop sets one as well
				return
			}
			n, err := c.Read(c.in[:])
			if err != nil {
				return
			}
			read = c.in[:n]
		}
		next, ok := c.last.recognise(read)
		if ok && (next.path != q.path || !c.file.Good()) {
			c.file.Close()
			var f File
			f, ok = find(next.path)
			c.hold(f)
		}
		if q = next; !ok || q.first >= c.file.Size {
			c.give(read)
			given = true
			return
		}
	}
}

// hold takes over an open file.
func (c *conn) hold(f File) {
	c.file = f
	b := append(c.fixed[:0], "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Type: "...)
	b = append(b, f.ContentType...)
	b = append(b, "\r\nCache-Control: "...)
	b = append(b, f.CacheControl...)
	b = append(b, "\r\nEtag: "...)
	b = append(b, f.ETag...)
	b = append(b, "\r\nLast-Modified: "...)
	b = f.ModTime.UTC().AppendFormat(b, http.TimeFormat)
	b = append(b, crlf...)
	c.fixed = append(b, c.header...)
}

// send answers with the range of the file and tells whether the connection may
// go on.
func (c *conn) send(q request) bool {
	now := time.Now()
	c.extend(now)
	last, stay := min(q.last, c.file.Size-1), !c.closing.Load()
	if _, err := c.Write(c.head(q.first, last, now, stay)); err != nil {
		return false
	}
	if _, err := c.file.Seek(q.first, io.SeekStart); err != nil {
		return false
	}
	for left := last - q.first + 1; left > 0; {
		part := io.LimitedReader{R: c.file.File, N: min(piece, left)}
		n, err := c.ReadFrom(&part) // sendfile
		if err != nil || n == 0 {
			return false
		}
		if left -= n; left > 0 {
			c.extend(time.Now())
		}
	}
	return stay
}

// extend moves the deadlines, for the next piece and for the next request. A
// second more or less does not matter, and setting them costs something.
func (c *conn) extend(now time.Time) {
	if now.Sub(c.extended) > time.Second {
		c.extended = now
		c.SetWriteDeadline(now.Add(stall))
		c.SetReadDeadline(now.Add(c.idle))
	}
}

func (c *conn) head(first, last int64, now time.Time, stay bool) []byte {
	b := append(append(c.out[:0], c.fixed...), "Date: "...)
	b = now.UTC().AppendFormat(b, http.TimeFormat)
	b = append(b, "\r\nContent-Range: bytes "...)
	b = strconv.AppendInt(b, first, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, last, 10)
	b = append(b, '/')
	b = strconv.AppendInt(b, c.file.Size, 10)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, last-first+1, 10)
	if !stay {
		b = append(b, "\r\nConnection: close"...)
	}
	c.out = append(b, "\r\n\r\n"...)
	return c.out
}

// Stop closes the connections that wait for a request, lets answers under way
// finish until ctx ends, and then cuts what is left.
func (l *Lanes) Stop(ctx context.Context) error {
	l.mu.Lock()
	l.closing.Store(true)
	for c := range l.open {
		c.SetReadDeadline(time.Unix(1, 0))
	}
	if l.inside == 0 {
		close(l.empty)
	}
	l.mu.Unlock()
	select {
	case <-l.empty:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.Close()
	}
	return ctx.Err()
}

func (l *Lanes) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing.Load() {
		return false
	}
	l.inside++
	return true
}

func (l *Lanes) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inside--; l.inside == 0 && l.closing.Load() {
		close(l.empty)
	}
}

func (l *Lanes) keep(c *net.TCPConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = struct{}{}
}

func (l *Lanes) forget(c *net.TCPConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
}
