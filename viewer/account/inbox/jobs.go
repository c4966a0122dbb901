package inbox

import (
	"context"
	"time"

	"cliffhanger/internal/platform/db"
)

const (
	keptFor    = 90 * 24 * time.Hour
	toldFor    = 8 * 24 * time.Hour // longer than the bus tells a fact again
	sweepEvery = time.Hour
	lookEvery  = 30 * time.Second
	atOnce     = 500
)

// Run reminds of deadlines, sends daily mails that are due and removes what ended
// long ago, until ctx is done. Every node may run it: who is first does it.
func (s *Service) Run(ctx context.Context) error {
	look, tidy := time.NewTicker(lookEvery), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer tidy.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			if err = s.Remind(ctx); err == nil {
				err = s.Digests(ctx)
			}
		case <-tidy.C:
			err = s.Sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the inbox could not be looked after; the next look catches up", "err", err)
		}
	}
}

// Remind makes open items unread again a day before they are due and when they
// are, and mails who wants that.
func (s *Service) Remind(ctx context.Context) error {
	due, err := dueReminders(ctx, s.DB, s.Clock.Now(), atOnce)
	if err != nil {
		return err
	}
	for _, key := range due {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			i, err := itemByKey(ctx, tx, key)
			now := s.Clock.Now()
			if err != nil || i.RemindAt.IsZero() || i.RemindAt.After(now) { // another node was faster
				return err
			}
			i.RemindAt = reminder(i.Due, now)
			if i.State() == Open {
				i.FreshAt, i.MailedAt, i.ChangedAt = latest(i.FreshAt, now), now, now
				if err := s.tell(ctx, tx, i); err != nil {
					return err
				}
				tx.OnCommit(s.changed)
			}
			return saveItem(ctx, tx, i)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sweep removes what ended long ago, and what was for nobody but a person who has
// left.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		var n int64
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			now := s.Clock.Now()
			n, err = sweep(ctx, tx, now.Add(-keptFor), now.Add(-toldFor), atOnce)
			return err
		})
		if err != nil || n < atOnce {
			return err
		}
	}
}
