package scenery

import "cliffhanger/demo/raster"

// sign is a neon sign; a tall one is lettered from top to bottom.
type sign struct {
	x, y, w, h float64
	light      color
	text       string
}

// The signs hang above the heads, or the actors would stand before them.
var signs = []sign{
	{24, 112, 50, 148, hex(0xff4a6a), "夜茶"},
	{466, 96, 52, 212, hex(0x3ad8e0), "大药房"},
	{398, 470, 92, 40, hex(0xffb83a), "面馆"},
}

// street is a city at night in the rain: neon, a lamp, a wet pavement.
func street(b *builder) {
	b.set.Mood, b.set.Weather, b.set.Polish = "rain", "rain", .55
	far := b.sheet()
	b.skyline(far, 560, 360, hex(0x5a86a0), .6, .5)
	b.lay(far, .3, 2, Through)
	mid := b.sheet()
	b.houses(mid, hex(0x24425e), hex(0xffe0a0))
	b.lay(mid, .6, .8, Through)
	neon := b.sheet()
	for i, s := range signs {
		s.draw(neon, b.face)
		b.glow(s.x+s.w/2, s.y+s.h/2, 190, .7, s.light.Dim(.5), float64(i))
	}
	b.lay(neon, .7, .4, SelfLit)
	lamp, iron := b.sheet(), hex(0x101828)
	lamp.Ink(curve(92, 740, 92, 300, 92, 260, 120, 232, 156, 232), taper(9, 6, 4), iron, 1)
	lamp.Fill(blob(140, 232, 180, 232, 188, 248, 134, 248), iron, 1)
	lamp.Fill(rect(82, 700, 20, 40), iron, 1)
	b.glow(162, 262, 210, .95, rgb(.5, .42, .26), 3)
	b.lay(lamp, .95, 0, Before)
	b.lay(b.floor(hex(0x16283c), hex(0x8ac0d0), tiles), 1, 0, Before)
}

func (s sign) draw(c *canvas, face raster.Typeface) {
	c.Fill(round(s.x-4, s.y-4, s.w+8, s.h+8, 8), hex(0x101828), .96)
	c.Ink(round(s.x, s.y, s.w, s.h, 6)[0], even(2.6), s.light, 1)
	if s.w > s.h {
		c.Text(face, s.text, s.x+s.w/2, s.y+s.h/2+10, 28, s.light)
		return
	}
	chars := []rune(s.text)
	step := (s.h - 24) / float64(len(chars))
	for i, char := range chars {
		c.Text(face, string(char), s.x+s.w/2, s.y+12+step*(float64(i)+.5)+15, 42, s.light)
	}
}
