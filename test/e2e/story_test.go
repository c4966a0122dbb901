package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const consoleAPI, viewerAPI = "/api/console/v1", "/api/v1"

// drama and episode are what the console answers, as far as the story reads it.
type drama struct {
	ID       string
	State    string
	Version  int64
	Missing  []struct{ Code, Path, Message string }
	Episodes []struct {
		ID    string
		Asset *asset
	}
}

type asset struct {
	ID      string
	State   string
	Stage   string
	Percent int
	Problem *struct{ Code, Message string }
}

// clip makes a short master with sound; every seed gives other bytes.
func clip(t *testing.T, seconds, seed int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprintf("master-%d.mp4", seed))
	out, err := exec.Command("ffmpeg", "-v", "error", "-y",
		"-f", "lavfi", "-i", fmt.Sprintf("testsrc2=size=360x640:rate=25:duration=%d", seconds),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:duration=%d", 300+seed, seconds),
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	return path
}

// producer is somebody who works in the console.
type producer struct{ *client }

// setUp founds the house with the link the first node printed.
func setUp(t *testing.T, n *node) *producer {
	t.Helper()
	p := &producer{browser(t, n)}
	in := map[string]string{"token": n.setup, "organisation": "Test House", "name": "Ada", "email": "ada@example.org", "password": "lantern-opera-9"}
	p.call("POST", consoleAPI+"/setup", in, nil)
	p.refused("POST", consoleAPI+"/setup", in, http.StatusConflict, "account.setup_done")
	return p
}

// upload sends a file by tus in pieces. After each piece between may move the
// client to another node, or kill one.
// The last one may name a delivery profile.
func (p *producer) upload(file, drama string, episode, pieces int, between func(piece int), profile ...string) (location string) {
	p.t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	a, err := p.do("POST", consoleAPI+"/uploads/", nil, map[string]string{
		"Tus-Resumable": "1.0.0", "Upload-Length": strconv.Itoa(len(content)),
		"Upload-Metadata": "filename " + b64(filepath.Base(file)) + ",drama_id " + b64(drama) + ",episode_number " + b64(strconv.Itoa(episode)) +
			",sha256 " + b64(hex.EncodeToString(sum[:])) + ",profile " + b64(strings.Join(profile, "")),
	})
	if err != nil || a.status != http.StatusCreated {
		p.t.Fatalf("create upload: %d %s %v", a.status, a.body, err)
	}
	location = a.header.Get("Location")
	if strings.HasPrefix(location, "http") {
		location = location[strings.Index(location, "/api/"):]
	}
	piece := len(content)/pieces + 1
	for i := 0; i < pieces; i++ {
		if between != nil {
			between(i)
		}
		offset := p.offset(location)
		a, err := p.do("PATCH", location, bytes.NewReader(content[offset:min(offset+piece, len(content))]), map[string]string{
			"Tus-Resumable": "1.0.0", "Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream",
		})
		if err != nil || a.status != http.StatusNoContent {
			p.t.Fatalf("piece %d: %d %s %v", i, a.status, a.body, err)
		}
	}
	return location
}

// offset asks how much of an upload has arrived.
func (p *producer) offset(location string) int {
	p.t.Helper()
	a, err := p.do("HEAD", location, nil, map[string]string{"Tus-Resumable": "1.0.0"})
	n, bad := strconv.Atoi(a.header.Get("Upload-Offset"))
	if err != nil || bad != nil {
		p.t.Fatalf("upload offset: %d %v %v", a.status, err, bad)
	}
	return n
}

func (p *producer) drama(id string) (d drama) {
	p.t.Helper()
	p.call("GET", consoleAPI+"/dramas/"+id, nil, &d)
	return d
}

// draft begins a drama with everything but episodes.
func (p *producer) draft(title string) (d drama) {
	p.t.Helper()
	p.call("POST", consoleAPI+"/dramas", map[string]any{
		"title": map[string]string{"zh-CN": "测试剧", "en": title}, "synopsis": map[string]string{"zh-CN": "一个测试。", "en": "A test."},
		"original_language": "zh-CN", "genres": []string{"suspense"}, "tags": []string{"test"}, "audience": "all", "year": 2026,
		"people": []map[string]any{{"role": "cast", "name": map[string]string{"zh-CN": "阿达", "en": "Ada"}}}, "release": map[string]string{"mode": "all"},
	}, &d)
	var poster bytes.Buffer
	jpeg.Encode(&poster, image.NewRGBA(image.Rect(0, 0, 540, 720)), nil)
	a, err := p.do("PUT", consoleAPI+"/dramas/"+d.ID+"/posters/portrait", &poster, map[string]string{"Content-Type": "image/jpeg"})
	if err != nil || a.status >= 300 {
		p.t.Fatalf("poster: %d %s %v", a.status, a.body, err)
	}
	return d
}

// playable waits until every episode of a drama can be watched.
func (p *producer) playable(id string, episodes int) drama {
	p.t.Helper()
	var d drama
	until(p.t, "playable episodes", func() bool {
		d = p.drama(id)
		n := 0
		for _, e := range d.Episodes {
			if e.Asset == nil {
				continue
			}
			if e.Asset.Problem != nil {
				p.t.Fatalf("the master failed: %+v", e.Asset.Problem)
			}
			if e.Asset.State == "playable" || e.Asset.State == "complete" {
				n++
			}
		}
		return n == episodes
	})
	return d
}

func (p *producer) publish(id string) {
	p.t.Helper()
	p.call("POST", consoleAPI+"/dramas/"+id+"/ready", map[string]any{}, nil)
	p.call("POST", consoleAPI+"/dramas/"+id+"/publish", map[string]any{}, nil)
}

// viewer is somebody before a screen.
type viewer struct {
	*client
	Account string `json:"account_id"`
	Device  string `json:"device_id"`
}

func firstLaunch(t *testing.T, n *node) *viewer {
	t.Helper()
	v := &viewer{client: browser(t, n)}
	v.call("POST", viewerAPI+"/sessions", map[string]any{"locale": "en", "device": map[string]any{"name": "Phone", "form": "phone"}}, v)
	return v
}

type grant struct {
	EpisodeID  string `json:"episode_id"`
	DramaID    string `json:"drama_id"`
	HLS, DASH  string
	DurationMS int64     `json:"duration_ms"`
	PositionMS int64     `json:"position_ms"`
	Version    int64     `json:"position_version"`
	RenewAfter time.Time `json:"renew_after"`
	Next       *struct{ ID string }
}

func (v *viewer) feed() (items []struct {
	Drama   struct{ ID, Title string }
	Episode struct{ ID string }
	Grant   *grant
}) {
	v.t.Helper()
	var page struct{ Items json.RawMessage }
	v.call("GET", viewerAPI+"/feed", nil, &page)
	if err := json.Unmarshal(page.Items, &items); err != nil {
		v.t.Fatal(err)
	}
	return items
}

func (v *viewer) grant(episode string) (g grant) {
	v.t.Helper()
	v.call("POST", viewerAPI+"/grants", map[string]string{"episode_id": episode}, &g)
	return g
}

func (v *viewer) report(episode string, at time.Duration, event string, seq int) {
	v.t.Helper()
	now := time.Now().UTC()
	v.call("PUT", viewerAPI+"/progress", map[string]any{"sent_at": now, "reports": []map[string]any{{
		"episode_id": episode, "position_ms": at.Milliseconds(), "at": now, "seq": seq, "session": v.Device, "event": event,
	}}}, nil)
}

// play reads manifests and every byte of the lowest quality, as a player would,
// and lets ffprobe judge what came.
func (v *viewer) play(g grant) {
	v.t.Helper()
	if !g.RenewAfter.After(time.Now()) {
		v.t.Fatalf("a fresh grant asks to be renewed after %v", g.RenewAfter)
	}
	for _, path := range []string{g.HLS, g.DASH} {
		if a, err := v.do("GET", path, nil, nil); err != nil || a.status != http.StatusOK {
			v.t.Fatalf("manifest %s: %d %s %v", path, a.status, a.body, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", v.node.url+g.HLS).CombinedOutput()
	seconds, bad := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil || bad != nil || seconds*1000 < float64(g.DurationMS)-200 || seconds*1000 > float64(g.DurationMS)+200 {
		v.t.Fatalf("ffprobe: %q, %v, want %d ms without complaint", out, err, g.DurationMS)
	}
	out, err = exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-i", v.node.url+g.HLS, "-f", "null", "-").CombinedOutput()
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		v.t.Fatalf("decoding what was served: %v\n%s", err, out)
	}
}

// fitsTheScreen asks for a small screen, which has a manifest of its own with one
// quality in it, and for one that says what nobody can read, which has everybody's.
func fitsTheScreen(t *testing.T, v *viewer, episode string) {
	manifest := func(display string) (address string, qualities int) {
		body := strings.NewReader(`{"episode_id":"` + episode + `"}`)
		a, err := v.do("POST", viewerAPI+"/grants", body, map[string]string{"Content-Type": "application/json", "X-Display": display})
		var g grant
		if err != nil || json.Unmarshal(a.body, &g) != nil {
			t.Fatalf("a grant for %q: %d %s %v", display, a.status, a.body, err)
		}
		list, err := v.do("GET", g.HLS, nil, nil)
		if err != nil || list.status != http.StatusOK {
			t.Fatalf("%s: %d %v", g.HLS, list.status, err)
		}
		return path.Base(g.HLS), bytes.Count(list.body, []byte("#EXT-X-STREAM-INF"))
	}
	everybodys, all := manifest("")
	small, one := manifest("100x100")
	if unread, _ := manifest("a-large-one"); all < one || one != 1 || small == everybodys || unread != everybodys {
		t.Errorf("%s has %d qualities, %s for a small screen %d, %s is for one that cannot be read", everybodys, all, small, one, unread)
	}
}

// subtitlesComeAndGo gives subtitles to an episode somebody is watching, and takes
// them away: players see both at once, not when memory is renewed.
func subtitlesComeAndGo(t *testing.T, p *producer, v *viewer, episode string) {
	at := consoleAPI + "/episodes/" + episode + "/subtitles/en"
	offered := func() bool {
		a, err := v.do("GET", v.grant(episode).HLS, nil, nil)
		return err == nil && bytes.Contains(a.body, []byte("subs-en.m3u8"))
	}
	for _, method := range []string{"PUT", "DELETE"} {
		var text io.Reader
		if method == "PUT" {
			text = strings.NewReader("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")
		}
		a, err := p.do(method, at, text, map[string]string{"Content-Type": "text/vtt"})
		if err != nil || a.status >= 300 {
			t.Fatalf("%s subtitles: %d %s %v", method, a.status, a.body, err)
		}
		until(t, method+" of subtitles to reach players", func() bool { return offered() == (method == "PUT") })
	}
}

// aBlockedEpisodeStaysAway sends a third episode to a published drama that
// quality control stops: its producer sees why, viewers do not see it.
func aBlockedEpisodeStaysAway(t *testing.T, p *producer, v *viewer, id string) {
	p.upload(clip(t, 3, 3), id, 3, 1, nil, "broadcast")
	d := p.playable(id, 3)
	until(t, "the producer to read that it is blocked", func() bool { // the catalogue hears of it after the file is done
		d = p.drama(id)
		for _, m := range d.Missing {
			if m.Code == "video_blocked" && m.Path == "episodes[3].asset" {
				return true
			}
		}
		return false
	})
	var page struct{ Episodes []struct{ Released bool } }
	v.call("GET", viewerAPI+"/dramas/"+id, nil, &page)
	if len(page.Episodes) != 3 || !page.Episodes[1].Released || page.Episodes[2].Released {
		t.Fatalf("viewers see %+v", page)
	}
	v.refused("POST", viewerAPI+"/grants", map[string]string{"episode_id": d.Episodes[2].ID}, http.StatusNotFound, "playback.not_watchable")
}

// houses is where a story plays: which node a person meets, and what goes wrong
// on the way.
type house struct {
	first    *node // printed the set-up link
	onUpload func(p *producer) func(piece int)
	onEncode func()       // while the first master is being encoded
	second   func() *node // where viewers go
}

// anEpisodeGoesInAndASwipePlaysIt is the main job of the platform.
func anEpisodeGoesInAndASwipePlaysIt(t *testing.T, h house) {
	p := setUp(t, h.first)
	d := p.draft("The Test")
	for episode := 1; episode <= 2; episode++ {
		var between func(int)
		if episode == 1 && h.onUpload != nil {
			between = h.onUpload(p)
		}
		p.upload(clip(t, 5, episode), d.ID, episode, 3, between)
	}
	if h.onEncode != nil {
		h.onEncode()
	}
	p.playable(d.ID, 2)
	p.publish(d.ID)

	v := firstLaunch(t, h.second())
	var g *grant
	until(t, "the drama in the feed", func() bool {
		for _, item := range v.feed() {
			if item.Drama.ID == d.ID {
				g = item.Grant
			}
		}
		return g != nil
	})
	v.play(*g)
	v.report(g.EpisodeID, 3*time.Second, "pause", 1)

	fitsTheScreen(t, v, g.EpisodeID)
	subtitlesComeAndGo(t, p, v, g.EpisodeID)
	aBlockedEpisodeStaysAway(t, p, v, d.ID)

	// The same account on another device goes on where the first one was.
	var link struct{ Code string }
	v.call("POST", viewerAPI+"/device-links", map[string]any{}, &link)
	tv := &viewer{client: browser(t, v.node)}
	tv.call("POST", viewerAPI+"/sessions/link", map[string]any{"code": link.Code, "device": map[string]any{"name": "TV", "form": "tv"}}, tv)
	if tv.Account != v.Account || tv.Device == v.Device {
		t.Fatalf("the television joined %s as %s", tv.Account, tv.Device)
	}
	if again := tv.grant(g.EpisodeID); again.PositionMS != 3000 || again.Next == nil {
		t.Fatalf("the television begins at %d ms, next %v", again.PositionMS, again.Next)
	}

	// What is withdrawn is gone at once, for players too.
	p.call("POST", consoleAPI+"/dramas/"+d.ID+"/withdraw", map[string]any{"reason": "the end of the test"}, nil)
	v.refused("POST", viewerAPI+"/grants", map[string]string{"episode_id": g.EpisodeID}, http.StatusNotFound, "playback.not_watchable")
}
