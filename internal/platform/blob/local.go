package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// LocalStore keeps objects as files below one folder. Objects of one key folder
// lie together in one of 256 shard folders, chosen by a hash of that key folder,
// so that no directory grows with the whole collection:
//
//	dir/7c/assets/ast_01k9…/720p.mp4
//
// Several processes may share the folder. No symbolic link leads out of it.
type LocalStore struct {
	dir    string
	root   *os.Root
	folder *os.File // the same folder, for openBeneath
}

const (
	workFolder = ".tmp"
	// A temporary file this old belongs to a process that is gone.
	leftover = 24 * time.Hour
	folders  = 0o750
	files    = 0o640
)

// Local opens the store in dir, which is made when absent.
func Local(dir string) (*LocalStore, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, workFolder), folders); err != nil {
		return nil, fmt.Errorf("blob folder: %w", diskFault(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	folder, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("blob folder: %w", err), root.Close())
	}
	l := &LocalStore{dir: dir, root: root, folder: folder}
	l.sweep(time.Now().Add(-leftover))
	return l, nil
}

// Close lets go of the folder.
func (l *LocalStore) Close() error { return errors.Join(l.folder.Close(), l.root.Close()) }

// Path is where the object of a well-formed key lies, present or not; it is the
// empty string for any other key.
func (l *LocalStore) Path(key string) string {
	if check(key) != nil {
		return ""
	}
	return filepath.Join(l.dir, filepath.FromSlash(place(key)))
}

// place is the file of a key, relative to the store's folder.
func place(key string) string {
	h := fnv.New32a()
	h.Write([]byte(path.Dir(key)))
	return fmt.Sprintf("%02x/%s", h.Sum32()&0xff, key)
}

// Put stores r; see Store.
func (l *LocalStore) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := check(key); err != nil {
		return err
	}
	work := workName()
	f, err := l.root.OpenFile(work, os.O_WRONLY|os.O_CREATE|os.O_EXCL, files)
	if err != nil {
		return diskFault(err)
	}
	defer l.root.Remove(work) // gone already after a success
	_, err = io.Copy(f, &obedient{ctx, exactly(r, size)})
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return diskFault(err)
	}
	return l.promote(work, key)
}

// PutFile moves the file at path into the store, without copying when both are
// on one file system. The file is gone from path only once the object is safe.
func (l *LocalStore) PutFile(ctx context.Context, key, path string) error {
	if err := check(key); err != nil {
		return err
	}
	source, err := os.Lstat(path)
	if err != nil {
		return diskFault(err)
	}
	if !source.Mode().IsRegular() {
		return ErrMissing.Because(fmt.Errorf("%s is not a regular file", path))
	}
	if there, err := l.root.Lstat(place(key)); err == nil && os.SameFile(source, there) && path == l.Path(key) {
		return nil
	}
	work := workName()
	if err := os.Link(path, filepath.Join(l.dir, work)); err != nil {
		return l.copyFile(ctx, key, path) // another file system, or one without links
	}
	defer l.root.Remove(work)
	if err := l.sync(work); err != nil {
		return diskFault(err)
	}
	if err := l.promote(work, key); err != nil {
		return err
	}
	return diskFault(os.Remove(path))
}

func (l *LocalStore) copyFile(ctx context.Context, key, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return diskFault(err)
	}
	defer f.Close()
	if err := l.Put(ctx, key, f, -1); err != nil {
		return err
	}
	return diskFault(os.Remove(path))
}

// promote gives the finished work file its name, so that it outlives a crash.
func (l *LocalStore) promote(work, key string) (err error) {
	target := place(key)
	for range 8 { // Delete may remove the folder between the two steps
		if err = l.root.MkdirAll(path.Dir(target), folders); err != nil {
			break
		}
		if err = l.root.Rename(work, target); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR) || errors.Is(err, fs.ErrExist) {
		return ErrKey.Because(err) // the key is the folder of another, or below one
	}
	if err != nil {
		return diskFault(err)
	}
	for folder := path.Dir(target); ; folder = path.Dir(folder) {
		if err := l.sync(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return diskFault(err)
		}
		if folder == "." {
			return nil
		}
	}
}

// sync makes a file's bytes, or a folder's names, survive a loss of power.
func (l *LocalStore) sync(name string) error {
	f, err := l.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open reads an object; see Store.
func (l *LocalStore) Open(_ context.Context, key string) (*Object, error) {
	f, info, err := l.OpenFile(key)
	if err != nil {
		return nil, err
	}
	return &Object{f, info}, nil
}

// OpenFile is Open for those who need the file itself.
func (l *LocalStore) OpenFile(key string) (*os.File, Info, error) {
	if err := check(key); err != nil {
		return nil, Info{}, err
	}
	f, err := openBeneath(l.folder, place(key))
	if err != nil { // refused for whatever reason: os.Root knows which
		f, err = l.root.Open(place(key))
	}
	if err != nil {
		return nil, Info{}, diskFault(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrMissing
	}
	if err != nil {
		f.Close()
		return nil, Info{}, diskFault(err)
	}
	return f, describe(key, info), nil
}

// Stat describes an object; see Store.
func (l *LocalStore) Stat(_ context.Context, key string) (Info, error) {
	if err := check(key); err != nil {
		return Info{}, err
	}
	info, err := l.root.Stat(place(key))
	if err != nil {
		return Info{}, diskFault(err)
	}
	if !info.Mode().IsRegular() {
		return Info{}, ErrMissing
	}
	return describe(key, info), nil
}

func describe(key string, info fs.FileInfo) Info {
	return Info{Key: key, Size: info.Size(), ModTime: info.ModTime().UTC()}
}

// Delete removes an object and the folders it leaves empty; see Store.
func (l *LocalStore) Delete(_ context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	target := place(key)
	info, err := l.root.Lstat(target)
	if err == nil && info.IsDir() {
		return nil // the folder of other keys, not an object
	}
	if err == nil {
		err = l.root.Remove(target)
	}
	if err != nil {
		if err = diskFault(err); errors.Is(err, ErrMissing) {
			return nil
		}
		return err
	}
	for folder := path.Dir(target); folder != "."; folder = path.Dir(folder) {
		if l.root.Remove(folder) != nil {
			break // not empty
		}
	}
	return nil
}

func workName() string { return workFolder + "/" + strings.ToLower(rand.Text()) }

// sweep removes temporary files last written before the given moment.
func (l *LocalStore) sweep(before time.Time) {
	entries, err := fs.ReadDir(l.root.FS(), workFolder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			l.root.Remove(workFolder + "/" + e.Name())
		}
	}
}

// diskFault gives an error of the file system its face.
func diskFault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return ErrMissing.Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrDiskFull.Because(err)
	case errors.Is(err, fs.ErrPermission):
		return ErrDenied.Because(err)
	}
	return err
}

// obedient stops reading when its context ends.
type obedient struct {
	ctx context.Context
	r   io.Reader
}

func (o *obedient) Read(p []byte) (int, error) {
	if err := o.ctx.Err(); err != nil {
		return 0, err
	}
	return o.r.Read(p)
}

// Free tells how many bytes the file system of dir has left for us, and in all.
func Free(dir string) (free, total int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(s.Bavail) * s.Bsize, int64(s.Blocks) * s.Bsize, nil
}
