package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/sweep"
)

func (b *bench) put(key string) {
	b.t.Helper()
	b.ok(b.blobs.Put(b.t.Context(), key, strings.NewReader(key), -1))
}

func (b *bench) has(key string) bool {
	b.t.Helper()
	_, err := b.blobs.Stat(b.t.Context(), key)
	if err != nil && !errors.Is(err, blob.ErrMissing) {
		b.t.Fatal(err)
	}
	return err == nil
}

// refer makes or removes a row that names the blob.
func (b *bench) refer(key string, on bool) {
	b.t.Helper()
	b.ok(b.db.InTx(b.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a := id.Asset("ast_" + key[len(key)-1:])
		if on {
			return replaceRenditions(ctx, tx, a, func(Rendition) bool { return true }, []Rendition{{Name: "x", Kind: kindPoster, Key: key}})
		}
		return replaceRenditions(ctx, tx, a, func(Rendition) bool { return true }, nil)
	}))
}

func TestCollectClearsWhatNothingRefersTo(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		grace := b.cfg.BlobGrace + time.Second
		b.ok(b.kept.Claim(t.Context(), "r/aa/1", "r/aa/2", "r/aa/3"))
		for n := range 3 {
			b.put(fmt.Sprintf("r/aa/%d", n+1))
		}
		b.refer("r/aa/1", true)
		asset := b.upload("a", "a.mp4", body2(1))
		master := MasterKey(b.load(asset).SHA256)

		b.clock.Advance(grace)
		b.ok(b.kept.Round(t.Context())) // dooms 2 and 3
		if !b.has("r/aa/2") {
			t.Fatal("cleared at once, without a second look")
		}
		b.refer("r/aa/3", true) // found a use after all
		b.clock.Advance(2 * grace)
		b.ok(b.kept.Round(t.Context()))
		b.ok(b.kept.Round(t.Context())) // nothing more
		for key, kept := range map[string]bool{"r/aa/1": true, "r/aa/2": false, "r/aa/3": true, master: true} {
			if b.has(key) != kept {
				t.Errorf("%s is there: %v, want %v", key, !kept, kept)
			}
		}
		if n := b.count(`SELECT COUNT(*) FROM media_blob WHERE blob_key = 'r/aa/2'`); n != 0 {
			t.Error("its row is kept")
		}
	})
}

func TestAClaimWaitsWhileABlobLeaves(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.ok(b.kept.Claim(t.Context(), "r/aa/1"))
		b.put("r/aa/1")
		b.ok(d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE media_blob SET state = 'leaving'`) // another node is about to delete it
			return err
		}))
		if err := b.kept.Claim(t.Context(), "r/aa/1"); !errors.Is(err, sweep.ErrLeaving) {
			t.Errorf("claimed while it leaves: %v", err)
		}
		b.ok(b.kept.Round(t.Context())) // that node died; this one goes on
		if b.has("r/aa/1") {
			t.Error("still there")
		}
		b.ok(b.kept.Claim(t.Context(), "r/aa/1"))
	})
}

// Whatever the order of claims, writes, references and rounds of clearing: a
// blob that is referred to, or was claimed within the grace, is there once written.
func TestCollectNeverTakesWhatIsInUse(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		type state struct {
			written, referred bool
			claimed           time.Time
		}
		keys := map[string]*state{}
		for _, k := range "abc" {
			keys[fmt.Sprintf("r/%d/%c", n, k)] = &state{}
		}
		pick := func() (string, *state) {
			k := fmt.Sprintf("r/%d/%s", n, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key"))
			return k, keys[k]
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"write", "refer", "unrefer", "wait", "collect"}).Draw(rt, "step") {
			case "write": // as an attempt does: claim, then write what is not there
				k, s := pick()
				b.ok(b.kept.Claim(t.Context(), k))
				s.claimed = b.clock.Now()
				if !b.has(k) {
					b.put(k)
				}
				s.written = true
			case "refer":
				if k, s := pick(); s.written && b.clock.Now().Sub(s.claimed) < b.cfg.BlobGrace {
					b.refer(k, true)
					s.referred = true
				}
			case "unrefer":
				k, s := pick()
				b.refer(k, false)
				s.referred = false
			case "wait":
				b.clock.Advance(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			case "collect":
				b.ok(b.kept.Round(t.Context()))
			}
			for k, s := range keys {
				fresh := !s.claimed.IsZero() && b.clock.Now().Sub(s.claimed) < b.cfg.BlobGrace
				if s.written && (s.referred || fresh) && !b.has(k) {
					rt.Fatalf("%s was taken while in use", k)
				}
				if !b.has(k) {
					s.written = false
				}
			}
		}
	})
}
