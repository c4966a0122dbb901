package puppet

import "cliffhanger/demo/raster"

// The carver's vocabulary under short names, so that a part reads as the list
// of its strokes.
type (
	canvas = raster.Canvas
	color  = raster.Color
	shape  = raster.Shape
)

var (
	hex      = raster.Hex
	mix      = raster.Mix
	points   = raster.Points
	polygon  = raster.Polygon
	blob     = raster.Blob
	curve    = raster.Curve
	ellipse  = raster.Ellipse
	rect     = raster.Rect
	round    = raster.RoundRect
	swirl    = raster.Swirl
	even     = raster.Even
	taper    = raster.Taper
	vertical = raster.Vertical
	radial   = raster.Radial
)

var (
	ink   = hex(0x1a0d0a) // the darkest leather
	paper = hex(0xfff2dc) // shirts and linings
	jade  = hex(0x3e9a6e)
)

// palette is a character's leathers.
type palette struct{ main, trim, gold, skin, hair color }

// far is the palette of the limbs on the side away from the screen.
func (p palette) far() palette {
	return palette{
		main: mix(p.main, ink, .35), trim: mix(p.trim, ink, .35), gold: mix(p.gold, ink, .3),
		skin: mix(p.skin, hex(0x7a4a30), .35), hair: p.hair,
	}
}
