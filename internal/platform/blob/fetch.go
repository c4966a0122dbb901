package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Fetch answers a local file with the object's bytes, for programs that want a
// path. On Local it is the object itself: read it, never write it. Elsewhere it
// is a copy in dir. cleanup removes the copy; call it in every case without error.
func Fetch(ctx context.Context, s Store, key, dir string) (path string, cleanup func(), err error) {
	if l, ok := s.(*LocalStore); ok {
		if _, err := l.Stat(ctx, key); err != nil {
			return "", nil, err
		}
		return l.Path(key), func() {}, nil
	}
	o, err := s.Open(ctx, key)
	if err != nil {
		return "", nil, err
	}
	defer o.Close()
	// The name keeps its extension: programs look at it.
	f, err := os.CreateTemp(dir, "fetch-*-"+filepath.Base(key))
	if err != nil {
		return "", nil, diskFault(err)
	}
	cleanup = func() { os.Remove(f.Name()) }
	_, err = io.Copy(f, exactly(o, o.Size))
	if err = errors.Join(err, f.Close()); err != nil {
		cleanup()
		return "", nil, diskFault(err)
	}
	return f.Name(), cleanup, nil
}

// PutFile moves the file at path into the store: on Local without copying, else
// by uploading it. The file is gone from path only once the object is safe.
func PutFile(ctx context.Context, s Store, key, path string) error {
	if l, ok := s.(*LocalStore); ok {
		return l.PutFile(ctx, key, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return diskFault(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return diskFault(err)
	}
	if err := s.Put(ctx, key, f, info.Size()); err != nil {
		return err
	}
	return diskFault(os.Remove(path))
}
