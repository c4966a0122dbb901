package media

import (
	"context"
	"errors"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

// errLeaving is a blob of the same content that is being deleted this moment.
var errLeaving = fault.New(fault.Unavailable, "media.blob_leaving", "The storage is being cleaned; try again in a moment.")

// claim enters blobs that are about to be written, so that nobody clears them
// before something refers to them.
func (s *Service) claim(ctx context.Context, keys ...string) error {
	return s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, key := range keys {
			ok, err := claimBlob(ctx, tx, key, clock.Micros(s.now()))
			if err != nil {
				return err
			}
			if !ok {
				return errLeaving
			}
		}
		return nil
	})
}

// collectBatch bounds how many blobs one round deletes.
const collectBatch = 500

// Collect clears blobs nothing refers to, in two steps a grace period apart.
func (s *Service) Collect(ctx context.Context) error {
	now := s.now()
	before := clock.Micros(now.Add(-s.cfg.BlobGrace))
	err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := dismissBlobs(ctx, tx, before); err != nil {
			return err
		}
		_, err := doomBlobs(ctx, tx, before, clock.Micros(now))
		return err
	})
	if err != nil {
		return err
	}
	keys, err := leavingBlobs(ctx, s.d.DB, collectBatch)
	errs := []error{err}
	for _, key := range keys {
		err := s.d.Blobs.Delete(ctx, key)
		if err == nil {
			err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return forgetBlob(ctx, tx, key) })
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
