package cmaf

import "encoding/binary"

// cursor reads big-endian fields. Past the end it reads zeros and remembers.
type cursor struct {
	p     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.p) {
		c.short, c.p = true, nil
		return nil
	}
	b := c.p[:n]
	c.p = c.p[n:]
	return b
}

func (c *cursor) skip(n int) { c.take(n) }

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// full reads the version and flags of a full box.
func (c *cursor) full() (version uint8, flags uint32) {
	v := c.u32()
	return uint8(v >> 24), v & 0xFFFFFF
}

// wide reads a number of 32 bits in version 0 and 64 after it.
func (c *cursor) wide(version uint8) uint64 {
	if version == 0 {
		return uint64(c.u32())
	}
	return c.u64()
}

// child reads the next box inside p. ok is false at the end and at nonsense.
func (c *cursor) child() (name string, body []byte, ok bool) {
	if len(c.p) < 8 {
		return "", nil, false
	}
	n := int64(binary.BigEndian.Uint32(c.p))
	if n < 8 || n > int64(len(c.p)) {
		return "", nil, false
	}
	b := c.take(int(n))
	return string(b[4:8]), b[8:], true
}

// find answers the body of the first box on a path of names, nil when absent.
func find(p []byte, path ...string) []byte {
next:
	for _, want := range path {
		c := cursor{p: p}
		for {
			name, body, ok := c.child()
			if !ok {
				return nil
			}
			if name == want {
				p = body
				continue next
			}
		}
	}
	return p
}
