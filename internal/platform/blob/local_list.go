package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// List walks every shard in key order, each no further than the limit, and
// keeps the first of them all; see Store.
func (l *LocalStore) List(ctx context.Context, prefix, after string, limit int) ([]Info, error) {
	if err := checkList(prefix, after, limit); err != nil {
		return nil, err
	}
	var found []Info
	for shard := range 256 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := walk{files: l.root.FS(), shard: fmt.Sprintf("%02x", shard), prefix: prefix, after: after, limit: limit}
		if err := w.folder(""); err != nil {
			return nil, fmt.Errorf("list files: %w", err)
		}
		found = append(found, w.found...)
		slices.SortFunc(found, func(a, b Info) int { return strings.Compare(a.Key, b.Key) })
		found = found[:min(len(found), limit)]
	}
	return found, nil
}

// walk collects the objects of one shard.
type walk struct {
	files         fs.FS
	shard         string
	prefix, after string
	limit         int
	found         []Info
}

// folder visits the key folder ("" or "a/b/") in key order. Folders that cannot
// hold a wanted key are not opened.
func (w *walk) folder(at string) error {
	entries, err := fs.ReadDir(w.files, strings.TrimSuffix(w.shard+"/"+at, "/"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // never there, or deleted meanwhile
	}
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(sortName(a), sortName(b)) })
	for _, e := range entries {
		if len(w.found) == w.limit {
			return nil
		}
		key := at + sortName(e)
		if !w.reaches(key) {
			continue
		}
		if e.IsDir() {
			if err := w.folder(key); err != nil {
				return err
			}
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			w.found = append(w.found, describe(key, info))
		}
	}
	return nil
}

// sortName is the entry's part of a key: a folder sorts by its slash.
func sortName(e fs.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

// reaches reports whether the key, or for a folder "a/b/" a key below it, may be
// wanted.
func (w *walk) reaches(key string) bool {
	if strings.HasSuffix(key, "/") {
		return (strings.HasPrefix(key, w.prefix) || strings.HasPrefix(w.prefix, key)) &&
			(key > w.after || strings.HasPrefix(w.after, key))
	}
	return strings.HasPrefix(key, w.prefix) && key > w.after
}
