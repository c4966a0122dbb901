package raster

// Typeface gives the outline of a text, with its origin on the baseline at the
// left, and its advance, both in units at the given size.
type Typeface interface {
	Outline(text string, size float64) (outline Shape, advance float64)
}

// Text fills a text centred on cx.
func (c *Canvas) Text(face Typeface, text string, cx, baseline, size float64, color Color) *Canvas {
	outline, advance := face.Outline(text, size)
	return c.Fill(outline.Move(cx-advance/2, baseline), color, 1)
}

// RimmedText is Text with a rim of the given width around every glyph, so that
// it reads on any picture.
func (c *Canvas) RimmedText(face Typeface, text string, cx, baseline, size float64, color Color, rim float64, rimColor Color) *Canvas {
	outline, advance := face.Outline(text, size)
	outline = outline.Move(cx-advance/2, baseline)
	for _, contour := range outline {
		closed := append(contour[:len(contour):len(contour)], contour[0])
		c.Ink(closed, Even(rim*2), rimColor, 1)
	}
	return c.Fill(outline, color, 1)
}
