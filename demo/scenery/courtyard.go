package scenery

import "math"

// courtyard is a gate house with lanterns under a flowering branch, in the
// warm light of evening.
func courtyard(b *builder) {
	b.set.Mood, b.set.Weather = "warm", "petals"
	far := b.sheet()
	b.hills(far, 470, 46, 52, 60, .006, 1.9, 14, hex(0xe0a070), hex(0xb86a4a), .55)
	cloud(far, 90, 190, 26, hex(0xd88a4a), .5)
	cloud(far, 420, 130, 32, hex(0xd88a4a), .45)
	cloud(far, 300, 270, 20, hex(0xd88a4a), .4)
	b.lay(far, .3, 2.4, Through)
	b.lay(b.gateHouse(), .65, 1, Through)
	near := b.sheet()
	for _, x := range []float64{34, 506} {
		lantern(near, x, 300, 25)
		b.glow(x, 300, 120, .9, rgb(.55, .25, .08), 1)
	}
	b.lay(near.Leather(2, .4), .9, 0, Before)
	b.lay(b.floor(hex(0x4a2018), hex(0xe8a048), stones), 1, 0, Before)
	branch := b.sheet()
	b.branch(branch, 600, 90, math.Pi*.93, 330, 17, 2, hex(0x2a120e), func(x, y float64) {
		blossom(branch, x, y, 5+b.random.Float64()*5, mix(hex(0xf0506a), hex(0xffb0a8), b.random.Float64()))
	})
	b.front(branch, 1.3, 1.4)
}

func (b *builder) gateHouse() *canvas {
	c := b.sheet()
	brick, light, wood := hex(0x8a3c28), hex(0xf0b468), hex(0x9a5430)
	for _, x := range []float64{-150, 690} {
		roof(c, x, 330, 420, 70, brick, light)
	}
	c.Fill(rect(-10, 330, 26, 420), brick, 1)
	c.Fill(rect(524, 330, 26, 420), brick, 1)
	roof(c, 270, 268, 560, 96, mix(brick, ink, .15), light)
	c.Fill(rect(52, 280, 436, 22), brick, 1)
	for i := 0.0; i < 11; i++ {
		c.Carve(round(62+i*39, 285, 28, 11, 4), .9)
	}
	for _, x := range []float64{64, 196, 322, 454} {
		c.Paint(rect(x, 296, 22, 442), vertical(296, 740, hex(0xa8382a), hex(0x6a1c18), 1))
		c.Fill(rect(x-5, 716, 32, 22), hex(0x6a4a3a), 1)
	}
	for _, x := range []float64{90, 348} {
		lattice(c, x, 330, 102, 290, 4, wood)
		c.Fill(rect(x, 620, 102, 116), wood, .95)
		cutBlossom(c, x+51, 676, 30, .7)
	}
	c.Fill(round(212, 306, 116, 44, 4), hex(0x6a2018), 1)
	return c.Leather(3, .45)
}
