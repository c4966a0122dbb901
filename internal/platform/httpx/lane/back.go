package lane

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// give hands the connection back to net/http, with what was read of it.
func (c *conn) give(read []byte) {
	c.SetDeadline(time.Time{})
	select {
	case c.back.conns <- &returned{c.TCPConn, append([]byte(nil), read...)}:
	case <-c.back.closed:
		c.Close()
	}
}

// listener accepts the connections the lanes hand back.
type listener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// returned is a connection of which something was read already.
type returned struct {
	*net.TCPConn
	read []byte
}

func (r *returned) Read(b []byte) (int, error) {
	if len(r.read) == 0 {
		return r.TCPConn.Read(b)
	}
	n := copy(b, r.read)
	r.read = r.read[n:]
	return n, nil
}

// unwrap answers the connection below one of net/http, and what has been read
// of it and not been used.
func unwrap(c net.Conn, buffered *bufio.Reader) (*net.TCPConn, []byte) {
	early, _ := buffered.Peek(buffered.Buffered()) // cannot fail: they are there
	early = append([]byte(nil), early...)
	if r, ok := c.(*returned); ok {
		return r.TCPConn, append(early, r.read...)
	}
	return c.(*net.TCPConn), early
}
