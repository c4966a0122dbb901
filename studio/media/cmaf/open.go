package cmaf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrFormat is in the chain of every error about a file's content.
var ErrFormat = errors.New("not a rendition")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrFormat}, args...)...)
}

// The largest heads that are read. A four-hour track has an index of 86 kB.
const (
	maxHead  = 1 << 20 // one of ftyp, moov, sidx, moof
	maxBoxes = 64      // before the first fragment
)

// Open reads the head of a rendition of size bytes. Errors have ErrFormat in
// their chain, or are those of r.
func Open(r io.ReaderAt, size int64) (*Track, error) {
	t, _, err := open(r, size)
	return t, err
}

// open also answers the defaults that fragments need.
func open(r io.ReaderAt, size int64) (*Track, trex, error) {
	t, def, h, err := openHead(r, size)
	if err == nil && t.Kind == Video {
		err = t.frameRate(h, def)
	}
	if err != nil {
		return nil, trex{}, err
	}
	return t, def, nil
}

func openHead(r io.ReaderAt, size int64) (*Track, trex, *head, error) {
	t, def, h := &Track{}, trex{}, &head{r: r, size: size, page: make([]byte, 4096)}
	index, err := t.walk(h, &def)
	if err != nil {
		return nil, def, nil, err
	}
	body, err := h.body(index)
	if err != nil {
		return nil, def, nil, err
	}
	if err := t.index(body, index, size); err != nil {
		return nil, def, nil, err
	}
	t.measure()
	return t, def, h, nil
}

// walk reads the boxes before the first fragment and answers where the index is.
func (t *Track) walk(h *head, def *trex) (index box, err error) {
	at := int64(0)
	for range maxBoxes {
		b, err := h.header(at)
		if err != nil {
			return index, err
		}
		switch b.name {
		case "moov":
			body, err := h.body(b)
			if err != nil {
				return index, err
			}
			if *def, err = t.movie(body); err != nil {
				return index, err
			}
			t.Init = Bytes{0, b.at + b.len}
		case "sidx":
			if index.len != 0 {
				return index, bad("two indexes: more than one track in the file")
			}
			index = b
		case "moof", "mdat":
			if t.Timescale == 0 || index.len == 0 {
				return index, bad("no moov or no sidx before the first fragment")
			}
			return index, nil
		}
		at += b.len
	}
	return index, bad("no fragment in the first %d boxes", maxBoxes)
}

// box is a box's name and place in the file.
type box struct {
	name    string
	at, len int64 // with its header
	head    int64 // 8 or 16
}

// head reads a file through one page, so that the boxes of a usual head cost one
// read.
type head struct {
	r    io.ReaderAt
	size int64
	page []byte
	from int64
	have int
}

// bytes answers n bytes at the given place, valid until the next call.
func (h *head) bytes(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at+n > h.size {
		return nil, bad("the file ends inside a box")
	}
	if n > int64(len(h.page)) {
		p := make([]byte, n)
		_, err := io.ReadFull(io.NewSectionReader(h.r, at, n), p)
		return p, err
	}
	if at < h.from || at+n > h.from+int64(h.have) {
		got, err := h.r.ReadAt(h.page[:min(int64(len(h.page)), h.size-at)], at)
		h.from, h.have = at, got
		if int64(got) < n {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return h.page[at-h.from:][:n], nil
}

func (h *head) header(at int64) (box, error) {
	p, err := h.bytes(at, min(16, max(h.size-at, 8)))
	if err != nil {
		return box{}, err
	}
	b := box{name: string(p[4:8]), at: at, len: int64(binary.BigEndian.Uint32(p)), head: 8}
	if b.len == 1 && len(p) == 16 {
		b.head, b.len = 16, int64(binary.BigEndian.Uint64(p[8:])&(1<<62-1))
	}
	if b.len < b.head || b.len > h.size-at {
		return box{}, bad("box %q at %d has length %d of %d left", b.name, at, b.len, h.size-at)
	}
	return b, nil
}

func (h *head) body(b box) ([]byte, error) {
	if b.len > maxHead {
		return nil, bad("box %q has %d bytes", b.name, b.len)
	}
	return h.bytes(b.at+b.head, b.len-b.head)
}

// index reads a sidx into segments and checks that they lie in the file.
func (t *Track) index(p []byte, at box, size int64) error {
	x, err := parseSidx(p)
	if err != nil {
		return err
	}
	if x.timescale != t.Timescale {
		return bad("index counts %d units a second, the track %d", x.timescale, t.Timescale)
	}
	t.Index = Bytes{at.at, at.len}
	t.Segments = make([]Segment, len(x.refs))
	off := t.Index.End() + int64(x.first)
	for i, r := range x.refs {
		t.Segments[i] = Segment{At: off, Len: r.size, Duration: r.duration, Sync: r.sap>>31 == 1}
		if off += int64(r.size); off > size || off < 0 {
			return bad("segment %d ends at %d, the file at %d", i, off, size)
		}
	}
	return nil
}

// frameRate reads the length of a frame off the first fragment.
func (t *Track) frameRate(h *head, def trex) error {
	b, err := h.header(t.Segments[0].At)
	if err != nil {
		return err
	}
	if b.name != "moof" {
		return bad("the first segment begins with %q", b.name)
	}
	body, err := h.body(b)
	if err != nil {
		return err
	}
	f, err := parseFragment(body, def)
	if err != nil {
		return err
	}
	if f.samples == 0 || f.duration == 0 {
		return bad("the first fragment is empty")
	}
	// Constant rate, so the whole fragment divides evenly.
	n, d := uint64(t.Timescale)*uint64(f.samples), f.duration
	g := gcd(n, d)
	t.FrameNum, t.FrameDen = uint32(min(n/g, 1<<32-1)), uint32(min(d/g, 1<<32-1))
	return nil
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
