package stage

import (
	"fmt"
	"image"
	"math/rand"

	"cliffhanger/demo/puppet"
	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
	"cliffhanger/demo/story"
)

// Format is a shape of key art.
type Format struct {
	view   scenery.View
	camera camera
	apart  float64 // how far each lead stands from the middle, in units
	moon   float64 // radius of the disc of light between them
}

// Portrait is 810×1080: the leads face to face. Landscape is 1280×720, with the
// set to both sides.
var (
	Portrait  = Format{scenery.View{X: 0, Y: 56, Scale: 1.5, Width: 810, Height: 1080}, camera{stageMiddle, 432, 1.5}, 86, 150}
	Landscape = Format{scenery.View{X: -180, Y: 62, Scale: 1280. / 900, Width: 1280, Height: 720}, camera{stageMiddle, 420, 1.3}, 104, 170}
)

// step is what a child stands on, in units per missing size, to be in the
// picture.
const step = 380

// posterTime is the moment of the weather and the lamps that posters show.
const posterTime = 4.2

// Poster draws a drama's key art, without any text.
func Poster(d story.Drama, signs raster.Typeface, format Format) (image.Image, error) {
	e := d.Episodes[d.Poster.Episode()]
	if err := check(d, e); err != nil {
		return nil, err
	}
	set, err := scenery.Build(e.Set, format.view.Scale, setSeed(d, e), signs)
	if err != nil {
		return nil, err
	}
	dress(set, e)
	if d.Poster.Mood != "" {
		set.Mood = d.Poster.Mood
	}
	f := raster.NewFrame(format.view.Width, format.view.Height)
	light := scenery.Light(set.Mood, format.view, d.Seed)
	f.SetLight(light, light, 0)
	f.Clear()
	view, halo := format.view.Affine(), scenery.Halo()
	drawSet(f, set, view, format.camera, halo, posterTime, false)
	format.drawMoon(f, halo, scenery.Core(set.Mood))
	if err := format.drawLeads(f, d, e); err != nil {
		return nil, err
	}
	if set.Polish > 0 {
		_, edge := view.Mul(format.camera.affine(1)).Apply(0, scenery.Ground+4)
		f.Reflect(int(edge), set.Polish, posterTime, format.camera.zoom*format.view.Scale)
	}
	falling := scatter(kinds[set.Weather].count*3/2, rand.New(rand.NewSource(d.Seed)))
	near := format.camera
	near.zoom *= 1.6
	drawWeather(f, format.view, halo, set.Weather, falling, posterTime, near)
	f.Shade(f.Height*62/100, f.Height*38/100, .8)
	width := float64(f.Width) / format.view.Scale
	f.Place(scenery.Valance(width, format.view.Scale), raster.Scale(format.view.Scale, format.view.Scale), raster.LampLit)
	tone := raster.Expose(1.06)
	return f.Image(&tone), nil
}

// drawMoon hangs a disc of lamp light behind the two faces.
func (format Format) drawMoon(f *raster.Frame, halo *raster.Sprite, core raster.Color) {
	at := format.view.Affine().Mul(format.camera.affine(.5)).Mul(raster.Translate(stageMiddle, 372))
	f.Glow(halo, at.Mul(raster.Scale(format.moon/26, format.moon/26)), core, 150)
	disc := raster.NewCanvas(-64, -64, 64, 64, 4)
	disc.Paint(raster.Ellipse(0, 0, 60, 60), raster.Radial(0, 0, 60, core, core.Dim(.96), .82, .6))
	f.Overlay(disc.Sprite(), at.Mul(raster.Scale(format.moon/64, format.moon/64)), 256)
}

// drawLeads puts the two face to face, each with the face of their first line.
// The taller one looks down and the smaller one up.
func (format Format) drawLeads(f *raster.Frame, d story.Drama, e story.Episode) error {
	var leads [2]puppet.Character
	for side, role := range e.Pair {
		var err error
		if leads[side], err = puppet.Dress(d.Cast[role]); err != nil {
			return err
		}
	}
	affine := format.view.Affine().Mul(format.camera.affine(1))
	for _, side := range [2]int{1, 0} {
		c, facing := leads[side], 1-2*float64(side)
		acting := d.Poster.Acting(e, side)
		pose, known := puppet.Gesture(acting.Gesture)
		if !known || !puppet.Expresses(acting.Expression) {
			return fmt.Errorf("stage: the poster asks for an unknown %+v", acting)
		}
		pose.Head += raster.Clamp((c.Size-leads[1-side].Size)*60, -18, 18)
		apart := format.apart * (c.Size + leads[1-side].Size) / 2
		p := puppet.New(c, format.camera.zoom*format.view.Scale)
		p.Draw(f, affine, puppet.Stance{
			X: stageMiddle - facing*apart, Y: scenery.Ground - max(0, .9-c.Size)*step, Facing: facing, Pose: pose,
			Look: puppet.Look{Expression: acting.Expression},
		})
	}
	return nil
}
