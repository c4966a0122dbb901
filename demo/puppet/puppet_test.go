package puppet

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"cliffhanger/demo/raster"
	"cliffhanger/demo/story"
)

func TestTheWholeCompanyIsKnown(t *testing.T) {
	t.Parallel()
	for name := range stock {
		if _, err := Dress(story.Role{Base: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDressRefusesUnknownWords(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]story.Role{
		"base": {Base: "clown"}, "hair": {Base: "ceo", Hair: "mohawk"}, "hat": {Base: "ceo", Hat: "fez"},
		"top": {Base: "ceo", Top: "toga"}, "no top": {Base: "ceo", Top: story.Without}, "legs": {Base: "ceo", Legs: "kilt"}, "extra": {Base: "ceo", Extra: "parrot"},
	} {
		if c, err := Dress(role); err == nil {
			t.Errorf("%s: accepted as %+v", name, c)
		}
	}
}

func TestDressTakesOffAndRecolours(t *testing.T) {
	t.Parallel()
	c, err := Dress(story.Role{Base: "minister", Hat: story.Without, Main: 0x123456})
	if err != nil {
		t.Fatal(err)
	}
	if c.Hat != "" || c.Main != 0x123456 || c.Extra != "beard" {
		t.Errorf("got %+v", c)
	}
	if stock["minister"].Hat != "gauze" {
		t.Error("the company itself lost its hat")
	}
}

func TestTowardEndsAtItsEnds(t *testing.T) {
	t.Parallel()
	for _, from := range gestures {
		for _, to := range gestures {
			if from.Toward(to, 0) != from || from.Toward(to, 1) != to {
				t.Fatalf("from %+v to %+v", from, to)
			}
		}
	}
}

// The camera aims where the head is drawn, whatever the pose and side.
func TestHeadAtIsOnTheHead(t *testing.T) {
	t.Parallel()
	p := New(stock["ceo"], .5)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{Idle, "bow", "kneel", "shock"}).Draw(t, "gesture")
		facing := rapid.SampledFrom([]float64{-1, 1}).Draw(t, "facing")
		f := raster.NewFrame(400, 600)
		light := make([]uint32, 400*600)
		for i := range light {
			light[i] = 0x00ffffff
		}
		f.SetLight(light, light, 0)
		s := Stance{X: 200, Y: 560, Facing: facing, Pose: gestures[name], Look: Look{Expression: "calm"}}
		p.Draw(f, raster.Affine{A: 1, E: 1}, s)
		x, y := p.HeadAt(s)
		if f.Pixels[int(math.Round(y))*400+int(math.Round(x))] == 0 {
			t.Fatalf("nothing is drawn at %v, %v", x, y)
		}
	})
}
