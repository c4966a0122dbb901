package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/testkit/s3test"
)

func TestAStoreThatGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	s, err := blob.S3(server.Config)
	if err != nil {
		t.Fatal(err)
	}
	body := noise(40<<20, 7)
	put(t, s, "away/x", body)
	o, err := s.Open(t.Context(), "away/x")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	var got bytes.Buffer
	if _, err := io.CopyN(&got, o, 1<<20); err != nil {
		t.Fatal(err)
	}
	server.Pause() // in the middle of the download
	done := make(chan error)
	go func() { // and of an upload
		done <- s.Put(context.Background(), "away/y", bytes.NewReader(body), int64(len(body)))
	}()
	impatient, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if _, err := s.Stat(impatient, "away/x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error("the caller decides how long to wait:", err)
	}
	server.Resume(t)
	if _, err := io.Copy(&got, o); err != nil || !bytes.Equal(got.Bytes(), body) {
		t.Errorf("%d bytes, %v", got.Len(), err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !bytes.Equal(get(t, s, "away/y"), body) {
		t.Error("the upload was mangled")
	}
}

func TestAStoreThatStaysAway(t *testing.T) {
	t.Parallel()
	s, err := blob.S3(blob.S3Config{Endpoint: "127.0.0.1:1", Bucket: "none", AccessKey: "a", SecretKey: "b", Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	_, open := s.Open(t.Context(), "a")
	_, list := s.List(t.Context(), "", "", 1)
	for i, err := range []error{s.Put(t.Context(), "a", strings.NewReader("x"), 1), s.Delete(t.Context(), "a"), open, list} {
		if !errors.Is(err, blob.ErrUnreachable) {
			t.Error(i, err)
		}
	}
}

func TestAnObjectThatChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	s, err := blob.S3(s3test.Start(t).Config)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "change/x", noise(1000, 1))
	o, err := s.Open(t.Context(), "change/x")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	put(t, s, "change/x", noise(1000, 2))
	if body, err := io.ReadAll(o); err == nil {
		t.Error("read a newer object's bytes as the old one's", len(body))
	}
}

func TestTheSecretStaysSecret(t *testing.T) {
	t.Parallel()
	c := blob.S3Config{Endpoint: "host", Bucket: "b", AccessKey: "key", SecretKey: "hush"}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("store", "config", c)
	for _, text := range []string{log.String(), fmt.Sprint(c), fmt.Sprintf("%+v %#v %v", c, c, &c)} {
		if strings.Contains(text, "hush") || !strings.Contains(text, "host") {
			t.Error(text)
		}
	}
	for _, bad := range []blob.S3Config{{}, {Endpoint: "host"}, {Bucket: "b"}, {Endpoint: "http://host/x", Bucket: "b"}} {
		if _, err := blob.S3(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
