package puppet

import "cliffhanger/demo/raster"

// legwear draws the thigh with whatever covers it; far is the leg away from
// the screen.
var legwear = map[string]func(p *Puppet, c *canvas, leather palette, far bool){
	"robe": (*Puppet).robe, "dress": (*Puppet).dress, "trousers": (*Puppet).trousers,
}

// robed figures glide: a robe has no shin.
func (c Character) robed() bool { return c.Legs == "robe" }

func (p *Puppet) thigh(leather palette, far bool) *sprite {
	c := p.leather(-130, -40, 130, 215)
	legwear[p.Legs](p, c, leather, far)
	return c.Clip(nil).Leather(4, .72).Sprite()
}

func (p *Puppet) robe(c *canvas, leather palette, far bool) {
	outline := blob(-36, -24, 30, -28, 40, 50, 54, 140, 60, 184, 60, 190, -20, 196, -96, 188, -96, 184, -72, 120, -46, 50)
	if far {
		outline = blob(-34, -24, 10, -28, 40, 60, 72, 150, 84, 186, 84, 190, 10, 194, -50, 190, -50, 186, -44, 90)
	}
	c.Paint(outline, vertical(-20, 200, leather.main, mix(leather.main, leather.trim, .35), 1)).Clip(outline)
	if far {
		c.Ink(curve(-60, 180, 10, 186, 90, 178), even(24), leather.trim, 1)
		c.Engrave(curve(-60, 164, 10, 170, 90, 162), even(1.8), .95)
		c.Engrave(curve(6, -20, 26, 70, 44, 170), taper(.5, 2.4, 1), .8)
		return
	}
	for i := 0.0; i < 3; i++ {
		c.Engrave(curve(-22+i*14, -18, -34+i*24, 70, -58+i*38, 164), taper(.4, 2, .8), .75)
	}
	c.Ink(curve(-110, 176, -20, 186, 70, 176), even(28), leather.trim, 1)
	c.Engrave(curve(-110, 158, -20, 168, 70, 158), even(1.9), .95)
	meander(c, -88, 184, 56, 184, 9, 12, 1.8)
	cloud(c, -24, 96, 12, .9)
	cloud(c, 10, 128, 9, .9)
	blossom(c, 8, 50, 13, .9)
	c.Ink(curve(16, -24, 22, 40, 20, 104), even(7), leather.gold, 1)
	c.Fill(ellipse(20, 62, 8, 8), leather.gold, 1)
	c.Carve(ellipse(20, 62, 3, 3), 1)
}

func (p *Puppet) dress(c *canvas, leather palette, far bool) {
	outline := blob(-32, -20, 30, -24, 40, 30, 52, 78, 52, 82, 0, 88, -58, 82, -58, 78, -44, 30)
	if far {
		outline = outline.Transform(raster.Translate(6, 0).Mul(raster.Scale(.9, 1)))
	}
	c.Paint(outline, vertical(-20, 90, leather.main, mix(leather.main, leather.trim, .3), 1)).Clip(outline)
	if !far {
		if p.Top == "qipao" {
			blossom(c, -20, 40, 14, .9)
			blossom(c, 14, 60, 12, .9)
			blossom(c, 8, 14, 10, .9)
		}
		c.Engrave(curve(6, 30, 16, 60, 22, 90), taper(.6, 2.4, 2), .9)
		c.Engrave(curve(-14, -10, -26, 40, -34, 90), taper(.4, 1.8, 1), .7)
	}
	c.Ink(curve(-64, 76, 0, 82, 60, 74), even(7), leather.gold, 1)
}

func (p *Puppet) trousers(c *canvas, leather palette, _ bool) {
	w := 21.0
	if p.Broad() {
		w = 24
	}
	if p.Top == "doctor" || p.Top == "coat" {
		coatTail(c, leather, w)
		return
	}
	cloth := mix(leather.main, ink, .3)
	outline := blob(-w-5, -18, w+2, -22, w, 30, w-4, 70, w-6, 106, w-6, 107, -w+4, 107, -w+4, 106, -w+1, 70, -w-3, 30)
	c.Paint(outline, vertical(-20, 100, cloth, mix(cloth, ink, .2), 1)).Clip(outline)
	c.Engrave(curve(4, 0, 3, 50, 1, 104), even(1.3), .6)
}

// coatTail hangs over the thigh of whoever wears a long coat.
func coatTail(c *canvas, leather palette, w float64) {
	outline := blob(-w-14, -22, w+8, -26, w+14, 60, w+18, 96, w+18, 99, -w-22, 99, -w-22, 96, -w-16, 50)
	c.Paint(outline, vertical(-20, 100, leather.main, mix(leather.main, ink, .15), 1)).Clip(outline)
	c.Engrave(curve(14, -20, 18, 40, 20, 98), even(1.7), .8)
	c.Engrave(curve(-18, 10, -24, 50, -26, 98), taper(.4, 1.7, 1), .6)
	c.Ink(points(-14, 20, 6, 16), even(2.4), mix(leather.main, ink, .5), 1)
}

func (p *Puppet) shin(leather palette, far bool) *sprite {
	c := p.leather(-40, -20, 60, 120)
	cloth, shoe := mix(leather.main, ink, .35), ink
	outline := blob(-20, -8, 0, -14, 19, -8, 18, 40, 18, 84, 18, 86, -15, 86, -15, 84, -18, 40)
	if p.Top == "doctor" {
		cloth = hex(0x35505a)
	}
	if p.Legs == "dress" {
		outline = blob(-12, -8, 0, -14, 12, -8, 12, 20, 8, 80, -6, 80, -12, 30)
		cloth, shoe = p.near.skin, leather.trim
	}
	if far {
		cloth, shoe = mix(cloth, ink, .3), mix(shoe, ink, .3)
	}
	c.Fill(outline, cloth, 1)
	if p.Legs == "dress" {
		c.Fill(blob(-8, 76, 6, 72, 18, 88, 36, 94, 38, 99, 10, 98, -2, 90, -4, 100, -9, 100), shoe, 1)
	} else {
		c.Fill(blob(-14, 78, 14, 78, 20, 88, 40, 92, 42, 100, 42, 101, -15, 101, -15, 100), shoe, 1)
		c.Engrave(points(-12, 95, 40, 95), even(1.4), .8)
	}
	return c.Leather(3, .65).Sprite()
}
