package puppet

// A hairstyle is what hangs behind the face and what frames it in front.
type hairstyle struct{ behind, front func(c *canvas, p palette) }

var hairstyles = map[string]hairstyle{
	"long":    {longBehind, fringe},
	"wave":    {waveBehind, waveFront},
	"tail":    {tailBehind, tailFront},
	"topknot": {backHair, topknotFront},
	"bun":     {backHair, bunFront},
	"short":   {nothing, shortFront},
	"bob":     {nothing, bobFront},
	"grey":    {nothing, greyFront},
	"tufts":   {nothing, tuftsFront},
	"":        {nothing, fringe},
}

func nothing(*canvas, palette) {}

func longBehind(c *canvas, p palette) {
	s := blob(20, -140, -30, -140, -58, -104, -62, -40, -66, 30, -78, 96, -70, 100, -38, 104, -14, 96, -6, 40, -4, -20, 8, -60)
	c.Fill(s, p.hair, 1)
	strands(c, s, .7, curve(-10, -120, -40, -60, -44, 10, -52, 92), curve(-4, -90, -26, -30, -28, 30, -34, 96), curve(-24, -128, -52, -80, -56, 0, -66, 90))
}

func waveBehind(c *canvas, p palette) {
	s := blob(20, -142, -34, -144, -64, -112, -58, -76, -74, -48, -62, -14, -80, 16, -64, 50, -70, 72, -44, 80, -20, 66, -22, 36, -6, 10, -10, -30, 8, -60)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(-10, -120, -46, -84, -40, -44, -58, -10, -44, 30, -52, 66), curve(-6, -90, -26, -50, -26, -10, -40, 20, -28, 60), curve(-24, -130, -56, -100, -54, -50, -68, -20, -60, 30))
}

func tailBehind(c *canvas, p palette) {
	s := blob(-30, -128, -50, -142, -72, -128, -84, -80, -78, -20, -92, 30, -84, 34, -58, 4, -56, -60, -48, -104)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(-44, -132, -68, -90, -66, -30, -84, 26), curve(-40, -120, -60, -80, -60, -20))
}

func backHair(c *canvas, p palette) {
	s := blob(-6, -130, -44, -118, -52, -70, -50, 0, -56, 70, -50, 74, -30, 70, -18, 10, -10, -40)
	c.Fill(s, p.hair, 1)
	strands(c, s, .7, curve(-14, -110, -36, -50, -36, 20, -44, 66), curve(-20, -110, -46, -60, -44, 10))
}

func shortFront(c *canvas, p palette) {
	s := blob(50, -112, 58, -128, 44, -146, 10, -152, -30, -144, -54, -116, -54, -80, -38, -44, -28, -38, -14, -46, -8, -76, 0, -84, 8, -100, 24, -112)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(46, -128, 20, -138, -14, -132, -36, -110), curve(40, -118, 10, -126, -20, -112, -36, -84), curve(20, -114, -4, -112, -24, -90, -32, -60), curve(52, -134, 20, -147, -20, -142))
}

func bobFront(c *canvas, p palette) {
	s := blob(49, -96, 54, -124, 36, -146, 0, -152, -40, -140, -60, -104, -62, -50, -52, -18, -36, -8, -14, -16, -8, -36, -2, -76, 10, -100, 30, -106)
	c.Fill(s, p.hair, 1)
	strands(c, s, .7, curve(40, -120, 0, -136, -36, -110, -44, -40), curve(20, -114, -14, -112, -30, -70, -28, -20), curve(30, -136, -20, -144, -50, -100))
}

func greyFront(c *canvas, p palette) {
	s := blob(42, -112, 40, -132, 10, -148, -30, -142, -54, -112, -50, -74, -30, -56, -10, -62, -8, -84, 6, -102)
	bun := ellipse(-58, -84, 26, 24)
	for _, outline := range []shape{bun, s} { // a rim, or silver drowns in a pale mood
		c.Fill(outline, p.hair, 1)
		c.Ink(append(outline[0], outline[0][0]), even(3), ink, .85)
	}
	strands(c, s, .8, curve(36, -118, 6, -130, -26, -116, -48, -88), curve(24, -110, -4, -112, -28, -92), curve(30, -134, -10, -142, -44, -110))
	c.Engrave(swirl(-58, -84, 17, 1), even(1.7), .8)
	c.Ink(points(-88, -110, -30, -66), even(4), p.gold, 1)
	c.Fill(ellipse(-89, -111, 6.5, 6.5), jade, 1)
}

func tuftsFront(c *canvas, p palette) {
	s := blob(50, -104, 46, -134, 10, -152, -34, -142, -56, -106, -48, -66, -30, -50, -12, -56, -8, -80, 8, -104, 30, -116)
	c.Fill(ellipse(-24, -160, 24, 22), p.hair, 1)
	c.Fill(ellipse(28, -158, 17, 16), p.hair, 1)
	c.Fill(s, p.hair, 1)
	c.Engrave(swirl(-24, -160, 15, 1), even(1.8), .8)
	c.Engrave(swirl(28, -158, 10, 1), even(1.6), .8)
	c.Ink(points(-42, -142, -8, -146), even(7), p.trim, 1)
	c.Ink(points(16, -146, 40, -144), even(6), p.trim, 1)
	strands(c, s, .7, curve(40, -120, 0, -132, -36, -100), curve(20, -116, -10, -112, -30, -70))
}

func bunFront(c *canvas, p palette) {
	s := blob(49, -106, 46, -130, 16, -148, -26, -144, -54, -114, -50, -72, -34, -48, -14, -52, -8, -78, 4, -100, 26, -112)
	c.Fill(blob(-30, -134, -46, -170, -24, -204, 10, -206, 26, -184, 20, -150, 0, -134), p.hair, 1)
	c.Engrave(swirl(-8, -172, 26, 1), even(2), .85)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(42, -116, 6, -130, -26, -118, -46, -84), curve(22, -112, -8, -110, -28, -86), curve(30, -136, -10, -142, -46, -104))
	c.Ink(curve(-24, -144, 0, -150, 22, -146), even(7), p.trim, 1)
	// hairpin with tassel
	c.Ink(points(-50, -186, 36, -164), even(3.6), p.gold, 1)
	goldBlossom(c, 40, -163, 12, p.gold)
	c.Ink(points(42, -154, 44, -122), even(1.4), p.gold, 1)
	for i := 0.0; i < 3; i++ {
		c.Fill(ellipse(42.5+i*.7, -146+i*11, 3.4, 3.8), p.trim, 1)
	}
}

func topknotFront(c *canvas, p palette) {
	s := blob(46, -112, 44, -132, 12, -148, -28, -144, -54, -114, -50, -74, -36, -50, -14, -52, -8, -80, 4, -102, 24, -114)
	c.Fill(blob(-20, -140, -28, -166, -8, -184, 14, -176, 16, -152, 4, -140), p.hair, 1)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(40, -118, 6, -130, -26, -118, -46, -84), curve(22, -114, -8, -112, -28, -86), curve(30, -136, -10, -142, -46, -104))
}

func fringe(c *canvas, p palette) {
	s := blob(50, -96, 55, -122, 38, -146, 0, -152, -40, -142, -60, -108, -56, -66, -36, -34, -16, -36, -9, -66, -2, -92, 14, -108, 30, -112)
	c.Fill(s, p.hair, 1)
	strands(c, s, .75, curve(44, -118, 4, -134, -34, -112, -44, -60), curve(20, -114, -10, -112, -28, -80, -28, -44), curve(34, -138, -16, -145, -50, -106))
}

func tailFront(c *canvas, p palette) {
	fringe(c, p)
	c.Fill(ellipse(-46, -132, 10, 9), p.trim, 1)
}

func waveFront(c *canvas, p palette) {
	fringe(c, p)
	c.Fill(ellipse(-22, -128, 7, 7), p.gold, 1)
}
