package blob

import (
	"context"
	"io"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
)

// Store keeps objects by key. Every method refuses a malformed key.
type Store interface {
	// Put stores all of r under key, replacing what was there. size is the exact
	// number of bytes in r, or -1 when that is not known.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open reads an object; the caller closes it. ctx bounds the reading too.
	Open(ctx context.Context, key string) (*Object, error)
	// Stat describes an object.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes an object; one that is absent is removed already.
	Delete(ctx context.Context, key string) error
	// List answers at most limit objects (1 to 1000) whose keys begin with prefix
	// and sort after after, by key. prefix may end within a segment.
	List(ctx context.Context, prefix, after string, limit int) ([]Info, error)
}

// Object is an open object. On Local the ReadSeekCloser is the *os.File itself,
// so that the kernel can send it without copying.
type Object struct {
	io.ReadSeekCloser
	Info
}

// Info describes an object. ModTime is UTC; on S3 it has whole seconds.
type Info struct {
	Key     string
	Size    int64
	ModTime time.Time
}

// The faults of every store.
var (
	ErrMissing     = fault.New(fault.NotFound, "blob.missing", "This file does not exist.")
	ErrKey         = fault.New(fault.Invalid, "blob.key_invalid", "This is not a valid file key.")
	ErrSize        = fault.New(fault.Invalid, "blob.size_mismatch", "The file is not as long as announced; send it again.")
	ErrDiskFull    = fault.New(fault.Exhausted, "blob.disk_full", "The storage is full; free some space and try again.")
	ErrDenied      = fault.New(fault.Internal, "blob.denied", "The server may not use this file of its storage: it belongs to another user of the machine. Tell the operator.")
	ErrUnreachable = fault.New(fault.Unavailable, "blob.unreachable", "The storage does not answer; try again in a moment.")
)

const (
	maxKey  = 512
	maxList = 1000
)

// check refuses a key that is not in the form the package comment gives.
func check(key string) error {
	if len(key) > maxKey {
		return ErrKey
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment[0] == '.' || len(segment) > 200 {
			return ErrKey
		}
	}
	return checkPrefix(key)
}

// checkPrefix refuses characters no key has.
func checkPrefix(prefix string) error {
	for i := range len(prefix) {
		switch c := prefix[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '/', c == '.', c == '_', c == '-':
		default:
			return ErrKey
		}
	}
	return nil
}

// checkList refuses what List does not take.
func checkList(prefix, after string, limit int) error {
	if limit < 1 || limit > maxList {
		return fault.New(fault.Invalid, "blob.limit_invalid", "Ask for 1 to %d files at a time.", maxList)
	}
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	return checkPrefix(after)
}

// exactly passes on r's bytes and fails with ErrSize unless there are size of
// them. Too many are noticed before the last of them is handed on, so that a
// store never completes such an object. A negative size passes everything on.
func exactly(r io.Reader, size int64) io.Reader {
	if size < 0 {
		return r
	}
	return &exact{r: r, left: size}
}

type exact struct {
	r    io.Reader
	left int64
	err  error
}

func (e *exact) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := 0, error(nil)
	if e.left > 0 {
		n, err = e.r.Read(p[:min(int64(len(p)), e.left)])
		e.left -= int64(n)
	}
	switch {
	case e.left > 0 && err == io.EOF:
		e.err = ErrSize.Because(io.ErrUnexpectedEOF)
	case e.left > 0 || err != nil:
		e.err = err
	default:
		if e.err = end(e.r); e.err != io.EOF {
			return 0, e.err
		}
	}
	return n, e.err
}

// end is io.EOF when r is at its end, else what is wrong.
func end(r io.Reader) error {
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return ErrSize
	default:
		return err
	}
}
