package raster

import "math"

// Affine maps x' = A·x + B·y + C and y' = D·x + E·y + F.
type Affine struct{ A, B, C, D, E, F float64 }

// Translate shifts.
func Translate(dx, dy float64) Affine { return Affine{1, 0, dx, 0, 1, dy} }

// Scale stretches about the origin; a negative factor mirrors.
func Scale(sx, sy float64) Affine { return Affine{sx, 0, 0, 0, sy, 0} }

// Rotate turns clockwise on the screen by degrees.
func Rotate(degrees float64) Affine {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Affine{cos, -sin, 0, sin, cos, 0}
}

// Mul is the map that applies inner first and m after it.
func (m Affine) Mul(inner Affine) Affine {
	return Affine{
		m.A*inner.A + m.B*inner.D, m.A*inner.B + m.B*inner.E, m.A*inner.C + m.B*inner.F + m.C,
		m.D*inner.A + m.E*inner.D, m.D*inner.B + m.E*inner.E, m.D*inner.C + m.E*inner.F + m.F,
	}
}

// Apply maps one point.
func (m Affine) Apply(x, y float64) (float64, float64) {
	return m.A*x + m.B*y + m.C, m.D*x + m.E*y + m.F
}

// box is the bounding box of a w×h rectangle at the origin after the map.
func (m Affine) box(w, h float64) (x0, y0, x1, y1 float64) {
	x0, y0 = m.Apply(0, 0)
	x1, y1 = x0, y0
	for _, corner := range [3][2]float64{{w, 0}, {0, h}, {w, h}} {
		x, y := m.Apply(corner[0], corner[1])
		x0, x1 = math.Min(x0, x), math.Max(x1, x)
		y0, y1 = math.Min(y0, y), math.Max(y1, y)
	}
	return x0, y0, x1, y1
}
