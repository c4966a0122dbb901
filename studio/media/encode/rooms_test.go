package encode_test

import (
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/likeness"
	"cliffhanger/studio/media/manifest"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
)

// prepare runs all rooms over a file, as the studio does.
func prepare(t *testing.T, path string, rungs func(ladder.Plan) []ladder.Rung) (encode.Job, string, qc.Measured) {
	t.Helper()
	src, dir := source(t, path), t.TempDir()
	j := encode.Job{Input: path, Source: src, Rungs: rungs(ladder.Decide(src, ladder.Default())), Derive: true}
	log := ""
	if src.Audio != nil {
		out, print, err := encode.Measure(t.Context(), path, src, dir, encode.Budget(src.Duration), nil)
		if err != nil {
			t.Fatal(err)
		}
		// Chromaprint needs almost three seconds before it says anything.
		if len(likeness.ParsePrint(print)) == 0 && src.Duration > 3*time.Second {
			t.Error("no fingerprint")
		}
		log = out.Log
		l := qc.ParseLog(log, src.Duration).Loudness
		s := encode.Normalise(l.Integrated, l.TruePeak)
		j.Sound = &s
	}
	last := 0.0
	out, err := encode.Run(t.Context(), j, dir, encode.Budget(src.Duration), func(p float64) {
		if p < last || p > 100 {
			t.Errorf("progress went from %g to %g", last, p)
		}
		last = p
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*fence.Failure).Tail)
	}
	if last == 0 {
		t.Error("no progress")
	}
	return j, dir, qc.ParseLog(log+out.Log, src.Duration)
}

func track(t *testing.T, path string) *cmaf.Track {
	t.Helper()
	if err := cmaf.FixSidx(path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := cmaf.Open(f, st.Size())
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Check(f, st.Size()); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return tr
}

func first(p ladder.Plan) []ladder.Rung { return p.First }

// presentation opens everything a job left.
func presentation(t *testing.T, j encode.Job, dir string) manifest.Presentation {
	t.Helper()
	var p manifest.Presentation
	var tracks []*cmaf.Track
	for _, r := range j.Rungs {
		tr := track(t, filepath.Join(dir, encode.VideoFile(r)))
		if tr.W != r.Size.W || tr.H != r.Size.H || tr.W > j.Source.Video.Size.W || tr.H > j.Source.Video.Size.H {
			t.Errorf("%s is %dx%d of a source %s", r.Name, tr.W, tr.H, j.Source.Video.Size)
		}
		tracks = append(tracks, tr)
		p.Video = append(p.Video, manifest.Rendition{ID: r.Name, Track: tr})
	}
	if err := cmaf.Aligned(tracks...); err != nil {
		t.Error(err)
	}
	if j.Sound != nil {
		p.Audio = []manifest.Sound{{Rendition: manifest.Rendition{ID: "audio", Track: track(t, filepath.Join(dir, encode.AudioFile))}, Name: "Original"}}
	}
	return p
}

// publish writes all playlists beside the media.
func publish(t *testing.T, p manifest.Presentation, dir string) {
	t.Helper()
	urls := func(dst []byte, f manifest.File, id string) []byte {
		return append(append(dst, id...), []string{".m3u8", ".mp4"}[f]...)
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("master.m3u8", manifest.AppendMaster(nil, &p, urls))
	write("manifest.mpd", manifest.AppendMPD(nil, &p, urls, manifest.Options{}))
	for _, r := range p.Video {
		write(r.ID+".m3u8", manifest.AppendMedia(nil, r, urls, manifest.Options{}))
	}
	for _, a := range p.Audio {
		write(a.ID+".m3u8", manifest.AppendMedia(nil, a.Rendition, urls, manifest.Options{}))
	}
}

// opened asks ffprobe, which knows nothing of ours, what a playlist holds.
func opened(t *testing.T, path string) probe.Source {
	t.Helper()
	out := &writer{}
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffprobe", Args: []string{"-v", "error", "-show_format", "-show_streams", "-of", "json", path}, Stdout: out}); err != nil {
		t.Fatal(err)
	}
	s, err := probe.Parse(out.b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type writer struct{ b []byte }

func (w *writer) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

func about(t *testing.T, what string, got, want, off time.Duration) {
	t.Helper()
	if (got - want).Abs() > off {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestAllRoomsTogether(t *testing.T) {
	t.Parallel()
	// Quiet sound; from 2 s on one white flash of a second with hard cuts.
	path := clip(t, "in.mp4",
		"-f", "lavfi", "-i", "testsrc2=s=480x854:r=30:d=5,drawbox=c=white:t=fill:enable='between(t,2,2.99)'",
		"-f", "lavfi", "-i", "sine=f=440:d=5,volume=-12dB", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest")
	j, dir, m := prepare(t, path, first)
	if len(j.Rungs) != 2 {
		t.Fatalf("%d rungs", len(j.Rungs))
	}
	p := presentation(t, j, dir)
	publish(t, p, dir)
	for _, name := range []string{"master.m3u8", "manifest.mpd"} {
		s := opened(t, filepath.Join(dir, name))
		about(t, name, s.Duration, 5*time.Second, 50*time.Millisecond)
		if s.Streams != 3 && s.Streams != 4 { // ffprobe counts the shared sound once or per rung
			t.Errorf("%s has %d streams", name, s.Streams)
		}
	}
	for _, r := range p.Video {
		if n := len(r.Track.Segments); n != 3 || r.Track.FPS() != 30 || r.Track.Length() != 5*time.Second {
			t.Errorf("%s: %d segments, %g fps, %v", r.ID, n, r.Track.FPS(), r.Track.Length())
		}
	}
	about(t, "sound", p.Audio[0].Track.Length(), 5*time.Second, 50*time.Millisecond)

	if err := encode.Head(t.Context(), dir, j.Rungs[0], true, 4*time.Second, ""); err != nil {
		t.Fatal(err)
	}
	head := source(t, filepath.Join(dir, encode.HeadFile))
	about(t, "head", head.Duration, 4*time.Second, 100*time.Millisecond)
	if head.Audio == nil {
		t.Error("the head is silent")
	}

	// The head holds the same sound as audio.mp4, and a picture for probe.
	out, _, err := encode.Measure(t.Context(), filepath.Join(dir, encode.HeadFile), head, dir, encode.Budget(0), nil)
	if err != nil {
		t.Fatal(err)
	}
	l := qc.ParseLog(out.Log, 0).Loudness
	if math.Abs(l.Integrated-encode.TargetLUFS) > 0.7 || l.TruePeak > -1 {
		t.Errorf("the sound is %.1f LUFS with peaks of %.1f dBTP", l.Integrated, l.TruePeak)
	}

	cuts := 0
	for _, c := range m.Cuts {
		if (c.At-2*time.Second).Abs() < 50*time.Millisecond || (c.At-3*time.Second).Abs() < 50*time.Millisecond {
			cuts++
		}
	}
	if cuts != 2 {
		t.Errorf("cuts at 2 s and 3 s: %v", m.Cuts)
	}
	derivedAssets(t, dir, j)
}

// dark tells whether the nth place of a sheet's first row is left empty.
func dark(t *testing.T, sheet string, thumb probe.Size, n int) bool {
	f, err := os.Open(sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	for y := range thumb.H {
		for x := n*thumb.W + 8; x < (n+1)*thumb.W-8; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r+g+b > 0x4000 {
				return false
			}
		}
	}
	return true
}

// derivedAssets checks what the five-second clip with a flash at 2 … 3 s leaves.
func derivedAssets(t *testing.T, dir string, j encode.Job) {
	d, err := encode.Collect(dir, j)
	if err != nil {
		t.Fatal(err)
	}
	hashes := likeness.Hashes(d.Gray)
	if len(hashes) != 10 || len(d.Sprites) != 1 || len(d.Posters) == 0 {
		t.Fatalf("%d hashes, %d sheets, %d posters", len(hashes), len(d.Sprites), len(d.Posters))
	}
	if hashes[4] != 0 || hashes[5] != 0 || hashes[3] == 0 || hashes[6] == 0 {
		t.Errorf("only the frames at 2 s and 2.5 s are flat: %x", hashes)
	}
	if d.Thumbs() != 3 || dark(t, filepath.Join(dir, d.Sprites[0]), d.Thumb, 2) || !dark(t, filepath.Join(dir, d.Sprites[0]), d.Thumb, 3) {
		t.Errorf("of five seconds there are thumbnails of 0, 2 and 4 s; told are %d", d.Thumbs())
	}
	at := map[time.Duration]bool{}
	for _, f := range d.Frames {
		at[f.At] = true
	}
	if !at[0] || !at[2*time.Second] || at[2500*time.Millisecond] || !at[3*time.Second] {
		t.Errorf("frames are kept at %v; the white second needs only one", d.Frames)
	}
}

func TestTheRotatedPhoneClipComesOutUprightAndSDR(t *testing.T) {
	t.Parallel()
	path := film(t, "iphone_hlg_rotated_editlist.mp4")
	j, dir, _ := prepare(t, path, func(p ladder.Plan) []ladder.Rung { return p.First[:1] })
	p := presentation(t, j, dir)
	tr := p.Video[0].Track
	if tr.W != 360 || tr.H != 640 || tr.Range != cmaf.SDR {
		t.Errorf("%dx%d %s", tr.W, tr.H, tr.Range)
	}
	about(t, "length", tr.Length(), 2548*time.Millisecond, 70*time.Millisecond)
	out := source(t, filepath.Join(dir, "v360.mp4"))
	if out.Video.Rotation != 0 || out.Video.HDR != probe.SDR || out.Video.BitDepth != 8 || out.Video.Variable {
		t.Errorf("%+v", out.Video)
	}
	// The picture must be most like the stored one turned clockwise by hand, of
	// all four ways to turn it. (Tone mapping keeps it from being the very same.)
	d, err := encode.Collect(dir, j)
	if err != nil {
		t.Fatal(err)
	}
	got, best, nearest := likeness.Hashes(d.Gray)[0], "", 65
	for _, turn := range []string{"null", "transpose=clock", "transpose=cclock", "hflip,vflip"} {
		ffmpeg(t, dir, "-noautorotate", "-i", path, "-frames:v", "1", "-vf", turn+",scale=270:480,scale=9:8:flags=area,format=gray", "-f", "rawvideo", "turned.raw")
		gray, err := os.ReadFile(filepath.Join(dir, "turned.raw"))
		if err != nil {
			t.Fatal(err)
		}
		n := likeness.Distance(likeness.Hash(gray), got)
		t.Logf("%s: %d bits", turn, n)
		if n < nearest {
			best, nearest = turn, n
		}
	}
	if best != "transpose=clock" {
		t.Errorf("the picture is not upright: it looks most like %s", best)
	}
}
