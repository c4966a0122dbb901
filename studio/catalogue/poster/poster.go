package poster

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"cliffhanger/internal/kernel/fault"
)

// What a picture may measure.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 50_000_000
	minWidth  = 180
	quality   = 85
)

// Widths are the sizes made of every picture, in pixels; none is enlarged.
var Widths = []int{180, 360, 720}

// Image is a stored picture.
type Image struct {
	Hash   string `json:"hash"`   // of the original's bytes: names the blobs
	Format string `json:"format"` // of the original: jpeg, png or webp
	Width  int    `json:"width"`  // of the original, in pixels
	Height int    `json:"height"`
	Colour string `json:"colour"` // the dominant one, "#rrggbb", for the place it will fill
}

// Scaled is the picture in one of Widths, as JPEG.
type Scaled struct {
	Width int // as named in Widths; the picture itself may be narrower
	JPEG  []byte
}

// Faults of pictures, all Invalid.
var (
	ErrTooLarge = fault.New(fault.Invalid, "catalogue.picture_too_large", "The picture is larger than 10 MB.")
	ErrTooMany  = fault.New(fault.Invalid, "catalogue.picture_too_many_pixels", "The picture has more than 50 million pixels.")
	ErrTooSmall = fault.New(fault.Invalid, "catalogue.picture_too_small", "The picture is less than 180 pixels wide.")
	ErrFormat   = fault.New(fault.Invalid, "catalogue.picture_unreadable", "The file is not a JPEG, PNG or WebP picture, or it is damaged.")
	ErrShape    = fault.New(fault.Invalid, "catalogue.picture_shape", "The picture is extremely narrow; crop it to the shape of a poster.")
)

// Hash names a picture by its bytes.
func Hash(original []byte) string {
	sum := sha256.Sum256(original)
	return hex.EncodeToString(sum[:16])
}

// Make measures, checks, decodes and scales a picture.
func Make(original []byte) (Image, []Scaled, error) {
	if len(original) > MaxBytes {
		return Image{}, nil, ErrTooLarge
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(original))
	if err != nil {
		return Image{}, nil, ErrFormat.Because(err)
	}
	switch {
	case head.Width <= 0 || head.Height <= 0:
		return Image{}, nil, ErrFormat
	case int64(head.Width)*int64(head.Height) > MaxPixels:
		return Image{}, nil, ErrTooMany
	case head.Width < minWidth:
		return Image{}, nil, ErrTooSmall
	case head.Height > 4*head.Width || head.Width > 4*head.Height:
		return Image{}, nil, ErrShape
	}
	picture, _, err := image.Decode(bytes.NewReader(original))
	if err != nil {
		return Image{}, nil, ErrFormat.Because(err)
	}
	out := Image{Hash: Hash(original), Format: format, Width: head.Width, Height: head.Height}
	scaled := make([]Scaled, len(Widths))
	for i := len(Widths) - 1; i >= 0; i-- { // each from the next larger one: one costly pass only
		small := scale(picture, Widths[i])
		var b bytes.Buffer
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: quality}); err != nil {
			return Image{}, nil, fmt.Errorf("encode poster: %w", err)
		}
		scaled[i], picture = Scaled{Width: Widths[i], JPEG: b.Bytes()}, small
	}
	out.Colour = dominant(picture.(*image.RGBA))
	return out, scaled, nil
}

// scale draws src over white at most width pixels wide.
func scale(src image.Image, width int) *image.RGBA {
	b := src.Bounds()
	w := min(width, b.Dx())
	h := max(1, (b.Dy()*w+b.Dx()/2)/b.Dx())
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(dst, dst.Bounds(), src, b, draw.Over, nil)
	return dst
}

// dominant answers the mean of the most common of 512 coarse colours. A colour
// counts by how vivid it is too, or every poster would be its black bars.
func dominant(m *image.RGBA) string {
	type bin struct{ weight, n, r, g, b int }
	var bins [512]bin
	for i := 0; i+3 < len(m.Pix); i += 4 {
		r, g, b := int(m.Pix[i]), int(m.Pix[i+1]), int(m.Pix[i+2])
		k := &bins[r>>5<<6|g>>5<<3|b>>5]
		k.weight += 16 + max(r, g, b) - min(r, g, b)
		k.n, k.r, k.g, k.b = k.n+1, k.r+r, k.g+g, k.b+b
	}
	best := bins[0]
	for _, k := range bins[1:] {
		if k.weight > best.weight {
			best = k
		}
	}
	n := max(best.n, 1)
	return hexColour(color.RGBA{R: uint8(best.r / n), G: uint8(best.g / n), B: uint8(best.b / n)})
}

func hexColour(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
