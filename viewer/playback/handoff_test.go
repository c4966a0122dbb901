package playback_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/playback"
)

type link struct {
	URL       string    `json:"url"`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

type place struct {
	Drama      id.Drama   `json:"drama_id"`
	Episode    id.Episode `json:"episode_id"`
	PositionMS int64      `json:"position_ms"`
}

func TestAHandOffLinkOpensTheSameSecondOnceOnAnybodysScreen(t *testing.T) {
	each(t, func(f *fixture) {
		here, there := f.serve(f.Service), f.serve(f.other)
		phone := f.listen(here, f.phone)
		var made link
		f.ok(here, f.phone, "POST", "/api/v1/handoffs", map[string]any{"episode_id": f.catalogue.episodes[1], "position_ms": 41_250}, &made)
		at, err := url.Parse(made.URL)
		if err != nil || at.Path != "/d/"+string(f.catalogue.drama)+"/2" || at.Query().Get("h") != made.Token || len(made.Token) < 43 {
			f.t.Fatalf("%+v %v", made, err)
		}
		if !made.ExpiresAt.Equal(f.clock.Now().Add(time.Minute)) {
			f.t.Errorf("until %v", made.ExpiresAt)
		}
		redeem := map[string]any{"token": made.Token}
		var got place
		f.ok(there, f.stranger, "POST", "/api/v1/handoffs/redeem", redeem, &got)
		if got != (place{f.catalogue.drama, f.catalogue.episodes[1], 41_250}) {
			f.t.Fatalf("%+v", got)
		}
		var c command
		phone.hears("command", &c)
		if c.Kind != playback.PauseIt || c.From != (playback.Screen{}) {
			f.t.Errorf("%+v", c)
		}
		for _, by := range []actor.Actor{f.stranger, f.phone} {
			f.refused(here, by, "POST", "/api/v1/handoffs/redeem", redeem, 404, "playback.handoff_spent")
		}
		for _, forged := range []string{"", "x", strings.Repeat("A", 43), made.Token + "A", "\x00"} {
			f.refused(here, f.phone, "POST", "/api/v1/handoffs/redeem", map[string]any{"token": forged}, 404, "playback.handoff_spent")
		}
	})
}

func TestALinkLeadsToWhereTheGiverIsByNow(t *testing.T) {
	each(t, func(f *fixture) {
		follow := func(since func()) time.Duration {
			f.t.Helper()
			h, err := f.HandOff(f.ctx, f.phone, f.catalogue.episodes[0], 20*time.Second)
			if err != nil {
				f.t.Fatal(err)
			}
			since()
			p, err := f.TakeOver(f.ctx, f.tv, h.Token)
			if err != nil {
				f.t.Fatal(err)
			}
			return p.Offset
		}
		f.watch(f.phone, 1, 50, playback.Pause, 1)
		f.clock.Advance(time.Second)
		if at := follow(func() {}); at != 20*time.Second {
			f.t.Errorf("what was before the link: %v", at)
		}
		if at := follow(func() { f.watch(f.phone, 1, 27, playback.Tick, 2) }); at != 27*time.Second {
			f.t.Errorf("what came after it: %v", at)
		}
		if at := follow(func() { f.watch(f.phone, 2, 3, playback.Start, 1) }); at != 20*time.Second {
			f.t.Errorf("another episode: %v", at)
		}
	})
}

func TestALinkEndsAfterAMinuteAndIsForgotten(t *testing.T) {
	each(t, func(f *fixture) {
		h, err := f.HandOff(f.ctx, f.phone, f.catalogue.episodes[0], time.Hour)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, after := range []time.Duration{time.Minute - time.Microsecond, time.Microsecond} {
			if n := f.count("playback_handoff"); n != 1 {
				f.t.Fatalf("%d links", n)
			}
			f.clock.Advance(after)
			if err := f.Sweep(f.ctx); err != nil {
				f.t.Fatal(err)
			}
		}
		if _, err := f.TakeOver(f.ctx, f.tv, h.Token); fault.Of(err).Code != "playback.handoff_spent" || f.count("playback_handoff") != 0 {
			f.t.Fatal(err)
		}
	})
}

func TestOfTwoWhoFollowALinkAtTheSameMomentOneArrives(t *testing.T) {
	each(t, func(f *fixture) {
		h, err := f.HandOff(f.ctx, f.phone, f.catalogue.episodes[0], time.Hour)
		if err != nil {
			f.t.Fatal(err)
		}
		var group sync.WaitGroup
		arrived := make(chan playback.Place, 8)
		for i := range cap(arrived) {
			group.Go(func() {
				p, err := []*playback.Service{f.Service, f.other}[i%2].TakeOver(f.ctx, f.tv, h.Token)
				if err == nil {
					arrived <- p
				} else if fault.Of(err).Code != "playback.handoff_spent" {
					f.t.Error(err)
				}
			})
		}
		group.Wait()
		if len(arrived) != 1 || (<-arrived).Offset != time.Minute { // the end of the episode, not an hour
			f.t.Fatalf("%d arrived", len(arrived)+1)
		}
	})
}

func TestThereAreLinksToWhatCanBeWatchedAlone(t *testing.T) {
	each(t, func(f *fixture) {
		here := f.serve(f.Service)
		for _, bad := range []string{"eps_x", "\x00", string(f.catalogue.episodes[2])} {
			f.refused(here, f.phone, "POST", "/api/v1/handoffs", map[string]any{"episode_id": bad, "position_ms": 1}, 404, "playback.not_watchable")
		}
		f.refused(here, f.phone, "POST", "/api/v1/handoffs", map[string]any{"episode_id": f.catalogue.episodes[0], "position_ms": -1}, 422, "httpx.invalid")
		for _, by := range []actor.Actor{{}, {Kind: actor.Staff}} {
			_, made := f.HandOff(f.ctx, by, f.catalogue.episodes[0], 0)
			_, taken := f.TakeOver(f.ctx, by, "x")
			if fault.KindOf(made) != fault.Unauthenticated || fault.KindOf(taken) != fault.Unauthenticated {
				f.t.Error(made, taken)
			}
		}
	})
}
