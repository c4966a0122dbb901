package scenery

import (
	"fmt"
	"math/rand"

	"cliffhanger/demo/raster"
)

// Ground is the height, in units, on which the puppets stand.
const Ground = 735.0

// Lighting is how a sheet meets the lamp.
type Lighting int

// The three ways.
const (
	Through Lighting = iota // filters whatever light comes from behind it
	Before                  // close to the screen: hides what is behind it
	SelfLit                 // shines by itself: neon
)

// Layer is a sheet. Depth is its parallax: 1 moves with the puppets, less is
// farther away. Soft is its out-of-focus copy for close-ups; nil stays sharp.
type Layer struct {
	Sharp, Soft *raster.Sprite
	Depth       float64
	Lighting    Lighting
}

// Glow is a lamp in the set, in units; Flicker sets its rhythm.
type Glow struct {
	X, Y, Radius, Depth float64
	Color               raster.Color
	Flicker             float64
}

// Set is where a scene plays.
type Set struct {
	Behind, Front []Layer // of the puppets, far to near; the last one behind is the floor
	Glows         []Glow
	Polish        float64 // how much the floor mirrors, 0..1
	Weather       string  // rain, snow, petals, embers, motes
	Mood          string
}

var builders = map[string]func(b *builder){
	"courtyard": courtyard, "street": street, "office": office, "hospital": hospital, "bridge": bridge, "hall": hall,
}

// Build draws a set. scale is pixels per unit, the seed grows its branches and
// lights its windows, face letters its signs. It fails on an unknown name.
func Build(name string, scale float64, seed int64, face raster.Typeface) (*Set, error) {
	build, known := builders[name]
	if !known {
		return nil, fmt.Errorf("scenery: no set called %q", name)
	}
	b := &builder{scale: scale, random: rand.New(rand.NewSource(seed)), face: face}
	build(b)
	return &b.set, nil
}

// builder gathers what a set's recipe makes.
type builder struct {
	set    Set
	scale  float64
	random *rand.Rand
	face   raster.Typeface
}

// Sheets span these units.
const (
	left, top, right, bottom = -190, -120, 730, 1000
	span                     = right - left
)

func (b *builder) sheet() *canvas { return raster.NewCanvas(left, top, right, bottom, b.scale) }

// lay puts a sheet behind the puppets, nearer than those laid before it.
func (b *builder) lay(c *canvas, depth, blur float64, lighting Lighting) {
	b.set.Behind = append(b.set.Behind, layer(c, depth, blur, lighting))
}

// front hangs a sheet before the puppets.
func (b *builder) front(c *canvas, depth, blur float64) {
	b.set.Front = append(b.set.Front, layer(c, depth, blur, Through))
}

func (b *builder) glow(x, y, radius, depth float64, c color, flicker float64) {
	b.set.Glows = append(b.set.Glows, Glow{x, y, radius, depth, c, flicker})
}

// softness is the blur of a set in a close-up, in units.
const softness = 5

func layer(c *canvas, depth, blur float64, lighting Lighting) Layer {
	c.Blur(blur)
	l := Layer{Depth: depth, Lighting: lighting}
	if depth < 1 {
		l.Soft = c.Clone().Blur(softness).Sprite()
	}
	l.Sharp = c.Sprite()
	return l
}
