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
		slideAcross(plane[y*w:(y+1)*w], rows[y*w:(y+1)*w], r)
	}
	slideDown(rows, both, w, h, r)
	return both
}

// slideAcross runs a window of 2r+1 samples along a row.
func slideAcross(from, to []float32, r int) {
	share := 1 / float32(2*r+1)
	var sum float32
	for _, v := range from[:min(r+1, len(from))] {
		sum += v
	}
	for i := range to {
		to[i] = sum * share
		if next := i + r + 1; next < len(from) {
			sum += from[next]
		}
		if last := i - r; last >= 0 {
			sum -= from[last]
		}
	}
}

// slideDown runs a window of 2r+1 samples down every column at once: row by row,
// as the memory lies.
func slideDown(from, to []float32, w, h, r int) {
	share := 1 / float32(2*r+1)
	sums := make([]float32, w)
	add := func(y int) {
		for x, v := range from[y*w : (y+1)*w] {
			sums[x] += v
		}
	}
	for y := range min(r+1, h) {
		add(y)
	}
	for y := range h {
		for x, v := range sums {
			to[y*w+x] = v * share
		}
		if y+r+1 < h {
			add(y + r + 1)
		}
		if y-r >= 0 {
			for x, v := range from[(y-r)*w : (y-r+1)*w] {
				sums[x] -= v
			}
		}
	}
}
