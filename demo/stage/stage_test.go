package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/demo/raster"
	"cliffhanger/demo/story"
)

var update = flag.Bool("update", false, "write the golden hashes anew; look at the pictures of demo/cmd/sheet first")

// blocks letters signs with squares, so that pictures do not hang on a font.
type blocks struct{}

func (blocks) Outline(text string, size float64) (raster.Shape, float64) {
	var shape raster.Shape
	n := float64(len([]rune(text)))
	for i := 0.0; i < n; i++ {
		shape = append(shape, raster.Rect(i*size, -size*.8, size*.9, size*.8)...)
	}
	return shape, n * size
}

func newShow(t *testing.T, drama, number int) *Show {
	t.Helper()
	dramas, err := story.All()
	if err != nil {
		t.Fatal(err)
	}
	e := dramas[drama].Episodes[number-1]
	show, err := New(Script{Drama: dramas[drama], Episode: e, Speeches: Rehearse(e), Signs: blocks{}})
	if err != nil {
		t.Fatal(err)
	}
	return show
}

func hashFrame(s *Show, n int) string {
	frame, tone := s.Render(n)
	buf := make([]byte, frame.YUVSize())
	frame.WriteYUV(buf, &tone)
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:8])
}

// TestGoldenFrames holds four of the sets, rain, motes, snow, embers and the
// turned lamp to the bit. The voices are made up, so that espeak-ng is not needed.
func TestGoldenFrames(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH != "amd64" {
		t.Skip("recorded on amd64; fused multiply-add rounds sprites differently elsewhere")
	}
	var got strings.Builder
	for _, episode := range [][2]int{{0, 1}, {4, 1}, {5, 1}, {7, 1}} {
		show := newShow(t, episode[0], episode[1])
		board := show.Storyboard()
		for _, n := range []int{3, int(board.Shots[1].Start*FPS) + 8, int(board.Shots[2].Start*FPS) + 21, Frames(board) - 10} {
			fmt.Fprintf(&got, "%s/%d frame %d: %s\n", show.script.Drama.Key, episode[1], n, hashFrame(show, n))
		}
	}
	golden := filepath.Join("testdata", "frames.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the pictures changed (-golden +now); if they should, run with -update:\n%s", diff)
	}
}

// A frame does not depend on the frames drawn before it.
func TestRenderIsAFunctionOfN(t *testing.T) {
	t.Parallel()
	show := newShow(t, 5, 1)
	cliff := int(show.Storyboard().Cliff() * FPS)
	frames := []int{31, cliff + 5, 32, cliff + 40, cliff + 41}
	var first []string
	for _, n := range frames {
		first = append(first, hashFrame(show, n))
	}
	for i := len(frames) - 1; i >= 0; i-- {
		if got := hashFrame(show, frames[i]); got != first[i] {
			t.Errorf("frame %d after a seek is %s, was %s", frames[i], got, first[i])
		}
	}
}

// Every episode of the repertoire can be put on: all its words are known.
func TestEveryEpisodeIsKnown(t *testing.T) {
	t.Parallel()
	dramas, err := story.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dramas {
		for _, e := range d.Episodes {
			if err := check(d, e); err != nil {
				t.Errorf("%s/%d: %v", d.Key, e.Number, err)
			}
		}
	}
}

func TestNewRefusesUnknownWords(t *testing.T) {
	t.Parallel()
	dramas, err := story.All()
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(d *story.Drama, e *story.Episode){
		"mood":       func(_ *story.Drama, e *story.Episode) { e.Mood = "sunny" },
		"end mood":   func(d *story.Drama, _ *story.Episode) { d.EndMood = "sunny" },
		"weather":    func(_ *story.Drama, e *story.Episode) { e.Weather = "frogs" },
		"gesture":    func(_ *story.Drama, e *story.Episode) { e.Lines[0].Gesture = "juggle" },
		"expression": func(_ *story.Drama, e *story.Episode) { e.Cliff.Expression = "bored" },
		"base":       func(d *story.Drama, _ *story.Episode) { d.Cast = map[string]story.Role{"A": {Base: "clown"}} },
		"set":        func(_ *story.Drama, e *story.Episode) { e.Set = "moon" },
		"speeches":   func(_ *story.Drama, e *story.Episode) { e.Lines = e.Lines[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, e := dramas[0], dramas[0].Episodes[0]
			e.Lines = append([]story.Line{}, e.Lines...)
			speeches := Rehearse(e)
			spoil(&d, &e)
			if _, err := New(Script{Drama: d, Episode: e, Speeches: speeches, Signs: blocks{}}); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// Two who reach for each other do not touch: in a shared shot the hand stays
// within arm's length of the middle.
func TestActorsKeepTheirDistance(t *testing.T) {
	t.Parallel()
	show := newShow(t, 0, 1)
	for _, gesture := range []string{"reach", "point", "bow", "plead"} {
		shot := story.Shot{Kind: story.Two, Start: 2, End: 5, Line: story.Silent, Acting: story.Acting{Expression: "calm", Gesture: gesture}}
		shot.Reacting = shot.Acting
		m := moment{shot, 2, 4.5}
		left, right := show.stance(0, m), show.stance(1, m)
		leftHead, _ := show.actors[0].wide.HeadAt(left)
		rightHead, _ := show.actors[1].wide.HeadAt(right)
		if gap := rightHead - leftHead; gap < 190 {
			t.Errorf("%s: heads %0.f apart", gesture, gap)
		}
	}
}

func TestPostersHaveTheirFormat(t *testing.T) {
	t.Parallel()
	dramas, err := story.All()
	if err != nil {
		t.Fatal(err)
	}
	for want, format := range map[[2]int]Format{{810, 1080}: Portrait, {1280, 720}: Landscape} {
		picture, err := Poster(dramas[5], blocks{}, format)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]int{picture.Bounds().Dx(), picture.Bounds().Dy()}; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
