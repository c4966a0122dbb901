package scenery

// hall is a throne room by candle light: dragon pillars and drawn curtains.
func hall(b *builder) {
	b.set.Mood, b.set.Weather, b.set.Polish = "night", "embers", .16
	far := b.sheet()
	lattice(far, 120, 180, 300, 300, 6, hex(0xa86a3c))
	far.Fill(rect(left, 60, span, 100), hex(0x7a2430), .9)
	for i := -4.0; i < 15; i++ {
		cloud(far, 10+i*56, 110, 12, hex(0xf0c050), .8)
	}
	b.lay(far, .35, 2, Through)
	mid := b.sheet()
	for _, x := range []float64{-20, 472} {
		pillar(mid, x)
	}
	for _, side := range []float64{0, 1} {
		curtain(mid, func(x float64) float64 { return lerp(x, 540-x, side) })
	}
	b.lay(mid.Leather(3, .4), .7, .8, Through)
	near := b.sheet()
	for _, x := range []float64{96, 444} {
		candles(near, x)
		b.glow(x, 412, 150, .95, rgb(.6, .34, .1), x)
	}
	b.lay(near, .95, 0, Before)
	b.lay(b.floor(hex(0x4a1418), hex(0xf0b848), waves), 1, 0, Before)
}

// pillar hints at a dragon coiling up.
func pillar(c *canvas, x float64) {
	outline := rect(x, 20, 88, 720)
	c.Paint(outline, vertical(20, 740, hex(0xa8302a), hex(0x5a1418), 1)).Clip(outline)
	for y := 120.0; y < 780; y += 110 {
		c.Ink(curve(x-10, y, x+30, y-30, x+70, y-50, x+100, y-90), taper(6, 12, 6), hex(0xe8b040), .9)
		cloud(c, x+30, y+10, 9, hex(0xf0c860), .9)
	}
	c.Clip(nil)
}

// curtain hangs at the left; flip mirrors it.
func curtain(c *canvas, flip func(x float64) float64) {
	outline := blob(flip(left), -40, flip(left), -40, flip(200), -40, flip(200), -40, flip(150), 120, flip(84), 260,
		flip(40), 330, flip(40), 330, flip(20), 470, flip(30), 640, flip(30), 640, flip(left), 640, flip(left), 640)
	c.Paint(outline, vertical(0, 640, hex(0xc8862c), hex(0x7a3a1c), .92)).Clip(outline)
	for i := 0.0; i < 6; i++ {
		c.Ink(curve(flip(180-i*36), -40, flip(110-i*30), 140, flip(30-i*8), 330, flip(14-i*20), 640), taper(1, 3.4, 1), hex(0x6a2c14), .7)
	}
	c.Clip(nil)
	c.Ink(points(flip(20), 322, flip(58), 336), even(10), hex(0xf0c860), 1)
}

func candles(c *canvas, x float64) {
	bronze := hex(0x5a3a14)
	c.Ink(points(x, 735, x, 470), taper(8, 5, 5), bronze, 1)
	c.Ink(curve(x-26, 452, x, 476, x+26, 452), even(4), bronze, 1)
	for _, dx := range []float64{-26, 0, 26} {
		c.Fill(round(x+dx-5, 424, 10, 30, 3), hex(0xf8e0c0), 1)
		c.Fill(blob(x+dx, 400, x+dx+5, 416, x+dx, 424, x+dx-5, 416), hex(0xffb040), 1)
	}
	c.Ink(points(x-24, 733, x+24, 733), even(7), bronze, 1)
}
