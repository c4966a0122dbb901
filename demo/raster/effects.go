package raster

import "math"

// Glow screens a soft light onto the picture: the sprite's red channel is its
// strength, color and opacity (0..256) its tint. The map must not rotate.
// Screening, unlike adding, keeps the faces before it readable.
func (f *Frame) Glow(s *Sprite, m Affine, color Color, opacity uint32) {
	r, g, b := uint32(color.R*float64(opacity)), uint32(color.G*float64(opacity)), uint32(color.B*float64(opacity))
	f.spans(s, m, func(row []uint32, _ int, t tap) {
		source := s.row(t.v >> 16)
		for x := range row {
			if i := t.u >> 16; uint(i) < uint(len(source)) {
				if k := source[i] & 255; k > 1 {
					row[x] = screen(row[x], k*r>>8, k*g>>8, k*b>>8)
				}
			}
			t.u += t.du
		}
	})
}

func screen(below, r, g, b uint32) uint32 {
	red, green, blue := below&255, below>>8&255, below>>16&255
	red += (255 - red) * min(r, 255) >> 8
	green += (255 - green) * min(g, 255) >> 8
	blue += (255 - blue) * min(b, 255) >> 8
	return red | green<<8 | blue<<16
}

// Spark adds light to one pixel, 0..255 a channel; outside the frame it does
// nothing.
func (f *Frame) Spark(x, y int, r, g, b uint32) {
	if x < 0 || y < 0 || x >= f.Width || y >= f.Height {
		return
	}
	p := &f.Pixels[y*f.Width+x]
	*p = min(*p&255+r, 255) | min(*p>>8&255+g, 255)<<8 | min(*p>>16&255+b, 255)<<16
}

// Shade darkens the rows below top, by up to strength 0..1 over depth rows: a
// quiet ground for the captions a player lays there.
func (f *Frame) Shade(top, depth int, strength float64) {
	for y := max(0, top); y < f.Height; y++ {
		keep := uint32(256 * (1 - strength*Smooth(float64(y-top)/float64(depth))))
		row := f.Pixels[y*f.Width : (y+1)*f.Width]
		for x, p := range row {
			row[x] = mixPixel(0, p, keep)
		}
	}
}

// Reflect mirrors the picture above the row edge into a polished floor below
// it. strength is 0..1, seconds moves the ripples, zoom is the camera's.
func (f *Frame) Reflect(edge int, strength, seconds, zoom float64) {
	depth := int(170 * zoom)
	if edge < f.Height/5 {
		return
	}
	for y := edge; y < f.Height-1 && y < edge+depth; y++ {
		d := float64(y - edge)
		from := edge - 8 - int(d*1.25+math.Sin(d*.33-seconds*5)*1.6*(1+d*.02))
		if from < 0 {
			return
		}
		share := uint32(256 * strength * (1 - d/float64(depth)))
		shift := int(math.Sin(d*.21+seconds*3.4) * (1 + d*.03))
		source := f.Pixels[from*f.Width : (from+1)*f.Width]
		row := f.Pixels[y*f.Width : (y+1)*f.Width]
		for x := max(0, -shift); x < min(f.Width, f.Width-shift); x++ {
			row[x] = mixPixel(row[x], source[x+shift], share)
		}
	}
}
