package stage

import (
	"math"
	"math/rand"

	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
)

// particle is a thing in the air; everything is 0..1.
type particle struct{ x, y, speed, phase float64 }

// kind of weather. A negative fall rises. Sizes are of a halo of 64 units.
type kind struct {
	count              int
	fall, fallMore     float64 // units a second, and more for fast particles
	drift              float64 // sideways, units a second
	sway, swayRate     float64
	size, sizeMore     float64
	opacity            float64
	twinkle, twinkling float64 // share and rate
	color              raster.Color
}

var kinds = map[string]kind{
	"rain":   {count: 110},
	"snow":   {120, 46, 80, -14, 26, .9, .03, .05, 1, 0, 0, raster.Color{R: 1, G: 1, B: 1}},
	"petals": {26, 34, 50, -26, 20, 1.4, .03, .045, 1, 0, 0, raster.Color{R: .95, G: .3, B: .42}},
	"embers": {40, -50, -90, 0, 18, 1.7, .02, .03, 1, .4, 9, raster.Color{R: 1, G: .55, B: .15}},
	"motes":  {26, -8, -14, 0, 22, .5, .03, .03, .36, .4, 1.3, raster.Color{R: .9, G: .9, B: .8}},
}

func scatter(count int, random *rand.Rand) []particle {
	list := make([]particle, count)
	for i := range list {
		list[i] = particle{random.Float64(), random.Float64(), random.Float64(), random.Float64()}
	}
	return list
}

// drawWeather lets it fall through the view at a time; zoom is the camera's.
func drawWeather(f *raster.Frame, view scenery.View, halo *raster.Sprite, name string, list []particle, seconds float64, c camera) {
	if name == "rain" {
		drawRain(f, view, list, seconds, c)
		return
	}
	k, affine := kinds[name], view.Affine()
	w, h := float64(view.Width)/view.Scale+40, float64(view.Height)/view.Scale+40
	for _, p := range list {
		x := p.x*w + k.drift*seconds + math.Sin(seconds*k.swayRate+p.phase*6.5)*k.sway
		y := p.y*h + (k.fall+k.fallMore*p.speed)*seconds
		opacity := k.opacity * (1 - k.twinkle + k.twinkle*math.Sin(seconds*k.twinkling+p.phase*20))
		size := (k.size + k.sizeMore*p.speed) * (1 + .5*(c.zoom-1))
		at := affine.Mul(raster.Translate(view.X+wrap(x, w)-20, view.Y+wrap(y, h)-20)).Mul(raster.Scale(size, size))
		f.Glow(halo, at, k.color, uint32(256*raster.Clamp(opacity, 0, 1)))
	}
}

// wrap brings x into 0..length.
func wrap(x, length float64) float64 {
	x = math.Mod(x, length)
	if x < 0 {
		x += length
	}
	return x
}

// drawRain draws streaks, and splashes where the nearest ones hit the ground.
func drawRain(f *raster.Frame, view scenery.View, list []particle, seconds float64, c camera) {
	w, h := float64(view.Width)/view.Scale+60, float64(view.Height)/view.Scale+100
	for _, p := range list {
		y := wrap(p.y*h+seconds*(900+p.speed*700), h) - 60
		x := wrap(p.x*w-y*.1, w) - 30
		bright := uint32(26 + p.speed*44)
		length := (22 + p.speed*26) * view.Scale
		for k := 0.0; k < length; k++ {
			f.Spark(int(x*view.Scale-k*.1), int(y*view.Scale+k), bright*3/4, bright, bright)
		}
		if p.speed > .6 {
			splash(f, view, p, wrap(p.x*w, w)-30, seconds, c)
		}
	}
}

// splash is a ring on the kerb that opens and fades.
func splash(f *raster.Frame, view scenery.View, p particle, x, seconds float64, c camera) {
	_, ground := view.Affine().Mul(c.affine(1)).Apply(0, scenery.Ground+10+p.phase*40)
	if ground >= float64(f.Height)-10 {
		return
	}
	open := wrap(seconds*2.3+p.phase, 1)
	rise := int(24 * open * (1 - open))
	fade := 1 - open
	for k := -int(open * 9); k <= int(open*9); k++ {
		f.Spark(int(x*view.Scale)+k, int(ground)-rise, uint32(70*fade), uint32(80*fade), uint32(84*fade))
	}
}
