package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cliffhanger/internal/platform/blob"
)

// made is a file an attempt has made, still in its scratch folder.
type made struct {
	Rendition
	path string
}

// promote moves what was made into the store under the names of its contents.
// Nobody can see any of it until the rows that name it are committed; what an
// attempt leaves behind when it dies here is cleared as unreferenced.
func (r *run) promote(ctx context.Context, files []made) ([]Rendition, error) {
	out := make([]Rendition, 0, len(files))
	keys := make([]string, 0, len(files))
	for i := range files {
		f := &files[i]
		info, err := os.Stat(f.path)
		if err != nil {
			return nil, fmt.Errorf("%s was not made: %w", f.Name, err)
		}
		if f.SHA256, err = copyAndSum(ctx, f.path, nil); err != nil {
			return nil, err
		}
		f.Asset, f.Bytes = r.asset.ID, info.Size()
		f.Key = RenditionKey(f.SHA256, filepath.Ext(f.path))
		out, keys = append(out, f.Rendition), append(keys, f.Key)
	}
	if err := r.s.kept.Claim(ctx, keys...); err != nil {
		return nil, err
	}
	for _, f := range files {
		switch _, err := r.s.d.Blobs.Stat(ctx, f.Key); {
		case err == nil:
			continue // the same bytes, from an attempt before or another master
		case !errors.Is(err, blob.ErrMissing):
			return nil, err
		}
		if err := blob.PutFile(ctx, r.s.d.Blobs, f.Key, f.path); err != nil {
			return nil, err
		}
	}
	return out, nil
}
