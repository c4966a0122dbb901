package raster

// Sprite is a finished drawing: premultiplied 0xAABBGGRR pixels, cropped.
// It is immutable and may be shared between goroutines.
type Sprite struct {
	width, height    int
	scale            float64 // pixels per unit
	originX, originY float64 // unit coordinates of pixel 0,0
	pixels           []uint32
	first, last      []int32 // first and last non-empty pixel of every row
}

// Sprite freezes the canvas.
func (c *Canvas) Sprite() *Sprite {
	x0, y0, x1, y1 := c.inked()
	w, h := x1-x0, y1-y0
	s := &Sprite{
		width: w, height: h, scale: c.scale,
		originX: c.originX + float64(x0)/c.scale, originY: c.originY + float64(y0)/c.scale,
		pixels: make([]uint32, w*h), first: make([]int32, h), last: make([]int32, h),
	}
	for y := range h {
		s.first[y], s.last[y] = int32(w), -1
		for x := range w {
			p := c.pixels[((y0+y)*c.width+x0+x)*4:]
			if p[3] == 0 {
				continue
			}
			s.pixels[y*w+x] = uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
			s.first[y] = min(s.first[y], int32(x))
			s.last[y] = int32(x)
		}
	}
	return s
}

// inked is the half-open box around everything drawn, with a margin of one
// pixel for bilinear taps. An empty canvas keeps its whole extent.
func (c *Canvas) inked() (x0, y0, x1, y1 int) {
	x0, y0, x1, y1 = c.width, c.height, -1, -1
	for y := range c.height {
		for x := range c.width {
			if c.pixels[(y*c.width+x)*4+3] != 0 {
				x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
			}
		}
	}
	if x1 < 0 {
		return 0, 0, c.width, c.height
	}
	return max(0, x0-1), max(0, y0-1), min(c.width, x1+2), min(c.height, y1+2)
}
