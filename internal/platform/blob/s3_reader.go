package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"
)

// s3Reader reads one version of an object from any position. It asks the store
// only when bytes are wanted, from the position on.
type s3Reader struct {
	ctx   context.Context
	store *S3Store
	key   string
	etag  string
	size  int64
	until int64 // a hint: the reader is not expected to go beyond it
	at    int64
	body  io.ReadCloser
}

// brokenBodies is how often an answer may break off without a byte of progress.
const brokenBodies = 3

func (r *s3Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	var broken error
	for range brokenBodies {
		if r.at >= r.size {
			return 0, io.EOF
		}
		if r.body == nil {
			if err := r.open(); err != nil {
				return 0, err
			}
		}
		n, err := r.body.Read(p)
		r.at += int64(n)
		if err != nil {
			r.close()
			broken = err
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, s3Fault(r.ctx, ErrUnreachable.Because(broken))
}

func (r *s3Reader) open() error {
	var o minio.GetObjectOptions
	end := r.until
	if r.at >= end {
		end = r.size
	}
	if err := errors.Join(o.SetRange(r.at, end-1), o.SetMatchETag(r.etag)); err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	body, _, _, err := r.store.core.GetObject(r.ctx, r.store.bucket, r.key, o)
	if err != nil {
		return s3Fault(r.ctx, err)
	}
	r.body = body
	return nil
}

func (r *s3Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("blob: seek before the beginning")
	}
	if offset != r.at {
		r.close()
		r.at = offset
	}
	return offset, nil
}

func (r *s3Reader) close() {
	if r.body != nil {
		r.body.Close()
		r.body = nil
	}
}

func (r *s3Reader) Close() error {
	r.close()
	return nil
}
