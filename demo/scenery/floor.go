package scenery

import "math"

// floor is the dark carved plinth under the action, where captions lie too.
func (b *builder) floor(hide, light color, carve func(c *canvas, light color)) *canvas {
	c := b.sheet()
	outline := rect(left, Ground-6, span, 290)
	c.Paint(outline, vertical(Ground-6, Ground+230, mix(hide, rgb(1, .9, .8), .2), hide.Dim(.55), 1)).Clip(outline)
	c.Fill(rect(left, Ground-6, span, 3), light, .8)
	carve(c, light)
	return c.Clip(nil)
}

func waves(c *canvas, light color) {
	for j := 0.0; j < 2; j++ {
		for i := -6.0; i < 24; i++ {
			x, y := i*34+j*17, Ground+26+j*20
			for _, r := range []float64{15, 10.5, 6} {
				c.Etch(curve(x-r, y, x-r*.7, y-r*.7, x, y-r, x+r*.7, y-r*.7, x+r, y), taper(.6, 1.7, .6), light, .34-.1*j)
			}
		}
	}
}

func stones(c *canvas, light color) {
	for j := 0.0; j < 3; j++ {
		y, alpha := Ground+10+j*22, .4-.1*j
		c.Fill(rect(left, y, span, 1.6), light, alpha)
		for i := -4.0; i < 12; i++ {
			c.Fill(rect(i*76+math.Mod(j, 2)*38, y-22, 1.6, 22), light, alpha)
		}
	}
}

func tiles(c *canvas, light color) {
	for i := -14.0; i <= 14; i++ {
		c.Ink(points(270+i*46, Ground-4, 270+i*118, bottom), even(1.5), light, .3)
	}
	for j := 0.0; j < 4; j++ {
		c.Fill(rect(left, Ground+6+j*j*11+j*8, span, 1.4), light, .34-.06*j)
	}
}
