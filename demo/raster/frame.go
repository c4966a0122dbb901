package raster

import "math"

// Frame is one picture being composed: opaque 0x00BBGGRR pixels, row by row,
// and the lamp's light behind them. It is not safe for concurrent use.
type Frame struct {
	Width, Height int
	Pixels        []uint32
	light         [3][]uint32 // what the lamp sends through; by Lit
}

// Lit says how much warm light of its own a sprite has besides the lamp's, so
// that skin stays skin in a teal mood.
type Lit int

// The three kinds of hide.
const (
	LampLit Lit = iota // the lamp alone: sets
	HideLit            // a fifth of its own: costumes
	FaceLit            // more than a third of its own: faces
)

// ownLight is the share of 256 that is a sprite's own warm light.
var ownLight = [3]uint32{LampLit: 0, HideLit: 52, FaceLit: 96}

// warm is the colour of that own light, 0x00BBGGRR.
const warm = 0x00cdecff

// redBlue masks the two channels that one multiplication handles at once.
const redBlue = 0x00ff00ff

// NewFrame is a black picture in the dark.
func NewFrame(width, height int) *Frame {
	f := &Frame{Width: width, Height: height, Pixels: make([]uint32, width*height)}
	for i := range f.light {
		f.light[i] = make([]uint32, width*height)
	}
	return f
}

// SetLight lights the lamp: from is faded into to by share, 0..256. Both have
// one value per pixel.
func (f *Frame) SetLight(from, to []uint32, share uint32) {
	for i := range f.light[LampLit] {
		lamp := mixPixel(from[i], to[i], share)
		f.light[LampLit][i] = lamp
		f.light[HideLit][i] = mixPixel(lamp, warm, ownLight[HideLit])
		f.light[FaceLit][i] = mixPixel(lamp, warm, ownLight[FaceLit])
	}
}

// Clear shows the bare screen: the lamp's light and nothing before it.
func (f *Frame) Clear() { copy(f.Pixels, f.light[LampLit]) }

// mixPixel is a at share 0 and b at share 256.
func mixPixel(a, b, share uint32) uint32 {
	rest := 256 - share
	return ((a&redBlue)*rest+(b&redBlue)*share)>>8&redBlue | ((a>>8&255)*rest+(b>>8&255)*share)>>8<<8
}

// Filter multiplies what is there by the sprite: a sheet of hide between the
// lamp and the screen. The map must not rotate.
func (f *Frame) Filter(s *Sprite, m Affine) {
	f.spans(s, m, func(row []uint32, _ int, tap tap) {
		filterRow(row, s.row(tap.v>>16), s.row(tap.v>>16+1), uint32(tap.v>>8&255), tap)
	})
}

// Place puts the sprite against the screen: it hides what is behind it and
// shows the lamp's light through its own colour.
func (f *Frame) Place(s *Sprite, m Affine, lit Lit) {
	light := f.light[lit]
	f.spans(s, m, func(row []uint32, at int, tap tap) {
		placeRow(row, light[at:at+len(row)], s, tap)
	})
}

// Overlay paints the sprite as it is, without the lamp. opacity is 0..256.
func (f *Frame) Overlay(s *Sprite, m Affine, opacity uint32) {
	if opacity == 0 {
		return
	}
	f.spans(s, m, func(row []uint32, _ int, tap tap) { overlayRow(row, s, tap, opacity) })
}

// tap walks through a sprite: 16.16 source coordinates and their step per pixel.
type tap struct{ u, v, du, dv int }

// spans calls visit for every row of the frame that the mapped sprite touches,
// with the pixels between its first and last inked column there, the index of
// the first of them, and where in the sprite they begin.
func (f *Frame) spans(s *Sprite, m Affine, visit func(row []uint32, at int, tap tap)) {
	if s == nil {
		return
	}
	pixel := m.Mul(Affine{1 / s.scale, 0, s.originX, 0, 1 / s.scale, s.originY})
	det := pixel.A*pixel.E - pixel.B*pixel.D
	if math.Abs(det) < 1e-5 {
		return
	}
	back := Affine{A: pixel.E / det, B: -pixel.B / det, D: -pixel.D / det, E: pixel.A / det}
	x0, y0, x1, y1 := pixel.box(float64(s.width), float64(s.height))
	left, right := math.Max(0, math.Floor(x0)), math.Min(float64(f.Width-1), math.Ceil(x1))
	top, bottom := int(math.Max(0, math.Floor(y0))), int(math.Min(float64(f.Height), math.Ceil(y1)))
	for y := top; y < bottom; y++ {
		dx, dy := .5-pixel.C, float64(y)+.5-pixel.F
		u, v := back.A*dx+back.B*dy-.5, back.D*dx+back.E*dy-.5
		lo, hi := s.visible(u, v, back.A, back.D, left, right)
		a, b := int(math.Ceil(lo)), int(math.Floor(hi))
		if a > b {
			continue
		}
		at := y*f.Width + a
		visit(f.Pixels[at:at+b-a+1], at, tap{
			u: int(math.Round((u + back.A*float64(a)) * 65536)), v: int(math.Round((v + back.D*float64(a)) * 65536)),
			du: int(math.Round(back.A * 65536)), dv: int(math.Round(back.D * 65536)),
		})
	}
}

// visible narrows the columns lo..hi of a line to those that see ink. The line
// starts at source u, v and steps by du, dv.
func (s *Sprite) visible(u, v, du, dv, lo, hi float64) (float64, float64) {
	uMin, uMax := 0.0, float64(s.width)-1.001
	lo, hi = within(v, dv, 0, float64(s.height)-1.001, lo, hi)
	lo, hi = within(u, du, uMin, uMax, lo, hi)
	if lo > hi {
		return lo, hi
	}
	v0, v1 := v+dv*lo, v+dv*hi
	if v0 > v1 {
		v0, v1 = v1, v0
	}
	const steep = 48 // beyond so many source rows their hull is no tighter than the box
	if v1-v0 >= steep {
		return lo, hi
	}
	first, last := int32(s.width), int32(-1)
	for r := max(0, int(v0)); r <= min(s.height-1, int(v1)+1); r++ {
		first, last = min(first, s.first[r]), max(last, s.last[r])
	}
	if last < 0 {
		return 1, 0
	}
	return within(u, du, math.Max(uMin, float64(first)-1), math.Min(uMax, float64(last)+1), lo, hi)
}

// within narrows lo..hi to where start + step·x lies in low..high.
func within(start, step, low, high, lo, hi float64) (float64, float64) {
	if math.Abs(step) < 1e-9 {
		if start < low || start > high {
			return 1, 0
		}
		return lo, hi
	}
	a, b := (low-start)/step, (high-start)/step
	if a > b {
		a, b = b, a
	}
	return math.Max(lo, a), math.Min(hi, b)
}

// row is one line of pixels, empty outside the sprite.
func (s *Sprite) row(y int) []uint32 {
	if y < 0 || y >= s.height {
		return nil
	}
	return s.pixels[y*s.width : (y+1)*s.width]
}
