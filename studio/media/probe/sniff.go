package probe

import (
	"bytes"
	"encoding/binary"
	"io"
)

// Container is how streams are packed into a file.
type Container string

// The containers that are read.
const (
	MP4      Container = "mp4" // and MOV, M4V, 3GP
	Matroska Container = "matroska"
	WebM     Container = "webm"
	MPEGTS   Container = "mpegts"
)

// Demuxer is the name that makes ffmpeg read the file as this and nothing else.
func (c Container) Demuxer() string {
	switch c {
	case MP4:
		return "mov"
	case Matroska, WebM:
		return "matroska"
	case MPEGTS:
		return "mpegts"
	}
	return "none"
}

// Sniff decides the container of a file of size bytes by its content, and
// whether the file is whole. Errors: ErrEmpty, ErrTruncated, ErrPlaylist,
// ErrContainer, ErrBusy when reading fails.
func Sniff(r io.ReaderAt, size int64) (c Container, editList bool, err error) {
	if size <= 0 {
		return "", false, ErrEmpty
	}
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", false, ErrBusy.Because(err)
	}
	switch {
	case isPlaylist(head):
		return "", false, ErrPlaylist
	case len(head) >= 8 && firstBox[string(head[4:8])]:
		editList, err = walkMP4(r, size)
		return MP4, editList, err
	case bytes.HasPrefix(head, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		return sniffMatroska(head, size)
	case isTS(head):
		return MPEGTS, false, nil
	}
	return "", false, ErrContainer
}

// firstBox are the boxes an MP4 or MOV file begins with.
var firstBox = map[string]bool{"ftyp": true, "moov": true, "mdat": true, "wide": true, "free": true, "skip": true, "pnot": true}

func isPlaylist(head []byte) bool {
	t := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for _, p := range []string{"#EXTM3U", "ffconcat", "[playlist]", "[Reference]", "<?xml", "<MPD", "<smil", "<asx", "file ", "RTSPtext"} {
		if len(t) >= len(p) && bytes.EqualFold(t[:len(p)], []byte(p)) {
			return true
		}
	}
	return false
}

// isTS looks for the sync byte at three packets in a row, plain (188 bytes) or
// with the time code of Blu-ray (192).
func isTS(head []byte) bool {
	for _, l := range []struct{ first, step int }{{0, 188}, {4, 192}} {
		if last := l.first + 2*l.step; len(head) > last &&
			head[l.first] == 0x47 && head[l.first+l.step] == 0x47 && head[last] == 0x47 {
			return true
		}
	}
	return false
}

// maxBoxes bounds the walk over a hostile file; real ones have a handful, or two
// for each fragment of a live recording.
const maxBoxes = 1 << 20

// walkMP4 walks the top level: every box must fit in the file and one must be
// the index (moov). It also looks into the index for an edit list.
func walkMP4(r io.ReaderAt, size int64) (editList bool, err error) {
	indexed := false
	for at, n := int64(0), 0; at < size; n++ {
		name, head, length, err := boxAt(r, at, size)
		if err != nil {
			return false, err
		}
		// Writers leave a few stray bytes at the end; a size of 0 reaches it.
		if name == "" {
			break
		}
		if length < head || n > maxBoxes {
			return false, ErrDamaged
		}
		if at+length > size {
			return false, ErrTruncated
		}
		if name == "moov" {
			indexed = true
			editList = editList || hasEditList(r, at+head, at+length)
		}
		at += length
	}
	if !indexed {
		return false, ErrTruncated
	}
	return editList, nil
}

// boxAt reads one box header; name is empty when fewer than 8 bytes remain.
func boxAt(r io.ReaderAt, at, end int64) (name string, head, length int64, err error) {
	if end-at < 8 {
		return "", 0, 0, nil
	}
	var h [16]byte
	n, err := r.ReadAt(h[:min(16, end-at)], at)
	if err != nil && (err != io.EOF || n < 8) {
		return "", 0, 0, ErrBusy.Because(err)
	}
	name, head = string(h[4:8]), 8
	length = int64(binary.BigEndian.Uint32(h[:4]))
	switch length {
	case 0:
		length = end - at
	case 1:
		if n < 16 {
			return "", 0, 0, ErrTruncated
		}
		head, length = 16, int64(binary.BigEndian.Uint64(h[8:])&(1<<62-1))
	}
	return name, head, length, nil
}

// hasEditList looks for moov/trak/edts. What it cannot follow it ignores:
// ffprobe reads the index after it and complains properly.
func hasEditList(r io.ReaderAt, at, end int64) bool {
	for n := 0; at < end && n < 1024; n++ {
		name, head, length, err := boxAt(r, at, end)
		if err != nil || name == "" || length < head || at+length > end {
			return false
		}
		if name == "edts" || name == "trak" && hasEditList(r, at+head, at+length) {
			return true
		}
		at += length
	}
	return false
}

// sniffMatroska reads the document type, and the size of the segment where the
// writer filled it in.
func sniffMatroska(head []byte, size int64) (Container, bool, error) {
	c := Container("")
	for _, t := range []Container{Matroska, WebM} {
		if bytes.Contains(head[:min(len(head), 64)], append([]byte{0x42, 0x82, 0x80 | byte(len(t))}, t...)) {
			c = t
		}
	}
	if c == "" {
		return "", false, ErrContainer
	}
	const segment = "\x18\x53\x80\x67"
	i := bytes.Index(head, []byte(segment))
	if i < 0 || i+len(segment)+8 > len(head) {
		return c, false, nil
	}
	// The size is a number whose leading zero bits tell its length; all ones
	// after them means "until the end", which live writers use.
	p := head[i+len(segment):]
	width := 1
	for width < 8 && p[0]&(0x80>>(width-1)) == 0 {
		width++
	}
	n, all := int64(p[0])&(0x80>>(width-1)-1), int64(1)<<(7*width)-1
	for _, b := range p[1:width] {
		n = n<<8 | int64(b)
	}
	if n != all && n > size-int64(i+len(segment)+width) {
		return "", false, ErrTruncated
	}
	return c, false, nil
}
