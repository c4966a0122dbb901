package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/display"
)

// segments and segment are the shape of a stocked track: two-second segments of
// equal size behind 100 bytes of head.
const (
	segments = 45
	segment  = 1000
)

// stock puts an asset of 90 seconds on the shelf whose bytes are not video.
func (b *bench) stock() id.Asset {
	b.t.Helper()
	now := b.clock.Now()
	a := Asset{ID: id.New[id.Asset](), Org: orgA, Filename: "stock.mp4", Profile: "web", State: Complete, DurationMS: segments * 2000, Width: 720, Height: 1280,
		Report: Report{HeadMS: 5000, Sprite: &Sprite{IntervalMS: 2000, Columns: 10, Rows: 6, Count: 45}}, CreatedAt: now}
	a.SHA256 = string(a.ID)
	var files []Rendition
	add := func(name, kind, ext string, bytes []byte, t *cmaf.Track) {
		sum := sha256.Sum256(bytes)
		r := Rendition{Asset: a.ID, Name: name, Kind: kind, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(bytes)), Track: t}
		r.Key = RenditionKey(r.SHA256, ext)
		if t != nil {
			r.Bitrate, r.Codec = int64(t.Average), t.Codec
		}
		files = append(files, r)
		b.ok(b.kept.Claim(b.t.Context(), r.Key))
		b.ok(b.blobs.Put(b.t.Context(), r.Key, strings.NewReader(string(bytes)), -1))
	}
	for i, name := range []string{"v360", "v480", "v720", "audio"} {
		t := &cmaf.Track{Kind: cmaf.Video, Codec: "avc1.64001f", Timescale: 1000, W: 360 * (i + 1), H: 640 * (i + 1), FrameNum: 24, FrameDen: 1,
			Init: cmaf.Bytes{At: 0, Len: 60}, Index: cmaf.Bytes{At: 60, Len: 40}, Average: 4000 * (i + 1), Peak: 5000 * (i + 1), Duration: segments * 2000}
		for n := range segments {
			t.Segments = append(t.Segments, cmaf.Segment{At: int64(100 + n*segment), Len: segment, Duration: 2000, Sync: true})
		}
		kind := kindVideo
		if name == "audio" {
			t.Kind, t.Codec, t.W, t.H, t.Channels, t.Rate, kind = cmaf.Audio, "mp4a.40.2", 0, 0, 2, 48000, kindAudio
		}
		add(name, kind, ".mp4", bytes.Repeat([]byte{byte('a' + i)}, 100+segments*segment), t)
	}
	add("head", kindHead, ".mp4", []byte("head"), nil)
	add("sprite-1", kindSprite, ".jpg", []byte("sprite"), nil)
	add("likeness-sound", kindLikeness, ".bin", []byte("secret"), nil)
	b.ok(b.db.InTx(b.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := insertAsset(ctx, tx, a); err != nil {
			return err
		}
		return replaceRenditions(ctx, tx, a.ID, func(Rendition) bool { return true }, files)
	}))
	return a.ID
}

func (b *bench) openOne(r StreamRequest) Stream {
	b.t.Helper()
	out, err := b.Open(b.t.Context(), []StreamRequest{r})
	b.ok(err)
	return out[0]
}

func TestLinksAreEqualForAWhileAndRenewed(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a, device := b.stock(), id.New[id.Device]()
	ask := StreamRequest{Asset: a, Device: device}
	first := b.openOne(ask)
	b.clock.Advance(5 * time.Minute) // 12:08, the same ten minutes
	if diff := cmp.Diff(first, b.openOne(ask)); diff != "" {
		t.Errorf("a grant repeated has other links: %s", diff)
	}
	if other := b.openOne(StreamRequest{Asset: a, Device: id.New[id.Device]()}); other.HLS == first.HLS {
		t.Error("two devices share a link")
	}
	b.clock.Advance(first.RenewAfter.Sub(b.clock.Now()) - time.Microsecond)
	if b.openOne(ask).HLS != first.HLS {
		t.Error("there are new links before it is time to renew")
	}
	b.clock.Advance(time.Microsecond)
	if b.openOne(ask).HLS == first.HLS {
		t.Error("renewing when told to gives the old links")
	}
	want(t, b.do("nobody", "GET", first.HLS, nil), 200, "")
	b.clock.Advance(time.Hour)
	want(t, b.do("nobody", "GET", first.HLS, nil), 403, "media.link_expired")
	want(t, b.do("nobody", "GET", first.FirstRange.URL, nil), 403, "media.link_expired")
	want(t, b.do("nobody", "GET", b.openOne(ask).HLS, nil), 200, "")
}

func TestLinksEndWhenTheyMust(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a := b.stock()
	usual := b.openOne(StreamRequest{Asset: a})
	if late := b.openOne(StreamRequest{Asset: a, NotAfter: usual.ExpiresAt.Add(time.Hour)}); late.HLS != usual.HLS || !late.RenewAfter.Equal(usual.RenewAfter) {
		t.Error("a late bound gives other links")
	}
	soon := b.openOne(StreamRequest{Asset: a, NotAfter: b.clock.Now().Add(3 * time.Minute)})
	if left := soon.ExpiresAt.Sub(b.clock.Now()); left < 3*time.Minute || left > 3*time.Minute+time.Second || soon.RenewAfter.Before(soon.ExpiresAt) {
		t.Fatalf("expires in %v, renew at %v", left, soon.RenewAfter)
	}
	want(t, b.do("nobody", "GET", soon.HLS, nil), 200, "")
	b.clock.Advance(3*time.Minute + time.Second)
	want(t, b.do("nobody", "GET", soon.HLS, nil), 403, "media.link_expired")
	want(t, b.do("nobody", "GET", usual.HLS, nil), 200, "")
}

func TestOnlyGoodLinksOpen(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		a, other := b.stock(), b.stock()
		s := b.openOne(StreamRequest{Asset: a, Device: id.New[id.Device]()})
		want(t, b.do("nobody", "GET", s.HLS, nil), 200, "")
		token := strings.Split(s.HLS, "/")[3]
		for name, url := range map[string]string{
			"a letter changed": strings.Replace(s.HLS, token, flip(token), 1),
			"cut":              strings.Replace(s.HLS, token, token[:40], 1),
			"another asset":    strings.Replace(s.HLS, string(a), string(other), 1),
			"an unknown asset": strings.Replace(s.HLS, string(a), string(id.New[id.Asset]()), 1),
			"no asset":         strings.Replace(s.HLS, string(a), "x", 1),
			"another's token":  b.openOne(StreamRequest{Asset: other}).HLS[:len(MediaPath)+len(token)] + s.HLS[len(MediaPath)+len(token):],
		} {
			if got := b.do("nobody", "GET", url, nil); got.StatusCode != 403 || got.code() != "media.link_expired" {
				t.Errorf("%s: %d %s", name, got.StatusCode, got.code())
			}
		}
		dir := s.HLS[:strings.LastIndex(s.HLS, "/")+1]
		shelf, err := b.shelf(t.Context(), other)
		b.ok(err)
		foreign := shelf.lowest().File()
		mine, err := b.shelf(t.Context(), a)
		b.ok(err)
		for _, file := range []string{"v999.m3u8", "subs-xx.m3u8", "x.mpd", "en-0.vtt", strings.Replace(foreign, "v360", "v361", 1), mine.paths["likeness-sound"], "v360.mp4", "..%2f..%2fetc%2fpasswd"} {
			want(t, b.do("nobody", "GET", dir+file, nil), 404, "media.file_not_found")
		}
		b.ok(b.RaiseEpoch(t.Context(), []id.Asset{a}))
		want(t, b.do("nobody", "GET", s.HLS, nil), 403, "media.link_expired")
		want(t, b.do("nobody", "GET", b.openOne(StreamRequest{Asset: a}).HLS, nil), 200, "")
	})
}

func TestAManifestFitsTheDisplay(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a := b.stock() // 360, 720 and 1080 pixels wide
	ask := func(d display.Display) Stream {
		return b.openOne(StreamRequest{Asset: a, Device: viewer.Device, Display: d})
	}
	small := ask(display.Display{W: 700, H: 1300, Turns: true})
	for _, url := range []string{small.HLS, small.DASH} {
		p := b.do("nobody", "GET", url, nil)
		if text := string(p.body); p.StatusCode != 200 || strings.Contains(text, "v720") || !strings.Contains(text, "v480") || !strings.Contains(text, "v360") {
			t.Errorf("%s: %d\n%s", url, p.StatusCode, text)
		}
	}
	if all := ask(display.Display{}); !strings.Contains(string(b.do("nobody", "GET", all.HLS, nil).body), "v720") {
		t.Error("an unknown display is not offered everything")
	}
	if alike := ask(display.Display{W: 720, H: 1400, Turns: true}); alike.HLS != small.HLS {
		t.Errorf("displays that differ little have other links: %s, %s", alike.HLS, small.HLS)
	}
	dir := small.HLS[:strings.LastIndex(small.HLS, "/")+1]
	for _, file := range []string{"master.m3u8.m3u8", "master..m3u8", "master.1280x720.mpd", "master.1281x720.m3u8", "master.turns_1280x720.m3u8", "master.1280x720_x.m3u8", "manifest.1280x720.m3u8"} {
		want(t, b.do("nobody", "GET", dir+file, nil), 404, "media.file_not_found")
	}
}

// The word of a change may be lost between nodes: each looks for itself too.
func TestANodeNobodyToldForgetsByItself(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		told, deaf := newBench(t, d), newBench(t, d)
		a := told.stock()
		s := deaf.openOne(StreamRequest{Asset: a, Device: id.New[id.Device]()})
		want(t, deaf.do("nobody", "GET", s.HLS, nil), 200, "")
		told.clock.Advance(time.Second)
		told.ok(told.RaiseEpoch(t.Context(), []id.Asset{a}))
		want(t, told.do("nobody", "GET", s.HLS, nil), 403, "media.link_expired")
		want(t, deaf.do("nobody", "GET", s.HLS, nil), 200, "") // it has its own bus
		deaf.ok(deaf.catchUp(t.Context()))
		want(t, deaf.do("nobody", "GET", s.HLS, nil), 403, "media.link_expired")
	})
}

func TestAnOpenFileEndsWithItsLink(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	a := b.stock()
	for name, end := range map[string]func(Stream){
		"taken back":  func(Stream) { b.ok(b.RaiseEpoch(t.Context(), []id.Asset{a})) },
		"out of time": func(s Stream) { b.clock.Advance(s.ExpiresAt.Sub(b.clock.Now())) },
	} {
		s := b.openOne(StreamRequest{Asset: a})
		f, ok := b.part(s.FirstRange.URL)
		if !ok {
			t.Fatalf("%s: there is no file", name)
		}
		defer f.Close()
		if !f.Good() {
			t.Errorf("%s: it ends too early", name)
		}
		end(s)
		if f.Good() {
			t.Errorf("%s: it may still be had", name)
		}
		want(t, b.do("nobody", "GET", s.FirstRange.URL, nil), 403, "media.link_expired")
	}
}

func flip(s string) string {
	if s[10] == 'A' {
		return s[:10] + "B" + s[11:]
	}
	return s[:10] + "A" + s[11:]
}

func TestAPreviewEndsWhereItEnds(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	s := b.openOne(StreamRequest{Asset: b.stock(), UntilMS: 9000}) // five segments of two seconds
	dir := s.HLS[:strings.LastIndex(s.HLS, "/")+1]
	list := string(b.do("nobody", "GET", dir+"v360.m3u8", nil).body)
	if n := strings.Count(list, "#EXTINF"); n != 5 {
		t.Errorf("%d segments are listed", n)
	}
	end := 100 + 5*segment
	for rng, status := range map[string]int{
		"bytes=0-99":                       206,
		fmt.Sprintf("bytes=100-%d", end-1): 206,
		fmt.Sprintf("bytes=100-%d", end):   403,
		"bytes=0-":                         403,
		"bytes=-10":                        403,
		"":                                 403,
		fmt.Sprintf("bytes=0-1,%d-%d", end, end+5):        403,
		fmt.Sprintf("bytes=%d-%d", end, end+5):            403,
		"bytes=99999999999999999999-99999999999999999999": 403,
	} {
		headers := []string{"If-Range", `"another version"`} // must not turn a range into everything
		if rng != "" {
			headers = append(headers, "Range", rng)
		}
		got := b.do("nobody", "GET", s.FirstRange.URL, nil, headers...)
		if got.StatusCode != status || len(got.body) > end && status == 206 {
			t.Errorf("%q: %d, %d bytes", rng, got.StatusCode, len(got.body))
		}
	}
	if s.Head == "" || b.do("nobody", "GET", s.Head, nil).StatusCode != 200 {
		t.Error("a head shorter than the preview is refused")
	}
	want(t, b.do("nobody", "GET", s.Sprite.URL, nil), 403, "media.beyond_preview")
	short := b.openOne(StreamRequest{Asset: s.Asset, UntilMS: 1000})
	if short.Head != "" {
		t.Error("the head is longer than the preview")
	}
}

// subtitled is a house where every asset has subtitles.
type subtitled struct{ key string }

func (s subtitled) Of(_ context.Context, assets []id.Asset) (map[id.Asset][]Subtitle, error) {
	out := map[id.Asset][]Subtitle{}
	for _, a := range assets {
		out[a] = []Subtitle{{"zh-Hans", "简体中文", s.key}, {"en", `Say "hello"`, s.key}}
	}
	return out, nil
}

func TestSubtitlesAreServedUnderTheLink(t *testing.T) {
	t.Parallel()
	const key, text = "catalogue/vtt/1.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n你好\n"
	b := newBench(t, databases.SQLite(t), func(_ *bench, d *Deps) { d.Subtitles = subtitled{key} })
	b.ok(b.blobs.Put(t.Context(), key, strings.NewReader(text), -1))
	s := b.openOne(StreamRequest{Asset: b.stock()})
	if len(s.Subtitles) != 2 || s.Subtitles[0].Lang != "zh-Hans" {
		t.Fatalf("%+v", s.Subtitles)
	}
	for _, sub := range s.Subtitles {
		got := b.do("nobody", "GET", sub.URL, nil)
		if string(got.body) != text || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/vtt") {
			t.Errorf("%s: %d %s", sub.URL, got.StatusCode, got.body)
		}
	}
	dir := s.HLS[:strings.LastIndex(s.HLS, "/")+1]
	if list := b.do("nobody", "GET", dir+"subs-en.m3u8", nil); !strings.Contains(string(list.body), s.Subtitles[1].URL[len(dir):]) {
		t.Errorf("%s", list.body)
	}
	if master := string(b.do("nobody", "GET", s.HLS, nil).body); !strings.Contains(master, "subs-zh-Hans.m3u8") || strings.Contains(master, `"hello"`) {
		t.Errorf("%s", master)
	}
}

func TestRangesAndConditions(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	s := b.openOne(StreamRequest{Asset: b.stock()})
	url := s.FirstRange.URL
	whole := b.do("nobody", "GET", url, nil)
	if len(whole.body) != 100+segments*segment || whole.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("%d bytes, %v", len(whole.body), whole.Header)
	}
	tag := whole.Header.Get("ETag")
	for name, c := range map[string]struct {
		headers []string
		status  int
		length  int
	}{
		"the end":          {[]string{"Range", "bytes=-10"}, 206, 10},
		"beyond":           {[]string{"Range", "bytes=99999999-"}, 416, -1},
		"the same version": {[]string{"If-None-Match", tag}, 304, 0},
		"range, same":      {[]string{"Range", "bytes=0-9", "If-Range", tag}, 206, 10},
		"range, another":   {[]string{"Range", "bytes=0-9", "If-Range", `"x"`}, 200, len(whole.body)},
	} {
		got := b.do("nobody", "GET", url, nil, c.headers...)
		if got.StatusCode != c.status || c.length >= 0 && len(got.body) != c.length {
			t.Errorf("%s: %d, %d bytes", name, got.StatusCode, len(got.body))
		}
	}
	if head := b.do("nobody", "HEAD", url, nil); head.StatusCode != 200 || head.ContentLength != int64(len(whole.body)) {
		t.Errorf("HEAD: %d %d", head.StatusCode, head.ContentLength)
	}
	if got := b.do("nobody", "POST", url, nil); got.StatusCode != 405 {
		t.Errorf("POST: %d", got.StatusCode)
	}
	if b.short.Load() == 0 {
		t.Error("a file of this machine has no short way")
	}
}

func TestPlaysBringAV1(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, withConfig(func(c *Config) { c.AV1Plays = 10 }))
		a := b.stock()
		unknown := id.New[id.Asset]()
		jobs := func() int { return b.count(`SELECT COUNT(*) FROM bus_outbox WHERE subject LIKE '%media.av1%'`) }
		play := func(a id.Asset, n int64) {
			b.ok(d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return b.notePlays(ctx, tx, a, n) }))
		}
		play(a, 9)
		play(unknown, 100)
		if jobs() != 0 {
			t.Error("made before anybody wants it")
		}
		play(a, 1)
		play(a, 50)
		if got := b.load(a); jobs() != 1 || got.AV1 != "wanted" || got.Plays != 60 {
			t.Errorf("%d jobs, %s, %d plays", jobs(), got.AV1, got.Plays)
		}
		for i, end := range []func(){
			func() {
				b.ok(b.attempt(t.Context(), a, bus.Lease{Try: 1, Last: true}, pass{later: true, owed: wantsAV1, do: func(context.Context, *run) error {
					return &fence.Failure{Tool: "ffmpeg", Reason: fence.Failed}
				}}))
			},
			func() {
				_, err := b.Cancel(t.Context(), producerA, a)
				b.ok(err)
			},
		} {
			end()
			play(a, 50)
			ended := []AV1State{AV1Failed, AV1Cancelled}[i]
			if got := b.load(a); jobs() != i+1 || got.AV1 != ended || got.State != Complete || got.Problem.Code != "" {
				t.Errorf("%s, then played: %d jobs, %s, the file is %s %+v", ended, jobs(), got.AV1, got.State, got.Problem)
			}
			var shown assetJSON
			if b.getJSON("a", "/api/console/v1/assets/"+string(a), &shown); shown.AV1 != ended || shown.Problem != nil {
				t.Errorf("shown as %q %+v", shown.AV1, shown.Problem)
			}
			if got, err := b.MakeAV1(t.Context(), producerA, a); err != nil || got.AV1 != AV1Wanted || jobs() != i+2 {
				t.Errorf("asked for after it %s: %s, %d jobs, %v", ended, got.AV1, jobs(), err)
			}
		}
	})
}

func TestAssetsOfAnotherOrganisationDoNotExist(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var mine []string
		for n := range 5 {
			mine = append([]string{string(b.upload("a", "a.mp4", body2(n)))}, mine...)
			b.upload("b", "b.mp4", body2(n))
		}
		list := func(who, query string) (out struct {
			Items []Summary
			Next  string
		}) {
			b.getJSON(who, "/api/console/v1/assets"+query, &out)
			return out
		}
		var got []string
		after := ""
		for {
			p := list("a", "?limit=2&after="+after)
			for _, s := range p.Items {
				got = append(got, string(s.ID))
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if diff := cmp.Diff(mine, got); diff != "" {
			t.Error(diff)
		}
		if n := len(list("operator", "").Items); n != 10 {
			t.Errorf("the operator sees %d", n)
		}
		if n := len(list("operator", "?state=complete").Items); n != 0 {
			t.Errorf("%d complete ones", n)
		}
		if q := list("operator", "?limit=1").Items[0].QueuePosition; q != 10 {
			t.Errorf("the youngest waits at place %d", q)
		}
		for _, path := range []string{"", "/preview", "/cancel", "/retry", "/av1"} {
			method := "POST"
			if path == "" {
				method = "GET"
			}
			want(t, b.do("b", method, "/api/console/v1/assets/"+mine[0]+path, nil), 404, "media.asset_not_found")
			want(t, b.do("viewer", method, "/api/console/v1/assets/"+mine[0]+path, nil), 403, "httpx.forbidden")
			want(t, b.do("a", method, "/api/console/v1/assets/nonsense"+path, nil), 404, "media.asset_not_found")
		}
		facts, err := b.Playable(t.Context(), []id.Asset{id.Asset(mine[0]), id.New[id.Asset]()})
		b.ok(err)
		sum := sha256.Sum256(body2(4))
		if diff := cmp.Diff(map[id.Asset]Facts{id.Asset(mine[0]): {Org: orgA, Master: hex.EncodeToString(sum[:])}}, facts); diff != "" {
			t.Error(diff)
		}
	})
}

func BenchmarkManifest(b *testing.B) {
	x := newBench(b, databases.SQLite(b))
	s := x.openOne(StreamRequest{Asset: x.stock()})
	dir := s.HLS[:strings.LastIndex(s.HLS, "/")+1]
	for name, url := range map[string]string{"master": s.HLS, "media": dir + "v720.m3u8", "mpd": s.DASH} {
		b.Run(name, func(b *testing.B) { x.fetch(b, url, "") })
	}
}

func BenchmarkSegment(b *testing.B) {
	x := newBench(b, databases.SQLite(b))
	s := x.openOne(StreamRequest{Asset: x.stock()})
	x.fetch(b, s.FirstRange.URL, "bytes=100-1099")
}

func BenchmarkOpen(b *testing.B) {
	x := newBench(b, databases.SQLite(b))
	ask := []StreamRequest{{Asset: x.stock(), Device: id.New[id.Device]()}}
	for b.Loop() {
		if _, err := x.Open(b.Context(), ask); err != nil {
			b.Fatal(err)
		}
	}
}

// fetch asks the whole handler, without a network.
func (x *bench) fetch(b *testing.B, url, rng string) {
	handler := x.srv.Config.Handler
	r := httptest.NewRequest(http.MethodGet, url, nil)
	if rng != "" {
		r.Header.Set("Range", rng)
	}
	for b.Loop() {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.Clone(r.Context()))
		if w.Code >= 300 {
			b.Fatal(w.Code)
		}
	}
}
