package scenery

// hospital is a long corridor to the operating theatre: doors, a hand rail, a
// clock, a bed that waits.
func hospital(b *builder) {
	b.set.Mood, b.set.Weather, b.set.Polish = "hospital", "motes", .34
	b.lay(b.corridor(), .4, 1.5, Through)
	b.lay(b.wards(), .6, 1.2, Through)
	b.lay(b.bedside(), .95, 0, Before)
	b.lay(b.floor(hex(0x24505a), hex(0xd8fff4), tiles), 1, 0, Before)
}

func (b *builder) corridor() *canvas {
	c, wall := b.sheet(), hex(0x5a9a94)
	c.Fill(polygon(left, top, 190, 250, 190, 640, left, bottom), wall, .42)
	c.Fill(polygon(right, top, 350, 250, 350, 640, right, bottom), wall, .42)
	c.Fill(polygon(left, top, right, top, 350, 250, 190, 250), wall, .3)
	c.Fill(rect(190, 250, 160, 390), wall, .35)
	for _, x := range []float64{214, 276} { // the double door and its portholes
		c.Carve(rect(x, 330, 50, 310), .8)
		c.Fill(ellipse(x+25, 420, 14, 18), wall, .5)
		c.Fill(rect(x+6, 560, 38, 4), wall, .5)
	}
	c.Fill(round(228, 270, 84, 34, 5), hex(0xc83a34), 1)
	c.Text(b.face, "抢救中", 270, 296, 24, hex(0xfff0e0))
	b.glow(270, 287, 150, .4, rgb(.5, .1, .08), 5)
	for i := 0.0; i < 4; i++ { // ceiling lights
		y, k := 60+i*46, 1-i*.22
		c.Carve(polygon(270-60*k, y, 270+60*k, y, 270+48*k, y+16*k, 270-48*k, y+16*k), .9)
	}
	b.glow(270, 120, 170, .4, rgb(.18, .24, .22), 1)
	for _, x := range []float64{190, 350} { // a dado along both walls
		far := 2*x - 270
		edge := lerp(270, x, 5.75)
		c.Fill(polygon(x, 540, edge, 860, edge, 900, x, 552), hex(0x2c6a70), .55)
		c.Fill(polygon(x, 556, far, 610, far, 614, x, 559), hex(0xe8a04a), .5)
	}
	return c
}

// wards are the doors along the walls, in perspective: t runs along the wall
// from the far end, v from the ceiling to the floor.
func (b *builder) wards() *canvas {
	c, wood := b.sheet(), hex(0x2c6a70)
	for _, side := range []float64{1, -1} {
		x := func(t float64) float64 { return 270 + side*(80+t*190) }
		y := func(t, v float64) float64 { return lerp(lerp(250, -60, t*.62), lerp(640, 900, t*.5), v) }
		panel := func(t0, t1, v0, v1 float64) shape {
			return polygon(x(t0), y(t0, v0), x(t1), y(t1, v0), x(t1), y(t1, v1), x(t0), y(t0, v1))
		}
		for _, t := range []float64{.25, .87} {
			c.Fill(panel(t-.03, t+.40, .155, .95), mix(wood, ink, .35), .7)
			c.Fill(panel(t, t+.37, .18, .94), wood, .8)
			c.Carve(panel(t+.11, t+.26, .28, .5), .8)
			c.Fill(panel(t+.18, t+.19, .28, .5), wood, .8)
			c.Fill(panel(t+.04, t+.07, .56, .62), hex(0xe8d8b0), .9)
			c.Carve(panel(t+.12, t+.25, .09, .135), .9) // its number
		}
		c.Ink(points(270+side*80, 500, 270+side*480, 640), taper(3, 8, 14), wood, .8)
	}
	return c
}

// bedside is what stands close: a drip, a row of seats, a clock, a plant.
func (b *builder) bedside() *canvas {
	c, steel, seat := b.sheet(), hex(0x2a4a50), hex(0x2e7a86)
	c.Ink(points(486, 735, 486, 322), even(4.5), steel, 1)
	c.Ink(points(462, 326, 510, 326), even(4), steel, 1)
	c.Ink(points(462, 733, 510, 733), even(6), steel, 1)
	c.Fill(round(494, 332, 26, 46, 6), hex(0x9ae0e8), .9)
	c.Fill(round(496, 352, 22, 24, 4), hex(0x58b8c8), .9)
	c.Ink(curve(507, 378, 508, 470, 486, 560), even(1.6), steel, .9)
	for i := 0.0; i < 3; i++ {
		c.Fill(round(-8+i*44, 628, 40, 12, 4), seat, 1)
		c.Fill(round(-8+i*44, 566, 40, 54, 6), seat, .95)
	}
	c.Ink(points(6, 640, 2, 735), even(5), steel, 1)
	c.Ink(points(104, 640, 108, 735), even(5), steel, 1)
	c.Fill(ellipse(62, 196, 33, 33), steel, 1)
	c.Fill(ellipse(62, 196, 27, 27), hex(0xf4fff8), 1)
	for i := range 12 {
		mark := float64(i) * 30
		c.Ink(turned(62, 196, mark, 21, 25), even(2), steel, 1)
	}
	c.Ink(turned(62, 196, -4, -3, 15), even(3.4), steel, 1) // a minute to midnight
	c.Ink(turned(62, 196, -6, -4, 22), even(2.2), hex(0xc83a34), 1)
	pot := blob(540, 690, 540, 690, 596, 690, 596, 690, 588, 738, 588, 738, 548, 738, 548, 738)
	for i := -3.0; i <= 3; i++ {
		c.Ink(curve(568, 690, 568+i*12, 640-i*i*2, 568+i*26, 612+i*i*5), taper(3, 13, 1), mix(hex(0x2e7a4a), hex(0x58a868), (i+3)/6), 1)
	}
	c.Fill(pot, hex(0xd8e4e0), 1)
	return c.Leather(2.5, .5)
}
