package playback_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/viewer/playback"
)

// command is what arrives on the stream of a device.
type command struct {
	ID         id.Command      `json:"id"`
	Kind       playback.Kind   `json:"kind"`
	From       playback.Screen `json:"from"`
	Person     string          `json:"person"`
	Episode    id.Episode      `json:"episode_id"`
	PositionMS *int64          `json:"position_ms"`
	Volume     *int            `json:"volume"`
}

func commands(of actor.Actor) string { return "/api/v1/players/" + string(of.Device) + "/commands" }

func TestThePositionIsToldToTheProfilesScreensOnEveryNode(t *testing.T) {
	each(t, func(f *fixture) {
		here, there := f.serve(f.Service), f.serve(f.other)
		phone, tv, kid := f.listen(here, f.phone), f.listen(there, f.tv), f.listen(there, f.kid)
		f.watch(f.phone, 1, 37, playback.Pause, 1)
		for _, l := range []*listening{phone, tv} {
			var p playback.PositionOut
			l.hears("position", &p)
			if p.PositionMS != 37_000 || p.Device != f.phone.Device {
				f.t.Fatalf("%+v", p)
			}
		}
		f.ok(here, f.phone, "POST", "/api/v1/players/calls", nil, nil)
		kid.hears("call", nil) // and no position of another profile
		tv.hears("call", nil)
	})
}

func TestARollCallIsAnsweredByTheAccountsOtherDevices(t *testing.T) {
	each(t, func(f *fixture) {
		here, there := f.serve(f.Service), f.serve(f.other)
		phone, tv, stranger := f.listen(here, f.phone), f.listen(there, f.tv), f.listen(there, f.stranger)
		f.ok(here, f.phone, "POST", "/api/v1/players/calls", nil, nil)
		tv.hears("call", nil)
		f.ok(there, f.tv, "PUT", "/api/v1/players/current", map[string]any{"state": "playing", "title": "Night\ntrain", "number": 3,
			"episode_id": f.catalogue.episodes[0], "position_ms": 12_000, "volume": 0}, nil)
		var p playback.Player
		phone.hears("player", &p) // not the call, which was its own
		if p.Device != f.tv.Device || p.Name != "Living-room TV" || p.Form != "tv" || p.State != playback.Playing || p.Title != "Night train" ||
			p.PositionMS != 12_000 || p.Volume == nil || *p.Volume != 0 || !p.At.Equal(f.clock.Now()) {
			f.t.Fatalf("%+v", p)
		}
		f.ok(there, f.phone, "POST", "/api/v1/players/calls", nil, nil)
		tv.hears("call", nil) // not its own word
		f.TellProfile(f.ctx, f.stranger.Account, f.stranger.Profile, "youth", map[string]bool{"on": true})
		stranger.hears("youth", nil) // nothing of another account
		for _, bad := range []string{`{"state":"flying"}`, `{}`, `{"state":"idle","position_ms":-1}`, `{"state":"idle","volume":101}`,
			`{"state":"idle","device_id":"dev_1"}`, `{"state":"idle","title":"` + strings.Repeat("x", 301) + `"}`} {
			f.refused(there, f.tv, "PUT", "/api/v1/players/current", bad, 422, "httpx.invalid")
		}
		f.refused(there, f.tv, "PUT", "/api/v1/players/current", `{"state":"idle","poster":"data:x"}`, 422, "playback.player_invalid")
	})
}

func TestACommandReachesTheDeviceOnAnotherNodeAndItsAnswerComesBack(t *testing.T) {
	each(t, func(f *fixture) {
		here, there := f.serve(f.Service), f.serve(f.other)
		tv, kid := f.listen(there, f.tv), f.listen(there, f.kid)
		var answer struct {
			Command id.Command      `json:"command_id"`
			Player  playback.Player `json:"player"`
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			f.ok(here, f.phone, "POST", commands(f.tv), map[string]any{"kind": "play", "episode_id": f.catalogue.episodes[0],
				"position_ms": 172_800_000, "position_version": 4}, &answer)
		}()
		var c command
		tv.hears("command", &c)
		if c.Kind != playback.Play || c.From != (playback.Screen{Device: f.phone.Device, Name: "Phone"}) || c.Person != "who holds Phone" || c.PositionMS == nil || *c.PositionMS != 60_000 {
			f.t.Fatalf("%+v", c)
		}
		says := func(by actor.Actor, state string) {
			f.ok(there, by, "PUT", "/api/v1/players/current", map[string]any{"state": state, "answers": c.ID, "position_ms": 59_000}, nil)
		}
		says(f.kid, "ended") // not the one that was asked
		says(f.tv, "playing")
		says(f.tv, "paused") // again
		<-done
		if answer.Command != c.ID || answer.Player.State != playback.Playing || answer.Player.PositionMS != 59_000 || answer.Player.Device != f.tv.Device {
			f.t.Fatalf("%+v", answer)
		}
		says(f.tv, "idle") // nobody waits any more
		kid.hears("player", nil)
		if f.Waiting() != 0 {
			f.t.Fatal("still waited for")
		}
	})
}

func TestACommandWithoutPositionPlaysFromTheBeginning(t *testing.T) {
	each(t, func(f *fixture) {
		here := f.serve(f.Service)
		tv := f.listen(here, f.tv)
		f.Patience(time.Millisecond)
		f.call(here, f.phone, "POST", commands(f.tv), map[string]any{"kind": "play", "episode_id": f.catalogue.episodes[0]})
		var c command
		tv.hears("command", &c)
		if c.PositionMS == nil || *c.PositionMS != 0 {
			f.t.Fatalf("%+v", c)
		}
	})
}

func TestWhatCannotBeCommanded(t *testing.T) {
	each(t, func(f *fixture) {
		here := f.serve(f.Service)
		pause := map[string]any{"kind": "pause"}
		for _, of := range []actor.Actor{f.phone, f.stranger, {Device: id.New[id.Device]()}, {Device: "dev_1"}} {
			f.refused(here, f.phone, "POST", commands(of), pause, 404, "playback.device_unknown")
		}
		for _, bad := range []string{`{"kind":"play"}`, `{"kind":"pause","volume":3}`, `{"kind":"seek"}`} {
			f.refused(here, f.phone, "POST", commands(f.tv), bad, 422, "playback.command_invalid")
		}
		for _, bad := range []string{`{"kind":"explode"}`, `{}`, `{"kind":"seek","position_ms":-1}`, `{"kind":"seek","position_ms":1e300}`,
			`{"kind":"volume","volume":-1}`, `{"kind":"pause","from":{"name":"Grandma"}}`} {
			f.refused(here, f.phone, "POST", commands(f.tv), bad, 422, "httpx.invalid")
		}
		f.refused(here, f.phone, "POST", commands(f.tv), map[string]any{"kind": "play", "episode_id": f.catalogue.episodes[2]}, 404, "playback.not_watchable")
		f.Patience(time.Millisecond)
		if said := f.refused(here, f.phone, "POST", commands(f.tv), pause, 503, "playback.device_silent"); said != "Living-room TV did not answer. Nothing was moved." {
			f.t.Error(said)
		}
	})
}

func TestADeviceMayRefuse(t *testing.T) {
	each(t, func(f *fixture) {
		here := f.serve(f.Service)
		tv := f.listen(here, f.tv)
		go f.obey(here, tv, f.tv, map[string]any{"state": "idle", "refusal": map[string]any{"code": "rights.territory", "message": "Not where you are."}})
		if said := f.refused(here, f.phone, "POST", commands(f.tv), map[string]any{"kind": "resume"}, 409, "playback.device_refused"); said != "Living-room TV: Not where you are." {
			f.t.Error(said)
		}
	})
}

// obey answers the next command that arrives.
func (f *fixture) obey(node *httptest.Server, l *listening, by actor.Actor, showing map[string]any) {
	var c command
	l.hears("command", &c)
	showing["answers"] = c.ID
	f.ok(node, by, "PUT", "/api/v1/players/current", showing, nil)
}

func TestNobodyWaitsForAClientThatHasGone(t *testing.T) {
	each(t, func(f *fixture) {
		ctx, gone := context.WithCancel(f.ctx)
		tv := f.listen(f.serve(f.Service), f.tv)
		ended := make(chan error)
		go func() {
			_, _, err := f.Command(ctx, f.phone, f.tv.Device, playback.Ask{Kind: playback.PauseIt})
			ended <- err
		}()
		tv.hears("command", nil) // so somebody waits
		gone()
		if err := <-ended; !errors.Is(err, context.Canceled) || f.Waiting() != 0 {
			f.t.Fatal(err, f.Waiting())
		}
	})
}

func TestThePlayersAreForViewersAlone(t *testing.T) {
	each(t, func(f *fixture) {
		for _, by := range []actor.Actor{{}, {Kind: actor.Staff, Roles: []actor.Role{actor.Operator}}} {
			_, _, command := f.Command(f.ctx, by, f.tv.Device, playback.Ask{Kind: playback.PauseIt})
			for i, err := range []error{f.Call(f.ctx, by), f.SayPlayer(f.ctx, by, playback.Showing{State: playback.Idle}), command} {
				if fault.KindOf(err) != fault.Unauthenticated {
					f.t.Errorf("use case %d: %v", i, err)
				}
			}
		}
	})
}

func TestADeviceThatIsSignedOutIsToldAndHearsNothingMore(t *testing.T) {
	each(t, func(f *fixture) {
		here, there := f.serve(f.Service), f.serve(f.other)
		streams := []*listening{f.listen(here, f.tv), f.listen(there, f.tv)}
		phone := f.listen(there, f.phone)
		err := f.DB.InTx(f.ctx, func(ctx context.Context, tx *db.Tx) error {
			return f.bus.Announce(ctx, tx, event.DeviceSignedOut{Account: f.tv.Account, Device: f.tv.Device, At: f.clock.Now()})
		})
		if err != nil {
			f.t.Fatal(err)
		}
		for _, tv := range streams {
			var told struct{ Reason string }
			if tv.hears("stop", &told); told.Reason != "signed_out" {
				f.t.Errorf("%+v", told)
			}
			if name, _ := tv.next(); name != "" {
				f.t.Errorf("then %q", name)
			}
		}
		f.ok(here, f.kid, "POST", "/api/v1/players/calls", nil, nil)
		phone.hears("call", nil)
	})
}
