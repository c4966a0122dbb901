package puppet

import (
	"math"

	"cliffhanger/demo/raster"
)

// Cut-out ornaments of the tradition: cloud, blossom, meander, fish scales.

func cloud(c *canvas, x, y, r, alpha float64) {
	c.Engrave(swirl(x, y, r, 1), taper(1.2, 2.6, 1), alpha)
	c.Engrave(swirl(x+r*1.5, y+r*.25, r*.6, -1), taper(1, 2.2, 1), alpha)
	c.Engrave(curve(x-r*1.2, y+r*1.2, x+r*.3, y+r*1.45, x+r*2.2, y+r*1.0), taper(.6, 2.4, .6), alpha)
}

func blossom(c *canvas, x, y, r, alpha float64) {
	for _, petal := range petals(x, y, r*.62, r*.42, r*.28) {
		c.Carve(petal, alpha)
	}
	c.Carve(ellipse(x, y, r*.16, r*.16), alpha)
}

// goldBlossom is laid on instead of cut out.
func goldBlossom(c *canvas, x, y, r float64, gold color) {
	for _, petal := range petals(x, y, r*.6, r*.48, r*.36) {
		c.Fill(petal, gold, 1)
	}
	c.Carve(ellipse(x, y, r*.2, r*.2), 1)
}

// petals are five ellipses of rx×ry at a distance around x, y.
func petals(x, y, distance, rx, ry float64) (flower []shape) {
	for i := range 5 {
		turn := float64(i)*72 - 1.2*180/math.Pi
		flower = append(flower, ellipse(distance, 0, rx, ry).Transform(raster.Translate(x, y).Mul(raster.Rotate(turn))))
	}
	return flower
}

// meander is the key-fret border from x0, y0 to x1, y1 in n keys of height h.
func meander(c *canvas, x0, y0, x1, y1, n, h, w float64) {
	for i := 0.0; i < n; i++ {
		x, y := raster.Lerp(x0, x1, (i+.15)/n), raster.Lerp(y0, y1, (i+.15)/n)
		d := (x1 - x0) / n * .7
		c.Engrave(points(x, y, x, y-h, x+d, y-h, x+d, y-h*.35, x+d*.5, y-h*.35), even(w), .85)
	}
}

func scales(c *canvas, x0, y0, x1, y1, r, w float64) {
	for row := 0; y0+float64(row)*r < y1; row++ {
		y := y0 + float64(row)*r
		for x := x0 + float64(row%2)*r; x < x1; x += 2 * r {
			c.Engrave(curve(x-r*.85, y, x-r*.5, y+r*.7, x, y+r*.9, x+r*.5, y+r*.7, x+r*.85, y), even(w), .75)
		}
	}
}

// strands engraves hair within its outline.
func strands(c *canvas, outline shape, alpha float64, lines ...[]raster.Point) {
	c.Clip(outline)
	for _, line := range lines {
		c.Engrave(line, taper(.4, 1.5, .4), alpha)
	}
	c.Clip(nil)
}
