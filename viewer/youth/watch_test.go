package youth

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/viewer/youth/policy"
)

// told reports that a device played an episode from its start.
func told(sitting string, length time.Duration) []policy.Beat {
	return []policy.Beat{{Sitting: sitting, Seq: 1}, {Sitting: sitting, Seq: 9, Offset: length, Stopped: true}}
}

func (h *house) mustHaveWatched(t testing.TB, by actor.Actor, want time.Duration) {
	t.Helper()
	if used := h.status(t, by).Usage.Used; used != want {
		t.Fatalf("%v is counted, want %v", used, want)
	}
}

func TestReportsOfSeveralEpisodesCountOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		must(t, h.On(ctx, phone, policy.Child, pin))
		by := h.as(t, phone, "")
		h.clock.Advance(20 * time.Minute)
		batch := slices.Concat(told("a", 3*time.Minute), told("b", 2*time.Minute))
		for range 3 {
			must(t, h.Watched(ctx, by, batch))
			h.clock.Advance(10 * time.Minute)
		}
		h.mustHaveWatched(t, phone, 5*time.Minute)
		must(t, h.Watched(ctx, by, slices.Concat(told("c", time.Minute), batch)))
		h.mustHaveWatched(t, phone, 6*time.Minute)
		must(t, h.Watched(ctx, h.as(t, tablet, ""), told("a", time.Minute))) // of another device
		h.mustHaveWatched(t, phone, 7*time.Minute)

		h.clock.Advance(longestDelay + time.Second)
		must(t, h.Watched(ctx, by, told("d", time.Minute)))
		var rows int
		must(t, h.db.QueryRow(ctx, `SELECT count(*) FROM youth_sitting WHERE device_id = $1`, phone.Device).Scan(&rows))
		if rows != 1 {
			t.Fatalf("%d sittings are kept", rows)
		}
	})
}

func TestWhatADeviceWatchedBeforeItWasHeardOfCounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.clock.Advance(time.Hour)
		must(t, h.On(ctx, phone, policy.Child, pin))
		by := h.as(t, tablet, "")
		h.clock.Advance(4 * time.Minute)
		must(t, h.Watched(ctx, by, told("a", 2*time.Minute))) // what it kept comes in pieces
		must(t, h.Watched(ctx, by, told("b", time.Minute)))
		h.mustHaveWatched(t, phone, 3*time.Minute)
		must(t, h.Watched(ctx, by, told("c", 30*time.Minute))) // the mode is on for four minutes
		h.mustHaveWatched(t, phone, 4*time.Minute)

		must(t, h.Off(ctx, phone, pin))
		h.clock.Advance(time.Hour)
		must(t, h.On(ctx, phone, policy.Child, pin))
		h.clock.Advance(time.Minute)
		must(t, h.Watched(ctx, by, told("d", 30*time.Minute))) // watched while it was off
		h.mustHaveWatched(t, phone, 5*time.Minute)
	})
}

// A device that makes up sittings fills no table, and gains no minutes.
func TestWhatIsKeptOfADeviceIsBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.On(t.Context(), phone, policy.Child, pin))
		by := h.as(t, phone, "")
		for n := range mostSittings/100 + 3 {
			h.clock.Advance(time.Second)
			beats := make([]policy.Beat, 100)
			for i := range beats {
				beats[i] = policy.Beat{Sitting: fmt.Sprint(n, "-", i), Seq: 1, Stopped: true}
			}
			must(t, h.Watched(t.Context(), by, beats))
		}
		var kept int
		must(t, h.db.QueryRow(t.Context(), `SELECT count(*) FROM youth_sitting WHERE account_id = $1`, phone.Account).Scan(&kept))
		if kept > mostSittings+100 || kept < mostSittings {
			t.Fatalf("%d sittings are kept", kept)
		}
		h.clock.Advance(10 * time.Minute)
		h.watch(t, phone, "true", time.Minute)
		if used := h.status(t, phone).Usage.Used; used < time.Minute {
			t.Fatalf("%v was counted", used)
		}
	})
}
