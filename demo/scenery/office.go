package scenery

// office is the top floor at night: the city in the window, a desk, an orchid.
func office(b *builder) {
	b.set.Mood, b.set.Weather, b.set.Polish = "office", "motes", .22
	far := b.sheet()
	b.skyline(far, 640, 420, hex(0x4a5690), .75, .85)
	for i := range 46 {
		x, y := -120+b.random.Float64()*780, 320+b.random.Float64()*330
		radius := 9 + b.random.Float64()*10
		light := mix(hex(0xffb850), hex(0x70b0ff), b.random.Float64())
		b.glow(x, y, radius, .35, light.Dim(.55), float64(i))
	}
	b.lay(far, .3, 1.6, Through)
	mid, frame := b.sheet(), hex(0x1c2038)
	for _, x := range []float64{-60, 118, 300, 482, 640} {
		mid.Fill(rect(x, 60, 11, 610), frame, .95)
	}
	mid.Fill(rect(left, 62, span, 15), frame, 1)
	mid.Fill(rect(left, 470, span, 7), frame, .95)
	mid.Fill(rect(left, 650, span, 90), mix(frame, hex(0x5a3a30), .35), 1)
	for i := 0.0; i < 24; i++ {
		mid.Carve(round(-170+i*40, 668, 28, 50, 4), .22)
	}
	b.lay(mid, .7, .6, Through)
	b.lay(b.desk(), .95, 0, Before)
	b.lay(b.floor(hex(0x1c1a30), hex(0xa8a0d0), tiles), 1, 0, Before)
}

// desk carries a banker's lamp and an orchid.
func (b *builder) desk() *canvas {
	c, wood := b.sheet(), hex(0x5a2c1c)
	c.Fill(round(350, 596, 260, 18, 5), wood, 1)
	c.Paint(rect(372, 612, 220, 126), vertical(612, 740, wood, wood.Dim(.5), 1))
	for i := 0.0; i < 3; i++ {
		c.Tint(round(384+i*60, 630, 48, 86, 4), hex(0xf0b060), .35)
	}
	c.Ink(curve(452, 596, 448, 540, 470, 516), even(4), ink, 1)
	c.Fill(blob(448, 520, 462, 496, 492, 496, 506, 520, 505, 522, 449, 522), hex(0x2e8a6a), 1)
	b.glow(477, 530, 150, .95, rgb(.55, .4, .16), 2)
	c.Ink(curve(540, 596, 536, 540, 516, 500, 492, 470), taper(3, 3, 1.6), hex(0x2a5a34), 1)
	for i := 0.0; i < 4; i++ {
		blossom(c, 530-i*12, 520-i*16, 9, hex(0xe86a9a))
	}
	c.Fill(round(524, 560, 30, 38, 6), hex(0x7a94b0), 1)
	return c.Leather(3, .5)
}
