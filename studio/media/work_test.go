package media

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
	"cliffhanger/studio/media/slots"
)

// heardOf collects the facts that were announced, by kind: nothing is promised
// about the order of different kinds.
func (b *bench) heardOf() (out []bus.Fact) {
	for {
		select {
		case f := <-b.facts:
			out = append(out, f)
		default:
			slices.SortStableFunc(out, func(x, y bus.Fact) int { return strings.Compare(x.Fact(), y.Fact()) })
			return out
		}
	}
}

func TestAFileBecomesPlayable(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.work()
		a := b.upload("a", "ep1.mp4", clip(t, "portrait"))
		b.idle()
		asset := b.load(a)
		if asset.State != Complete || asset.Width != 406 || asset.Height != 720 || asset.DurationMS < 3900 || asset.DurationMS > 4100 || asset.Run != "" {
			t.Fatalf("%+v", asset)
		}
		wantFacts := []bus.Fact{event.AssetComplete{Asset: a}, event.AssetPlayable{Asset: a, DurationMS: asset.DurationMS, Width: 406, Height: 720, Org: orgA, Name: "ep1.mp4"}, event.UploadCompleted{Asset: a, Org: orgA, SHA256: asset.SHA256}}
		if diff := cmp.Diff(wantFacts, b.heardOf()); diff != "" {
			t.Error(diff)
		}
		var detail assetJSON
		b.getJSON("a", "/api/console/v1/assets/"+string(a), &detail)
		kinds := map[string]int{}
		for _, r := range detail.Renditions {
			kinds[r.Kind]++
			if r.Bytes == 0 {
				t.Errorf("%s is empty", r.Name)
			}
		}
		if kinds[kindVideo] == 0 || kinds[kindAudio] != 1 || kinds[kindHead] != 1 || kinds[kindSprite] != 1 || kinds[kindPoster] == 0 || kinds[kindFrames] != 1 || kinds[kindLikeness] != 2 {
			t.Errorf("made %v", kinds)
		}
		if detail.Source == nil || detail.Source.Container != "mp4" || detail.Source.Audio == nil || detail.Verdict == nil || len(detail.PosterCandidates) == 0 {
			t.Errorf("%+v", detail)
		}
		for _, url := range append(detail.PosterCandidates, detail.Sprite.URL) {
			if p := b.do("nobody", "GET", url, nil); p.StatusCode != 200 || p.Header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("%s: %d %s", url, p.StatusCode, p.Header.Get("Content-Type"))
			}
		}
		if left := b.count(`SELECT COUNT(*) FROM media_blob WHERE state <> 'live'`); left != 0 {
			t.Errorf("%d blobs are doomed", left)
		}
		b.plays(a)
	})
}

// plays follows the addresses as a player does.
func (b *bench) plays(a id.Asset) {
	t := b.t
	t.Helper()
	streams, err := b.Open(t.Context(), []StreamRequest{{Asset: id.New[id.Asset]()}, {Asset: a, Device: viewer.Device}})
	b.ok(err)
	if len(streams) != 2 || streams[0].HLS != "" {
		t.Fatalf("%+v", streams)
	}
	s := streams[1]
	get := func(url string, headers ...string) answer { return b.do("nobody", "GET", url, nil, headers...) }
	master := get(s.HLS)
	if master.StatusCode != 200 || master.Header.Get("Content-Type") != "application/vnd.apple.mpegurl" || !strings.HasPrefix(string(master.body), "#EXTM3U") {
		t.Fatalf("%d %s", master.StatusCode, master.body)
	}
	dir := s.HLS[:strings.LastIndex(s.HLS, "/")+1]
	lists := regexp.MustCompile(`(?m)^[^#\s]+\.m3u8$`).FindAllString(string(master.body), -1)
	if videos := b.count(`SELECT COUNT(*) FROM media_rendition WHERE asset_id = $1 AND kind = $2`, a, kindVideo); len(lists) != videos || len(lists) == 0 {
		t.Errorf("%d playlists, %d renditions", len(lists), videos)
	}
	for _, list := range lists {
		media := get(dir + list)
		segment := regexp.MustCompile(`#EXT-X-BYTERANGE:(\d+)@(\d+)\n(\S+)`).FindStringSubmatch(string(media.body))
		if segment == nil {
			t.Fatalf("no segment in %s", media.body)
		}
		part := get(dir+segment[3], "Range", "bytes="+segment[2]+"-"+segment[2])
		if part.StatusCode != http.StatusPartialContent || len(part.body) != 1 || part.Header.Get("Cache-Control") != bytesCache {
			t.Errorf("segment: %d %v", part.StatusCode, part.Header)
		}
		if again := get(dir+segment[3], "If-None-Match", part.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("conditional: %d", again.StatusCode)
		}
	}
	if mpd := get(s.DASH); mpd.StatusCode != 200 || !strings.Contains(string(mpd.body), "<MPD") {
		t.Errorf("%d %s", mpd.StatusCode, mpd.body)
	}
	if head := get(s.Head); head.StatusCode != 200 || head.Header.Get("Content-Type") != "video/mp4" || s.HeadMS == 0 {
		t.Errorf("head: %d, %d ms", head.StatusCode, s.HeadMS)
	}
	first := get(s.FirstRange.URL, "Range", "bytes=0-"+fmt.Sprint(s.FirstRange.Length-1))
	if int64(len(first.body)) != s.FirstRange.Length || !strings.Contains(string(first.body), "mdat") {
		t.Errorf("first range: %d of %d bytes", len(first.body), s.FirstRange.Length)
	}
}

func TestABlockedFileIsForStaffOnly(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, withConfig(func(c *Config) { c.Profile = "broadcast" }))
		b.work()
		a := b.upload("a", "x.mp4", clip(t, "tiny"))
		b.idle()
		if got := b.load(a); got.State != Complete || got.Outcome != blocking {
			t.Fatalf("%s, %q", got.State, got.Outcome)
		}
		told := slices.ContainsFunc(b.heardOf(), func(f bus.Fact) bool {
			p, ok := f.(event.AssetPlayable)
			return ok && p.Blocked
		})
		if !told {
			t.Error("nobody was told that it is blocked")
		}
		if s := b.openOne(StreamRequest{Asset: a, Device: viewer.Device}); s.HLS != "" {
			t.Errorf("a viewer gets %s", s.HLS)
		}
		s, err := b.Preview(t.Context(), producerA, a)
		b.ok(err)
		b.idle()
		if seen := (event.WorkViewed{By: event.By(producerA), Org: orgA, Asset: a}); !slices.Contains(b.heardOf(), bus.Fact(seen)) {
			t.Error("that it was looked at was not announced")
		}
		if p := b.do("nobody", "GET", s.HLS, nil); p.StatusCode != 200 {
			t.Errorf("its producer cannot look at it: %d %s", p.StatusCode, p.body)
		}
	})
}

// The same file with another profile is judged by that one, whenever it comes.
func TestAFileSentWithAnotherProfile(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		file := clip(t, "tiny")
		send := func(profile string, want id.Asset) id.Asset {
			t.Helper()
			path := b.createUpload("a", len(file), "filename", "x.mp4", "profile", profile).Header.Get("Location")
			b.patch("a", path, 0, file)
			a := id.Asset(b.head("a", path).Header.Get("Upload-Asset"))
			if want != "" && a != want {
				t.Fatalf("another asset: %s", a)
			}
			return a
		}
		a := send("", "")
		if got := b.load(a).Profile; got != "web" {
			t.Errorf("judged by %q", got)
		}
		send("broadcast", a) // before it was looked at
		b.work()
		b.idle()
		b.heardOf()
		judged := func(profile string, blocked bool) {
			t.Helper()
			b.idle()
			got := b.load(a)
			findings, err := findingsOf(t.Context(), d, a)
			b.ok(err)
			blocks := 0
			for _, f := range findings {
				if f.Severity == string(qc.Block) {
					blocks++
				}
			}
			if got.Profile != profile || got.State != Complete || (got.Outcome == blocking) != blocked || got.Blocks != blocks || (blocks > 0) != blocked {
				t.Errorf("by %s it is %s, %q by %q with %d findings that block", profile, got.State, got.Outcome, got.Profile, blocks)
			}
			if s := b.openOne(StreamRequest{Asset: a, Device: viewer.Device}); (s.HLS == "") != blocked {
				t.Errorf("by %s a viewer gets %q", profile, s.HLS)
			}
		}
		judged("broadcast", true)
		send("", a)
		judged("broadcast", true)
		if told := b.heardOf(); len(told) != 0 {
			t.Errorf("without a word on the profile: %+v", told)
		}
		send("web", a)
		judged("web", false)
		send("broadcast", a)
		judged("broadcast", true)
		var told []bool
		for _, f := range b.heardOf() {
			told = append(told, f.(event.AssetPlayable).Blocked)
		}
		slices.SortFunc(told, func(x, y bool) int { return map[bool]int{true: 1}[x] - map[bool]int{true: 1}[y] })
		if !slices.Equal(told, []bool{false, true}) {
			t.Errorf("told of the blocks %v", told)
		}
	})
}

func TestLaterQualitiesComeLater(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.work()
	a := b.upload("a", "big.mp4", clip(t, "large"))
	b.idle()
	if got := b.load(a); got.State != Complete {
		t.Fatalf("%+v", got)
	}
	names := func() string {
		rs, err := renditionsOf(t.Context(), b.db, a)
		b.ok(err)
		var out []string
		for _, r := range rs {
			if r.Kind == kindVideo {
				out = append(out, r.Name)
			}
		}
		return strings.Join(out, " ")
	}
	if !strings.Contains(names(), "v1080") || strings.Contains(names(), "av1") {
		t.Errorf("after both passes: %s", names())
	}
	if _, err := b.MakeAV1(t.Context(), producerB, a); !hasCode(err, "media.asset_not_found") {
		t.Errorf("another's asset: %v", err)
	}
	want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(a)+"/av1", nil), 200, "")
	want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(a)+"/av1", nil), 200, "") // twice is once
	b.idle()
	if got := b.load(a); got.AV1 != "done" || !strings.Contains(names(), "av1") || !strings.Contains(names(), "v1080") {
		t.Errorf("%s: %s", got.AV1, names())
	}
	b.plays(a)
}

func TestBadFilesFailWithAReason(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.work()
	good := clip(t, "tiny")
	cases := map[string]struct {
		file []byte
		code string
	}{
		"truncated.mp4": {good[:len(good)*2/3], "media.truncated"},
		"renamed.mp4":   {[]byte(strings.Repeat("To whom it may concern. ", 100)), "media.container"},
		"playlist.mp4":  {[]byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "media.playlist"},
		"concat.mp4":    {[]byte("ffconcat version 1.0\nfile '/etc/passwd'\n"), "media.playlist"},
		"sound.mp4":     {clip(t, "sound"), "media.no_video"},
		"noise.mp4":     {append([]byte("\x00\x00\x00\x18ftypmp42"), []byte(strings.Repeat("\xff\x01", 4000))...), "media.truncated"},
	}
	assets := map[string]id.Asset{}
	for name, c := range cases {
		assets[name] = b.upload("a", name, c.file)
	}
	fine := b.upload("a", "fine.mp4", good)
	b.idle()
	for name, a := range assets {
		got := b.load(a)
		if got.State != Failed || got.Problem.Code != cases[name].code || got.Problem.Msg == "" {
			t.Errorf("%s: %s %+v, want %s", name, got.State, got.Problem, cases[name].code)
		}
		if n := b.count(`SELECT COUNT(*) FROM media_rendition WHERE asset_id = $1`, a); n != 0 {
			t.Errorf("%s: %d files published", name, n)
		}
	}
	if got := b.load(fine); got.State != Complete {
		t.Errorf("the good one: %s %+v", got.State, got.Problem)
	}
	failed := 0
	for _, f := range b.heardOf() {
		if _, ok := f.(event.AssetFailed); ok {
			failed++
		}
	}
	if failed != len(cases) {
		t.Errorf("%d failures announced", failed)
	}
	if _, err := b.Preview(t.Context(), producerA, assets["renamed.mp4"]); !hasCode(err, "media.not_playable") {
		t.Errorf("preview: %v", err)
	}
}

// What is wrong with the machine is tried as often as Config.Tries says, here or
// on another node, and then told: not for ever, and not as the file's fault.
func TestAFaultOfTheMachineIsTold(t *testing.T) {
	t.Parallel()
	for code, fault := range map[string]error{
		"media.unreadable":   probe.ErrDenied,
		"media.tool_lacking": &fence.Failure{Tool: "ffmpeg", Reason: fence.Unfit},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, databases.SQLite(t))
			a := b.upload("a", "x.mp4", clip(t, "tiny"))
			tried := func(l bus.Lease) error {
				return b.attempt(t.Context(), a, l, pass{owed: func(a Asset) bool { return a.State.Working() }, do: func(context.Context, *run) error { return fault }})
			}
			if err := tried(bus.Lease{Try: 1}); err == nil {
				t.Error("it is not tried again")
			}
			if got := b.load(a); got.State != Uploaded || got.Problem.Code != "" {
				t.Errorf("between two tries: %s %+v", got.State, got.Problem)
			}
			if err := tried(bus.Lease{Try: 2, Last: true}); err == nil {
				t.Error("the operator is not told")
			}
			if got := b.load(a); got.State != Failed || got.Problem.Code != code {
				t.Errorf("after the last: %s %+v", got.State, got.Problem)
			}
		})
	}
}

func TestAKillAtAnyStageLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{stageFetch, stageProbe, stageListen, stageEncode, stagePublish} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, databases.SQLite(t))
			a := b.upload("a", "x.mp4", clip(t, "tiny"))
			died := false
			b.hook = func(at string) {
				if at == stage && !died {
					died = true
					if got := b.count(`SELECT COUNT(*) FROM media_rendition`); got != 0 {
						t.Errorf("%d files are published", got)
					}
					panic("killed")
				}
			}
			b.work()
			b.idle()
			got := b.load(a)
			if !died || got.State != Complete || got.Attempts != 2 {
				t.Errorf("died %v, then %s after %d attempts: %+v", died, got.State, got.Attempts, got.Problem)
			}
			b.plays(a)
		})
	}
}

func TestCancelEndsTheRunAndRetryStartsIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a := b.upload("a", "x.mp4", clip(t, "tiny"))
	console := "/api/console/v1/assets/" + string(a)
	ended := make(chan struct{})
	first := true
	b.hook = func(at string) {
		if at == stageEncode && first {
			first = false
			if _, err := b.Cancel(t.Context(), producerA, a); err != nil {
				t.Error(err)
			}
			close(ended)
		}
	}
	want(t, b.do("b", "POST", console+"/cancel", nil), 404, "media.asset_not_found")
	want(t, b.do("a", "POST", console+"/retry", nil), 409, "media.nothing_to_retry")
	b.work()
	<-ended
	b.idle()
	if got := b.load(a); got.State != Cancelled || got.Run != "" {
		t.Fatalf("after the cancel: %+v", got)
	}
	if n := b.count(`SELECT COUNT(*) FROM media_rendition`); n != 0 {
		t.Errorf("%d files published", n)
	}
	want(t, b.do("a", "POST", console+"/cancel", nil), 409, "media.nothing_to_cancel")
	want(t, b.do("b", "POST", console+"/retry", nil), 404, "media.asset_not_found")
	want(t, b.do("a", "POST", console+"/retry", nil), 200, "")
	b.idle()
	if got := b.load(a); got.State != Complete {
		t.Errorf("after the retry: %s %+v", got.State, got.Problem)
	}
}

// An attempt that lost its lease goes on for a while; what it makes must not
// replace what its successor made.
func TestAnOvertakenAttemptPublishesNothing(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a := b.upload("a", "x.mp4", clip(t, "tiny"))
		p := pass{owed: func(a Asset) bool { return a.State.Working() }, do: firstPass}
		overtaken := false
		b.hook = func(at string) {
			if at == stagePublish && !overtaken {
				overtaken = true
				b.ok(b.attempt(t.Context(), a, bus.Lease{Try: 2}, pass{owed: p.owed, do: func(ctx context.Context, r *run) error {
					return r.publish(ctx, func(_ context.Context, _ *db.Tx, a *Asset) error {
						a.State, a.Run, a.Stage = Complete, "", "by the second"
						return nil
					})
				}}))
			}
		}
		b.slots = slots.New(2)
		b.ok(b.attempt(t.Context(), a, bus.Lease{Try: 1}, p))
		if got := b.load(a); got.Stage != "by the second" || got.State != Complete {
			t.Errorf("%+v", got)
		}
		if n := b.count(`SELECT COUNT(*) FROM media_rendition`); n != 0 {
			t.Errorf("the first attempt published %d files", n)
		}
	})
}

func TestLiveEventsStayWithTheirOrganisation(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	stream := func(who string) chan string {
		events := make(chan string, 1000)
		go b.Live(t.Context(), testActors[who], func(_ string, data any) error {
			events <- string(data.(Summary).ID) + " " + string(data.(Summary).State)
			return nil
		})
		return events
	}
	mine := stream("a")
	theirs := stream("b")
	all := stream("operator")
	b.hasListeners(3)
	b.work()
	a := b.upload("a", "x.mp4", clip(t, "tiny"))
	other := b.upload("b", "y.mp4", clip(t, "tiny"))
	until := func(events chan string, want string) {
		t.Helper()
		for {
			select {
			case e := <-events:
				if e == want {
					return
				}
			case <-time.After(10 * time.Minute):
				t.Fatalf("never heard of %s", want)
			}
		}
	}
	until(all, string(a)+" complete")
	until(mine, string(a)+" complete")
	for {
		e := <-theirs
		if strings.HasPrefix(e, string(a)) {
			t.Fatalf("another organisation heard %s", e)
		}
		if e == string(other)+" complete" {
			break
		}
	}
}

func TestLongWorkHasSeveralSheets(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.work()
	a := b.upload("a", "long.mp4", clip(t, "long"))
	b.idle()
	s := b.openOne(StreamRequest{Asset: a})
	if s.Sprite == nil || s.Sprite.Count != 65 || !strings.Contains(s.Sprite.URL, "{n}") {
		t.Fatalf("%+v", s.Sprite)
	}
	for n, status := range map[string]int{"1": 200, "2": 200, "3": 404} {
		if got := b.do("nobody", "GET", strings.Replace(s.Sprite.URL, "{n}", n, 1), nil); got.StatusCode != status {
			t.Errorf("sheet %s: %d", n, got.StatusCode)
		}
	}
	b.plays(a)
}

func TestAnHDRMasterKeepsItsHDRAndPlaysEverywhere(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.work()
	a := b.upload("a", "hdr.mp4", clip(t, "hdr"))
	b.idle()
	if got := b.load(a); got.State != Complete {
		t.Fatalf("%s %+v", got.State, got.Problem)
	}
	rs, err := renditionsOf(t.Context(), b.db, a)
	b.ok(err)
	ranges := map[cmaf.Range]bool{}
	for _, r := range rs {
		if r.Kind == kindVideo {
			ranges[r.Track.Range] = r.Later
		}
	}
	if diff := cmp.Diff(map[cmaf.Range]bool{cmaf.SDR: false, cmaf.PQ: true}, ranges); diff != "" {
		t.Error(diff)
	}
	b.plays(a)
}
