package raster

import "math"

// Leather darkens towards every edge: the thickness of the hide. It alone
// separates an arm from a torso of the same colour. radius is in units,
// strength 0..1.
func (c *Canvas) Leather(radius, strength float64) *Canvas {
	alpha := make([]float32, c.width*c.height)
	for i := range alpha {
		alpha[i] = float32(c.pixels[i*4+3]) / 255
	}
	r := max(1, int(radius*c.scale))
	depth := boxBlur(boxBlur(alpha, c.width, c.height, r), c.width, c.height, max(1, r/2))
	for i := range alpha {
		if alpha[i] == 0 {
			continue
		}
		shade := 1 - strength*(1-Smooth(float64(depth[i])*1.9-.9))
		for k := range 3 {
			c.pixels[i*4+k] = uint8(float64(c.pixels[i*4+k]) * shade)
		}
	}
	return c
}

// Blur softens everything: distance from the screen. radius is in units.
func (c *Canvas) Blur(radius float64) *Canvas {
	r := int(math.Round(radius * c.scale))
	if r < 1 {
		return c
	}
	plane := make([]float32, c.width*c.height)
	for channel := range 4 {
		for i := range plane {
			plane[i] = float32(c.pixels[i*4+channel])
		}
		for i, v := range boxBlur(boxBlur(plane, c.width, c.height, r), c.width, c.height, r) {
			c.pixels[i*4+channel] = uint8(v + .5)
		}
	}
	return c
}

// boxBlur averages over (2r+1)² pixels, with nothing outside the plane.
func boxBlur(plane []float32, w, h, r int) []float32 {
	rows := make([]float32, w*h)
	both := make([]float32, w*h)
	for y := range h {
		slide(plane[y*w:], rows[y*w:], w, 1, r)
	}
	for x := range w {
		slide(rows[x:], both[x:], h, w, r)
	}
	return both
}

// slide runs a window of 2r+1 along n samples that lie step apart.
func slide(from, to []float32, n, step, r int) {
	share := 1 / float32(2*r+1)
	var sum float32
	for i := 0; i <= r && i < n; i++ {
		sum += from[i*step]
	}
	for i := range n {
		to[i*step] = sum * share
		if next := i + r + 1; next < n {
			sum += from[next*step]
		}
		if last := i - r; last >= 0 {
			sum -= from[last*step]
		}
	}
}
