package stage

import (
	"math"

	"cliffhanger/demo/puppet"
	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
	"cliffhanger/demo/story"
)

// camera looks at a point of the stage; zoom 1 shows the whole frame.
type camera struct{ x, y, zoom float64 }

// The middle of the frame, where the camera's point is shown: a little higher
// the closer it comes, because captions take the foot of the picture.
const (
	eyeWide  = 478
	eyeClose = 400
)

// affine maps a sheet at a depth to the frame: far sheets move and grow less.
func (c camera) affine(depth float64) raster.Affine {
	zoom := math.Pow(c.zoom, depth)
	x, y := stageMiddle+(c.x-stageMiddle)*depth, eyeWide+(c.y-eyeWide)*depth
	eye := raster.Lerp(eyeWide, eyeClose, 1-1/math.Max(1, zoom))
	return raster.Affine{A: zoom, C: stageMiddle - x*zoom, E: zoom, F: eye - y*zoom}
}

// toward is c at t=0 and d at t=1; zoom grows by a constant factor.
func (c camera) toward(d camera, t float64) camera {
	return camera{raster.Lerp(c.x, d.x, t), raster.Lerp(c.y, d.y, t), c.zoom * math.Pow(d.zoom/c.zoom, t)}
}

// frameShot is where the camera starts and ends in a shot.
func (s *Show) frameShot(shot story.Shot) [2]camera {
	a := s.actors[shot.Side]
	switch shot.Kind {
	case story.Hook:
		return a.closeUp(shot.Acting.Gesture, 2.05, .14)
	case story.Close:
		return a.closeUp(shot.Acting.Gesture, 1.85, .12)
	case story.Title:
		return [2]camera{{stageMiddle, 430, 1.16}, {stageMiddle, 443, 1}}
	case story.Two:
		drift := 22 * a.facing
		return [2]camera{{stageMiddle - drift, 448, 1.06}, {stageMiddle - drift*.4, 452, 1.14}}
	case story.Medium:
		x, y := a.head(puppet.Idle)
		x = raster.Lerp(x, stageMiddle, .42)
		return [2]camera{{x, y + 96, 1.42}, {raster.Lerp(x, a.x, .12), y + 86, 1.52}}
	default:
		x, y := a.head(shot.Acting.Gesture)
		size := math.Max(.8, a.wide.Size)
		return [2]camera{{raster.Lerp(x, stageMiddle, .4), y + 70, 1.35 / size}, {x + a.facing*8, y + 40, 2.2 / size}}
	}
}

// closeUp comes in by drift while a line is spoken.
func (a *actor) closeUp(gesture string, zoom, drift float64) [2]camera {
	x, y := a.head(gesture)
	zoom /= math.Max(.8, a.wide.Size)
	return [2]camera{{x + a.facing*10/zoom, y + 34/zoom, zoom * (1 - drift)}, {x + a.facing*4/zoom, y + 26/zoom, zoom}}
}

// head is where the face will be in a gesture.
func (a *actor) head(gesture string) (x, y float64) {
	pose, _ := puppet.Gesture(gesture)
	return a.wide.HeadAt(puppet.Stance{X: a.x, Y: scenery.Ground, Facing: a.facing, Pose: pose})
}

// cameraAt is the camera at a moment of a shot.
func (s *Show) cameraAt(index int, seconds float64) camera {
	shot := s.board.Shots[index]
	since := seconds - shot.Start
	progress := since / (shot.End - shot.Start)
	switch shot.Kind {
	case story.End:
		progress = settle(progress * 1.25)
	case story.Title:
		progress = settle(progress)
	default:
		progress = raster.Smooth(progress)*.7 + progress*.3
	}
	c := s.cameras[index][0].toward(s.cameras[index][1], progress)
	// the breath of whoever holds the lamp
	c.x += math.Sin(seconds*1.1+s.actors[0].rhythm) * 1.6 / c.zoom
	c.y += math.Sin(seconds*.83+1) * 1.2 / c.zoom
	if shot.Kind == story.End && since < .5 { // the blow
		k := (1 - since*2) * 7 / c.zoom
		c.x += math.Sin(seconds*71) * k
		c.y += math.Cos(seconds*83) * k
	}
	return c
}

// settle starts fast and comes to rest at 1.
func settle(t float64) float64 {
	t = 1 - raster.Clamp(t, 0, 1)
	return 1 - t*t*t
}

// overshoot runs past 1 before it comes to rest there.
func overshoot(t float64) float64 {
	t = raster.Clamp(t, 0, 1) - 1
	return 1 + t*t*(2.2*t+1.2)
}
