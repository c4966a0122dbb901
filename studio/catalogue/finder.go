package catalogue

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"cliffhanger/internal/platform/obs"
	"cliffhanger/studio/catalogue/search"
)

const (
	lookAgain  = 30 * time.Second // a nudge is best effort
	tryAgain   = 10 * time.Second // after the index could not be kept
	indexBatch = 200
)

// Run keeps the search index and the memory of this node up to date until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.keepIndex(ctx); err != nil && ctx.Err() == nil {
			s.Log.Log(ctx, obs.Level(err), "search index is off, SQL answers searches", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(tryAgain):
			}
		}
	}
	return nil
}

// keepIndex opens the index and follows the change sequence; it answers when
// ctx ends or the index fails.
func (s *Service) keepIndex(ctx context.Context) (err error) {
	from, last, err := origin(ctx, s.DB, rand.Int64())
	if err != nil {
		return err
	}
	x, err := search.Open(s.Config.IndexDir, from)
	if err != nil {
		return err
	}
	defer func() {
		s.live.Set(nil)
		err = errors.Join(err, x.Close())
	}()
	if x.Change() > last { // the database was put back to an earlier day
		return x.Discard()
	}
	for ctx.Err() == nil {
		if err := s.catchUp(ctx, x); err != nil {
			return err
		}
		if s.live.Set(x) == nil {
			s.Log.Info("search index is live", "change", x.Change())
			if err := s.warm(ctx); err != nil && ctx.Err() == nil {
				s.Log.Warn("dramas are read as they are asked for, not ahead", "err", err)
			}
		}
		if s.live.Wait(ctx, lookAgain) {
			return x.Discard()
		}
	}
	return nil
}

// catchUp brings the index to the end of the change sequence.
func (s *Service) catchUp(ctx context.Context, x *search.Index) error {
	for {
		dramas, err := changedSince(ctx, s.DB, x.Change(), indexBatch)
		if err != nil || len(dramas) == 0 {
			return err
		}
		var put []search.Doc
		var remove []string
		for _, d := range dramas {
			s.shown.forget(d.ID) // should the word of it have been lost
			if d.State == Published {
				put = append(put, s.docOf(d))
			} else {
				remove = append(remove, string(d.ID))
			}
		}
		if err := x.Apply(put, remove, dramas[len(dramas)-1].Change); err != nil {
			return errors.Join(err, x.Discard())
		}
	}
}
