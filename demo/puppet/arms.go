package puppet

// sleeves decorate the upper arm and cuffs the forearm. A costume without a
// sleeve here keeps the plain fold.
var (
	sleeves = map[string]func(c *canvas, p palette){"armour": armourSleeve, "hanfu": hanfuSleeve, "qipao": qipaoSleeve}
	cuffs   = map[string]func(c *canvas, p palette){
		"hanfu": hanfuCuff, "suit": suitCuff, "armour": armourCuff, "qipao": qipaoCuff, "coat": coatCuff, "doctor": nothing,
	}
)

// wideSleeved robes hang from the forearm.
func (c Character) wideSleeved() bool { return c.Top == "hanfu" }

func (p *Puppet) upperArm(leather palette) *sprite {
	c := p.leather(-45, -30, 45, 100)
	w := 17.0
	if p.wideSleeved() {
		w = 21
	}
	if p.Broad() {
		w += 3
	}
	outline := blob(-w, 0, -w*.6, -w*.85, w*.5, -w*.85, w, 0, w*.95, 40, w*.8, 78, -w*.95, 80, -w*.95, 40)
	c.Paint(outline, vertical(-20, 90, leather.main, mix(leather.main, ink, .2), 1)).Clip(outline)
	if decorate, ok := sleeves[p.Top]; ok {
		decorate(c, leather)
	} else {
		c.Engrave(curve(-w*.5, 4, -w*.3, 40, -w*.5, 76), taper(.5, 1.6, .5), .7)
	}
	return c.Clip(nil).Leather(3.5, .72).Sprite()
}

func (p *Puppet) forearm(leather palette) *sprite {
	c := p.leather(-90, -24, 60, 130)
	hand(c, leather.skin)
	outline := blob(-14, -6, 0, -16, 14, -6, 14, 30, 12, 68, 12, 69, -11, 69, -11, 68, -14, 30)
	if p.wideSleeved() {
		outline = blob(16, -8, 18, 20, 16, 66, 14, 70, -14, 74, -34, 86, -62, 92, -70, 84, -52, 46, -28, 10, -16, -12, 0, -18)
	}
	c.Paint(outline, vertical(-20, 80, leather.main, mix(leather.main, ink, .15), 1)).Clip(outline)
	cuffs[p.Top](c, leather)
	return c.Clip(nil).Leather(3.5, .7).Sprite()
}

// hand is a palm, a thumb and long fingers.
func hand(c *canvas, skin color) {
	c.Fill(blob(-9, 60, 8, 60, 12, 76, 10, 92, 5, 106, 1, 108, -2, 100, -6, 104, -9, 98, -11, 80), skin, 1)
	c.Fill(blob(6, 66, 14, 70, 18, 82, 15, 88, 10, 82), skin, 1)
	c.Ink(curve(1, 84, 2, 96, 1, 104), even(1.3), mix(ink, skin, .3), .9)
	c.Ink(curve(-4, 84, -5, 94, -6, 101), even(1.1), mix(ink, skin, .3), .8)
}

func armourSleeve(c *canvas, p palette) {
	c.Fill(blob(-26, -22, 26, -22, 30, 20, 0, 36, -30, 20), p.gold, 1)
	scales(c, -30, -14, 30, 24, 7, 1.6)
	scales(c, -26, 44, 26, 80, 6, 1.3)
}

func hanfuSleeve(c *canvas, p palette) {
	cloud(c, -4, 22, 8, .85)
}

func qipaoSleeve(c *canvas, p palette) {
	blossom(c, 0, 20, 12, .85)
}

func hanfuCuff(c *canvas, p palette) {
	c.Ink(curve(22, 66, -14, 72, -36, 84, -76, 92), even(15), p.trim, 1)
	c.Engrave(curve(22, 56, -14, 63, -38, 74, -70, 80), even(1.8), .95)
	cloud(c, -22, 38, 9, .9)
}

func suitCuff(c *canvas, p palette) {
	c.Fill(rect(-16, 62, 32, 10), paper, 1)
}

func armourCuff(c *canvas, p palette) {
	c.Fill(rect(-20, 34, 40, 36), p.gold, 1)
	c.Engrave(points(-20, 42, 20, 42), even(1.8), .9)
	c.Engrave(points(-20, 60, 20, 60), even(1.8), .9)
}

func qipaoCuff(c *canvas, p palette) {
	c.Fill(rect(-20, 58, 40, 12), p.gold, 1)
}

func coatCuff(c *canvas, p palette) {
	c.Fill(rect(-20, 56, 40, 14), mix(p.main, ink, .5), 1)
}
