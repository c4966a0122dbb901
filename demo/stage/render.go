package stage

import (
	"math"

	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
	"cliffhanger/demo/story"
)

// Render draws frame n and returns it with its exposure. The frame is reused by
// the next call.
func (s *Show) Render(n int) (*raster.Frame, raster.Tone) {
	m := s.momentAt(float64(n) / FPS)
	c := s.cameraAt(m.index, m.seconds)
	s.light(m)
	s.drawBackdrop(s.backdropFrame(n, m))
	affine := c.affine(1)
	for _, side := range [2]int{1 - m.shot.Side, m.shot.Side} { // whom it is about in front
		a := s.actors[side]
		p := a.wide
		if c.zoom > nearZoom {
			p = a.close
		}
		p.Draw(s.frame, affine, s.stance(side, m))
	}
	_, edge := affine.Apply(0, scenery.Ground+4)
	if s.set.Polish > 0 {
		s.frame.Reflect(int(edge), s.set.Polish, m.seconds, c.zoom)
	}
	if !s.closeFocus(m) {
		drawSheets(s.frame, s.set.Front, raster.Affine{A: 1, E: 1}, c, false)
	}
	drawWeather(s.frame, s.view, s.halo, s.set.Weather, s.falling, m.seconds, c)
	s.frame.Shade(650, 200, .72*raster.Clamp(c.zoom-.63, .47, 1))
	s.frame.Place(s.valance, raster.Translate(0, -14*raster.Clamp(c.zoom-1, 0, 1)), raster.LampLit)
	s.drawCards(m)
	return s.frame, raster.Expose(s.exposure(m))
}

// light turns the lamp of the last shot. The turn takes half a second.
func (s *Show) light(m moment) {
	share := uint32(0)
	if m.shot.Kind == story.End {
		share = uint32(raster.Smooth(m.since()/.5) * 216)
	}
	if s.litFor != share+1 {
		s.litFor = share + 1
		s.frame.SetLight(s.lamps[0], s.lamps[1], share)
	}
}

// backdropFrame is the frame whose backdrop frame n shows. Sets move on twos:
// a slow camera hides it. A cut, the swoop of the title and the turning lamp
// would not.
func (s *Show) backdropFrame(n int, m moment) int {
	since := m.since()
	swoop := m.shot.Kind == story.Title && since < .7
	turn := m.shot.Kind == story.End && since < 1
	if n%2 == 0 || swoop || turn || since < 1./FPS {
		return n
	}
	return n - 1
}

func (s *Show) drawBackdrop(n int) {
	if s.backOf != n {
		s.backOf = n
		m := s.momentAt(float64(n) / FPS)
		s.frame.Clear()
		drawSet(s.frame, s.set, s.view.Affine(), s.cameraAt(m.index, m.seconds), s.halo, m.seconds, s.closeFocus(m))
		copy(s.backdrop, s.frame.Pixels)
		return
	}
	copy(s.frame.Pixels, s.backdrop)
}

// drawSet draws what is behind the puppets: far sheets, their lamps, the floor.
func drawSet(f *raster.Frame, set *scenery.Set, view raster.Affine, c camera, halo *raster.Sprite, seconds float64, soft bool) {
	floor := len(set.Behind) - 1
	drawSheets(f, set.Behind[:floor], view, c, soft)
	for _, glow := range set.Glows {
		at := view.Mul(c.affine(glow.Depth)).Mul(raster.Translate(glow.X, glow.Y)).Mul(raster.Scale(glow.Radius/64, glow.Radius/64))
		f.Glow(halo, at, glow.Color, uint32(256*flicker(glow.Flicker, seconds)))
	}
	drawSheets(f, set.Behind[floor:], view, c, soft)
}

func drawSheets(f *raster.Frame, sheets []scenery.Layer, view raster.Affine, c camera, soft bool) {
	for _, sheet := range sheets {
		sprite := sheet.Sharp
		if soft && sheet.Soft != nil {
			sprite = sheet.Soft
		}
		at := view.Mul(c.affine(sheet.Depth))
		switch sheet.Lighting {
		case scenery.Through:
			f.Filter(sprite, at)
		case scenery.Before:
			f.Place(sprite, at, raster.LampLit)
		case scenery.SelfLit:
			f.Overlay(sprite, at, 256)
		}
	}
}

// flicker is the strength of a lamp; rhythm 1 belongs to flames that gutter.
func flicker(rhythm, seconds float64) float64 {
	k := .82 + .18*math.Sin(seconds*(3+math.Mod(rhythm*1.7, 3))+rhythm)
	if rhythm == 1 && math.Sin(seconds*17+math.Sin(seconds*9)*3) > .96 {
		k *= .6
	}
	return k
}

// closeFocus leaves the set out of focus. It changes only at a cut; the last
// shot changes under its flash.
func (s *Show) closeFocus(m moment) bool {
	if m.shot.Kind == story.End && m.since() <= .1 {
		return false
	}
	return s.cameras[m.index][1].zoom > 1.6
}

func (s *Show) drawCards(m moment) {
	since := m.since()
	switch m.shot.Kind {
	case story.Title:
		in := raster.Clamp((since-.1)/.16, 0, 1) * raster.Clamp((m.shot.End-m.seconds)/.16, 0, 1)
		size := raster.Lerp(1.5, 1, overshoot((since-.1)/.32))
		s.frame.Overlay(s.script.TitlePlate, card(372, 300, size), uint32(256*in))
	case story.End:
		in := raster.Clamp((since-.45)/.22, 0, 1)
		size := raster.Lerp(1.25, 1, overshoot((since-.45)/.4))
		s.frame.Overlay(s.script.CliffCard, card(690, 130, size), uint32(256*in))
	}
}

// card shows a card's point pivot at height y, scaled about it.
func card(y, pivot, size float64) raster.Affine {
	return raster.Translate(stageMiddle, y).Mul(raster.Scale(size, size)).Mul(raster.Translate(-stageMiddle, -pivot))
}

// exposure is the lamp's flicker, its flash at a cut, and lightning.
func (s *Show) exposure(m moment) float64 {
	strength := 1 + .012*math.Sin(m.seconds*7.3+s.actors[0].rhythm) + .008*math.Sin(m.seconds*13.1)
	if since := m.since(); since < .2 && m.index > 0 {
		flash := .32
		if m.shot.Kind == story.Title || m.shot.Kind == story.End {
			flash = .8
		}
		strength += flash * (1 - since/.2)
	}
	if s.set.Weather != "rain" {
		return strength
	}
	for _, bolt := range []float64{.02, s.board.Cliff() + .05} {
		if d := m.seconds - bolt; d >= 0 && d < .3 {
			strength += .7 * math.Exp(-d*11) * (1 + math.Sin(d*60))
		}
	}
	return strength
}
