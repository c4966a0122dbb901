package scenery

// skyline is a row of towers on base, up to height tall, with a part of their
// windows lit.
func (b *builder) skyline(c *canvas, base, height float64, wall color, alpha, lit float64) {
	for x := float64(left); x < right; {
		w := 34 + b.random.Float64()*56
		h := height * (.35 + b.random.Float64()*.65)
		c.Fill(rect(x, base-h, w, bottom-base+h), mix(wall, ink, b.random.Float64()*.2), alpha)
		if b.random.Float64() < .4 { // mast
			c.Fill(rect(x+w/2-2, base-h-34, 4, 34), wall, alpha)
		}
		for wy := base - h + 10; wy < base+60; wy += 15 {
			for wx := x + 6; wx < x+w-8; wx += 12 {
				if b.random.Float64() < lit*.55 {
					c.Carve(rect(wx, wy, 7, 9), .85)
				}
			}
		}
		x += w + b.random.Float64()*6
	}
}

// houses are the near blocks of a street, with awnings, cables and the windows
// of people who are still up.
func (b *builder) houses(c *canvas, wall, lit color) {
	for _, house := range [][3]float64{{-190, 200, 130}, {-60, 160, 150}, {440, 120, 130}, {570, 190, 160}} {
		x, y, w := house[0], house[1], house[2]
		c.Paint(rect(x, y, w, 560), vertical(100, 740, wall, mix(wall, ink, .3), .96))
		for wy := y + 18; wy < 690; wy += 34 {
			for wx := x + 12; wx < x+w-20; wx += 29 {
				b.window(c, wx, wy, wall, lit)
			}
		}
	}
	for _, x := range []float64{-40, 440} {
		for i := range 6 {
			cloth := hex(0xd8443a)
			if i%2 == 0 {
				cloth = hex(0xf4e0c0)
			}
			x := x + float64(i)*24
			c.Fill(blob(x, 560, x, 560, x+24, 560, x+24, 560, x+24, 592, x+12, 604, x, 592), cloth, 1)
		}
	}
	c.Ink(curve(left, 150, 60, 210, 270, 232, 480, 200, right, 120), even(2), ink, .8)
	c.Ink(curve(left, 190, 100, 240, 300, 250, 500, 226, right, 170), even(1.6), ink, .7)
}

func (b *builder) window(c *canvas, x, y float64, wall, lit color) {
	pane := round(x, y, 18, 22, 2)
	if b.random.Float64() >= .46 {
		c.Carve(pane, .14)
		return
	}
	c.Carve(pane, .95)
	c.Fill(pane, lit, .55)
	if b.random.Float64() < .4 { // half a curtain
		c.Fill(rect(x, y, 8, 22), wall, .6)
	}
}
