package puppet

// bodice decorates the torso; the clip is the body's outline.
type bodice func(c *canvas, p palette)

var bodices = map[string]bodice{
	"suit": suitBodice, "coat": coatBodice, "qipao": qipaoBodice,
	"doctor": doctorBodice, "armour": armourBodice, "hanfu": hanfuBodice,
}

func (p *Puppet) torso() *sprite {
	c := p.leather(-75, -170, 75, 50)
	body := blob(-12, -150, -30, -136, -38, -116, -36, -80, -25, -42, -33, 12, -33, 18, 32, 18, 32, 12, 23, -44, 38, -86, 30, -122, 20, -138, 13, -150)
	if p.Broad() {
		body = blob(-15, -150, -38, -138, -50, -118, -46, -70, -38, -30, -42, 22, -42, 30, 40, 30, 40, 22, 34, -34, 44, -84, 40, -118, 26, -138, 16, -150)
	}
	c.Paint(body, vertical(-150, 20, p.near.main, mix(p.near.main, ink, .25), 1)).Clip(body)
	bodices[p.Top](c, p.near)
	return c.Clip(nil).Leather(4, .72).Sprite()
}

func suitBodice(c *canvas, p palette) {
	c.Fill(blob(6, -152, 16, -148, 30, -112, 24, -78, 18, -70, 8, -100, 2, -140), paper, 1)
	c.Fill(polygon(14, -136, 21, -130, 26, -92, 21, -80, 16, -92, 16, -130), p.trim, 1)
	c.Ink(curve(0, -152, 8, -112, 18, -68), taper(3, 13, 2), mix(p.main, ink, .55), 1)
	c.Engrave(curve(-6, -148, 0, -110, 14, -64), even(1.8), .9)
	for _, y := range []float64{-52, -32, -12} {
		c.Carve(ellipse(20, y, 2.6, 2.6), 1)
	}
	c.Engrave(points(-20, -92, -4, -96), even(2.6), .9)
	c.Fill(polygon(-18, -95, -14, -106, -9, -98, -6, -104, -5, -96), p.gold, 1)
	for x := -48.0; x < 10; x += 8 {
		c.Engrave(points(x, -140, x+4, 18), even(.7), .45)
	}
}

func coatBodice(c *canvas, p palette) {
	c.Fill(blob(4, -152, 16, -150, 28, -120, 22, -84, 14, -100, 4, -130), p.trim, 1)
	c.Ink(curve(-4, -152, 6, -116, 20, -74), taper(5, 16, 4), mix(p.main, p.gold, .35), 1)
	c.Engrave(curve(-10, -148, -2, -112, 16, -66), even(1.8), .85)
	c.Fill(polygon(-40, -38, 40, -44, 40, -30, -40, -24), mix(p.main, ink, .5), 1)
	c.Carve(round(12, -42, 11, 11, 2), 1)
	for _, y := range []float64{-62, -14} {
		c.Carve(ellipse(12, y, 2.6, 2.6), 1)
		c.Carve(ellipse(24, y, 2.6, 2.6), 1)
	}
}

func qipaoBodice(c *canvas, p palette) {
	c.Ink(curve(14, -146, 18, -128, 2, -112, -26, -104), even(4.5), p.gold, 1)
	blossom(c, -8, -78, 15, .9)
	blossom(c, 16, -50, 12, .9)
	blossom(c, -16, -34, 11, .9)
	blossom(c, 12, -6, 13, .9)
	c.Engrave(curve(-24, -60, -10, -50, -2, -20, 4, 12), taper(1, 2, 1), .8)
	c.Fill(round(-14, -156, 30, 17, 4), p.gold, 1)
}

func doctorBodice(c *canvas, p palette) {
	c.Fill(blob(2, -152, 16, -150, 26, -122, 20, -90, 12, -104, 2, -130), p.trim, 1)
	c.Ink(curve(-4, -152, 4, -118, 16, -80), taper(3, 9, 2), mix(p.main, hex(0x8090a0), .5), 1)
	c.Ink(points(14, -80, 16, 18), even(1.8), ink, .8)
	c.Ink(points(-26, -62, -6, -64, -6, -44, -25, -42, -26, -62), even(1.6), ink, .7)
	c.Fill(round(-20, -76, 4, 16, 1), p.trim, 1)
	c.Ink(curve(-6, -148, -14, -116, 4, -100, 20, -114, 20, -140), even(2.6), hex(0x2b3a44), 1)
	c.Fill(ellipse(4, -97, 5.5, 5.5), hex(0x2b3a44), 1)
}

func armourBodice(c *canvas, p palette) {
	scales(c, -52, -128, 52, -20, 7, 1.7)
	c.Fill(ellipse(10, -96, 17, 17), p.gold, 1)
	c.Engrave(swirl(10, -96, 11, 1), even(1.8), 1)
	c.Fill(polygon(-60, -26, 60, -32, 60, -10, -60, -4), p.trim, 1)
	c.Fill(ellipse(14, -20, 12, 11), p.gold, 1)
	c.Carve(ellipse(14, -20, 4, 4), 1)
	c.Ink(curve(-40, -132, -6, -118, 30, -134), taper(5, 9, 4), p.trim, 1)
}

func hanfuBodice(c *canvas, p palette) {
	c.Fill(blob(2, -154, 14, -152, 24, -126, 16, -104, 6, -124), hex(0xfff0d8), 1)
	c.Ink(curve(-8, -152, 4, -124, 18, -92, 30, -62), taper(9, 12, 7), p.trim, 1)
	c.Engrave(curve(-14, -148, -4, -118, 12, -86, 24, -54), even(1.8), .95)
	c.Ink(curve(16, -150, 12, -128, 4, -110), taper(6, 8, 2), p.trim, 1)
	cloud(c, -20, -86, 9, .9)
	c.Fill(polygon(-50, -46, 50, -52, 50, -22, -50, -16), p.trim, 1)
	c.Engrave(points(-50, -45, 50, -51), even(1.8), .9)
	c.Engrave(points(-50, -17, 50, -23), even(1.8), .9)
	c.Fill(round(8, -46, 14, 22, 3), p.gold, 1)
	c.Carve(ellipse(15, -35, 3.4, 4.6), 1)
}
