package raster

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// Canvas is where a part is drawn once: premultiplied RGBA, addressed in
// drawing units. The zero value is not usable; see NewCanvas.
type Canvas struct {
	width, height    int
	scale            float64 // pixels per unit
	originX, originY float64 // unit coordinates of pixel 0,0
	pixels           []uint8
	clip             []uint8 // coverage that limits later strokes; nil for none
	lampCut          bool
	rasterizer       *vector.Rasterizer
}

// NewCanvas spans x0..x1, y0..y1 in units, at scale pixels per unit.
func NewCanvas(x0, y0, x1, y1, scale float64) *Canvas {
	w, h := int(math.Ceil((x1-x0)*scale))+2, int(math.Ceil((y1-y0)*scale))+2
	return &Canvas{
		width: w, height: h, scale: scale, originX: x0 - 1/scale, originY: y0 - 1/scale,
		pixels: make([]uint8, w*h*4), rasterizer: vector.NewRasterizer(1, 1),
	}
}

// NewLeather is a canvas whose cut-outs show the lamp as a bright colour. A real
// hole in a puppet would show its own far leg behind, which looks like dirt.
func NewLeather(x0, y0, x1, y1, scale float64) *Canvas {
	c := NewCanvas(x0, y0, x1, y1, scale)
	c.lampCut = true
	return c
}

// Clone is an independent copy, without the clip.
func (c *Canvas) Clone() *Canvas {
	twin := *c
	twin.pixels = append([]uint8(nil), c.pixels...)
	twin.clip, twin.rasterizer = nil, vector.NewRasterizer(1, 1)
	return &twin
}

// mode is how a fill meets what is already on the canvas.
type mode int

const (
	over  mode = iota // paint on top
	atop              // paint only where something is
	carve             // take away
)

// Fill paints a shape in one colour.
func (c *Canvas) Fill(s Shape, color Color, alpha float64) *Canvas {
	return c.apply(s, Solid(color, alpha), over)
}

// Paint fills a shape with a gradient.
func (c *Canvas) Paint(s Shape, paint Paint) *Canvas { return c.apply(s, paint, over) }

// Tint fills a shape only where something is drawn already.
func (c *Canvas) Tint(s Shape, color Color, alpha float64) *Canvas {
	return c.apply(s, Solid(color, alpha), atop)
}

// Carve cuts a shape out.
func (c *Canvas) Carve(s Shape, alpha float64) *Canvas {
	if c.lampCut {
		return c.apply(s, Solid(Lamp, alpha), atop)
	}
	return c.apply(s, Solid(Color{}, alpha), carve)
}

// Ink draws a line.
func (c *Canvas) Ink(line []Point, width Width, color Color, alpha float64) *Canvas {
	return c.apply(Stroke(line, width), Solid(color, alpha), over)
}

// Etch draws a line only where something is drawn already.
func (c *Canvas) Etch(line []Point, width Width, color Color, alpha float64) *Canvas {
	return c.apply(Stroke(line, width), Solid(color, alpha), atop)
}

// Engrave cuts a line out.
func (c *Canvas) Engrave(line []Point, width Width, alpha float64) *Canvas {
	return c.Carve(Stroke(line, width), alpha)
}

// Clip limits later operations to a shape; a nil shape lifts the limit.
func (c *Canvas) Clip(s Shape) *Canvas {
	if s == nil {
		c.clip = nil
		return c
	}
	c.clip = make([]uint8, c.width*c.height)
	cover, at := c.coverage(s)
	if cover == nil {
		return c
	}
	w := cover.Rect.Dx()
	for y := range cover.Rect.Dy() {
		copy(c.clip[(at.Y+y)*c.width+at.X:], cover.Pix[y*cover.Stride:y*cover.Stride+w])
	}
	return c
}

// coverage rasterises a shape: its anti-aliased mask and where that mask lies.
// The mask is nil when the shape misses the canvas.
func (c *Canvas) coverage(s Shape) (*image.Alpha, image.Point) {
	x0, y0, x1, y1 := s.bounds()
	at := image.Pt(int(math.Max(0, math.Floor((x0-c.originX)*c.scale))), int(math.Max(0, math.Floor((y0-c.originY)*c.scale))))
	w := int(math.Min(float64(c.width), math.Ceil((x1-c.originX)*c.scale)+1)) - at.X
	h := int(math.Min(float64(c.height), math.Ceil((y1-c.originY)*c.scale)+1)) - at.Y
	if w <= 0 || h <= 0 {
		return nil, at
	}
	c.rasterizer.Reset(w, h)
	c.rasterizer.DrawOp = draw.Src
	for _, contour := range s {
		if len(contour) < 3 {
			continue
		}
		for i, p := range contour {
			x := float32((p.X-c.originX)*c.scale - float64(at.X))
			y := float32((p.Y-c.originY)*c.scale - float64(at.Y))
			if i == 0 {
				c.rasterizer.MoveTo(x, y)
			} else {
				c.rasterizer.LineTo(x, y)
			}
		}
		c.rasterizer.ClosePath()
	}
	mask := image.NewAlpha(image.Rect(0, 0, w, h))
	c.rasterizer.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	return mask, at
}

func (c *Canvas) apply(s Shape, paint Paint, m mode) *Canvas {
	cover, at := c.coverage(s)
	if cover == nil {
		return c
	}
	for y := range cover.Rect.Dy() {
		unitY := c.originY + (float64(at.Y+y)+.5)/c.scale
		for x := range cover.Rect.Dx() {
			part := float64(cover.Pix[y*cover.Stride+x]) / 255
			if part == 0 {
				continue
			}
			i := (at.Y+y)*c.width + at.X + x
			if c.clip != nil {
				part *= float64(c.clip[i]) / 255
			}
			color, alpha := paint(c.originX+(float64(at.X+x)+.5)/c.scale, unitY)
			blend(c.pixels[i*4:i*4+4], color, alpha*part, m)
		}
	}
	return c
}

func blend(pixel []uint8, c Color, alpha float64, m mode) {
	added := [4]float64{c.R, c.G, c.B, 1}
	weight := alpha * 255
	switch m {
	case atop:
		weight = alpha * float64(pixel[3])
		added[3] = 1 // a·A + (1-a)·A leaves the opacity as it was
	case carve:
		weight = 0
	}
	for k := range pixel {
		pixel[k] = uint8(Clamp(float64(pixel[k])*(1-alpha)+added[k]*weight+.5, 0, 255))
	}
}
