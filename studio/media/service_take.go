package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/probe"
)

// Take makes an asset of a file on this machine, for imports; the service need
// not have been started. The file is copied; the same file again is the same
// asset. When want is not "", it is the SHA-256 the file must have, in
// hexadecimal.
func (s *Service) Take(ctx context.Context, by actor.Actor, org id.Org, path, want string) (id.Asset, error) {
	if org == "" || !by.MayManage(org) {
		return "", errNotAllowed
	}
	size, err := s.glance(path)
	if err != nil {
		return "", err
	}
	sum, err := copyAndSum(ctx, path, nil)
	if err != nil {
		return "", err
	}
	if want != "" && !strings.EqualFold(want, sum) {
		return "", fault.New(fault.Invalid, "media.checksum_mismatch", "The file %s is not the one that was listed: its checksum differs.", filepath.Base(path))
	}
	if a, err := assetBySHA(ctx, s.d.DB, org, sum); err == nil && a.State != Failed && a.State != Cancelled {
		return a.ID, nil
	}
	if err := s.roomFor(ctx, size); err != nil {
		return "", err
	}
	if sum, err = s.copyMaster(ctx, path); err != nil { // what was copied is what counts
		return "", err
	}
	var asset id.Asset
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		asset, err = s.enter(ctx, tx, Asset{Org: org, SHA256: sum, Filename: cleanName(path), Size: size})
		return err
	})
	return asset, err
}

// glance refuses at once what can be told without reading all of a file.
func (s *Service) glance(path string) (size int64, err error) {
	unreadable := fault.New(fault.Invalid, "media.file_unreadable", "The file %s cannot be read.", filepath.Base(path))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return 0, unreadable.Because(err)
	case !info.Mode().IsRegular() || !containers[strings.ToLower(filepath.Ext(path))]:
		return 0, errContainer
	case info.Size() > s.cfg.MaxUpload:
		return 0, errTooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, unreadable.Because(err)
	}
	defer f.Close()
	if _, _, err = probe.Sniff(f, info.Size()); errors.Is(err, probe.ErrBusy) {
		err = unreadable.Because(err)
	}
	return info.Size(), err
}

// copyMaster puts a copy of the file into the store and answers its SHA-256. The
// copy on the way there is locked: one that is not was left by an import that was
// killed.
func (s *Service) copyMaster(ctx context.Context, path string) (sum string, err error) {
	if err := errors.Join(os.MkdirAll(s.cfg.takeDir(), 0o700), clearTaken(s.cfg.takeDir())); err != nil {
		return "", err
	}
	to := filepath.Join(s.cfg.takeDir(), string(id.New[id.Job]()))
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return "", err
	}
	defer os.Remove(to) // gone already after a success
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	if sum, err = copyAndSum(ctx, path, f); err != nil {
		return "", err
	}
	return sum, s.keepMaster(ctx, sum, func(key string) error { return blob.PutFile(ctx, s.d.Blobs, key, to) })
}

// clearTaken removes the copies of imports that are no more.
func clearTaken(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range left {
		f, e := os.Open(path)
		if e != nil {
			continue // gone meanwhile
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			err = errors.Join(err, os.Remove(path))
		}
		f.Close()
	}
	return err
}

// copyAndSum reads the file at path, copies it to out unless that is nil, and
// answers its SHA-256.
func copyAndSum(ctx context.Context, path string, out io.Writer) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	h := sha256.New()
	to := io.Writer(h)
	if out != nil {
		to = io.MultiWriter(h, out)
	}
	if _, err := io.Copy(to, contextReader{ctx, in}); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
