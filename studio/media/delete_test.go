package media

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// showing answers the episodes of a test.
type showing map[id.Asset][]Showing

func (s showing) LetGo(_ context.Context, a id.Asset) ([]Showing, error) { return s[a], nil }

func withEpisodes(s showing) benchOption { return func(_ *bench, d *Deps) { d.Episodes = s } }

// blobFiles counts the files in the store.
func (b *bench) blobFiles() (n int) {
	b.t.Helper()
	b.ok(filepath.WalkDir(filepath.Join(b.dir, "blobs"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			n++
		}
		return err
	}))
	return n
}

// sweep lets the grace pass twice.
func (b *bench) sweep() {
	b.t.Helper()
	for range 3 {
		b.clock.Advance(b.cfg.BlobGrace + time.Second)
		b.ok(b.kept.Round(b.t.Context()))
	}
}

// rowsOf counts what the tables hold of an asset.
func (b *bench) rowsOf(a id.Asset) int {
	b.t.Helper()
	return b.count(`SELECT (SELECT COUNT(*) FROM media_asset WHERE id = $1) + (SELECT COUNT(*) FROM media_rendition WHERE asset_id = $1)
		+ (SELECT COUNT(*) FROM media_finding WHERE asset_id = $1) + (SELECT COUNT(*) FROM media_upload WHERE asset_id = $1)`, a)
}

func TestADeletedFileLeavesNothing(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		shown := showing{}
		b := newBench(t, d, withEpisodes(shown))
		listen[event.AssetDeleted](b)
		b.work()
		created := b.createUpload("a", len(clip(t, "tiny")), "filename", "x.mp4")
		address := created.Header.Get("Location")
		want(t, b.patch("a", address, 0, clip(t, "tiny")), 204, "")
		a := id.Asset(b.head("a", address).Header.Get("Upload-Asset"))
		other := b.upload("b", "y.mp4", clip(t, "tiny")) // the same master
		b.idle()
		path := "/api/console/v1/assets/" + string(a)

		want(t, b.do("b", "DELETE", path, nil), 404, "media.asset_not_found")
		want(t, b.do("viewer", "DELETE", path, nil), 403, "httpx.forbidden")
		shown[a] = []Showing{{"A", 3}}
		refused := b.do("a", "DELETE", path, nil)
		want(t, refused, 409, "media.asset_shown")
		if b.load(a).State != Complete {
			t.Error("refused, and yet something happened to it")
		}
		delete(shown, a)
		b.heardOf()
		want(t, b.do("a", "DELETE", path, nil), 204, "")
		want(t, b.do("a", "DELETE", path, nil), 404, "media.asset_not_found")
		want(t, b.do("a", "GET", path, nil), 404, "media.asset_not_found")
		want(t, b.head("a", address), 404, "")
		b.idle()
		if heard := b.heardOf(); !slices.Equal(heard, []bus.Fact{event.AssetDeleted{Asset: a, Org: orgA, By: event.By(producerA)}}) {
			t.Errorf("announced %v", heard)
		}
		if n := b.rowsOf(a); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if bytes, _, err := storedBytes(t.Context(), d, orgA); err != nil || bytes != 0 {
			t.Errorf("%d bytes of its quota are taken, %v", bytes, err)
		}

		b.sweep()
		b.plays(other) // what it shares stays
		b.ok(b.Delete(t.Context(), operator, other))
		b.sweep()
		if n := b.blobFiles(); n != 0 {
			t.Errorf("%d files are left in the store", n)
		}
		if n := b.count(`SELECT COUNT(*) FROM media_blob`); n != 0 {
			t.Errorf("%d are left in the ledger", n)
		}
		if again := b.upload("a", "x.mp4", clip(t, "tiny")); again == a {
			t.Error("sent again it is the same asset")
		}
	})
}

func TestDeletingEndsTheRun(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		deleted := make(chan struct{})
		a := b.upload("a", "x.mp4", clip(t, "tiny"))
		waiting := b.upload("a", "y.mp4", body2(1)) // its job finds nothing to do
		b.ok(b.Delete(t.Context(), producerA, waiting))
		var once sync.Once
		b.hook = func(at string) {
			if at == stageEncode {
				once.Do(func() {
					b.ok(b.Delete(t.Context(), producerA, a))
					close(deleted)
				})
			}
		}
		b.work()
		<-deleted
		b.idle()
		for _, f := range b.heardOf() {
			if _, failed := f.(event.AssetFailed); failed {
				t.Errorf("its end is taken for a failure: %+v", f)
			}
		}
		if n := b.rowsOf(a) + b.rowsOf(waiting); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		b.sweep()
		if n := b.blobFiles(); n != 0 {
			t.Errorf("%d files are left in the store", n)
		}
	})
}

// Nobody told the attempt: it finds out when it publishes, and ends without a word.
func TestAnAttemptPublishesNothingOfADeletedFile(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a := b.upload("a", "x.mp4", body2(1))
		published := false
		b.ok(b.attempt(t.Context(), a, bus.Lease{Try: 1, Last: true}, pass{
			owed: func(Asset) bool { return true },
			do: func(ctx context.Context, r *run) error {
				b.ok(d.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteAsset(ctx, tx, a) }))
				return r.publish(ctx, func(context.Context, *db.Tx, *Asset) error {
					published = true
					return nil
				})
			},
		}))
		if published || b.rowsOf(a) != 0 {
			t.Errorf("published: %v, %d rows", published, b.rowsOf(a))
		}
	})
}

func TestTwoWhoDeleteAFileAtOnce(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a := b.upload("a", "x.mp4", body2(1))
		var ends [2]error
		var both sync.WaitGroup
		for i := range ends {
			both.Go(func() { ends[i] = b.Delete(t.Context(), producerA, a) })
		}
		both.Wait()
		if (ends[0] == nil) == (ends[1] == nil) || !hasCode(ends[0], "media.asset_not_found") && !hasCode(ends[1], "media.asset_not_found") {
			t.Errorf("%v and %v", ends[0], ends[1])
		}
	})
}

// Open pages hear of it, and only those of its organisation.
func TestOpenPagesHearOfADeletedFile(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.Listen(b.bus)
	b.ok(b.bus.Start(t.Context()))
	a, other := b.upload("a", "x.mp4", body2(1)), b.upload("b", "y.mp4", body2(2))
	b.idle()
	heard := map[string]chan id.Asset{}
	for _, who := range []string{"a", "b"} {
		events := make(chan id.Asset, 100)
		heard[who] = events
		go b.Live(t.Context(), testActors[who], func(event string, data any) error {
			if event == "asset_deleted" {
				events <- data.(deletedJSON).ID
			}
			return nil
		})
	}
	b.hasListeners(2)
	b.ok(b.Delete(t.Context(), producerA, a))
	b.idle()
	b.ok(b.Delete(t.Context(), producerB, other))
	if mine, theirs := <-heard["a"], <-heard["b"]; mine != a || theirs != other {
		t.Errorf("one hears of %s, the other of %s", mine, theirs)
	}
}
