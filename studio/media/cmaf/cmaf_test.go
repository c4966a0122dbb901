package cmaf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"
	"github.com/google/go-cmp/cmp"

	"cliffhanger/studio/media/cmaf"
)

// made are the renditions all tests share: as ffmpeg writes them, unrepaired.
var made = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "cmaf")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	const flags = "cmaf+dash+global_sidx+skip_trailer"
	cmd := exec.Command("ffmpeg", strings.Fields("-nostdin -v error -f lavfi -i testsrc2=s=128x96:r=30000/1001:d=5 -f lavfi -i sine=d=5"+
		" -map 0:v -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -g 60 -x264-params scenecut=0:open-gop=0 -f mp4 -movflags +frag_keyframe+"+flags+" v.mp4"+
		" -map 0:v -s 64x48 -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -g 60 -x264-params scenecut=0:open-gop=0 -f mp4 -movflags +frag_keyframe+"+flags+" small.mp4"+
		" -map 0:v -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 30 -x264-params scenecut=0:open-gop=0 -f mp4 -movflags +frag_keyframe+"+flags+" other.mp4"+
		" -map 0:v -c:v libsvtav1 -preset 10 -g 60 -f mp4 -movflags +frag_keyframe+"+flags+" av1.mp4"+
		" -map 1:a -c:a aac -ar 48000 -ac 2 -f mp4 -frag_duration 2000000 -movflags +"+flags+" a.mp4"+
		" -map 0:v -map 1:a -c:v libx264 -preset veryfast -c:a aac -t 1 -f mp4 -movflags +frag_keyframe+"+flags+" muxed.mp4"+
		" -map 0:v -c:v libx264 -preset veryfast -t 1 -f mp4 plain.mp4")...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.New(string(out))
	}
	files := map[string][]byte{}
	for _, name := range []string{"v.mp4", "small.mp4", "other.mp4", "av1.mp4", "a.mp4", "muxed.mp4", "plain.mp4"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func rendition(t testing.TB, name string) []byte {
	t.Helper()
	files, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(files[name])
}

func open(t testing.TB, b []byte) *cmaf.Track {
	t.Helper()
	tr, err := cmaf.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// fixed is the rendition after FixSidx.
func fixed(t testing.TB, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, rendition(t, name), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := cmaf.FixSidx(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func check(b []byte) error {
	tr, err := cmaf.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	return tr.Check(bytes.NewReader(b), int64(len(b)))
}

func TestOpen(t *testing.T) {
	t.Parallel()
	v := open(t, fixed(t, "v.mp4"))
	if v.Kind != cmaf.Video || v.W != 128 || v.H != 96 || v.FrameNum != 30000 || v.FrameDen != 1001 || v.Range != cmaf.SDR || v.Codec != "avc1.64000a" {
		t.Errorf("%+v", v)
	}
	if v.Length().Round(time.Millisecond) != 5005*time.Millisecond || len(v.Segments) != 3 {
		t.Errorf("%v in %d segments", v.Length(), len(v.Segments))
	}
	if c := open(t, fixed(t, "av1.mp4")).Codec; c != "av01.0.00M.08" {
		t.Errorf("AV1 codec %s", c)
	}
	a := open(t, fixed(t, "a.mp4"))
	if a.Kind != cmaf.Audio || a.Codec != "mp4a.40.2" || a.Rate != 48000 || a.Channels != 2 || a.FPS() != 0 {
		t.Errorf("%+v", a)
	}
}

// TestAgainstAnotherReader compares with mp4ff, which shares no code with us.
func TestAgainstAnotherReader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"v.mp4", "av1.mp4", "a.mp4"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := fixed(t, name)
			tr := open(t, got)
			f, err := mp4.DecodeFile(bytes.NewReader(rendition(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			if err := f.UpdateSidx(true, false); err != nil {
				t.Fatal(err)
			}
			var want bytes.Buffer
			if err := f.Sidx.Encode(&want); err != nil {
				t.Fatal(err)
			}
			mine := got[tr.Index.At:tr.Index.End()]
			if d := cmp.Diff(sidxOf(t, want.Bytes()), sidxOf(t, mine)); d != "" {
				t.Errorf("index (-mp4ff +ours):\n%s", d)
			}
		})
	}
}

func sidxOf(t *testing.T, b []byte) []mp4.SidxRef {
	t.Helper()
	box, err := mp4.DecodeBox(0, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return box.(*mp4.SidxBox).SidxRefs
}

func TestFixSidx(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"v.mp4", "a.mp4"} {
		if err := check(rendition(t, name)); err == nil && name == "a.mp4" {
			t.Error("ffmpeg's own index of sound passes; is there anything left to fix?")
		}
		once := fixed(t, name)
		if err := check(once); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, once, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := cmaf.FixSidx(path); err != nil {
			t.Fatal(err)
		}
		if twice, _ := os.ReadFile(path); !bytes.Equal(once, twice) {
			t.Errorf("%s: twice is not once", name)
		}
	}
}

func TestCheckFindsDamage(t *testing.T) {
	t.Parallel()
	b := fixed(t, "v.mp4")
	tr := open(t, b)
	field := func(box string, skip int) int { // offset of a field in the second segment
		return int(tr.Segments[1].At) + bytes.Index(b[tr.Segments[1].At:], []byte(box)) + 4 + skip
	}
	for name, at := range map[string]int{
		"a size in the index":     int(tr.Index.At) + 8 + 24 + 3,
		"a duration in the index": int(tr.Index.At) + 8 + 24 + 7,
		"a decode time":           field("tfdt", 11),
		"a sync flag":             field("trun", 4+4+4+1), // first sample flags
	} {
		c := bytes.Clone(b)
		c[at] ^= 1
		if err := check(c); err == nil {
			t.Errorf("%s was changed and nobody noticed", name)
		}
	}
}

func TestTracksThatCutApartAreNotAligned(t *testing.T) {
	t.Parallel()
	v, small, av1, other := open(t, fixed(t, "v.mp4")), open(t, fixed(t, "small.mp4")), open(t, fixed(t, "av1.mp4")), open(t, fixed(t, "other.mp4"))
	if err := cmaf.Aligned(v, small, av1); err != nil {
		t.Error(err)
	}
	if err := cmaf.Aligned(v, other); err == nil {
		t.Error("segments of one second and of two are said to be aligned")
	}
	moved := *small
	moved.Segments = append([]cmaf.Segment{}, small.Segments...)
	moved.Segments[0].Duration++
	if err := cmaf.Aligned(v, &moved); err == nil {
		t.Error("a cut one unit late was not noticed")
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	v := open(t, fixed(t, "v.mp4"))
	for _, tt := range []struct {
		d    time.Duration
		want int
	}{{0, 3}, {-1, 3}, {1, 1}, {2 * time.Second, 1}, {2003 * time.Millisecond, 2}, {time.Hour, 3}} {
		n, end := v.Until(tt.d)
		if s := v.Segments[max(n-1, 0)]; n != tt.want || end != s.At+int64(s.Len) {
			t.Errorf("Until(%v) = %d segments, %d bytes", tt.d, n, end)
		}
	}
}

func TestATrackSurvivesStorage(t *testing.T) {
	t.Parallel()
	b := fixed(t, "a.mp4")
	want := open(t, b)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got cmaf.Track
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, &got); d != "" {
		t.Error(d)
	}
	if err := got.Check(bytes.NewReader(b), int64(len(b))); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotARendition(t *testing.T) {
	t.Parallel()
	v := fixed(t, "v.mp4")
	huge := bytes.Clone(v)
	huge[0] = 0x7f // ftyp of two gigabytes
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("#EXTM3U\n#EXT-X-VERSION:7\n"), "two tracks": rendition(t, "muxed.mp4"), "not fragmented": rendition(t, "plain.mp4"),
		"huge box": huge, "cut in the head": v[:300], "cut in the media": v[:len(v)-1],
	} {
		if _, err := cmaf.Open(bytes.NewReader(b), int64(len(b))); !errors.Is(err, cmaf.ErrFormat) {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"v.mp4", "av1.mp4", "a.mp4"} {
		b := rendition(f, name)
		tr := open(f, b)
		f.Add(b[:min(tr.Segments[0].At+2000, int64(len(b)))], int64(len(b)))
		f.Add(b[:tr.Index.At+20], int64(len(b)))
	}
	f.Fuzz(func(t *testing.T, b []byte, size int64) {
		tr, err := cmaf.Open(bytes.NewReader(b), max(size, int64(len(b))))
		if err != nil {
			return
		}
		if len(tr.Segments) == 0 || tr.Timescale == 0 {
			t.Fatalf("%+v", tr)
		}
		_ = tr.Check(bytes.NewReader(b), int64(len(b)))
		tr.Until(time.Second)
		tr.Length()
	})
}

func BenchmarkOpen(b *testing.B) {
	v := fixed(b, "v.mp4")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cmaf.Open(bytes.NewReader(v), int64(len(v))); err != nil {
			b.Fatal(err)
		}
	}
}
