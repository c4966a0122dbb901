package blob_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/platform/blob"
)

func TestNoSymbolicLinkLeadsOut(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := local(t)
	// A folder of keys, and an object, that somebody replaced by links.
	put(t, s, "in/x", nil)
	folder := filepath.Dir(s.Path("in/x"))
	if err := errors.Join(os.RemoveAll(folder), os.Symlink(outside, folder),
		os.MkdirAll(filepath.Dir(s.Path("out/secret")), 0o750),
		os.Symlink(filepath.Join(outside, "secret"), s.Path("out/secret"))); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"in/secret", "out/secret"} {
		if o, err := s.Open(t.Context(), key); err == nil {
			o.Close()
			t.Error(key, "was opened")
		}
		if _, err := s.Stat(t.Context(), key); err == nil {
			t.Error(key, "was described")
		}
	}
	if err := s.Put(t.Context(), "in/new", strings.NewReader("x"), 1); err == nil {
		t.Error("written through a link")
	}
	if left, _ := os.ReadDir(outside); len(left) != 1 {
		t.Error(left)
	}
	// Moving in a link would move in what it points to.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(outside, "secret"), link); err != nil {
		t.Fatal(err)
	}
	if err := s.PutFile(t.Context(), "moved", link); !errors.Is(err, blob.ErrMissing) {
		t.Error(err)
	}
}

func TestAnObjectOpenedLocallyIsTheFile(t *testing.T) {
	t.Parallel()
	s := local(t)
	put(t, s, "a/b", []byte("x"))
	o, err := s.Open(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if f, ok := o.ReadSeekCloser.(*os.File); !ok || s.Path("a/b") == "" || s.Path("../a") != "" {
		t.Error(f, s.Path("a/b"))
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := blob.Local(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put(t, s, "a/b/c", []byte("x"))
	if err := s.Put(t.Context(), "a/b/d", strings.NewReader("x"), 2); !errors.Is(err, blob.ErrSize) {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "a/b/c"); err != nil {
		t.Fatal(err)
	}
	// What a process that was killed left is swept by a later one, what another
	// process is writing is not.
	old, fresh := filepath.Join(dir, ".tmp", "old"), filepath.Join(dir, ".tmp", "fresh")
	if err := errors.Join(os.WriteFile(old, nil, 0o600), os.WriteFile(fresh, nil, 0o600),
		os.Chtimes(old, time.Now(), time.Now().Add(-48*time.Hour))); err != nil {
		t.Fatal(err)
	}
	again, err := blob.Local(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	var left []string
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		left = append(left, strings.TrimPrefix(path, dir))
		return err
	})
	if got := strings.Join(left, " "); got != " /.tmp /.tmp/fresh" {
		t.Errorf("%q", got)
	}
}

func TestAFileIsMovedOntoItself(t *testing.T) {
	t.Parallel()
	s := local(t)
	put(t, s, "a/b", []byte("x"))
	if err := s.PutFile(t.Context(), "a/b", s.Path("a/b")); err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "a/b"); !bytes.Equal(got, []byte("x")) {
		t.Error(got)
	}
	// A second name of the same file.
	other := filepath.Join(t.TempDir(), "other")
	if err := os.Link(s.Path("a/b"), other); err != nil {
		t.Fatal(err)
	}
	if err := s.PutFile(t.Context(), "a/b", other); err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, "a/b"); !bytes.Equal(got, []byte("x")) {
		t.Error(got)
	}
	if _, err := os.Stat(other); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestFree(t *testing.T) {
	t.Parallel()
	free, total, err := blob.Free(t.TempDir())
	if err != nil || free <= 0 || total < free {
		t.Error(free, total, err)
	}
	if _, _, err := blob.Free("/no/such/folder"); err == nil {
		t.Error("a folder that is not there has room")
	}
}
