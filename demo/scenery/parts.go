package scenery

import (
	"math"

	"cliffhanger/demo/raster"
)

// roof has upturned eaves, a ridge and tiles; x, y is the middle of its foot.
func roof(c *canvas, x, y, w, h float64, tile, light color) {
	up := h * .55
	outline := blob(x-w/2, y-up, x-w/2, y-up, x-w*.40, y-h*.12, x-w*.25, y-h*.42, x-w*.14, y-h, x-w*.14, y-h,
		x+w*.14, y-h, x+w*.14, y-h, x+w*.25, y-h*.42, x+w*.40, y-h*.12, x+w/2, y-up, x+w/2, y-up,
		x+w*.40, y+h*.12, x+w*.2, y+h*.03, x, y, x-w*.2, y+h*.03, x-w*.40, y+h*.12)
	c.Paint(outline, vertical(y-h, y+h*.1, tile, tile.Dim(.75), 1)).Clip(outline)
	for i := -9.0; i <= 9; i++ {
		c.Etch(curve(x+i*w*.016, y-h, x+i*w*.032, y-h*.45, x+i*w*.056, y+h*.1), even(1.3), light, .55)
	}
	c.Clip(nil)
	c.Fill(round(x-w*.16, y-h-7, w*.32, 9, 4), tile.Dim(.7), 1)
	for _, side := range []float64{-1, 1} {
		c.Ink(curve(x+side*w*.16, y-h-4, x+side*w*.19, y-h-14, x+side*w*.165, y-h-22), taper(7, 6, 1), tile.Dim(.7), 1)
	}
}

// lattice is a window screen of n cells a row.
func lattice(c *canvas, x, y, w, h, n float64, wood color) {
	c.Fill(rect(x, y, w, h), wood, 1)
	cell := w / n
	rows := math.Round(h / cell)
	for j := 0.0; j < rows; j++ {
		for i := 0.0; i < n; i++ {
			cx, cy := x+(i+.5)*cell, y+(j+.5)*h/rows
			if int(i+j)%2 == 0 {
				c.Carve(round(cx-cell*.36, cy-cell*.36, cell*.72, cell*.72, cell*.2), 1)
				c.Fill(ellipse(cx, cy, cell*.13, cell*.13), wood, 1)
			} else {
				c.Carve(polygon(cx, cy-cell*.4, cx+cell*.4, cy, cx, cy+cell*.4, cx-cell*.4, cy), 1)
			}
		}
	}
}

func lantern(c *canvas, x, y, r float64) {
	red, gold := hex(0xd8281c), hex(0xe8a830)
	c.Ink(points(x, y-r*2.2, x, y-r), even(2), ink, .9)
	outline := ellipse(x, y, r, r*.84)
	c.Paint(outline, radial(x, y, r*1.1, hex(0xff7a3a), red, 1, 1)).Clip(outline)
	for i := -2.0; i <= 2; i++ {
		c.Ink(curve(x+i*r*.14, y-r, x+i*r*.5, y, x+i*r*.14, y+r), even(1.5), hex(0x7a1410), .7)
	}
	c.Clip(nil)
	c.Fill(round(x-r*.42, y-r*.98, r*.84, r*.2, 2), gold, 1)
	c.Fill(round(x-r*.42, y+r*.78, r*.84, r*.2, 2), gold, 1)
	for i := -2.0; i <= 2; i++ {
		c.Ink(points(x+i*r*.12, y+r, x+i*r*.16, y+r*1.75), taper(2.2, 1.6, .8), red, 1)
	}
}

// twigs stay above the heads.
const lowestTwig = 178

// branch grows from x, y in a direction; forks is how often it may fork, and
// bloom dresses a place on it.
func (b *builder) branch(c *canvas, x, y, direction, length, width float64, forks int, bark color, bloom func(x, y float64)) {
	line := points(x, y)
	for i := range 6 {
		direction += b.random.NormFloat64() * .16
		x += math.Cos(direction) * length / 6
		y += math.Sin(direction) * length / 6
		if y > lowestTwig {
			break
		}
		line = append(line, raster.Point{X: x, Y: y})
		if forks > 0 && i > 0 && b.random.Float64() < .62 {
			side := 1.0
			if b.random.Intn(2) == 0 {
				side = -1
			}
			b.branch(c, x, y, direction+side*(.5+b.random.Float64()*.5), length*.55, width*.55, forks-1, bark, bloom)
		}
		if forks < 2 && b.random.Float64() < .75 {
			bloom(x+b.random.NormFloat64()*5, y+b.random.NormFloat64()*5)
		}
	}
	if len(line) > 1 {
		c.Ink(raster.Spline(line, false), func(t float64) float64 { return width * (1 - t*.75) }, bark, 1)
	}
}

// blossom is laid on, not cut out.
func blossom(c *canvas, x, y, r float64, petal color) {
	for i := range 5 {
		turn := raster.Translate(x, y).Mul(raster.Rotate(float64(i)*72 - 68.75))
		c.Fill(ellipse(r*.6, 0, r*.48, r*.36).Transform(turn), petal, 1)
	}
	c.Carve(ellipse(x, y, r*.2, r*.2), 1)
}

// cutBlossom is cut out of what is there.
func cutBlossom(c *canvas, x, y, r, alpha float64) {
	for i := range 5 {
		turn := raster.Translate(x, y).Mul(raster.Rotate(float64(i)*72 - 68.75))
		c.Carve(ellipse(r*.62, 0, r*.42, r*.28).Transform(turn), alpha)
	}
	c.Carve(ellipse(x, y, r*.16, r*.16), alpha)
}

func cloud(c *canvas, x, y, r float64, ink color, alpha float64) {
	c.Ink(swirl(x, y, r, 1), taper(2, r*.2, 1.4), ink, alpha)
	c.Ink(swirl(x+r*1.6, y+r*.25, r*.65, -1), taper(1.6, r*.18, 1.2), ink, alpha)
	c.Ink(curve(x-r*2.2, y+r*1.15, x, y+r*1.4, x+r*1.6, y+r*1.0, x+r*3.4, y+r*1.2), taper(.8, r*.2, .8), ink, alpha)
}

// hills are three ranges, one before the other.
func (b *builder) hills(c *canvas, height, step, fall, arch, wave, shift, rough float64, far, near color, alpha float64) {
	for j := 0.0; j < 3; j++ {
		ridge := points(left, bottom)
		for x := float64(left); x <= right+10; x += step {
			y := height + j*fall - arch*math.Abs(math.Sin(x*wave+j*shift)) - b.random.Float64()*rough
			ridge = append(ridge, raster.Point{X: x, Y: y})
		}
		ridge = append(ridge, raster.Point{X: right + 10, Y: bottom})
		c.Fill(shape{ridge}, mix(far, near, j/2), alpha)
	}
}

// Valance is the carved cloud border at the top of the theatre, the house's
// mark: width units wide, hanging from y 0.
func Valance(width, scale float64) *raster.Sprite {
	hide, gold := hex(0x3a1210), hex(0xe0a040)
	c := raster.NewCanvas(0, 0, width, 90, scale)
	c.Paint(rect(0, 0, width, 30), vertical(0, 30, hide.Dim(.5), hide, 1))
	for x := 27.0; x < width+27; x += 54 {
		c.Fill(blob(x-27, 28, x-27, 28, x-22, 44, x-12, 50, x, 60, x, 60, x+12, 50, x+22, 44, x+27, 28, x+27, 28), hide, 1)
		c.Engrave(swirl(x-7, 38, 7, 1), even(1.4), .75)
		c.Engrave(swirl(x+8, 38, 7, -1), even(1.4), .75)
		c.Ink(points(x, 60, x, 70), even(1.6), gold, 1)
		c.Fill(ellipse(x, 72, 2.6, 3.4), gold, 1)
	}
	c.Fill(rect(0, 24, width, 2), gold, .9)
	return c.Leather(3, .5).Sprite()
}

// Halo is a soft disc of 64 units for glows and falling things.
func Halo() *raster.Sprite {
	c := raster.NewCanvas(-64, -64, 64, 64, 1)
	return c.Paint(ellipse(0, 0, 64, 64), func(x, y float64) (color, float64) {
		k := raster.Clamp(1-math.Hypot(x, y)/63, 0, 1)
		return white, k * k * (1.6 - .6*k)
	}).Sprite()
}

// turned is a straight line from radius r0 to r1 about cx, cy, in degrees
// clockwise from twelve o'clock.
func turned(cx, cy, degrees, r0, r1 float64) []raster.Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return points(cx+r0*sin, cy-r0*cos, cx+r1*sin, cy-r1*cos)
}
