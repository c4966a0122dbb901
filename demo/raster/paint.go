package raster

import "math"

// Paint gives the colour and the opacity 0..1 at a place in drawing units.
type Paint func(x, y float64) (Color, float64)

// Solid is one colour everywhere.
func Solid(c Color, alpha float64) Paint {
	return func(float64, float64) (Color, float64) { return c, alpha }
}

// Vertical fades from top at y0 to bottom at y1.
func Vertical(y0, y1 float64, top, bottom Color, alpha float64) Paint {
	return func(_, y float64) (Color, float64) {
		return Mix(top, bottom, Smooth((y-y0)/(y1-y0))), alpha
	}
}

// Radial fades from the centre to the rim at radius r, in colour and opacity.
func Radial(cx, cy, r float64, centre, rim Color, alphaCentre, alphaRim float64) Paint {
	return func(x, y float64) (Color, float64) {
		t := Smooth(math.Hypot(x-cx, y-cy) / r)
		return Mix(centre, rim, t), Lerp(alphaCentre, alphaRim, t)
	}
}
