package raster

import "math"

// Color is a transmission (what part of the lamp passes) or, for lights, an
// emission. Each channel is 0..1.
type Color struct{ R, G, B float64 }

// Lamp is the colour of the bare lamp, as seen through a cut-out.
var Lamp = Color{1, .9, .66}

// Hex reads 0xRRGGBB.
func Hex(rgb uint32) Color {
	return Color{float64(rgb>>16&255) / 255, float64(rgb>>8&255) / 255, float64(rgb&255) / 255}
}

// Mix is a at t=0 and b at t=1.
func Mix(a, b Color, t float64) Color {
	return Color{Lerp(a.R, b.R, t), Lerp(a.G, b.G, t), Lerp(a.B, b.B, t)}
}

// Dim multiplies every channel by k.
func (c Color) Dim(k float64) Color { return Color{c.R * k, c.G * k, c.B * k} }

// Clamp limits x to low..high.
func Clamp(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }

// Lerp is a at t=0 and b at t=1.
func Lerp(a, b, t float64) float64 { return a + (b-a)*t }

// Smooth is the cubic step from 0 to 1, flat at both ends and beyond.
func Smooth(x float64) float64 {
	x = Clamp(x, 0, 1)
	return x * x * (3 - 2*x)
}
