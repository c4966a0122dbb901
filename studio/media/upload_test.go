package media

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

func TestUploadBecomesAnAsset(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.ok(b.bus.Start(t.Context()))
		file := body2(1)
		drama := id.New[id.Drama]()
		created := b.createUpload("a", len(file), "filename", `C:\rushes\ep1.MP4`, "drama_id", string(drama), "episode_number", "7")
		want(t, created, 201, "")
		path := created.Header.Get("Location")
		if !strings.HasPrefix(path, UploadsPath+"n1.upl_") {
			t.Fatalf("address %s", path)
		}
		want(t, b.patch("a", path, 0, file[:100]), 204, "")
		var open struct{ Items []uploadJSON }
		b.getJSON("a", "/api/console/v1/uploads", &open)
		if len(open.Items) != 1 || open.Items[0].URL != path || open.Items[0].Received != 100 || open.Items[0].Filename != "ep1.MP4" {
			t.Errorf("unfinished: %+v", open.Items)
		}
		want(t, b.patch("a", path, 100, file[100:]), 204, "")
		h := b.head("a", path) // a client that lost the last answer
		a := id.Asset(h.Header.Get("Upload-Asset"))
		if h.StatusCode != 200 || h.Header.Get("Upload-Offset") != strconv.Itoa(len(file)) {
			t.Errorf("after completion: %d %v", h.StatusCode, h.Header)
		}
		b.idle()
		asset := b.load(a)
		if f := <-b.facts; f != (event.UploadCompleted{Asset: a, Org: orgA, Drama: drama, Episode: 7, SHA256: asset.SHA256}) {
			t.Errorf("fact %+v", f)
		}
		if asset.State != Uploaded || asset.For != (Purpose{drama, 7}) || asset.Size != int64(len(file)) {
			t.Errorf("%+v", asset)
		}
		stored, err := os.ReadFile(b.blobs.Path(MasterKey(asset.SHA256)))
		if err != nil || !bytes.Equal(stored, file) {
			t.Errorf("the master differs: %v", err)
		}
		if n := b.count(`SELECT COUNT(*) FROM bus_outbox WHERE subject LIKE 'jobs.%media.transcode%'`); n != 1 {
			t.Errorf("%d jobs", n)
		}
		b.getJSON("a", "/api/console/v1/uploads", &open)
		if len(open.Items) != 0 {
			t.Errorf("still unfinished: %+v", open.Items)
		}
	})
}

func TestTheSameFileTwice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b, file := newBench(t, d), clip(t, "tiny")
		first := b.upload("a", "one.mp4", file)
		if again := b.upload("a", "other name.mov", file); again != first {
			t.Errorf("a second asset %s", again)
		}
		others := b.upload("b", "mine.mp4", file)
		if others == first || others == "" {
			t.Errorf("another organisation got %s", others)
		}
		if n := b.count(`SELECT COUNT(*) FROM media_blob`); n != 1 {
			t.Errorf("%d blobs", n)
		}
		// From disk, by the house: the same again.
		path := filepath.Join(t.TempDir(), "import.mp4")
		b.ok(os.WriteFile(path, file, 0o600))
		sum := b.load(first).SHA256
		if _, err := b.Take(t.Context(), operator, orgA, path, strings.Repeat("0", 64)); !hasCode(err, "media.checksum_mismatch") {
			t.Errorf("another file than the listed one: %v", err)
		}
		for range 2 {
			taken, err := b.Take(t.Context(), operator, orgA, path, sum)
			if err != nil || taken != first {
				t.Errorf("taken %s, %v", taken, err)
			}
		}
		if _, err := b.Take(t.Context(), producerB, orgA, path, ""); !hasCode(err, "media.not_allowed") {
			t.Errorf("into another's organisation: %v", err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error("the imported file is gone")
		}
	})
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t), withConfig(func(c *Config) { c.MaxUpload, c.Quota, c.MaxOpen = 2000, 3000, 3 }))
	want(t, b.createUpload("nobody", 10, "filename", "a.mp4"), 401, "httpx.sign_in_required")
	want(t, b.createUpload("viewer", 10, "filename", "a.mp4"), 403, "httpx.forbidden")
	want(t, b.createUpload("a", 10, "filename", "a.mp4", "organisation_id", string(orgB)), 403, "media.not_allowed")
	want(t, b.createUpload("a", 10, "filename", "a.txt"), 422, "media.container_unknown")
	want(t, b.createUpload("a", 10), 422, "media.container_unknown")
	want(t, b.createUpload("a", 0, "filename", "a.mp4"), 422, "media.file_empty")
	want(t, b.createUpload("a", 2001, "filename", "a.mp4"), 422, "media.upload_too_large")
	want(t, b.createUpload("a", 10, "filename", "a.mp4", "profile", "no such"), 422, "media.profile_unknown")
	b.free.Store(diskLow)
	want(t, b.createUpload("a", 10, "filename", "a.mp4"), 429, "media.disk_low")
	b.free.Store(b.cfg.Spared(diskSize) + 3000)
	half := b.createUpload("a", 2000, "filename", "a.mp4").Header.Get("Location")
	want(t, b.createUpload("b", 1500, "filename", "a.mp4"), 429, "media.disk_low") // there is room for either
	want(t, b.patch("a", half, 0, make([]byte, 1000)), 204, "")
	other := b.createUpload("b", 1500, "filename", "a.mp4") // the bytes that came are part of what is not free
	want(t, other, 201, "")
	want(t, b.do("b", "DELETE", other.Header.Get("Location"), nil, "Tus-Resumable", "1.0.0"), 204, "")
	want(t, b.do("a", "DELETE", half, nil, "Tus-Resumable", "1.0.0"), 204, "")
	b.free.Store(diskSize)

	path := b.createUpload("a", 2000, "filename", "a.mp4").Header.Get("Location")
	want(t, b.createUpload("a", 1001, "filename", "b.mp4"), 429, "media.quota_exceeded")
	b.createUpload("a", 1, "filename", "b.mp4")
	b.createUpload("a", 1, "filename", "c.mp4")
	want(t, b.createUpload("a", 1, "filename", "d.mp4"), 429, "media.too_many_uploads")
	want(t, b.createUpload("b", 2000, "filename", "d.mp4"), 201, "") // another's quota
	want(t, b.createUpload("operator", 10, "filename", "d.mp4", "organisation_id", string(orgB)), 201, "")

	b.free.Store(diskLow)
	want(t, b.patch("a", path, 0, make([]byte, 10)), 503, "media.disk_low")
	b.free.Store(diskSize)
	want(t, b.patch("b", path, 0, make([]byte, 10)), 404, "media.upload_not_found")
	want(t, b.do("b", "DELETE", path, nil, "Tus-Resumable", "1.0.0"), 404, "media.upload_not_found")
	if h := b.head("b", path); h.StatusCode != 404 {
		t.Errorf("another's upload can be seen: %d", h.StatusCode)
	}
	want(t, b.patch("a", strings.Replace(path, "/n1.", "/n2.", 1), 0, make([]byte, 10)), 404, "media.upload_not_found")
	want(t, b.do("a", "DELETE", path, nil, "Tus-Resumable", "1.0.0"), 204, "")
	want(t, b.createUpload("a", 2000, "filename", "e.mp4"), 201, "") // the room is free again
}

func TestUploadsExpire(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		left := b.createUpload("a", 100, "filename", "left.mp4").Header.Get("Location")
		goes := b.createUpload("a", 100, "filename", "goes on.mp4").Header.Get("Location")
		b.clock.Advance(b.cfg.UploadLife - time.Hour)
		want(t, b.patch("a", goes, 0, make([]byte, 10)), 204, "")
		b.clock.Advance(2 * time.Hour)
		b.ok(b.Tend(t.Context()))
		if h := b.head("a", left); h.StatusCode != 404 {
			t.Errorf("an upload nobody continued is kept: %d", h.StatusCode)
		}
		if h := b.head("a", goes); h.StatusCode != 200 || h.Header.Get("Upload-Offset") != "10" {
			t.Errorf("an upload that goes on: %d", h.StatusCode)
		}
		if files, _ := filepath.Glob(filepath.Join(b.cfg.uploadDir(), "*.info")); len(files) != 1 {
			t.Errorf("%d files on disk", len(files))
		}
	})
}

func TestAnotherNodesUpload(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b1 := newBench(t, d)
		b2 := newBench(t, d, beside(b1), withNode("n2"))
		tell := func(n Node) { b1.ok(d.InTx(t.Context(), putTx(n))) }
		file := body2(3)
		path := b1.createUpload("a", len(file), "filename", "a.mp4").Header.Get("Location")
		want(t, b2.patch("a", path, 0, file[:50]), 410, "media.upload_node_gone") // it never said where it is
		tell(Node{"n1", b1.srv.URL, b1.clock.Now()})
		want(t, b2.patch("a", path, 0, file[:50]), 204, "")
		if h := b2.head("a", path); h.Header.Get("Upload-Offset") != "50" {
			t.Errorf("offset through the other node %q", h.Header.Get("Upload-Offset"))
		}
		want(t, b2.patch("b", path, 50, file[50:]), 404, "media.upload_not_found")
		want(t, b2.do("a", "PATCH", path, nil, "Tus-Resumable", "1.0.0", hopHeader, "n7"), 503, "media.upload_misrouted")
		want(t, b2.patch("a", path, 50, file[50:]), 204, "")
		if h := b2.head("a", path); h.Header.Get("Upload-Asset") == "" {
			t.Error("not completed")
		}

		path = b1.createUpload("a", len(file), "filename", "b.mp4").Header.Get("Location")
		tell(Node{"n1", "http://127.0.0.1:1", b1.clock.Now()})
		want(t, b2.patch("a", path, 0, file), 503, "media.upload_node_silent")
		b1.clock.Advance(b1.cfg.NodeLife + time.Second)
		want(t, b2.patch("a", path, 0, file), 410, "media.upload_node_gone")
		// A node that lost its disk says so itself.
		b1.ok(os.RemoveAll(b1.cfg.uploadDir()))
		want(t, b1.patch("a", path, 0, file), 410, "media.upload_node_gone")
	})
}

func TestADeathBetweenMasterAndAsset(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	file := body2(5)
	path := b.createUpload("a", len(file), "filename", "a.mp4").Header.Get("Location")
	want(t, b.patch("a", path, 0, file[:10]), 204, "")
	// The rest arrives, and the process dies before it could take the file over.
	at := filepath.Join(b.cfg.uploadDir(), strings.TrimPrefix(path, UploadsPath))
	b.ok(os.WriteFile(at, file, 0o600))
	for range 2 {
		b.ok(b.Tend(t.Context()))
	}
	h := b.head("a", path)
	if b.load(id.Asset(h.Header.Get("Upload-Asset"))).Size != int64(len(file)) {
		t.Error("no asset")
	}
	if _, err := os.Stat(at); !os.IsNotExist(err) {
		t.Error("the file is left behind")
	}
}

func TestTheServerIsReplacedInTheMiddle(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		file := body2(7)
		path := b.createUpload("a", len(file), "filename", "a.mp4").Header.Get("Location")
		want(t, b.patch("a", path, 0, file[:500]), 204, "")
		b.srv.Close()
		next := newBench(t, d, beside(b), withConfig(func(c *Config) { c.Dir = b.cfg.Dir }))
		if h := next.head("a", path); h.Header.Get("Upload-Offset") != "500" {
			t.Fatalf("offset %q", h.Header.Get("Upload-Offset"))
		}
		want(t, next.patch("a", path, 500, file[500:]), 204, "")
		if h := next.head("a", path); h.Header.Get("Upload-Asset") == "" {
			t.Error("not completed")
		}
	})
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"", "a.mp4", `C:\x\..\y.mov`, "../../etc/passwd", "a\x00b\n.mp4", "\xff\xfe", "第一集.mp4", strings.Repeat("x", 1000) + ".mp4", "‮4pm.exe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cleanName(s)
		if strings.ContainsAny(got, "/\\\x00\r\n") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 {
			t.Errorf("%q became %q", s, got)
		}
		if cleanName(got) != got {
			t.Errorf("%q is cleaned further", got)
		}
	})
}

func TestConfigIsCheckedWhole(t *testing.T) {
	t.Parallel()
	if err := Default().Validate(); err != nil {
		t.Fatal(err)
	}
	bad := Config{NodeURL: "n1"}
	err := bad.Validate()
	if err == nil || strings.Count(err.Error(), "\n") < 8 {
		t.Errorf("%v", err)
	}
}
