package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cliffhanger/internal/kernel/fault"
)

// Faults of files in a folder, all Invalid.
var (
	ErrMissing    = fault.New(fault.Invalid, "catalogue.folder_missing", "There is no such folder.")
	ErrNoFile     = fault.New(fault.Invalid, "catalogue.file_missing", "The folder does not have this file.")
	ErrKind       = fault.New(fault.Invalid, "catalogue.file_not_regular", "This is not an ordinary file inside the folder.")
	errUnreadable = fault.New(fault.Invalid, "catalogue.file_unreadable", "This file cannot be read.")
)

// Disk is a folder on this machine. Nothing outside it is opened, whatever its
// symbolic links say; paths are relative, with forward slashes.
type Disk struct {
	root *os.Root
	dir  string
}

// OpenDisk opens a folder; ErrMissing where there is none.
func OpenDisk(dir string) (*Disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, ErrMissing.Because(err)
	}
	return &Disk{root, dir}, nil
}

// Close lets the folder go.
func (d *Disk) Close() error { return d.root.Close() }

// FS is the folder for Infer.
func (d *Disk) FS() fs.FS { return d.root.FS() }

// Name is what the folder is called.
func (d *Disk) Name() string {
	if abs, err := filepath.Abs(d.dir); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(filepath.Clean(d.dir))
}

// open opens an ordinary file inside the folder.
func (d *Disk) open(path string) (*os.File, error) {
	if !Inside(path) {
		return nil, ErrPath
	}
	// Asking first keeps an open of a pipe or device from waiting for ever.
	info, err := d.root.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoFile.Because(err)
	case err != nil:
		return nil, ErrKind.Because(err) // a symbolic link out of the folder is one of these
	case !info.Mode().IsRegular():
		return nil, ErrKind
	}
	f, err := d.root.Open(path)
	if err != nil {
		return nil, errUnreadable.Because(err)
	}
	return f, nil
}

// Read reads a small file whole; tooLarge refuses one of more than most bytes.
func (d *Disk) Read(path string, most int, tooLarge error) ([]byte, error) {
	f, err := d.open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, errUnreadable.Because(err)
	}
	if len(b) > most {
		return nil, tooLarge
	}
	return b, nil
}

// Sum answers the SHA-256 of a file of any size, in lower-case hex. It tells how
// many bytes of how many were read.
func (d *Disk) Sum(ctx context.Context, path string, told func(read, size int64)) (string, error) {
	f, err := d.open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", errUnreadable.Because(err)
	}
	read, h := int64(0), sha256.New()
	buffer := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.Read(buffer)
		h.Write(buffer[:n])
		read += int64(n)
		told(read, info.Size())
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", errUnreadable.Because(err)
		}
	}
}

// RealPath is a file's absolute path for those who open it by themselves. It
// has to lead to the very file the folder holds.
func (d *Disk) RealPath(path string) (string, error) {
	inside, err := d.root.Stat(path)
	if err != nil {
		return "", ErrNoFile.Because(err)
	}
	real, err := filepath.EvalSymlinks(filepath.Join(d.dir, filepath.FromSlash(path)))
	if err != nil {
		return "", ErrKind.Because(err)
	}
	outside, err := os.Stat(real)
	if err != nil || !os.SameFile(inside, outside) {
		return "", ErrKind
	}
	return filepath.Abs(real)
}
