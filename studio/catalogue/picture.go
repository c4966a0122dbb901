package catalogue

import "cliffhanger/studio/catalogue/poster"

// Shape is which way a poster lies.
type Shape string

const (
	Portrait  Shape = "portrait"
	Landscape Shape = "landscape"
)

// Posters answers the pictures of a shape.
func (d *Drama) Posters(s Shape) poster.Set { return *d.posters(s) }

func (d *Drama) posters(s Shape) *poster.Set {
	if s == Landscape {
		return &d.Landscape
	}
	return &d.Portrait
}
