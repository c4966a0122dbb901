package media

import (
	"context"
	"runtime"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/token"
)

// signOut announces that a device was signed out, as accounts do.
func (b *bench) signOut(d id.Device) {
	b.t.Helper()
	b.ok(b.db.InTx(b.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return b.bus.Announce(ctx, tx, event.DeviceSignedOut{Account: id.New[id.Account](), Device: d, At: b.clock.Now()})
	}))
}

func TestADeviceThatWasSignedOutFetchesNothingMore(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		told, deaf := newBench(t, d), newBench(t, d) // deaf has a bus of its own, which does not run
		told.Listen(told.bus)
		told.ok(told.bus.Start(t.Context()))
		a := told.stock()
		tv, phone := id.New[id.Device](), id.New[id.Device]()
		lost, kept := told.openOne(StreamRequest{Asset: a, Device: tv}), told.openOne(StreamRequest{Asset: a, Device: phone})
		for _, b := range []*bench{told, deaf} {
			want(t, b.do("nobody", "GET", lost.HLS, nil), 200, "")
			want(t, b.do("nobody", "GET", kept.HLS, nil), 200, "")
		}
		open, ok := told.part(lost.FirstRange.URL)
		if !ok || !open.Good() {
			t.Fatal("there is no file in the lane")
		}
		defer open.Close()

		told.signOut(tv)
		told.idle()
		for open.Good() { // until the node has heard
			runtime.Gosched()
		}
		if _, ok := told.part(lost.FirstRange.URL); ok {
			t.Error("the lane opens it again")
		}
		want(t, told.do("nobody", "GET", lost.FirstRange.URL, nil), 403, "media.link_expired")
		want(t, told.do("nobody", "GET", lost.HLS, nil), 403, "media.link_expired")
		want(t, told.do("nobody", "GET", told.openOne(StreamRequest{Asset: a, Device: tv}).HLS, nil), 403, "media.link_expired")
		want(t, told.do("nobody", "GET", kept.HLS, nil), 200, "")

		want(t, deaf.do("nobody", "GET", lost.HLS, nil), 200, "") // the news is lost
		deaf.ok(deaf.catchUp(t.Context()))
		want(t, deaf.do("nobody", "GET", lost.HLS, nil), 403, "media.link_expired")
		want(t, deaf.do("nobody", "GET", kept.HLS, nil), 200, "")

		late := newBench(t, d) // a node that starts afterwards
		want(t, late.do("nobody", "GET", lost.HLS, nil), 403, "media.link_expired")
		want(t, late.do("nobody", "GET", kept.HLS, nil), 200, "")
	})
}

func TestASignedOutDeviceIsForgottenOnceItsLinksHaveEnded(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.Listen(b.bus)
		b.ok(b.bus.Start(t.Context()))
		tv := id.New[id.Device]()
		end := b.openOne(StreamRequest{Asset: b.stock(), Device: tv}).ExpiresAt
		b.signOut(tv)
		b.idle()
		b.ok(b.catchUp(t.Context()))
		tend := func(at time.Time) int {
			b.clock.Advance(at.Sub(b.clock.Now()))
			b.ok(b.dropRevoked(t.Context()))
			b.ok(b.catchUp(t.Context()))
			return b.count(`SELECT count(*) FROM media_revoked_device`)
		}
		if n := tend(end.Add(time.Second)); n != 1 || !b.revoked.has(tv) {
			t.Error("forgotten while a link may live")
		}
		if n := tend(end.Add(b.cfg.LinkLife + token.Window + lookBack)); n != 0 || b.revoked.has(tv) {
			t.Error("remembered for ever")
		}
	})
}

// The hot path: every fetch of every device asks this.
func BenchmarkRevoked(b *testing.B) {
	for name, n := range map[string]int{"nobody": 0, "ten thousand": 10_000} {
		b.Run(name, func(b *testing.B) {
			var r revoked
			for range n {
				r.add(id.New[id.Device](), time.Now())
			}
			d := id.New[id.Device]()
			b.ReportAllocs()
			for b.Loop() {
				if r.has(d) {
					b.Fatal()
				}
			}
		})
	}
}
