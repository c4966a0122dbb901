package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/minio/minio-go/v7"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
)

func TestErrorsOfTheDiskAndTheStoreGetTheirFace(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	odd := errors.New("odd")
	for _, c := range []struct{ got, want error }{
		{diskFault(&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}), ErrDiskFull},
		{diskFault(errors.Join(nil, &os.PathError{Op: "write", Path: "x", Err: syscall.EDQUOT})), ErrDiskFull},
		{diskFault(&os.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}), fs.ErrNotExist},
		{diskFault(&os.PathError{Op: "open", Path: "x", Err: syscall.ENOTDIR}), ErrMissing},
		{diskFault(&os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}), ErrDenied},
		{diskFault(&os.PathError{Op: "unlink", Path: "x", Err: syscall.EPERM}), ErrDenied},
		{diskFault(odd), odd},
		{s3Fault(ctx, minio.ErrorResponse{Code: "NoSuchKey", StatusCode: 404}), ErrMissing},
		{s3Fault(ctx, minio.ErrorResponse{Code: "InternalError", StatusCode: 500}), ErrUnreachable},
		{s3Fault(ctx, minio.ErrorResponse{Code: "SlowDown", StatusCode: 503}), ErrUnreachable},
		{s3Fault(ctx, minio.ErrorResponse{Code: "XMinioStorageFull", StatusCode: http.StatusInsufficientStorage}), ErrDiskFull},
		{s3Fault(ctx, &url.Error{Op: "Put", URL: "x", Err: syscall.ECONNREFUSED}), ErrUnreachable},
		{s3Fault(ctx, fmt.Errorf("read: %w", io.ErrUnexpectedEOF)), ErrUnreachable},
		{s3Fault(ctx, ErrSize), ErrSize},
		{s3Fault(ctx, odd), odd},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%v is not %v", c.got, c.want)
		}
	}
	if diskFault(nil) != nil || s3Fault(ctx, nil) != nil {
		t.Error("no error became one")
	}
	// A wrong key or bucket is our mistake: nobody is told to try again.
	for _, code := range []string{"AccessDenied", "NoSuchBucket"} {
		if err := s3Fault(ctx, minio.ErrorResponse{Code: code, StatusCode: 403}); fault.KindOf(err) != fault.Internal {
			t.Error(err)
		}
	}
}

func TestExactlyPassesExactlyTheClaimedLength(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "body")
		size := rapid.Int64Range(0, 300).Draw(t, "size")
		var r io.Reader = strings.NewReader(string(body))
		switch rapid.IntRange(0, 3).Draw(t, "manner") {
		case 1:
			r = iotest.OneByteReader(r)
		case 2:
			r = iotest.DataErrReader(r)
		case 3:
			r = iotest.HalfReader(r)
		}
		got, err := io.ReadAll(exactly(r, size))
		switch {
		case int64(len(body)) == size:
			if err != nil || string(got) != string(body) {
				t.Fatalf("%q, %v", got, err)
			}
		case !errors.Is(err, ErrSize):
			t.Fatalf("%d bytes for %d: %v", len(body), size, err)
		case len(got) >= len(body) && len(body) > 0 && int64(len(body)) > size:
			t.Fatal("all bytes were handed on before the surplus was noticed")
		}
	})
}

func TestTheEndOfARangeIsReadOrAssumed(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]int64{
		"": 100, "bytes=0-9": 10, "bytes=5-5": 6, "bytes=50-": 100, "bytes=-5": 100, "bytes=0-99": 100, "bytes=0-500": 100,
		"bytes=0-1,5-9": 100, "bytes=0-99999999999999999999": 100, "bytes=0--3": 100, "items=0-9": 100, "bytes": 100, "bytes=0-9x": 100,
	} {
		if got := rangeEnd(header, 100); got != want {
			t.Errorf("%q: %d, want %d", header, got, want)
		}
	}
}
