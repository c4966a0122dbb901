package puppet

var hats = map[string]func(c *canvas, p palette){
	"": nothing, "crown": crown, "phoenix": phoenixCrown, "helmet": helmet, "gauze": gauzeHat, "cap": courierCap,
}

// crown is the small guan on a topknot.
func crown(c *canvas, p palette) {
	s := blob(-26, -146, -30, -178, -16, -170, -8, -196, 2, -172, 16, -184, 18, -150, -4, -142)
	c.Fill(s, p.gold, 1).Clip(s)
	c.Engrave(curve(-26, -156, -4, -150, 18, -158), even(2), 1)
	c.Carve(ellipse(-6, -168, 4, 5), 1)
	c.Clip(nil)
	c.Ink(points(-46, -164, 34, -156), even(3.4), p.gold, 1)
}

// phoenixCrown is an empress's, with beads before and behind.
func phoenixCrown(c *canvas, p palette) {
	s := blob(40, -130, 44, -160, 20, -186, -20, -184, -46, -156, -40, -136, 0, -148)
	c.Fill(s, p.gold, 1).Clip(s)
	scales(c, -50, -180, 50, -136, 8, 1.7)
	c.Clip(nil)
	c.Ink(curve(10, -182, 40, -206, 66, -196, 74, -180), taper(4, 6, 1), p.gold, 1)
	c.Fill(ellipse(48, -168, 6, 6), p.trim, 1)
	c.Ink(curve(48, -162, 56, -140, 52, -116), even(1.6), p.gold, 1)
	c.Fill(ellipse(52, -114, 4, 5), p.trim, 1)
	c.Fill(ellipse(0, -190, 8, 8), p.trim, 1)
	c.Ink(curve(-36, -150, -62, -140, -66, -100), even(2), p.gold, 1)
	c.Fill(ellipse(-66, -98, 4, 6), p.trim, 1)
}

// helmet carries a general's two pheasant feathers.
func helmet(c *canvas, p palette) {
	s := blob(50, -104, 54, -130, 34, -160, -2, -172, -40, -156, -58, -120, -60, -70, -52, -40, -34, -44, -20, -80, 4, -102, 28, -110)
	c.Paint(s, vertical(-170, -50, p.main, mix(p.main, ink, .4), 1)).Clip(s)
	scales(c, -64, -96, -10, -36, 7, 1.7)
	c.Engrave(curve(54, -114, 10, -120, -30, -108, -58, -84), even(2), 1)
	c.Engrave(curve(44, -144, 0, -152, -46, -132), even(2), .9)
	c.Clip(nil)
	c.Ink(curve(52, -108, 20, -118, -14, -110), taper(5, 9, 5), p.gold, 1)
	c.Fill(blob(30, -120, 36, -138, 44, -122, 38, -112), p.trim, 1)
	// pheasant feathers
	c.Ink(curve(-6, -168, -20, -210, -60, -224, -104, -200, -116, -150), taper(3, 7, 1), p.trim, 1)
	c.Ink(curve(4, -170, 6, -214, -30, -228), taper(2.5, 6, 1), p.gold, 1)
	c.Fill(ellipse(-4, -176, 9, 9), hex(0xd83a2a), 1)
}

// gauzeHat is an official's winged hat.
func gauzeHat(c *canvas, p palette) {
	s := blob(47, -116, 44, -140, 14, -150, 8, -178, -30, -180, -48, -146, -56, -110, -20, -118, 20, -124)
	c.Fill(s, ink, 1).Clip(s)
	for i := 0.0; i < 5; i++ {
		c.Engrave(points(-60+i*20, -110, -30+i*20, -180), even(1), .6)
		c.Engrave(points(-30+i*20, -110, -60+i*20, -180), even(1), .6)
	}
	c.Clip(nil)
	w := blob(-44, -140, -84, -156, -116, -148, -116, -140, -84, -138, -44, -130)
	c.Fill(w, ink, 1)
	c.Carve(ellipse(-92, -146, 12, 3.4), .9)
	c.Fill(round(36, -138, 9, 11, 2), jade, 1)
}

// courierCap is a delivery helmet with rabbit ears.
func courierCap(c *canvas, p palette) {
	s := blob(56, -106, 54, -132, 26, -160, -20, -160, -54, -132, -56, -96, -30, -92, 10, -104)
	c.Paint(s, vertical(-160, -90, p.trim, mix(p.trim, ink, .3), 1)).Clip(s)
	c.Engrave(curve(-50, -120, 0, -134, 52, -120), even(3), .95)
	c.Clip(nil)
	c.Ink(curve(48, -112, 64, -106, 76, -108), taper(5, 6, 2), p.trim, 1)
	c.Ink(curve(-10, -98, 6, -50, 28, -14), even(2.4), ink, .9)
	// rabbit ears: comedy
	c.Fill(blob(-26, -156, -38, -196, -30, -212, -16, -196, -12, -158), p.trim, 1)
	c.Fill(blob(2, -160, 0, -200, 12, -214, 22, -194, 18, -158), p.trim, 1)
	c.Carve(ellipse(-25, -184, 4, 16), .8)
	c.Carve(ellipse(11, -186, 4, 16), .8)
}
