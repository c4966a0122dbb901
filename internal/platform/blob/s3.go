package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cliffhanger/internal/kernel/fault"
)

// S3Config says where an S3-compatible store is.
type S3Config struct {
	Endpoint  string // host or host:port, without a scheme
	Region    string // empty: us-east-1
	Bucket    string // must exist
	AccessKey string
	SecretKey string
	Secure    bool // HTTPS
	// Redirect makes Serve send clients to the store by a presigned address
	// instead of passing the bytes on. Clients must be able to reach Endpoint.
	Redirect bool
	// Patience is about how long a call goes on trying while the store does not
	// answer, 30 s when zero. The caller's context ends it sooner.
	Patience time.Duration
}

// LogValue hides the secret from logs.
func (c S3Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("endpoint", c.Endpoint), slog.String("bucket", c.Bucket), slog.String("secret_key", "***"))
}

// String hides the secret from fmt.
func (c S3Config) String() string { return fmt.Sprintf("s3 %s/%s", c.Endpoint, c.Bucket) }

// GoString hides the secret from fmt's %#v.
func (c S3Config) GoString() string { return c.String() }

// S3Store keeps objects in a bucket. Uploads of more than one part that are cut
// off by a crash leave parts behind; let the bucket expire incomplete uploads.
type S3Store struct {
	core     minio.Core
	bucket   string
	redirect bool
}

const (
	// partBytes is the unit of a multipart upload: 10,000 parts hold 156 GiB, and
	// a stream of unknown length is held in memory one part at a time.
	partBytes     = 16 << 20
	usualPatience = 30 * time.Second
	// The client waits 0 to 1 s between two tries, half a second on average.
	usualPause = 500 * time.Millisecond
)

// S3 makes the store of a bucket; it does not call it yet.
func S3(c S3Config) (*S3Store, error) {
	if c.Endpoint == "" || c.Bucket == "" {
		return nil, fmt.Errorf("s3: an endpoint and a bucket are needed")
	}
	if c.Region == "" {
		c.Region = "us-east-1" // set, so that the client need not ask for it
	}
	if c.Patience == 0 {
		c.Patience = usualPatience
	}
	transport, err := minio.DefaultTransport(c.Secure)
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	transport.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure:     c.Secure,
		Region:     c.Region,
		Transport:  transport,
		MaxRetries: max(1, int(c.Patience/usualPause)),
	})
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	return &S3Store{core: minio.Core{Client: client}, bucket: c.Bucket, redirect: c.Redirect}, nil
}

// Put stores r; see Store. A short or a seekable r is sent again when the store
// fails in the middle, a long stream part by part.
func (s *S3Store) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := check(key); err != nil {
		return err
	}
	if f, ok := r.(io.ReadSeeker); ok {
		if _, ok := r.(io.ReaderAt); ok {
			return s.putSeekable(ctx, key, f, size)
		}
	}
	r = exactly(&obedient{ctx, r}, size)
	var first bytes.Buffer
	switch n, err := io.CopyN(&first, r, partBytes); {
	case err == io.EOF:
		return s.put(ctx, key, bytes.NewReader(first.Bytes()), n)
	case err != nil:
		return err
	}
	return s.put(ctx, key, io.MultiReader(&first, r), -1)
}

func (s *S3Store) putSeekable(ctx context.Context, key string, r io.ReadSeeker, size int64) error {
	at, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	end, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return err
	}
	if size >= 0 && size != end-at {
		return ErrSize
	}
	return s.put(ctx, key, io.NewSectionReader(r.(io.ReaderAt), at, end-at), end-at)
}

func (s *S3Store) put(ctx context.Context, key string, r io.Reader, size int64) error {
	_, err := s.core.Client.PutObject(ctx, s.bucket, key, r, size, minio.PutObjectOptions{PartSize: partBytes})
	return s3Fault(ctx, err)
}

// Open reads an object; see Store. Reading survives a store that goes away and
// comes back: it goes on where it stopped, as long as the object is the same.
func (s *S3Store) Open(ctx context.Context, key string) (*Object, error) {
	info, etag, err := s.stat(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Object{&s3Reader{ctx: ctx, store: s, key: key, etag: etag, size: info.Size, until: info.Size}, info}, nil
}

// Stat describes an object; see Store.
func (s *S3Store) Stat(ctx context.Context, key string) (Info, error) {
	info, _, err := s.stat(ctx, key)
	return info, err
}

func (s *S3Store) stat(ctx context.Context, key string) (Info, string, error) {
	if err := check(key); err != nil {
		return Info{}, "", err
	}
	o, err := s.core.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, "", s3Fault(ctx, err)
	}
	return Info{Key: key, Size: o.Size, ModTime: o.LastModified.UTC()}, o.ETag, nil
}

// Delete removes an object; see Store.
func (s *S3Store) Delete(ctx context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	err := s3Fault(ctx, s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrMissing) {
		return nil
	}
	return err
}

// List answers objects by key; see Store.
func (s *S3Store) List(ctx context.Context, prefix, after string, limit int) ([]Info, error) {
	if err := checkList(prefix, after, limit); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the listing behind the channel
	var found []Info
	for o := range s.core.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{
		Prefix: prefix, StartAfter: after, MaxKeys: limit, Recursive: true,
	}) {
		if o.Err != nil {
			return nil, s3Fault(ctx, o.Err)
		}
		if check(o.Key) == nil && o.Key > after { // not the folder marks other programs leave
			found = append(found, Info{Key: o.Key, Size: o.Size, ModTime: o.LastModified.UTC()})
		}
		if len(found) == limit {
			return found, nil
		}
	}
	return found, s3Fault(ctx, ctx.Err())
}

// Presign answers an address from which anyone can read the object for ttl
// (1 s to 7 days). It does not ask whether the object exists.
func (s *S3Store) Presign(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := check(key); err != nil {
		return "", err
	}
	u, err := s.core.PresignedGetObject(ctx, s.bucket, key, ttl, url.Values{})
	if err != nil {
		return "", s3Fault(ctx, err)
	}
	return u.String(), nil
}

// s3Fault gives an error of the S3 client its face.
func s3Fault(ctx context.Context, err error) error {
	var known *fault.Fault
	var answer minio.ErrorResponse
	var network *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case errors.As(err, &answer):
		return answerFault(answer)
	case errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrUnreachable.Because(err)
	}
	return fmt.Errorf("s3: %w", err)
}

func answerFault(a minio.ErrorResponse) error {
	switch {
	case a.Code == minio.NoSuchKey:
		return ErrMissing.Because(a)
	case a.StatusCode == http.StatusInsufficientStorage, a.Code == "XMinioStorageFull", a.Code == "QuotaExceeded":
		return ErrDiskFull.Because(a)
	case a.Code == "ObjectParentIsFile", a.Code == "ExistingObjectIsDirectory":
		return ErrKey.Because(a) // only stores on a file system say this
	case a.StatusCode >= 500, a.StatusCode == http.StatusTooManyRequests, a.StatusCode == http.StatusRequestTimeout, a.StatusCode == 0:
		return ErrUnreachable.Because(a)
	}
	return fmt.Errorf("s3: %w", a)
}
