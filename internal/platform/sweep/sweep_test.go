package sweep_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/sweep"
	"cliffhanger/internal/testkit/dbtest"
)

// hooked is a store in whose deletions tests stand in the way.
type hooked struct {
	blob.Store
	deletes func(key string) error
}

func (s hooked) Delete(ctx context.Context, key string) error {
	if err := s.deletes(key); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

type node struct {
	*sweep.Ledger
	t     *testing.T
	clock *clock.Fake
}

func (n *node) ok(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// newNode knows no use of any blob.
func newNode(t *testing.T, d *db.DB) *node {
	t.Helper()
	store, err := blob.Local(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewFake(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	n := &node{&sweep.Ledger{Table: "test_blob", Unused: "1 = 1", DB: d, Blobs: store, Clock: now, Grace: time.Hour}, t, now}
	n.ok(d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE test_blob (blob_key TEXT PRIMARY KEY, state TEXT NOT NULL, claimed_at BIGINT NOT NULL, doomed_at BIGINT NOT NULL)`)
		return err
	}))
	return n
}

// doomed stores a blob whose time has come.
func (n *node) doomed(key string) {
	n.t.Helper()
	n.ok(n.Claim(n.t.Context(), key))
	n.ok(n.Blobs.Put(n.t.Context(), key, strings.NewReader(key), -1))
	n.clock.Advance(n.Grace + time.Second)
	n.ok(n.Round(n.t.Context()))
	n.clock.Advance(2 * n.Grace)
	n.ok(n.Round(n.t.Context()))
	if !n.has(key) {
		n.t.Fatal("deleted before it was unused for two grace periods")
	}
	n.clock.Advance(time.Second)
}

func (n *node) has(key string) bool {
	n.t.Helper()
	_, err := n.Blobs.Stat(n.t.Context(), key)
	if err != nil && !errors.Is(err, blob.ErrMissing) {
		n.t.Fatal(err)
	}
	return err == nil
}

// While one node is at deleting a blob, another lets it be, so that no late
// deletion meets content that came again.
func TestABlobIsDeletedByOneNode(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNode(t, d)
		n.doomed("a/1")
		other := *n.Ledger
		other.Blobs = hooked{n.Blobs, func(key string) error { t.Errorf("the other node deletes %s", key); return nil }}
		deleted := 0
		mine := *n.Ledger
		mine.Blobs = hooked{n.Blobs, func(key string) error {
			deleted++
			n.ok(other.Round(t.Context()))
			if err := other.Claim(t.Context(), key); !errors.Is(err, sweep.ErrLeaving) {
				t.Errorf("claimed while it leaves: %v", err)
			}
			return nil
		}}
		n.ok(mine.Round(t.Context()))
		if deleted != 1 || n.has("a/1") {
			t.Errorf("deleted %d times, there: %v", deleted, n.has("a/1"))
		}
		n.ok(n.Claim(t.Context(), "a/1"))
	})
}

func TestABlobTheStoreWouldNotDeleteIsDeletedTheNextRound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNode(t, d)
		n.doomed("a/1")
		away := *n.Ledger
		away.Blobs = hooked{n.Blobs, func(string) error { return blob.ErrUnreachable }}
		if err := away.Round(t.Context()); !errors.Is(err, blob.ErrUnreachable) {
			t.Errorf("told %v", err)
		}
		n.ok(n.Round(t.Context()))
		if n.has("a/1") {
			t.Error("still there")
		}
	})
}

func TestABlobOfANodeThatDiedIsDeletedByAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := newNode(t, d)
		n.doomed("a/1")
		dying, die := context.WithCancel(t.Context())
		dead := *n.Ledger
		dead.Blobs = hooked{n.Blobs, func(string) error { die(); return dying.Err() }}
		if err := dead.Round(dying); err == nil {
			t.Error("a node that stopped told of no error")
		}
		n.ok(n.Round(t.Context()))
		if !n.has("a/1") {
			t.Error("deleted within the grace of the node that died")
		}
		n.clock.Advance(n.Grace + time.Second)
		n.ok(n.Round(t.Context()))
		if n.has("a/1") {
			t.Error("still there")
		}
	})
}
