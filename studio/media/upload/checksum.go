package upload

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
)

// algorithms of the checksum extension, in the order they are offered.
var algorithms = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}

const algorithmNames = "sha256,sha1"

// statusChecksumMismatch is tus's own: the chunk was discarded.
const statusChecksumMismatch = 460

var errChecksumHeader = fault.New(fault.Invalid, "httpx.malformed", "The Upload-Checksum header cannot be read, or its algorithm is not one of "+algorithmNames+".")

// checksum is what one chunk must add up to; its zero value asks for nothing.
type checksum struct {
	make func() hash.Hash
	want []byte
}

func parseChecksum(header string) (checksum, error) {
	if header == "" {
		return checksum{}, nil
	}
	name, value, _ := strings.Cut(strings.TrimSpace(header), " ")
	algorithm, known := algorithms[name]
	want, err := base64.StdEncoding.DecodeString(value)
	if !known || err != nil || len(want) != algorithm().Size() {
		return checksum{}, errChecksumHeader.Because(err)
	}
	return checksum{algorithm, want}, nil
}

type checksumKey struct{}

func withChecksum(ctx context.Context, c checksum) context.Context {
	return context.WithValue(ctx, checksumKey{}, c)
}

// store is tusd's file store with chunks that are checked before they count, and
// that end when the disk is full.
type store struct {
	filestore.FileStore
	hooks Hooks
}

// pendingSuffix names the file that says how long an upload was before a
// checked chunk began. While it exists, what lies beyond does not count.
const pendingSuffix = ".pending"

func (s store) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	u, err := s.FileStore.NewUpload(ctx, info)
	if err != nil {
		s.hooks.Dropped(ctx, info.ID) // it was admitted
		return nil, storeError(ctx, err)
	}
	return chunked{Upload: u, hooks: s.hooks}, nil
}

func (s store) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	u, err := s.FileStore.GetUpload(ctx, id)
	if err != nil {
		return nil, err
	}
	info, err := u.GetInfo(ctx)
	if err != nil {
		return nil, err
	}
	agreed, pending := readPending(info.Storage[filestore.StorageKeyPath])
	return chunked{Upload: u, hooks: s.hooks, agreed: agreed, pending: pending}, nil
}

func (s store) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return s.FileStore.AsTerminatableUpload(u.(chunked).Upload)
}

type chunked struct {
	handler.Upload
	hooks   Hooks
	agreed  int64 // bytes that count, while pending
	pending bool
}

func (u chunked) GetInfo(ctx context.Context) (handler.FileInfo, error) {
	info, err := u.Upload.GetInfo(ctx)
	if u.pending {
		info.Offset = min(info.Offset, u.agreed)
	}
	return info, err
}

// WriteChunk appends src. With a checksum in ctx, a chunk that does not match is
// taken back and nothing counts as written; without one, what was written before
// the disk ran full counts.
func (u chunked) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	info, err := u.Upload.GetInfo(ctx)
	if err != nil {
		return 0, err
	}
	path := info.Storage[filestore.StorageKeyPath]
	if u.pending { // a process died within a checked chunk
		if err := rollBack(path, offset); err != nil {
			return 0, storeError(ctx, err)
		}
	}
	src = &watched{Reader: src, ready: func() error { return u.hooks.Ready(ctx, info.ID) }}
	sum, _ := ctx.Value(checksumKey{}).(checksum)
	if sum.make == nil {
		n, err := u.Upload.WriteChunk(ctx, offset, src)
		return n, storeError(ctx, err)
	}
	if err := os.WriteFile(path+pendingSuffix, strconv.AppendInt(nil, offset, 10), 0o600); err != nil {
		return 0, storeError(ctx, err)
	}
	h := sum.make()
	n, err := u.Upload.WriteChunk(ctx, offset, io.TeeReader(src, h))
	if err == nil && bytes.Equal(h.Sum(nil), sum.want) {
		return n, storeError(ctx, os.Remove(path+pendingSuffix))
	}
	if back := rollBack(path, offset); err != nil || back != nil {
		return 0, storeError(ctx, errors.Join(err, back))
	}
	return 0, refusal(ctx, &httpx.Problem{
		Type: "about:blank", Title: "Checksum Mismatch", Status: statusChecksumMismatch,
		Code: "media.chunk_checksum_mismatch", Detail: "A piece of the file was damaged on its way and has been discarded. Send it again.",
	})
}

// rollBack forgets what came after offset; the order lets it be repeated.
func rollBack(path string, offset int64) error {
	if err := os.Truncate(path, offset); err != nil {
		return err
	}
	return os.Remove(path + pendingSuffix)
}

func readPending(path string) (agreed int64, pending bool) {
	b, err := os.ReadFile(path + pendingSuffix)
	if err != nil {
		return 0, false
	}
	// An empty mark is a death between creating and writing it: before the first
	// byte of the chunk, so what is there counts.
	if agreed, err = strconv.ParseInt(string(b), 10, 64); err != nil {
		os.Remove(path + pendingSuffix)
		return 0, false
	}
	return agreed, true
}
