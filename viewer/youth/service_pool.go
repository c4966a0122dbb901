package youth

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/youth/policy"
)

// pool is what minors may see, as this node read it a moment ago.
type pool struct {
	from   map[id.Drama]policy.Band
	readAt time.Time
}

// MayShow reports whether a drama may be shown to a viewer: to minors only what
// is in the pool for their band. While the pool cannot be read, minors are shown
// what was in it before, or nothing.
func (s *Service) MayShow(by actor.Actor, drama id.Drama) bool {
	return by.Minor == "" || policy.Band(by.Minor).Sees(s.currentPool()[drama])
}

// currentPool answers the pool, read again when it is old. It asks for itself,
// whoever looks: what it reads serves everybody.
func (s *Service) currentPool() map[id.Drama]policy.Band {
	now, have := s.Clock.Now(), s.pool.Load()
	if have != nil && now.Sub(have.readAt).Abs() < believed {
		return have.from
	}
	ctx, cancel := context.WithTimeout(context.Background(), believed)
	defer cancel()
	from, err := loadPool(ctx, s.DB)
	if err != nil {
		s.Log.Log(ctx, obs.Level(err), "what minors may see could not be read", "error", err)
		if have == nil {
			return nil
		}
		from = have.from
	}
	s.pool.Store(&pool{from, now})
	return from
}

// FromBand is from which band on a drama is in the minors' pool; "" : it is not.
func (s *Service) FromBand(ctx context.Context, by actor.Actor, drama id.Drama) (policy.Band, error) {
	if err := s.staffKnows(ctx, by, drama); err != nil {
		return "", err
	}
	return poolBand(ctx, s.DB, drama)
}

// Place puts a drama into the minors' pool from a band on, or with "" takes it
// out. Only operators decide that.
func (s *Service) Place(ctx context.Context, by actor.Actor, drama id.Drama, from policy.Band) error {
	if !by.Has(actor.Operator) {
		return errOperator
	}
	if from != "" && !from.Known() {
		return errFromBand
	}
	if err := s.staffKnows(ctx, by, drama); err != nil {
		return err
	}
	now := s.Clock.Now()
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return savePool(ctx, tx, drama, from, by.Staff, now) })
	if err != nil {
		return err
	}
	s.pool.Store(nil)
	if err := s.Bus.Beacon(ctx, poolSubject, struct{}{}); err != nil {
		s.Log.Warn("other nodes were not told of a change of the minors' pool; they see it in seconds", "error", err)
	}
	return nil
}

func (s *Service) staffKnows(ctx context.Context, by actor.Actor, drama id.Drama) error {
	if _, err := id.Parse[id.Drama](string(drama)); err != nil {
		return errDrama.Because(err)
	}
	known, err := s.Dramas.Known(ctx, by, drama)
	if err == nil && !known {
		err = errDrama
	}
	return err
}
