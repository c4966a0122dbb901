package puppet

import "cliffhanger/demo/raster"

// profiles are the outlines of the faces, from the brow down to the chin and
// round behind the ear; drop is how far the open jaw has fallen.
var profiles = map[string]func(drop float64) []float64{
	"man": func(drop float64) []float64 {
		return []float64{26, -124, 45, -108, 52, -90, 48, -79, 55, -68, 68, -57, 58, -49, 56, -45, 60, -40, 55, -36,
			59, -31 + drop, 53, -25 + drop, 57, -15 + drop, 48, -6 + drop, 22, -8 + drop*.5, -2, -28, -8, -60, -4, -100}
	},
	"rogue": func(drop float64) []float64 {
		return []float64{24, -124, 42, -112, 50, -92, 45, -80, 57, -68, 76, -50, 58, -48, 55, -45, 59, -40, 53, -36,
			57, -31 + drop, 50, -26 + drop, 60, -12 + drop, 52, -2 + drop, 22, -10 + drop*.5, -2, -30, -8, -60, -4, -100}
	},
	"child": func(drop float64) []float64 {
		return []float64{24, -124, 50, -110, 57, -86, 52, -72, 55, -63, 63, -56, 55, -49, 53, -46, 57, -41, 52, -37,
			55, -32 + drop, 48, -28 + drop, 48, -20 + drop, 40, -10 + drop, 18, -10 + drop*.5, -4, -28, -8, -60, -4, -100}
	},
	"elder": func(drop float64) []float64 {
		return []float64{24, -122, 43, -106, 49, -90, 45, -79, 54, -66, 67, -52, 54, -48, 51, -45, 54, -40, 48, -37,
			53, -32 + drop, 48, -26 + drop, 55, -16 + drop, 46, -6 + drop, 18, -10 + drop*.5, -3, -30, -8, -60, -4, -100}
	},
	"lady": func(drop float64) []float64 {
		return []float64{28, -124, 46, -108, 52, -91, 47.5, -79, 53, -68, 62, -58.5, 55, -51, 53.5, -47, 58.5, -42, 53, -38,
			56.5, -33 + drop, 49.5, -27 + drop, 51, -19 + drop, 42, -10 + drop, 20, -14 + drop*.5, -2, -31, -8, -60, -4, -100}
	},
}

var skins = map[string]color{
	"lady": hex(0xffead0), "child": hex(0xffead0), "man": hex(0xffe0b4), "elder": hex(0xf6d6ac), "rogue": hex(0xf3dcae),
}

// extras are worn last, over the hair.
var extras = map[string]func(c *canvas, p palette, drop float64){
	"": func(*canvas, palette, float64) {}, "earring": earring, "glasses": glasses, "beard": beard,
}

// head draws a whole head; open is how far the mouth is open, 0..1.
func (p *Puppet) head(e expression, open float64, blink bool) *sprite {
	c := p.leather(-120, -230, 120, 130)
	drop := open * 8
	style := hairstyles[p.Hair]
	style.behind(c, p.near)
	c.Fill(blob(-16, 10, 14, 10, 17, -14, 22, -34, -10, -50, -16, -20), mix(p.near.skin, hex(0xb5794a), .35), 1)
	outline := profiles[p.Face](drop)
	face := blob(outline...)
	c.Paint(face, radial(38, -60, 90, p.near.skin, mix(p.near.skin, hex(0xe0a468), .45), 1, 1)).Clip(face)
	p.blush(c)
	p.mouth(c, e, drop)
	c.Clip(nil)
	profile := points(outline[:len(outline)-6]...) // without the back of the head
	c.Ink(raster.Spline(profile, false), taper(2.2, 3.4, 2.2), ink, 1)
	c.Ink(curve(22, -13+drop*.5, 4, -24, -2, -34), taper(2.4, 1.6, .5), ink, .8)
	if blink {
		closedEye(c)
	} else {
		p.eye(c, e)
	}
	if e.tear {
		c.Fill(blob(36, -66, 38, -70, 40, -66, 41, -58, 38, -54, 35, -58), hex(0xbfe6ff), .95)
		c.Fill(ellipse(37, -60, 1.5, 2), hex(0xffffff), 1)
	}
	p.brow(c, e)
	if p.Face == "elder" {
		wrinkles(c)
	}
	ear(c, p.near)
	if p.Face == "lady" {
		earring(c, p.near, drop)
	}
	style.front(c, p.near)
	extras[p.Extra](c, p.near, drop)
	hats[p.Hat](c, p.near)
	return c.Sprite()
}

func (p *Puppet) blush(c *canvas) {
	rose := hex(0xf0705a)
	if p.young() {
		c.Paint(ellipse(26, -52, 24, 17), radial(26, -52, 22, rose, rose, .5, 0))
		return
	}
	c.Paint(ellipse(26, -52, 22, 15), radial(26, -52, 20, rose, rose, .22, 0))
}

func (p *Puppet) mouth(c *canvas, e expression, drop float64) {
	if drop > 0 {
		c.Fill(blob(60, -41, 40, -38, 42, -36+drop*.5, 60, -32+drop), hex(0x5a1210), 1)
	}
	lip := hex(0xa8533c)
	if p.young() {
		lip = hex(0xc23028)
	}
	corner := -37.5 + e.corner
	c.Fill(blob(62, -43, 54, -43.5, 44, corner-.5, 54, -38, 62, -38), lip, 1)
	c.Fill(blob(62, -31+drop, 54, -30.5+drop, 45, corner+.5+drop*.4, 54, -36.5+drop, 62, -36+drop), lip, .92)
	c.Ink(curve(58, -38, 50, -38, 41, corner), taper(1.4, 1.8, 1.2), ink, .85)
	c.Ink(curve(52, -53, 56, -55), even(1.8), ink, .7) // nostril
}

func closedEye(c *canvas) {
	c.Ink(curve(17, -77, 32, -70, 47, -75), taper(1.5, 4, 1.5), ink, 1)
	c.Ink(curve(17, -77, 13, -76), taper(2, 1.5, .5), ink, 1)
}

func (p *Puppet) eye(c *canvas, e expression) {
	height, iris, wide := 6.5, 6.2, e.eye
	switch p.Face {
	case "lady":
		height, iris = 9.5, 7.2
	case "child":
		height, iris, wide = 9.5, 7, e.eye*1.25
	case "man":
		height = 7.5
	}
	if e.eye > 1.25 { // fright shows the white
		iris = 4.6
	}
	top, bottom := -76-height*wide, -72+4*min(wide, 1.2)
	lid := curve(17, -73, 23, top+3, 31, top, 40, top+1, 46, top+5, 48, -76)
	white := shape{append(append([]raster.Point{}, lid...), curve(48, -76, 42, bottom, 30, bottom+1, 17, -73)...)}
	c.Fill(white, hex(0xfffdf4), 1).Clip(white)
	c.Fill(ellipse(37, -77, iris, iris+1.6), mix(ink, p.near.main, .35), 1)
	c.Fill(ellipse(37.5, -77, iris*.5, iris*.6), hex(0x080404), 1)
	c.Fill(ellipse(40.5, -80, 1.9, 1.9), hex(0xffffff), 1)
	c.Clip(nil)
	c.Ink(lid, taper(2.4, 4.4, 2), ink, 1)
	if p.young() {
		c.Ink(curve(24, top+2, 17, -77, 10, -82), taper(2.6, 2.6, .6), ink, 1)
	}
	c.Ink(curve(46, -75, 38, bottom, 28, bottom+.5), taper(1.2, 1, .4), ink, .8)
	if p.Face == "lady" {
		c.Ink(curve(18, -81, 30, top-4.5, 44, top-1), taper(.5, 1.2, .5), hex(0x9a4a38), .8)
	}
}

// brow: the right end is the inner one. Men's sit high enough to leave room for
// tenderness.
func (p *Puppet) brow(c *canvas, e expression) {
	width, lift := 3.0, 0.0
	switch {
	case p.young():
		lift = -6
	case p.Face == "man":
		width, lift = 5, -4
	case p.Face == "rogue":
		width = 6
	}
	hair := p.near.hair
	if p.Face == "elder" {
		hair = hex(0x7c7068)
	}
	c.Ink(curve(13, lift-91-e.outer, 27, lift-97-e.outer*.7-e.inner*.2-e.arch, 39, lift-96-e.inner*.75-e.arch*.6, 49, lift-92-e.inner),
		taper(1, width, width*.8), hair, 1)
	if e.inner < -5 { // the frown's crease
		c.Ink(curve(50, -98, 47, -92, 49, -86), taper(.5, 1.6, .5), ink, .7)
	}
}

func wrinkles(c *canvas) {
	line := hex(0x8a5a3a)
	for i := 0.0; i < 3; i++ {
		c.Ink(curve(14, -70+i*5, 6, -72+i*7, 0, -76+i*9), taper(.4, 1.3, .4), line, .8)
	}
	c.Ink(curve(48, -50, 42, -44, 42, -32), taper(.5, 1.6, .5), line, .8)
	c.Ink(curve(30, -110, 40, -108, 47, -104), even(1.2), line, .6)
}

func ear(c *canvas, p palette) {
	c.Fill(blob(-8, -74, 2, -80, 8, -72, 4, -58, -3, -52, -6, -60), mix(p.skin, hex(0xe0a468), .3), 1)
	c.Ink(curve(3, -76, -3, -72, 0, -60), taper(.8, 1.8, .8), ink, .8)
}

func earring(c *canvas, p palette, _ float64) {
	c.Ink(points(-3, -52, -3, -42), even(1.2), p.gold, 1)
	c.Fill(blob(-3, -44, 1, -34, -3, -28, -7, -34), p.gold, 1)
}

func glasses(c *canvas, _ palette, _ float64) {
	c.Ink(ellipse(36, -76, 15, 13)[0], even(2.6), ink, 1)
	c.Ink(points(36, -89, 37, -89), even(2.6), ink, 1)
	c.Ink(curve(21, -78, 8, -80, -4, -76), even(2.4), ink, 1)
	c.Fill(ellipse(36, -76, 14, 12), color{R: .8, G: .95, B: 1}, .22)
	c.Ink(points(29, -72, 36, -84), even(1.6), hex(0xffffff), .7)
}

func beard(c *canvas, p palette, drop float64) {
	outline := blob(54, -26+drop, 56, -8+drop, 48, 30, 34, 64, 32, 66, 28, 30, 14, 4, 6, -20, 30, -16+drop)
	c.Fill(outline, p.hair, 1).Clip(outline)
	for i := 0.0; i < 4; i++ {
		c.Engrave(curve(14+i*10, -14, 24+i*6, 16, 32+i*1.5, 54), taper(.5, 1.6, .5), .85)
	}
	c.Clip(nil)
	c.Ink(curve(57, -45, 46, -40, 40, -24, 42, -8), taper(3, 4.5, .6), p.hair, 1)
}
