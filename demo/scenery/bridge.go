package scenery

import (
	"math"

	"cliffhanger/demo/raster"
)

// bridge is an arched stone bridge under snow, with a pagoda in the hills.
func bridge(b *builder) {
	b.set.Mood, b.set.Weather, b.set.Polish = "snow", "snow", .3
	far, slate := b.sheet(), hex(0x5a6a90)
	b.hills(far, 420, 40, 66, 90, .0052, 2.3, 22, hex(0xa8bcd4), hex(0x6a86a8), .6)
	for i := 0.0; i < 5; i++ {
		roof(far, 420, 400-i*46, 120-i*16, 26, slate, hex(0xdce8f4))
		far.Fill(rect(380+i*5, 396-i*46, 80-i*10, 26), slate, .95)
	}
	far.Ink(points(420, 200, 420, 160), taper(6, 4, 1), slate, 1)
	b.lay(far, .3, 2, Through)
	b.lay(b.arches(), .75, .8, Through)
	ground := b.floor(hex(0x34445e), hex(0xf4f8ff), waves)
	ground.Ink(curve(left, Ground-6, 60, Ground-12, 270, Ground-5, 460, Ground-12, right, Ground-6), even(12), white, .95)
	b.lay(ground, 1, 0, Before)
	branch := b.sheet()
	b.branch(branch, -90, 120, .22, 330, 19, 2, hex(0x1c2436), func(x, y float64) {
		branch.Fill(ellipse(x, y-3, 9, 4.5), white, .95)
	})
	b.front(branch, 1.3, 1.4)
}

func (b *builder) arches() *canvas {
	c, stone := b.sheet(), hex(0x3c4a6a)
	deck := curve(left, 730, -60, 690, 120, 630, 270, 612, 420, 630, 600, 690, right, 730)
	c.Fill(shape{append(deck, raster.Point{X: right, Y: 760}, raster.Point{X: left, Y: 760})}, stone, 1)
	for _, x := range []float64{60, 270, 480} {
		c.Carve(ellipse(x, 742, 62, 74), .9)
	}
	for x := -208.0; x < right; x += 52 {
		y := 612 + math.Pow((x-270)/270, 2)*34
		c.Fill(round(x-6, y-62, 12, 70, 3), stone, 1)
		c.Fill(ellipse(x, y-66, 9, 8), stone, 1)
		c.Fill(ellipse(x, y-73, 9, 4), white, .95)
	}
	c.Ink(curve(left, 652, -60, 632, 120, 574, 270, 558, 420, 574, 600, 632, right, 660), even(8), stone, 1)
	c.Ink(curve(left, 646, -60, 627, 120, 569, 270, 553, 420, 569, 600, 627, right, 654), even(4), white, .9)
	return c
}
