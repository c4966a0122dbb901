package media

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAssetsMoveOnlyAlongTheirArrows(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	allowed := map[State][]State{
		Uploaded: {Cancelled, Failed}, Probing: {Cancelled, Failed}, Transcoding: {Cancelled, Failed},
		Failed: {Uploaded, Failed}, Cancelled: {Uploaded, Cancelled}, Playable: {Playable}, Complete: {Complete},
	}
	rapid.Check(t, func(t *rapid.T) {
		a := Asset{
			State: rapid.SampledFrom([]State{Uploaded, Probing, Transcoding, Playable, Complete, Failed, Cancelled}).Draw(t, "state"),
			Run:   "job_x", Stage: "encode", Percent: 50,
		}
		if rapid.Bool().Draw(t, "problem") {
			a.Problem.Code = "x"
		}
		before := a
		var err error
		step := rapid.SampledFrom([]string{"cancel", "retry", "fail"}).Draw(t, "step")
		switch step {
		case "cancel":
			a, err = a.cancel(now)
		case "retry":
			a, _, err = a.retry(now)
		case "fail":
			a = a.fail(Problem{"y", "z"}, now)
		}
		if err != nil {
			if a.State != before.State || a.Run != before.Run || a.Problem != before.Problem {
				t.Fatalf("refused, and changed: %+v", a)
			}
			return
		}
		if !slices.Contains(allowed[before.State], a.State) {
			t.Fatalf("%s: %s → %s", step, before.State, a.State)
		}
		if a.Run != "" || a.Stage != "" {
			t.Fatalf("%s leaves an attempt running: %+v", step, a)
		}
		if before.State.Watchable() != a.State.Watchable() {
			t.Fatalf("%s takes it from the viewers", step)
		}
	})
}
