package media

import (
	"context"
	"errors"
	"io"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Master opens the file as it came in; the caller closes it. name is its file
// name. A NotFound fault says there is no such asset. It asks nobody's
// permission: it is for glue.
func (s *Service) Master(ctx context.Context, a id.Asset) (r io.ReadCloser, name string, size int64, err error) {
	asset, err := assetByID(ctx, s.d.DB, a)
	if errors.Is(err, db.ErrNoRows) {
		err = errAssetNotFound
	}
	if err != nil {
		return nil, "", 0, err
	}
	o, err := s.d.Blobs.Open(ctx, MasterKey(asset.SHA256))
	if err != nil {
		return nil, "", 0, err
	}
	return o, asset.Filename, asset.Size, nil
}
