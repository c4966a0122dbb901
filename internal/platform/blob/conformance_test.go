package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/testkit/s3test"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	Conformance(t, func(t *testing.T) blob.Store { return local(t) })
}

func TestS3(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	s, err := blob.S3(server.Config)
	if err != nil {
		t.Fatal(err)
	}
	// One bucket for all: each case keeps to its own folder.
	Conformance(t, func(t *testing.T) blob.Store { return s })
}

func local(t testing.TB) *blob.LocalStore {
	t.Helper()
	l, err := blob.Local(filepath.Join(t.TempDir(), "blob"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// Conformance holds a store to the promises of the package.
func Conformance(t *testing.T, open func(t *testing.T) blob.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s blob.Store)
	}{
		{"what is put is read back", readBack},
		{"an object is replaced whole", replaced},
		{"a writer that fails leaves what was there", failedWriter},
		{"lengths are checked", lengths},
		{"absent objects are missing", missing},
		{"malformed keys are refused", malformedKeys},
		{"a key that is the folder of another harms nothing", folderKeys},
		{"lists come by key, in pages", lists},
		{"writers at once leave one whole object", writersAtOnce},
		{"an open object is read from anywhere", seeking},
		{"files are fetched and moved in", fetching},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open(t))
		})
	}
}

func put(t testing.TB, s blob.Store, key string, body []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, bytes.NewReader(body), int64(len(body))); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, s blob.Store, key string) []byte {
	t.Helper()
	o, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	body, err := io.ReadAll(o)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// noise is n bytes that no compression or accident makes equal to others.
func noise(n int, seed byte) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func readBack(t *testing.T, s blob.Store) {
	const part = 16 << 20 // of an upload to S3
	for _, size := range []int{0, 1, 1000, part - 1, part, part + 1} {
		body := noise(size, 1)
		for name, source := range map[string]struct {
			r    io.Reader
			size int64
		}{
			"known":      {bytes.NewReader(body), int64(size)},
			"unknown":    {bytes.NewReader(body), -1},
			"stream":     {iotest.DataErrReader(bytes.NewReader(body)), int64(size)},
			"any-stream": {io.MultiReader(bytes.NewReader(body)), -1},
		} {
			key := fmt.Sprintf("back/%s-%d.bin", name, size)
			if err := s.Put(t.Context(), key, source.r, source.size); err != nil {
				t.Fatal(key, err)
			}
			if !bytes.Equal(get(t, s, key), body) {
				t.Error(key, "differs")
			}
			info, err := s.Stat(t.Context(), key)
			if err != nil || info.Size != int64(size) || info.Key != key || info.ModTime.IsZero() {
				t.Error(info, err)
			}
			if err := s.Delete(t.Context(), key); err != nil {
				t.Error(err)
			}
		}
	}
}

func replaced(t *testing.T, s blob.Store) {
	put(t, s, "replace/x", noise(5000, 1))
	before, err := s.Open(t.Context(), "replace/x")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	put(t, s, "replace/x", noise(4000, 2))
	if !bytes.Equal(get(t, s, "replace/x"), noise(4000, 2)) {
		t.Error("the old object was read")
	}
	// The open object is the old one, or an error: never a mixture.
	if body, err := io.ReadAll(before); err == nil && !bytes.Equal(body, noise(5000, 1)) {
		t.Error("an open object changed")
	}
}

func failedWriter(t *testing.T, s blob.Store) {
	broken := errors.New("the client went away")
	for _, size := range []int{100, 17 << 20} {
		key := fmt.Sprintf("failed/%d", size)
		for _, before := range []bool{false, true} {
			if before {
				put(t, s, key, []byte("before"))
			}
			r := io.MultiReader(bytes.NewReader(noise(size, 1)), iotest.ErrReader(broken))
			if err := s.Put(t.Context(), key, r, -1); !errors.Is(err, broken) {
				t.Error(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			r = io.MultiReader(bytes.NewReader(noise(size, 1)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }), bytes.NewReader(noise(size, 2)))
			if err := s.Put(ctx, key, r, int64(2*size)); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if !before {
				if _, err := s.Stat(t.Context(), key); !errors.Is(err, blob.ErrMissing) {
					t.Error("half an object is there", err)
				}
			} else if got := string(get(t, s, key)); got != "before" {
				t.Errorf("%d bytes replaced the object", len(got))
			}
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func lengths(t *testing.T, s blob.Store) {
	for _, size := range []int{10, 17 << 20} {
		for _, claimed := range []int{0, size - 1, size + 1} {
			for name, r := range map[string]io.Reader{
				"file":   bytes.NewReader(noise(size, 1)),
				"stream": io.MultiReader(bytes.NewReader(noise(size, 1))),
			} {
				key := fmt.Sprintf("length/%s-%d-%d", name, size, claimed)
				if err := s.Put(t.Context(), key, r, int64(claimed)); !errors.Is(err, blob.ErrSize) {
					t.Error(key, err)
				}
				if _, err := s.Stat(t.Context(), key); !errors.Is(err, blob.ErrMissing) {
					t.Error(key, "is there", err)
				}
			}
		}
	}
}

func missing(t *testing.T, s blob.Store) {
	put(t, s, "missing/folder/x", nil)
	for _, key := range []string{"missing/y", "missing/folder", "missing/folder/x/y"} {
		if _, err := s.Open(t.Context(), key); !errors.Is(err, blob.ErrMissing) {
			t.Error(key, err)
		}
		if _, err := s.Stat(t.Context(), key); !errors.Is(err, blob.ErrMissing) {
			t.Error(key, err)
		}
		if err := s.Delete(t.Context(), key); err != nil {
			t.Error(key, err)
		}
		if _, _, err := blob.Fetch(t.Context(), s, key, t.TempDir()); !errors.Is(err, blob.ErrMissing) {
			t.Error(key, err)
		}
	}
	if _, err := s.Stat(t.Context(), "missing/folder/x"); err != nil {
		t.Error("deleting what is not there took something along", err)
	}
}

func malformedKeys(t *testing.T, s blob.Store) {
	for _, key := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".tmp/x", "a/.x", "A", "a b", "a\\b",
		"a\x00", "é", "a%2e", strings.Repeat("a", 201), strings.Repeat("a/", 300) + "a"} {
		_, open := s.Open(t.Context(), key)
		_, stat := s.Stat(t.Context(), key)
		for _, err := range []error{s.Put(t.Context(), key, strings.NewReader("x"), 1), open, stat, s.Delete(t.Context(), key)} {
			if !errors.Is(err, blob.ErrKey) {
				t.Errorf("%q: %v", key, err)
			}
		}
	}
}

func folderKeys(t *testing.T, s blob.Store) {
	put(t, s, "folder/a/b", []byte("x"))
	put(t, s, "folder/c", []byte("x"))
	if err := s.Put(t.Context(), "folder/a", strings.NewReader("y"), 1); err != nil && !errors.Is(err, blob.ErrKey) {
		t.Error(err)
	}
	if got := string(get(t, s, "folder/a/b")); got != "x" {
		t.Error(got)
	}
}

func lists(t *testing.T, s blob.Store) {
	keys := []string{"list/a-b", "list/a.txt", "list/a/1", "list/a/2", "list/a/b/c", "list/a0", "list/b", "list/ba/x", "list/c/d/e/f"}
	for _, key := range slices.Backward(keys) {
		put(t, s, key, []byte(key))
	}
	list := func(prefix, after string, limit int) (found []string) {
		infos, err := s.List(t.Context(), prefix, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range infos {
			if i.Size != int64(len(i.Key)) || i.ModTime.IsZero() {
				t.Error(i)
			}
			found = append(found, i.Key)
		}
		return found
	}
	for limit := 1; limit <= len(keys)+1; limit++ {
		var all []string
		for after := ""; ; {
			page := list("list/", after, limit)
			all = append(all, page...)
			if len(page) < limit {
				break
			}
			after = page[len(page)-1]
		}
		if diff := cmp.Diff(keys, all); diff != "" {
			t.Error(limit, diff)
		}
	}
	for prefix, want := range map[string][]string{
		"list/a/": keys[2:5], "list/a": keys[:6], "list/a/b": {"list/a/b/c"}, "list/c/d/": keys[8:], "list/b": keys[6:8], "list/x": nil,
	} {
		if diff := cmp.Diff(want, list(prefix, "", 100)); diff != "" {
			t.Error(prefix, diff)
		}
	}
	if diff := cmp.Diff(keys[4:], list("list/", "list/a/b", 100)); diff != "" {
		t.Error(diff)
	}
	for _, limit := range []int{-1, 0, 1001} {
		if _, err := s.List(t.Context(), "", "", limit); err == nil {
			t.Error("limit", limit)
		}
	}
	if _, err := s.List(t.Context(), "a b", "", 1); !errors.Is(err, blob.ErrKey) {
		t.Error(err)
	}
}

func writersAtOnce(t *testing.T, s blob.Store) {
	var group sync.WaitGroup
	bodies := map[string]bool{}
	for i := range 8 {
		body := noise(100_000+i, byte(i))
		bodies[string(body)] = true
		group.Go(func() {
			if err := s.Put(context.Background(), "race/x", io.MultiReader(bytes.NewReader(body)), int64(len(body))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if !bodies[string(get(t, s, "race/x"))] {
		t.Error("the object is a mixture")
	}
}

func seeking(t *testing.T, s blob.Store) {
	body := noise(300_000, 3)
	put(t, s, "seek/x", body)
	o, err := s.Open(t.Context(), "seek/x")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	want := bytes.NewReader(body)
	for _, step := range []struct {
		offset int64
		whence int
	}{{0, io.SeekStart}, {250_000, io.SeekStart}, {-100, io.SeekCurrent}, {-1, io.SeekEnd}, {10, io.SeekEnd}, {0, io.SeekStart}} {
		a, errA := o.Seek(step.offset, step.whence)
		b, errB := want.Seek(step.offset, step.whence)
		if a != b || errA != nil || errB != nil {
			t.Fatal(step, a, b, errA, errB)
		}
		got, err := io.ReadAll(io.LimitReader(o, 1000))
		expected, _ := io.ReadAll(io.LimitReader(want, 1000))
		if err != nil || !bytes.Equal(got, expected) {
			t.Errorf("%v: %d bytes of %d, %v", step, len(got), len(expected), err)
		}
	}
	if _, err := o.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the beginning")
	}
}

func fetching(t *testing.T, s blob.Store) {
	source := filepath.Join(t.TempDir(), "master.mp4")
	body := noise(200_000, 4)
	if err := os.WriteFile(source, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := blob.PutFile(t.Context(), s, "fetch/master.mp4", source); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(source); !os.IsNotExist(err) {
		t.Error("the file is still at its old place", err)
	}
	dir := t.TempDir()
	path, cleanup, err := blob.Fetch(t.Context(), s, "fetch/master.mp4", dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, body) || filepath.Ext(path) != ".mp4" {
		t.Error(path, len(got), err)
	}
	cleanup()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
	if !bytes.Equal(get(t, s, "fetch/master.mp4"), body) {
		t.Error("cleaning up took the object along")
	}
}
