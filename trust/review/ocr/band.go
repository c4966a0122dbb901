package ocr

import "image"

// plane is one channel of a frame.
type plane struct {
	w, h int
	pix  []byte
}

func (p plane) row(y int) []byte { return p.pix[y*p.w : (y+1)*p.w] }

// lumaOf takes the brightness of a picture; JPEG carries it as it is.
func lumaOf(img image.Image) plane {
	b := img.Bounds()
	p := plane{b.Dx(), b.Dy(), make([]byte, b.Dx()*b.Dy())}
	if y, ok := img.(*image.YCbCr); ok {
		for r := range p.h {
			at := y.YOffset(b.Min.X, b.Min.Y+r)
			copy(p.row(r), y.Y[at:at+p.w])
		}
		return p
	}
	for r := range p.h {
		for c := range p.w {
			red, green, blue, _ := img.At(b.Min.X+c, b.Min.Y+r).RGBA()
			p.pix[r*p.w+c] = byte((299*red + 587*green + 114*blue) / 1000 >> 8)
		}
	}
	return p
}

func (p plane) inverted() plane {
	out := plane{p.w, p.h, make([]byte, len(p.pix))}
	for i, v := range p.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// What strokes look like on a frame whose shorter side is 540 pixels.
const (
	near        = 4   // pixels from a stroke to the dark around it
	bright      = 165 // a stroke is at least so bright
	dark        = 105 // what is around it at most
	contrast    = 95
	fencedShare = 80 // of a hundred ways out of a stroke that must end in the dark
)

// strokes marks the bright pixels that belong to something bright with dark all
// around it and no larger than a character of the tallest line.
func strokes(p plane) plane {
	low := p.eroded(near)
	out := plane{p.w, p.h, make([]byte, len(p.pix))}
	for i, v := range p.pix {
		if l := low.pix[i]; v >= bright && l <= dark && v-l >= contrast {
			out.pix[i] = 1
		}
	}
	out.keep(func(of []int32, box image.Rectangle) bool {
		return box.Dx() <= 2*tallest && box.Dy() <= tallest && len(of) >= 3 && fenced(p, out, of)
	})
	return out
}

// keep drops the connected parts of a mask that do not pass.
func (p plane) keep(pass func(of []int32, box image.Rectangle) bool) {
	const seen = 2
	var part []int32
	for start := range p.pix {
		if p.pix[start] != 1 {
			continue
		}
		part = append(part[:0], int32(start))
		p.pix[start] = seen
		box := image.Rect(start%p.w, start/p.w, start%p.w+1, start/p.w+1)
		for k := 0; k < len(part); k++ {
			x, y := int(part[k])%p.w, int(part[k])/p.w
			box = box.Union(image.Rect(x, y, x+1, y+1))
			for cy := max(0, y-1); cy <= min(p.h-1, y+1); cy++ {
				for cx := max(0, x-1); cx <= min(p.w-1, x+1); cx++ {
					if i := cy*p.w + cx; p.pix[i] == 1 {
						p.pix[i] = seen
						part = append(part, int32(i))
					}
				}
			}
		}
		if !pass(part, box) {
			for _, i := range part {
				p.pix[i] = 0
			}
		}
	}
	for i, v := range p.pix {
		if v == seen {
			p.pix[i] = 1
		}
	}
}

// fenced tells whether the ways out of a part lead into the dark within a few
// pixels: a caption has its outline or its box on every side, a light in the
// picture has not.
func fenced(p, mask plane, of []int32) bool {
	ways, darks := 0, 0
	for _, i := range of {
		x, y := int(i)%p.w, int(i)/p.w
		for _, d := range [...][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			cx, cy := x+d[0], y+d[1]
			if cx < 0 || cy < 0 || cx >= p.w || cy >= p.h || mask.pix[cy*p.w+cx] != 0 {
				continue
			}
			ways++
			for step := 1; step <= near && cx >= 0 && cy >= 0 && cx < p.w && cy < p.h; step++ {
				if p.pix[cy*p.w+cx] <= dark {
					darks++
					break
				}
				cx, cy = cx+d[0], cy+d[1]
			}
		}
	}
	return darks*100 >= ways*fencedShare
}

// eroded is the least value within r pixels, along rows and then columns.
func (p plane) eroded(r int) plane {
	mid := plane{p.w, p.h, make([]byte, len(p.pix))}
	for y := range p.h {
		src, dst := p.row(y), mid.row(y)
		for x := range src {
			m := src[x]
			for k := max(0, x-r); k <= min(p.w-1, x+r); k++ {
				m = min(m, src[k])
			}
			dst[x] = m
		}
	}
	out := plane{p.w, p.h, make([]byte, len(p.pix))}
	for y := range p.h {
		dst := out.row(y)
		copy(dst, mid.row(y))
		for k := max(0, y-r); k <= min(p.h-1, y+r); k++ {
			for x, v := range mid.row(k) {
				dst[x] = min(dst[x], v)
			}
		}
	}
	return out
}

// Lines of text, in pixels of a frame whose shorter side is 540.
const (
	lowest   = 10 // height of a line's strokes
	tallest  = 64
	crossing = 5 // strokes that a row of a line crosses
)

// lines answers where rows of strokes lie that may be text, from the top.
func lines(mask plane) (out []image.Rectangle) {
	for _, band := range bandsOf(mask) {
		out = append(out, across(mask, band)...)
	}
	return out
}

// bandsOf finds runs of rows that cross many strokes.
func bandsOf(mask plane) (out [][2]int) {
	start, gap := -1, 0
	end := func(y int) {
		if start >= 0 && y-start >= lowest && y-start <= tallest {
			out = append(out, [2]int{start, y})
		}
		start, gap = -1, 0
	}
	for y := range mask.h {
		if crossings(mask.row(y)) >= crossing {
			if start < 0 {
				start = y
			}
			gap = 0
			continue
		}
		if gap++; start >= 0 && gap > 2 {
			end(y - gap + 1)
		}
	}
	end(mask.h)
	return out
}

func crossings(row []byte) (n int) {
	last := byte(0)
	for _, v := range row {
		if v == 1 && last == 0 {
			n++
		}
		last = v
	}
	return n
}

// across splits a band where nothing stands for longer than a line is high, and
// keeps what is longer than it is high.
func across(mask plane, band [2]int) (out []image.Rectangle) {
	height := band[1] - band[0]
	column := make([]int, mask.w)
	for y := band[0]; y < band[1]; y++ {
		for x, v := range mask.row(y) {
			column[x] += int(v)
		}
	}
	start, last := -1, -1
	end := func() {
		if start >= 0 && last+1-start >= height+height/2 {
			out = append(out, image.Rect(start, band[0], last+1, band[1]))
		}
		start = -1
	}
	for x, n := range column {
		if n == 0 {
			continue
		}
		if start >= 0 && x-last > height+height/2 {
			end()
		}
		if start < 0 {
			start = x
		}
		last = x
	}
	end()
	return out
}
