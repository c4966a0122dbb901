package raster

import "math"

// Width is the breadth of a stroke at t, the part 0..1 of its length: a brush.
type Width func(t float64) float64

// Even is a stroke of one width.
func Even(w float64) Width { return func(float64) float64 { return w } }

// Taper swells from start over middle to end.
func Taper(start, middle, end float64) Width {
	return func(t float64) float64 {
		if t < .5 {
			return Lerp(start, middle, Smooth(t*2))
		}
		return Lerp(middle, end, Smooth(t*2-1))
	}
}

// Stroke expands an open line into a shape with round joins and ends. Every
// quad and join has the same orientation, or the non-zero rule would cut holes
// where they overlap.
func Stroke(line []Point, width Width) Shape {
	total := 0.0
	for i := 1; i < len(line); i++ {
		total += distance(line[i-1], line[i])
	}
	if total == 0 {
		return nil
	}
	var shape Shape
	join := func(p Point, radius float64) {
		if radius > .3 {
			shape = append(shape, Ellipse(p.X, p.Y, radius, radius)...)
		}
	}
	join(line[0], width(0)/2)
	run := 0.0
	for i := 1; i < len(line); i++ {
		from, to := line[i-1], line[i]
		length := distance(from, to)
		if length < 1e-9 {
			continue
		}
		w0, w1 := width(run/total)/2, width((run+length)/total)/2
		run += length
		nx, ny := -(to.Y-from.Y)/length, (to.X-from.X)/length
		shape = append(shape, []Point{
			{from.X - nx*w0, from.Y - ny*w0}, {to.X - nx*w1, to.Y - ny*w1},
			{to.X + nx*w1, to.Y + ny*w1}, {from.X + nx*w0, from.Y + ny*w0},
		})
		join(to, w1)
	}
	return shape
}

func distance(a, b Point) float64 { return math.Hypot(b.X-a.X, b.Y-a.Y) }

// Swirl is the carver's spiral; turn is +1 or -1.
func Swirl(cx, cy, r, turn float64) []Point {
	const steps = 26
	line := make([]Point, steps+1)
	for i := range line {
		t := float64(i) / steps
		sin, cos := math.Sincos(t * 2.3 * math.Pi * turn)
		line[i] = Point{cx + r*(1-t*.85)*cos, cy + r*(1-t*.85)*sin}
	}
	return line
}
