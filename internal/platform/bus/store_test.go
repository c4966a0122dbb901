package bus

import (
	"context"
	"testing"

	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
)

// A job may be in the stream twice: after a crash between publishing and
// marking, and after a recovery. However the relay and the workers interleave,
// only one of the messages may run it.
func TestOfTwoMessagesWithOneJobOneCounts(t *testing.T) {
	t.Parallel()
	type step func(ctx context.Context, tx *db.Tx) (int, error)
	begin := func(seq uint64) step {
		return func(ctx context.Context, tx *db.Tx) (int, error) { return beginTry(ctx, tx, "j", seq, 7) }
	}
	mark := func(seq uint64) step {
		return func(ctx context.Context, tx *db.Tx) (int, error) {
			return -1, markPublished(ctx, tx, []publication{{id: "j", job: true, seq: seq}}, 7)
		}
	}
	recoverAll := func(ctx context.Context, tx *db.Tx) (int, error) { return -1, unpublish(ctx, tx, 7, 1) }
	finish := func(ctx context.Context, tx *db.Tx) (int, error) { return -1, finishJob(ctx, tx, "j", 7) }
	due := func(ctx context.Context, tx *db.Tx) (int, error) {
		rows, err := dueRows(ctx, tx, 7, 10)
		return len(rows), err
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), "bus", Migrations); err != nil {
			t.Fatal(err)
		}
		for name, steps := range map[string]struct {
			steps []step
			want  []int
		}{
			"marked, then begun":          {[]step{due, mark(1), due, begin(1), begin(1), finish, begin(1)}, []int{1, -1, 0, 1, 2, -1, 0}},
			"begun before it is marked":   {[]step{begin(1), due, mark(1), begin(1)}, []int{1, 0, -1, 2}},
			"begun, then published twice": {[]step{begin(1), mark(2), begin(2), begin(1)}, []int{1, -1, 0, 2}},
			"replaced by a recovery":      {[]step{mark(1), recoverAll, due, mark(2), begin(1), begin(2)}, []int{-1, -1, 1, -1, 0, 1}},
			"begun after a recovery":      {[]step{mark(1), recoverAll, begin(1), due, mark(2), begin(2)}, []int{-1, -1, 1, 0, -1, 0}},
		} {
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `DELETE FROM bus_outbox`); err != nil {
					return err
				}
				if err := insertOutbox(ctx, tx, outboxRow{ID: "j", Origin: "j", Kind: kindJob, Subject: "jobs.now.x"}); err != nil {
					return err
				}
				for i, s := range steps.steps {
					got, err := s(ctx, tx)
					if err != nil {
						return err
					}
					if got != steps.want[i] {
						t.Errorf("%s: step %d answers %d, want %d", name, i, got, steps.want[i])
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(name, err)
			}
		}
	})
}
