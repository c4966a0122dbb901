package cmaf

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// FixSidx rewrites the index of the file at path from its fragments. ffmpeg
// counts the first segment of sound one AAC frame short (its priming) and leaves
// the type of access point open, so players that trust the index drift or may
// refuse to switch. The number of segments stays, so the index is
// patched where it lies: the media is never copied, and memory holds one
// fragment's header. Doing it twice changes nothing.
func FixSidx(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = fixSidx(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("index of %s: %w", path, err)
	}
	return nil
}

type file interface {
	io.ReaderAt
	io.WriterAt
	Stat() (os.FileInfo, error)
}

func fixSidx(f file) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	t, def, err := open(f, st.Size())
	if err != nil {
		return err
	}
	frags, err := scan(f, st.Size(), t, def)
	if err != nil {
		return err
	}
	if len(frags) != len(t.Segments) {
		return bad("%d segments in the index, %d in the file", len(t.Segments), len(frags))
	}
	p := make([]byte, t.Index.Len)
	if _, err := f.ReadAt(p, t.Index.At); err != nil {
		return err
	}
	x, err := parseSidx(p[8:])
	if err != nil {
		return err
	}
	// The references are the last thing in the box.
	refs := p[len(p)-12*len(x.refs):]
	for i, fr := range frags {
		if fr.len > 1<<31-1 || fr.duration > 1<<32-1 {
			return bad("segment %d is too large to index", i)
		}
		r := refs[12*i:]
		binary.BigEndian.PutUint32(r, uint32(fr.len))
		binary.BigEndian.PutUint32(r[4:], uint32(fr.duration))
		sap := uint32(0)
		if fr.sync {
			sap = 1<<31 | 1<<28 // starts with a SAP, of type 1
		}
		binary.BigEndian.PutUint32(r[8:], sap)
	}
	// version, flags, reference id and timescale come before the times.
	ept := uint64(max(int64(frags[0].decode)+frags[0].earliest, 0))
	first := uint64(frags[0].at - t.Index.End())
	if times := p[8+12:]; x.version == 0 {
		binary.BigEndian.PutUint32(times, uint32(ept))
		binary.BigEndian.PutUint32(times[4:], uint32(first))
	} else {
		binary.BigEndian.PutUint64(times, ept)
		binary.BigEndian.PutUint64(times[8:], first)
	}
	_, err = f.WriteAt(p, t.Index.At)
	return err
}

// located is a fragment and its place.
type located struct {
	fragment
	at, len int64
}

// scan walks all fragments of a file; each reaches from its moof, or the boxes
// before it, to the next.
func scan(r io.ReaderAt, size int64, t *Track, def trex) ([]located, error) {
	h := head{r: r, size: size, page: make([]byte, 4096)}
	var out []located
	begin := t.Index.End()
	for at := begin; at < size; {
		b, err := h.header(at)
		if err != nil {
			return nil, err
		}
		switch b.name {
		case "moof":
			body, err := h.body(b)
			if err != nil {
				return nil, err
			}
			f, err := parseFragment(body, def)
			if err != nil {
				return nil, err
			}
			out = append(out, located{fragment: f, at: begin})
		case "mdat":
			if len(out) == 0 {
				return nil, bad("media before the first fragment")
			}
			begin = b.at + b.len
			last := &out[len(out)-1]
			last.len = begin - last.at
		}
		at += b.len
	}
	if len(out) == 0 || out[len(out)-1].len <= 0 {
		return nil, bad("no whole fragment")
	}
	return out, nil
}

// Check reads every fragment header of the file behind t and answers the first
// way in which index and media disagree: places, lengths, times that do not
// follow each other, segments of pictures that do not begin with a sync sample.
func (t *Track) Check(r io.ReaderAt, size int64) error {
	_, def, err := open(r, size) // t may come from storage
	if err != nil {
		return err
	}
	frags, err := scan(r, size, t, def)
	if err != nil {
		return err
	}
	if len(frags) != len(t.Segments) {
		return bad("%d segments in the index, %d in the file", len(t.Segments), len(frags))
	}
	next := frags[0].decode
	for i, f := range frags {
		s := t.Segments[i]
		switch {
		case s.At != f.at || int64(s.Len) != f.len:
			return bad("segment %d: index says %d bytes at %d, the file %d at %d", i, s.Len, s.At, f.len, f.at)
		case uint64(s.Duration) != f.duration:
			return bad("segment %d: index says %d units, its samples %d", i, s.Duration, f.duration)
		case f.decode != next:
			return bad("segment %d begins at %d, the one before ends at %d", i, f.decode, next)
		case t.Kind == Video && !(f.sync && s.Sync):
			return bad("segment %d does not begin with a key frame", i)
		}
		next += f.duration
	}
	return nil
}
