package scenery

import "cliffhanger/demo/raster"

// The carver's vocabulary under short names, so that a set reads as the list of
// its strokes.
type (
	canvas = raster.Canvas
	color  = raster.Color
	shape  = raster.Shape
)

var (
	hex      = raster.Hex
	mix      = raster.Mix
	lerp     = raster.Lerp
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
	ink   = hex(0x1a0d0a)
	white = hex(0xffffff)
)

// rgb is an emission, for lamps.
func rgb(r, g, b float64) color { return color{R: r, G: g, B: b} }
