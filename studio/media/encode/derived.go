package encode

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cliffhanger/studio/media/probe"
)

// Derived is what a job with Derive left in its directory. Names are relative.
type Derived struct {
	Sprites []string   // sheets in order; see Sheet for their layout
	Thumb   probe.Size // one thumbnail
	Posters []Still    // candidates for the poster, by time
	Frames  []Still    // frames where the picture changed, by time
	Gray    []byte     // 9×8 gray bytes a frame, FramesPerSecond frames a second; for likeness.Hashes
}

// Thumbs is how many thumbnails the sheets hold: one for each SpriteEvery seconds
// begun of the frames looked at.
func (d Derived) Thumbs() int {
	const frames = SpriteEvery * FramesPerSecond
	return (len(d.Gray)/(9*8) + frames - 1) / frames
}

// Still is one picture file and the time it was taken from.
type Still struct {
	Name string
	At   time.Duration
}

// Collect reads what a job with Derive left in dir.
func Collect(dir string, j Job) (Derived, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Derived{}, err
	}
	d := Derived{Thumb: thumb(j.Source.Video.Size)}
	for _, e := range entries { // sorted by name, and so by number
		name := e.Name()
		switch prefix, number, _ := strings.Cut(strings.TrimSuffix(name, ".jpg"), "-"); prefix {
		case "sprite":
			d.Sprites = append(d.Sprites, name)
		case "poster":
			d.Posters = append(d.Posters, still(name, number))
		case "frame":
			d.Frames = append(d.Frames, still(name, number))
		}
	}
	// ffmpeg pads numbers to six digits; past those, names do not sort by time.
	for _, s := range [][]Still{d.Posters, d.Frames} {
		slices.SortStableFunc(s, func(a, b Still) int { return int(a.At/time.Millisecond - b.At/time.Millisecond) })
	}
	d.Gray, err = os.ReadFile(filepath.Join(dir, grayFile))
	if err != nil {
		return Derived{}, fmt.Errorf("frame hashes: %w", err)
	}
	return d, nil
}

func still(name, number string) Still {
	n, _ := strconv.Atoi(number)
	return Still{Name: name, At: time.Duration(n) * time.Second / FramesPerSecond}
}
