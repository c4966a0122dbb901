package catalogue

import (
	"context"
	"maps"
	"slices"

	"cliffhanger/internal/platform/db"
)

// unusedBlob is when nothing refers to a blob: no drama to the picture, no
// episode to the subtitles. Its key is that of poster.Key, poster.OriginalKey
// or Subtitle.BlobKey.
const unusedBlob = `catalogue_blob.blob_key LIKE 'catalogue/pictures/%' AND NOT EXISTS
		(SELECT 1 FROM catalogue_picture p WHERE p.hash = SUBSTR(catalogue_blob.blob_key, 20, 32))
	OR catalogue_blob.blob_key LIKE 'catalogue/subtitles/%' AND NOT EXISTS
		(SELECT 1 FROM catalogue_subtitle s WHERE s.hash = SUBSTR(catalogue_blob.blob_key, 21, 32))`

// savePictures tells which pictures the drama shows, where SQL can read it.
func savePictures(ctx context.Context, tx *db.Tx, d Drama) error {
	if _, err := tx.Exec(ctx, `DELETE FROM catalogue_picture WHERE drama_id = $1`, d.ID); err != nil {
		return err
	}
	for _, p := range slices.Concat(slices.Collect(maps.Values(d.Portrait)), slices.Collect(maps.Values(d.Landscape))) {
		if _, err := tx.Exec(ctx, `INSERT INTO catalogue_picture (drama_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING`, d.ID, p.Hash); err != nil {
			return err
		}
	}
	return nil
}
