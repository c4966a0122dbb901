package scenery

import (
	"math"
	"math/rand"

	"cliffhanger/demo/raster"
)

// mood is the lamp: the colour at its core, half way and at the edge, and where
// it hangs.
type mood struct {
	core, middle, edge uint32
	x, y               float64
}

var moods = map[string]mood{
	"warm":     {0xfff2cc, 0xf0a84c, 0x5a1c10, 270, 360},
	"moon":     {0xeaf4f4, 0x7aa6bc, 0x14243e, 350, 250},
	"rain":     {0xfff6dc, 0x4a8aa2, 0x101a38, 250, 370},
	"neon":     {0xffe4ec, 0xd8588e, 0x1c1248, 300, 380},
	"office":   {0xfff0d4, 0x7f8fc0, 0x10163a, 300, 330},
	"hospital": {0xfffcf0, 0x84b8ac, 0x0f3440, 270, 330},
	"snow":     {0xffffff, 0xb4c8dc, 0x2c3c5c, 270, 330},
	"dawn":     {0xfff4dc, 0xf6a888, 0x6a2a48, 270, 400},
	"jade":     {0xf6ffdc, 0x9cc478, 0x163c30, 270, 360},
	"blood":    {0xffd8b0, 0xd8402c, 0x2a0408, 270, 380},
	"night":    {0xfbe6c0, 0xb06a48, 0x1c1028, 290, 350},
}

// HasMood tells whether the lamp knows a mood.
func HasMood(name string) bool {
	_, known := moods[name]
	return known
}

// Core is the colour of a mood's lamp at its brightest.
func Core(name string) raster.Color { return hex(moods[name].core) }

// View is the part of the stage a picture shows, and the picture's size in
// pixels: unit X, Y is the picture's top left corner.
type View struct {
	X, Y          float64
	Scale         float64 // pixels per unit
	Width, Height int
}

// Affine maps stage units to pixels.
func (v View) Affine() raster.Affine {
	return raster.Scale(v.Scale, v.Scale).Mul(raster.Translate(-v.X, -v.Y))
}

// cell is the size of the cloth's mottling, in units.
const cell = 24

// Light is the lamp behind the cloth of the screen: 0x00BBGGRR, one value per
// pixel of the view. The cloth's mottling, its threads and a dither that hides
// banding follow the seed. An unknown mood is a warm one.
func Light(name string, v View, seed int64) []uint32 {
	lamp, known := moods[name]
	if !known {
		lamp = moods["warm"]
	}
	random := rand.New(rand.NewSource(seed))
	cloth := weave(v, random)
	core, middle, edge := hex(lamp.core), hex(lamp.middle), hex(lamp.edge)
	reach := math.Max(1, float64(v.Width)/v.Scale/540) // a wide picture has a wide lamp
	light := make([]uint32, v.Width*v.Height)
	for py := range v.Height {
		for px := range v.Width {
			x, y := v.X+float64(px)/v.Scale, v.Y+float64(py)/v.Scale
			d := math.Hypot((x-lamp.x)/(430*reach), (y-lamp.y)/690)
			c := mix(middle, edge, raster.Smooth((d-.5)/.72))
			if d < .5 {
				c = mix(core, middle, raster.Smooth(d/.5*.98))
			}
			k, dither := cloth.at(px, py)*255, random.Float64()-.5
			channel := func(share float64) uint32 { return uint32(raster.Clamp(share*k+dither, 0, 255)) }
			light[py*v.Width+px] = channel(c.R) | channel(c.G)<<8 | channel(c.B)<<16
		}
	}
	return light
}

// cloth is how much light every thread lets through.
type cloth struct {
	warp, weft []float64
	mottle     []float64
	columns    int
	pixel      float64 // cells per pixel
}

func weave(v View, random *rand.Rand) cloth {
	c := cloth{pixel: 1 / (cell * v.Scale)}
	c.columns = int(float64(v.Width)*c.pixel) + 3
	c.mottle = make([]float64, c.columns*(int(float64(v.Height)*c.pixel)+3))
	for i := range c.mottle {
		c.mottle[i] = random.Float64()*2 - 1
	}
	threads := func(n int) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = random.NormFloat64() * .006
		}
		return list
	}
	c.warp, c.weft = threads(v.Width), threads(v.Height)
	return c
}

// at is about 1.
func (c cloth) at(px, py int) float64 {
	x, y := float64(px)*c.pixel, float64(py)*c.pixel
	column, row := int(x), int(y)
	tx, ty := raster.Smooth(x-float64(column)), raster.Smooth(y-float64(row))
	i := row*c.columns + column
	mottle := lerp(lerp(c.mottle[i], c.mottle[i+1], tx), lerp(c.mottle[i+c.columns], c.mottle[i+c.columns+1], tx), ty)
	return 1 + mottle*.022 + c.warp[px] + c.weft[py]
}
