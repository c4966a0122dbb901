package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/s3test"
	"cliffhanger/internal/testkit/tool"
)

// player is what a device says of itself.
type player struct {
	Device     string `json:"device_id"`
	Name       string
	State      string
	PositionMS int64 `json:"position_ms"`
}

// A phone on one node sends what it plays to a television on another, steers it
// and brings it back. Then the television's node dies, and nothing holds up the
// phone.
func TestAHandOffBetweenTwoNodes(t *testing.T) {
	t.Parallel()
	nats, _ := bustest.Cluster(t)
	s3 := s3test.Start(t)
	database, dir := dbtest.PostgreSQLAddress(t), t.TempDir()
	run := func(name, roles string) *node {
		address := tool.FreeAddress(t)
		return start(t, "--http.addr="+address, "--media.node-url=http://"+address, "--data="+filepath.Join(dir, name), "--node="+name, "--roles="+roles,
			"--database="+database, "--nats="+nats, "--s3.endpoint="+s3.Config.Endpoint, "--s3.bucket="+s3.Config.Bucket, "--s3.insecure",
			"--s3.access-key="+s3.Config.AccessKey, "--s3.secret-key="+s3.Config.SecretKey)
	}
	near, far := run("near", "all"), run("far", "web")
	p := setUp(t, near)
	d := p.draft("The Hand-off")
	p.upload(clip(t, 5, 1), d.ID, 1, 1, nil)
	episode := p.playable(d.ID, 1).Episodes[0].ID
	p.publish(d.ID)

	phone := firstLaunch(t, near)
	var link struct{ Code string }
	phone.call("POST", viewerAPI+"/device-links", map[string]any{}, &link)
	tv := &viewer{client: browser(t, far)}
	tv.call("POST", viewerAPI+"/sessions/link", map[string]any{"code": link.Code, "device": map[string]any{"name": "TV", "form": "tv"}}, tv)
	onPhone, onTV := listen(phone.client, viewerAPI+"/live"), listen(tv.client, viewerAPI+"/live")

	phone.report(episode, 1500*time.Millisecond, "tick", 1)
	phone.call("POST", viewerAPI+"/players/calls", nil, nil)
	onTV.await(t, "call")
	tv.call("PUT", viewerAPI+"/players/current", map[string]any{"state": "idle"}, nil)
	var there player
	if json.Unmarshal([]byte(onPhone.await(t, "player")), &there); there.Device != tv.Device || there.Name != "TV" || there.State != "idle" {
		t.Fatalf("the phone finds %+v", there)
	}

	// Play it there, at this very second.
	commands := viewerAPI + "/players/" + tv.Device + "/commands"
	answered := phone.commands(commands, map[string]any{"kind": "play", "episode_id": episode, "position_ms": 1500})
	var c struct {
		ID         string
		Kind       string
		From       player
		Episode    string `json:"episode_id"`
		PositionMS int64  `json:"position_ms"`
	}
	if err := json.Unmarshal([]byte(onTV.await(t, "command")), &c); err != nil || c.Kind != "play" || c.Episode != episode || c.PositionMS != 1500 || c.From.Name != "Phone" {
		t.Fatalf("the television is asked for %+v, %v", c, err)
	}
	tv.play(tv.grant(c.Episode))
	tv.call("PUT", viewerAPI+"/players/current", map[string]any{"state": "playing", "episode_id": episode, "position_ms": 1500, "answers": c.ID}, nil)
	if got := <-answered; got.State != "playing" || got.PositionMS != 1500 {
		t.Fatalf("the phone is told %+v", got)
	}

	// What the television reports arrives at the phone, and it is brought back there.
	tv.report(episode, 2500*time.Millisecond, "pause", 1)
	var moved struct {
		Device     string `json:"device_id"`
		PositionMS int64  `json:"position_ms"`
	}
	for moved.Device != tv.Device { // its own report came first
		json.Unmarshal([]byte(onPhone.await(t, "position")), &moved)
	}
	answered = phone.commands(commands, map[string]any{"kind": "bring_back"})
	json.Unmarshal([]byte(onTV.await(t, "command")), &c)
	tv.call("PUT", viewerAPI+"/players/current", map[string]any{"state": "paused", "position_ms": 2500, "answers": c.ID}, nil)
	if got := <-answered; got.PositionMS != 2500 || moved.PositionMS != 2500 || phone.grant(episode).PositionMS != 2500 {
		t.Fatalf("brought back at %+v, told of %+v", got, moved)
	}

	erasedWhileItPlays(t, near, far, episode)

	// The television's node dies.
	far.kill()
	phone.refused("POST", commands, map[string]any{"kind": "pause"}, http.StatusServiceUnavailable, "playback.device_silent")
	phone.report(episode, 3*time.Second, "tick", 2)
	g := phone.grant(episode)
	if g.PositionMS != 3000 {
		t.Fatalf("the phone went on to %d", g.PositionMS)
	}
	phone.play(g)
}

// erasedWhileItPlays erases an account at one node while its television plays at
// another: the stream there says so, reports are stored or refused and nothing
// else, and whoever comes after finds nobody.
func erasedWhileItPlays(t *testing.T, near, far *node, episode string) {
	phone := firstLaunch(t, near)
	var link struct{ Code string }
	phone.call("POST", viewerAPI+"/device-links", map[string]any{}, &link)
	tv := &viewer{client: browser(t, far)}
	tv.call("POST", viewerAPI+"/sessions/link", map[string]any{"code": link.Code, "device": map[string]any{"name": "TV", "form": "tv"}}, tv)
	onTV := listen(tv.client, viewerAPI+"/live")
	tv.report(episode, time.Second, "start", 1)
	plays := tv.grant(episode).HLS
	if got := tv.says("GET", plays, "", nil); got.status != http.StatusOK {
		t.Fatalf("what plays: %+v", got)
	}

	ended := make(chan string)
	go func() {
		for seq := 2; ; seq++ {
			now := time.Now().UTC()
			text, _ := json.Marshal(map[string]any{"sent_at": now, "reports": []map[string]any{{
				"episode_id": episode, "position_ms": 1000 + seq, "at": now, "seq": seq, "session": tv.Device, "event": "tick"}}})
			a, err := tv.do("PUT", viewerAPI+"/progress", bytes.NewReader(text), map[string]string{"Content-Type": "application/json"})
			switch {
			case err != nil:
				ended <- err.Error()
			case a.status == http.StatusUnauthorized:
				ended <- ""
			case a.status == http.StatusTooManyRequests:
				time.Sleep(50 * time.Millisecond)
				continue
			case a.status != http.StatusOK:
				ended <- string(a.body)
			default:
				continue
			}
			return
		}
	}()
	phone.call("POST", viewerAPI+"/me/erase", map[string]any{"confirm": "erase"}, nil)
	told := false // that it is signed out, or that its account is no more, whichever comes first
	for onTV.lines.Scan() {
		told = told || onTV.lines.Text() == "event: stop" || onTV.lines.Text() == "event: moved"
	}
	if !told {
		t.Fatal("the stream of an erased account ended without a word")
	}
	if said := <-ended; said != "" {
		t.Fatalf("a report of an erased account: %s", said)
	}
	until(t, "the links of an erased account to end", func() bool { return tv.says("GET", plays, "", nil).status == http.StatusForbidden })
	tv.refused("GET", viewerAPI+"/me/export", nil, http.StatusUnauthorized, "account.session_ended")
	tv.refused("POST", viewerAPI+"/grants", map[string]any{"episode_id": episode}, http.StatusUnauthorized, "account.session_ended")
}

// commands sends a command and answers what the device says to it.
func (v *viewer) commands(path string, in map[string]any) <-chan player {
	said := make(chan player, 1)
	go func() {
		defer close(said)
		var out struct{ Player player }
		v.call("POST", path, in, &out)
		said <- out.Player
	}()
	return said
}
