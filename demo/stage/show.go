package stage

import (
	"fmt"
	"math/rand"

	"cliffhanger/demo/puppet"
	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
	"cliffhanger/demo/story"
)

// The picture of a film: portrait 9:16. Stage units are its pixels.
const (
	FPS    = 25
	Width  = 540
	Height = 960
)

// Speech is how a line sounds as far as a puppet must know: its length, and its
// loudness 0..1 once a frame, which opens the mouth.
type Speech struct {
	Seconds  float64
	Loudness []float64
}

// loudness is 0 before and after the line.
func (s Speech) loudness(frame int) float64 {
	if frame < 0 || frame >= len(s.Loudness) {
		return 0
	}
	return s.Loudness[frame]
}

// Script is what is needed to play an episode. A film carries no other text
// than its two cards; a nil card is left out.
type Script struct {
	Drama      story.Drama
	Episode    story.Episode
	Speeches   []Speech // one for every line of the episode
	Signs      raster.Typeface
	TitlePlate *raster.Sprite
	CliffCard  *raster.Sprite
}

// Show is an episode ready to be drawn. It reuses its frame and is not safe for
// concurrent use; use one show per goroutine.
type Show struct {
	script   Script
	board    story.Storyboard
	actors   [2]*actor
	set      *scenery.Set
	view     scenery.View
	cameras  [][2]camera // of every shot: where it starts and ends
	lamps    [2][]uint32 // of the episode, and of its last shot
	halo     *raster.Sprite
	valance  *raster.Sprite
	falling  []particle
	frame    *raster.Frame
	litFor   uint32 // the share of the last lamp in the frame's light, plus one
	backdrop []uint32
	backOf   int // the frame number of backdrop, or -1
}

// actor is a puppet with its place on the stage.
type actor struct {
	wide, close *puppet.Puppet // carved for long shots and for close-ups
	x, facing   float64
	rhythm      float64 // shifts its breath, so that two never breathe as one
	blinks      []float64
}

// Where the two stand, in units.
const (
	leftMark, rightMark = 154, 390
	stageMiddle         = Width / 2
)

// The scales at which puppets are carved.
const (
	wideScale  = 1.12
	closeScale = 2.2
	nearZoom   = 1.28 // from here on the camera needs the close carving
)

// New prepares an episode. It fails when the script names a set, mood, costume,
// gesture or expression that does not exist.
func New(script Script) (*Show, error) {
	d, e := script.Drama, script.Episode
	if len(script.Speeches) != len(e.Lines) {
		return nil, fmt.Errorf("stage: %d speeches for %d lines", len(script.Speeches), len(e.Lines))
	}
	if err := check(d, e); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewSource(d.Seed*1000 + int64(e.Number)))
	s := &Show{script: script, view: scenery.View{Scale: 1, Width: Width, Height: Height}, backOf: -1}
	for i, role := range e.Pair {
		character, err := puppet.Dress(d.Cast[role])
		if err != nil {
			return nil, err
		}
		s.actors[i] = newActor(character, i, random)
	}
	seconds := make([]float64, len(script.Speeches))
	for i, speech := range script.Speeches {
		seconds[i] = speech.Seconds
	}
	s.board = story.Plan(e, seconds)
	for _, shot := range s.board.Shots {
		s.cameras = append(s.cameras, s.frameShot(shot))
	}
	if err := s.build(random); err != nil {
		return nil, err
	}
	return s, nil
}

// check refuses words the stage does not know.
func check(d story.Drama, e story.Episode) error {
	for _, mood := range []string{e.Mood, d.EndMood} {
		if mood != "" && !scenery.HasMood(mood) {
			return fmt.Errorf("stage: no mood called %q", mood)
		}
	}
	if e.Weather != "" && kinds[e.Weather].count == 0 {
		return fmt.Errorf("stage: no weather called %q", e.Weather)
	}
	faces := []string{e.Cliff.Expression}
	for _, line := range e.Lines {
		if _, known := puppet.Gesture(line.Gesture); !known {
			return fmt.Errorf("stage: no gesture called %q", line.Gesture)
		}
		faces = append(faces, line.Expression)
	}
	for _, face := range faces {
		if !puppet.Expresses(face) {
			return fmt.Errorf("stage: no expression called %q", face)
		}
	}
	return nil
}

func newActor(c puppet.Character, side int, random *rand.Rand) *actor {
	a := &actor{
		wide: puppet.New(c, wideScale), close: puppet.New(c, closeScale),
		x: leftMark, facing: 1, rhythm: random.Float64() * 20,
	}
	if side == 1 {
		a.x, a.facing = rightMark, -1
	}
	for t := 2.3 + random.Float64(); t < story.Longest+1; t += 1.6 + random.Float64()*2 {
		a.blinks = append(a.blinks, t)
	}
	return a
}

// build puts up the set, the lamps and the weather.
func (s *Show) build(random *rand.Rand) (err error) {
	d, e := s.script.Drama, s.script.Episode
	s.set, err = scenery.Build(e.Set, s.view.Scale, setSeed(d, e), s.script.Signs)
	if err != nil {
		return err
	}
	dress(s.set, e)
	s.lamps[0] = scenery.Light(s.set.Mood, s.view, d.Seed)
	s.lamps[1] = scenery.Light(d.EndMood, s.view, d.Seed)
	s.halo = scenery.Halo()
	s.valance = scenery.Valance(Width, s.view.Scale)
	s.falling = scatter(kinds[s.set.Weather].count, random)
	s.frame = raster.NewFrame(Width, Height)
	s.backdrop = make([]uint32, Width*Height)
	return nil
}

// setSeed gives a drama the same street in every episode.
func setSeed(d story.Drama, e story.Episode) int64 { return d.Seed*7 + int64(len(e.Set)) }

// dress gives a set the episode's mood and weather.
func dress(set *scenery.Set, e story.Episode) {
	if e.Mood != "" {
		set.Mood = e.Mood
	}
	if e.Weather != "" {
		set.Weather = e.Weather
	}
}

// Storyboard is the episode on the clock.
func (s *Show) Storyboard() story.Storyboard { return s.board }

// Weather is what falls in the episode.
func (s *Show) Weather() string { return s.set.Weather }

// Frames is how many there are.
func (s *Show) Frames() int { return Frames(s.board) }

// Frames is how many pictures a storyboard takes.
func Frames(b story.Storyboard) int { return int(b.Length*FPS + .5) }

// Rehearse guesses the speeches of an episode from its text, for pictures that
// are needed without voices.
func Rehearse(e story.Episode) []Speech {
	speeches := make([]Speech, len(e.Lines))
	for i, line := range e.Lines {
		frames := 12 + 5*len([]rune(line.Text.Zh))
		loudness := make([]float64, frames)
		for k := range loudness {
			loudness[k] = float64(k*k%7) / 6
		}
		speeches[i] = Speech{Seconds: float64(frames) / FPS, Loudness: loudness}
	}
	return speeches
}
