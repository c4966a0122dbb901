package ocr

import (
	"image"

	xdraw "golang.org/x/image/draw"
)

// The picture of a line as tesseract likes it.
const (
	margin = 12
)

// draw gives a line as black on white: what is no stroke is white, so nothing of
// the picture behind is left.
func draw(p, mask plane, at image.Rectangle, lineHeight int) *image.Gray {
	const grow = 3 // rows may begin above the first that crosses many strokes
	r := image.Rect(at.Min.X-grow-1, at.Min.Y-at.Dy()/5-grow, at.Max.X+grow+1, at.Max.Y+at.Dy()/5+grow).Intersect(image.Rect(0, 0, p.w, p.h))
	src := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	for y := range r.Dy() {
		for x := range r.Dx() {
			v := byte(255)
			if touches(mask, r.Min.X+x, r.Min.Y+y) {
				const floor = 110
				if b := int(p.pix[(r.Min.Y+y)*p.w+r.Min.X+x]); b > floor {
					v = byte(255 - min(255, (b-floor)*255/(215-floor)))
				}
			}
			src.Pix[y*src.Stride+x] = v
		}
	}
	h := lineHeight * r.Dy() / at.Dy()
	w := max(1, r.Dx()*h/r.Dy())
	out := image.NewGray(image.Rect(0, 0, w+2*margin, h+2*margin))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	xdraw.CatmullRom.Scale(out, image.Rect(margin, margin, margin+w, margin+h), src, src.Bounds(), xdraw.Src, nil)
	return out
}

// touches tells whether a pixel is a stroke's or next to one: edges are soft.
func touches(mask plane, x, y int) bool {
	for _, d := range [...][2]int{{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
		if cx, cy := x+d[0], y+d[1]; cx >= 0 && cy >= 0 && cx < mask.w && cy < mask.h && mask.pix[cy*mask.w+cx] == 1 {
			return true
		}
	}
	return false
}
