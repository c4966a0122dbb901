package raster

import "math"

// Point is a place in drawing units.
type Point struct{ X, Y float64 }

// Shape is a set of closed, flattened contours, filled by the non-zero rule.
type Shape [][]Point

// Points pairs up flat numbers: x0, y0, x1, y1 …
func Points(xy ...float64) []Point {
	points := make([]Point, len(xy)/2)
	for i := range points {
		points[i] = Point{xy[2*i], xy[2*i+1]}
	}
	return points
}

// Polygon is a straight-edged shape.
func Polygon(xy ...float64) Shape { return Shape{Points(xy...)} }

// Blob is a closed smooth curve through the points; a repeated point is a corner.
func Blob(xy ...float64) Shape { return Shape{Spline(Points(xy...), true)} }

// Curve is an open smooth line through the points.
func Curve(xy ...float64) []Point { return Spline(Points(xy...), false) }

// Rect is an axis-aligned rectangle.
func Rect(x, y, w, h float64) Shape { return Polygon(x, y, x+w, y, x+w, y+h, x, y+h) }

// RoundRect is a rectangle with corners of radius r.
func RoundRect(x, y, w, h, r float64) Shape {
	const steps = 6
	var contour []Point
	for i, c := range Points(x+w-r, y+r, x+w-r, y+h-r, x+r, y+h-r, x+r, y+r) {
		for k := 0; k <= steps; k++ {
			sin, cos := math.Sincos((float64(i-1) + float64(k)/steps) * math.Pi / 2)
			contour = append(contour, Point{c.X + r*cos, c.Y + r*sin})
		}
	}
	return Shape{contour}
}

// Ellipse is centred on cx, cy.
func Ellipse(cx, cy, rx, ry float64) Shape {
	contour := make([]Point, int(Clamp((rx+ry)*1.2, 14, 120)))
	for i := range contour {
		sin, cos := math.Sincos(float64(i) / float64(len(contour)) * 2 * math.Pi)
		contour[i] = Point{cx + rx*cos, cy + ry*sin}
	}
	return Shape{contour}
}

// Spline is the Catmull-Rom curve through the points, flattened.
func Spline(points []Point, closed bool) []Point {
	n := len(points)
	at := func(i int) Point {
		if closed {
			return points[(i%n+n)%n]
		}
		return points[min(max(i, 0), n-1)]
	}
	segments := n
	if !closed {
		segments--
	}
	var line []Point
	for i := 0; i < segments; i++ {
		line = appendSegment(line, at(i-1), at(i), at(i+1), at(i+2))
	}
	if !closed {
		line = append(line, points[n-1])
	}
	return line
}

// appendSegment flattens the piece between b and c; a and d steer its ends.
func appendSegment(line []Point, a, b, c, d Point) []Point {
	length := math.Hypot(c.X-b.X, c.Y-b.Y)
	if length < 1e-6 {
		return line
	}
	steps := int(Clamp(length/2.5, 3, 40))
	for j := 0; j < steps; j++ {
		t := float64(j) / float64(steps)
		line = append(line, Point{catmullRom(a.X, b.X, c.X, d.X, t), catmullRom(a.Y, b.Y, c.Y, d.Y, t)})
	}
	return line
}

func catmullRom(a, b, c, d, t float64) float64 {
	return .5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
}

// Move shifts the shape.
func (s Shape) Move(dx, dy float64) Shape { return s.Transform(Translate(dx, dy)) }

// Transform maps every point.
func (s Shape) Transform(m Affine) Shape {
	moved := make(Shape, len(s))
	for i, contour := range s {
		moved[i] = make([]Point, len(contour))
		for j, p := range contour {
			moved[i][j].X, moved[i][j].Y = m.Apply(p.X, p.Y)
		}
	}
	return moved
}

// bounds is the smallest box around the shape; inverted when it is empty.
func (s Shape) bounds() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = 1e9, 1e9, -1e9, -1e9
	for _, contour := range s {
		for _, p := range contour {
			x0, x1 = math.Min(x0, p.X), math.Max(x1, p.X)
			y0, y1 = math.Min(y0, p.Y), math.Max(y1, p.Y)
		}
	}
	return x0, y0, x1, y1
}
