package s3test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cliffhanger/internal/platform/blob"
)

const (
	bucket    = "cliffhanger"
	accessKey = "test"
	secretKey = "test-secret"
	patience  = 30 * time.Second
)

// Server is one S3 server with one bucket.
type Server struct {
	Config  blob.S3Config // how to reach the bucket
	binary  string
	dir     string
	process *os.Process   // nil while paused
	ended   chan struct{} // closed when the process is gone
}

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{binary: binary, dir: t.TempDir(), Config: blob.S3Config{
		Endpoint: freeAddress(t), Bucket: bucket, AccessKey: accessKey, SecretKey: secretKey,
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
		<-s.ended
		s.process = nil
	}
}

// Resume starts the server at its old address and waits until it answers.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	cmd := exec.Command(s.binary, "--access", accessKey, "--secret", secretKey, "--port", s.Config.Endpoint, "--quiet",
		"posix", "--sidecar", filepath.Join(s.dir, "meta"), filepath.Join(s.dir, "objects"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		// The death signal follows the thread that started the child. The thread
		// may have started other children before, so it has to outlive this one.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- cmd.Start()
		cmd.Wait()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	s.process, s.ended = cmd.Process, ended
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get("http://" + s.Config.Endpoint)
		if err == nil {
			answer.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the S3 server does not answer:", err)
		}
	}
}

// build answers the server's binary, building it the first time.
var build = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, ".cache", "bin", "versitygw")
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	if out, err := exec.CommandContext(ctx, filepath.Join(root, "scripts", "tool-versitygw.sh")).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build versitygw: %w: %s", err, out)
	}
	return binary, nil
})

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
