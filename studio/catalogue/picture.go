package catalogue

import (
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/words"
)

// Posters are a drama's pictures of one shape, by language like its words.
type Posters map[string]poster.Image

// In answers the picture a reader of the wanted languages is shown, or nil where
// there is none.
func (p Posters) In(wanted ...string) *poster.Image {
	if i := words.Choose(p, wanted...); i.Hash != "" {
		return &i
	}
	return nil
}

// Shape is which way a poster lies.
type Shape string

const (
	Portrait  Shape = "portrait"
	Landscape Shape = "landscape"
)

// Posters answers the pictures of a shape.
func (d *Drama) Posters(s Shape) Posters { return *d.posters(s) }

func (d *Drama) posters(s Shape) *Posters {
	if s == Landscape {
		return &d.Landscape
	}
	return &d.Portrait
}
