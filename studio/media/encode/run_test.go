package encode_test

import (
	"os"
	"path/filepath"
	"testing"

	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/fence"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

// lavfi makes a clip in a temporary folder with ffmpeg's own generators.
func lavfi(t testing.TB, name string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	args = append(append([]string{"-nostdin", "-v", "error", "-y"}, args...), name)
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: args, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

func TestSmoke(t *testing.T) {
	path := lavfi(t, "in.mp4", "-f", "lavfi", "-i", "testsrc2=s=406x720:r=30:d=5", "-f", "lavfi", "-i", "sine=f=440:d=5", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
	src, err := probe.File(t.Context(), path, probe.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", src)
	dir := t.TempDir()
	o, p, err := encode.Measure(t.Context(), path, src, dir, encode.Budget(src.Duration), nil)
	t.Log(o.Log, len(p), o.Usage, err)
	plan := ladder.Decide(src, ladder.Default())
	t.Logf("%+v", plan)
	j := encode.Job{Input: path, Source: src, Rungs: plan.First, Sound: &encode.Sound{Gain: 5, Limit: true}, Derive: true}
	o, err = encode.Run(t.Context(), j, dir, encode.Budget(src.Duration), func(p float64) { t.Log(p) })
	t.Log(encode.Args(j), o.Log, o.Usage, err)
	if err != nil {
		t.Fatal(err.(*fence.Failure).Tail)
	}
	t.Log(encode.Head(t.Context(), dir, plan.First[0], true, 4e9))
	es, _ := os.ReadDir(dir)
	for _, e := range es {
		i, _ := e.Info()
		t.Log(e.Name(), i.Size())
	}
	d, err := encode.Collect(dir, j)
	t.Log(d.Sprites, d.Posters, d.Frames, len(d.Gray), err)
}
