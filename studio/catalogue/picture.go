package catalogue

import (
	"regexp"
	"strconv"

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

// Where the blobs of a picture lie. Its key holds the hash of its bytes, so
// what is stored under it never changes.
func pictureKey(hash string, width int) string {
	return "catalogue/pictures/" + hash + "/" + strconv.Itoa(width) + ".jpg"
}

// OriginalKey is where the picture lies as it came in.
func OriginalKey(hash string) string { return "catalogue/pictures/" + hash + "/original" }

var pictureHash = regexp.MustCompile(`^[0-9a-f]{32}$`)

// pictureWidth answers the width a client asked for: the smallest one made that
// is not smaller, or the largest.
func pictureWidth(asked string) int {
	n, err := strconv.Atoi(asked)
	if err != nil || n <= 0 {
		return poster.Widths[len(poster.Widths)-1]
	}
	for _, w := range poster.Widths {
		if w >= n {
			return w
		}
	}
	return poster.Widths[len(poster.Widths)-1]
}
