package scenery

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/demo/raster"
)

type blank struct{}

func (blank) Outline(string, float64) (raster.Shape, float64) { return nil, 0 }

func TestEverySetStands(t *testing.T) {
	t.Parallel()
	for name := range builders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := Build(name, .2, 7, blank{})
			if err != nil {
				t.Fatal(err)
			}
			if floor := set.Behind[len(set.Behind)-1]; floor.Depth != 1 || floor.Lighting != Before {
				t.Errorf("the last sheet behind is no floor: depth %v", floor.Depth)
			}
			for i := 1; i < len(set.Behind); i++ {
				if set.Behind[i].Depth < set.Behind[i-1].Depth {
					t.Errorf("sheet %d hangs behind the one before it", i)
				}
			}
			if !HasMood(set.Mood) || set.Weather == "" {
				t.Errorf("mood %q, weather %q", set.Mood, set.Weather)
			}
		})
	}
	if _, err := Build("moon", 1, 7, blank{}); err == nil {
		t.Error("an unknown set was built")
	}
}

func TestLightFollowsItsSeed(t *testing.T) {
	t.Parallel()
	v := View{Scale: .25, Width: 135, Height: 240}
	if !cmp.Equal(Light("rain", v, 3), Light("rain", v, 3)) {
		t.Error("the same seed weaves another cloth")
	}
	if cmp.Equal(Light("rain", v, 3), Light("rain", v, 4)) {
		t.Error("another seed weaves the same cloth")
	}
}

// The lamp is brightest near its core and darker in every corner.
func TestLampHasACore(t *testing.T) {
	t.Parallel()
	v := View{Scale: .25, Width: 135, Height: 240}
	for name, m := range moods {
		light := Light(name, v, 1)
		green := func(x, y float64) uint32 { return light[int(y/4)*135+int(x/4)] >> 8 & 255 }
		core := green(m.x, m.y)
		for _, corner := range [][2]float64{{2, 2}, {536, 2}, {2, 956}, {536, 956}} {
			if green(corner[0], corner[1]) >= core {
				t.Errorf("%s: the corner %v is as bright as the core", name, corner)
			}
		}
	}
}
