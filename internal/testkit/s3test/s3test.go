package s3test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/testkit/tool"
)

const (
	bucket    = "cliffhanger"
	accessKey = "test"
	secretKey = "test-secret"
)

// Server is one S3 server with one bucket.
type Server struct {
	Config  blob.S3Config // how to reach the bucket
	binary  string
	dir     string
	process *tool.Process // nil while paused
}

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	binary, err := tool.Binary("versitygw", "versitygw")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{binary: binary, dir: t.TempDir(), Config: blob.S3Config{
		Endpoint: tool.FreeAddress(t), Bucket: bucket, AccessKey: accessKey, SecretKey: secretKey,
	}}
	for _, folder := range []string{"objects", "meta"} {
		if err := os.Mkdir(filepath.Join(s.dir, folder), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(s.Pause)
	s.Resume(t)
	client, err := minio.New(s.Config.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// Pause kills the server: connections break, new ones are refused. Its objects
// stay.
func (s *Server) Pause() {
	if s.process != nil {
		s.process.Kill()
		s.process = nil
	}
}

// Resume starts the server at its old address and waits until it answers.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	cmd := exec.Command(s.binary, "--access", accessKey, "--secret", secretKey, "--port", s.Config.Endpoint, "--quiet",
		"posix", "--sidecar", filepath.Join(s.dir, "meta"), filepath.Join(s.dir, "objects"))
	s.process = tool.Run(t, cmd)
	s.process.Await(t, "the S3 server", func() error {
		answer, err := http.Get("http://" + s.Config.Endpoint)
		if err == nil {
			answer.Body.Close()
		}
		return err
	})
}
