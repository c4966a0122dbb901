package raster

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func square(size float64, c Color) *Sprite {
	return NewCanvas(0, 0, size, size, 1).Fill(Rect(0, 0, size, size), c, 1).Sprite()
}

func litFrame(t *testing.T, w, h int, lamp uint32) *Frame {
	t.Helper()
	f := NewFrame(w, h)
	light := make([]uint32, w*h)
	for i := range light {
		light[i] = lamp
	}
	f.SetLight(light, light, 0)
	f.Clear()
	return f
}

func TestPlaceShowsTheLampThroughTheHide(t *testing.T) {
	t.Parallel()
	f := litFrame(t, 40, 40, 0x00ffffff)
	f.Place(square(20, Color{1, .5, 0}), Translate(10, 10), LampLit)
	got := f.Pixels[20*40+20]
	if r, g, b := got&255, got>>8&255, got>>16; r < 250 || g < 120 || g > 130 || b > 2 {
		t.Errorf("an orange hide before a white lamp is %06x", got)
	}
	if f.Pixels[0] != 0x00ffffff {
		t.Errorf("the bare screen became %06x", f.Pixels[0])
	}
}

func TestFilterMultipliesTwice(t *testing.T) {
	t.Parallel()
	f := litFrame(t, 40, 40, 0x00ffffff)
	half := square(40, Color{.5, .5, .5})
	f.Filter(half, Translate(0, 0))
	once := f.Pixels[20*40+20] & 255
	f.Filter(half, Translate(0, 0))
	twice := f.Pixels[20*40+20] & 255
	if once < 125 || once > 129 || twice < 61 || twice > 66 {
		t.Errorf("one and two half sheets pass %d and %d of 255", once, twice)
	}
}

// Whatever the transform, nothing is written outside the frame and no channel
// wraps round.
func TestDrawStaysInside(t *testing.T) {
	t.Parallel()
	sprite := NewLeather(-30, -30, 30, 30, 1.3).Fill(Ellipse(0, 0, 28, 20), Color{.8, .4, .2}, 1).Leather(3, .7).Sprite()
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(48, 64)
		number := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
		m := Translate(number("x", -200, 200), number("y", -200, 200)).
			Mul(Rotate(number("turn", -360, 360))).
			Mul(Scale(number("sx", -4, 4), number("sy", -4, 4)))
		f.Place(sprite, m, FaceLit)
		f.Overlay(sprite, m, 200)
		straight := Affine{A: m.A, C: m.C, E: m.E, F: m.F}
		f.Filter(sprite, straight)
		f.Glow(sprite, straight, Color{1, 1, 1}, 256)
		for i, p := range f.Pixels {
			if p>>24 != 0 {
				t.Fatalf("pixel %d is %08x", i, p)
			}
		}
	})
}

func TestAffineMulAppliesTheInnerFirst(t *testing.T) {
	t.Parallel()
	x, y := Translate(10, 0).Mul(Rotate(90)).Apply(1, 0)
	if math.Abs(x-10) > 1e-9 || math.Abs(y-1) > 1e-9 {
		t.Errorf("got %v, %v, want 10, 1", x, y)
	}
}

func TestStrokeJoinsCutNoHoles(t *testing.T) {
	t.Parallel()
	c := NewCanvas(0, 0, 60, 60, 2).Ink(Points(5, 30, 30, 30, 30, 55, 55, 5), Even(8), Color{}, 1)
	for _, p := range Points(5, 30, 30, 30, 30, 55) {
		i := (int((p.Y-c.originY)*2)*c.width + int((p.X-c.originX)*2)) * 4
		if c.pixels[i+3] < 250 {
			t.Errorf("opacity at %v is %d", p, c.pixels[i+3])
		}
	}
}

// Grey must stay grey in BT.709, and black and white at the ends of the range.
func TestYUVRange(t *testing.T) {
	t.Parallel()
	tone := Expose(.5) // below the knee the curve is a line
	for value, want := range map[uint32]byte{0: 16, 255: 125} {
		f := NewFrame(2, 2)
		for i := range f.Pixels {
			f.Pixels[i] = value | value<<8 | value<<16
		}
		buf := make([]byte, f.YUVSize())
		f.WriteYUV(buf, &tone)
		if d := int(buf[0]) - int(want); d < -2 || d > 2 || buf[4] != 128 || buf[5] != 128 {
			t.Errorf("grey %d became % d", value, buf)
		}
	}
}

func TestToneRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tone := Expose(rapid.Float64Range(0, 4).Draw(t, "strength"))
		for i := 1; i < len(tone); i++ {
			if tone[i] < tone[i-1] {
				t.Fatalf("tone falls at %d", i)
			}
		}
	})
}
