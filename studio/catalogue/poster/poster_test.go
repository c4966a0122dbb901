package poster_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"cliffhanger/studio/catalogue/poster"
)

func painted(w, h int, at func(x, y int) color.Color) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, at(x, y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// bomb is a tiny PNG whose header claims enormous dimensions.
func bomb(w, h uint32) []byte {
	chunk := func(kind string, data []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		body := append([]byte(kind), data...)
		return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), append(chunk("IHDR", append(head, 8, 2, 0, 0, 0)), chunk("IEND", nil)...)...)
}

func TestAPictureIsScaledAndItsColourFound(t *testing.T) {
	t.Parallel()
	red := color.RGBA{R: 200, G: 20, B: 20, A: 255}
	original := painted(900, 1200, func(x, y int) color.Color {
		if y < 200 || y > 1000 {
			return color.Black // bars, which are not the colour of a poster
		}
		if x < 300 {
			return color.RGBA{A: 0}
		}
		return red
	})
	img, scaled, err := poster.Make(original)
	if err != nil {
		t.Fatal(err)
	}
	if img.Width != 900 || img.Height != 1200 || img.Format != "png" || img.Hash != poster.Hash(original) {
		t.Errorf("measured %+v", img)
	}
	var r, g, b int
	if n, err := fmt.Sscanf(img.Colour, "#%02x%02x%02x", &r, &g, &b); n != 3 || err != nil || r < 180 || g > 40 || b > 40 {
		t.Errorf("dominant colour %s", img.Colour)
	}
	for i, s := range scaled {
		head, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		if err != nil || s.Width != poster.Widths[i] || head.Width != s.Width || head.Height != s.Width*4/3 {
			t.Errorf("%d: %+v, %v", s.Width, head, err)
		}
	}
}

func TestASmallPictureIsNotEnlarged(t *testing.T) {
	t.Parallel()
	_, scaled, err := poster.Make(painted(200, 300, func(int, int) color.Color { return color.White }))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scaled {
		head, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		if err != nil || head.Width > 200 {
			t.Errorf("%d became %d wide, %v", s.Width, head.Width, err)
		}
	}
}

func TestBadPicturesAreRefusedBeforeTheyCost(t *testing.T) {
	t.Parallel()
	fine := painted(300, 400, func(int, int) color.Color { return color.White })
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"empty":     {nil, poster.ErrFormat},
		"prose":     {[]byte("hello"), poster.ErrFormat},
		"cut":       {fine[:len(fine)/2], poster.ErrFormat},
		"GIF":       {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), poster.ErrFormat},
		"a bomb":    {bomb(60_000, 60_000), poster.ErrTooMany},
		"overflow":  {bomb(1<<31-1, 1<<31-1), poster.ErrFormat},
		"one line":  {bomb(40_000, 2), poster.ErrShape},
		"tiny":      {painted(100, 100, func(int, int) color.Color { return color.White }), poster.ErrTooSmall},
		"too large": {make([]byte, poster.MaxBytes+1), poster.ErrTooLarge},
	} {
		if _, _, err := poster.Make(c.raw); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzMake(f *testing.F) {
	f.Add(painted(200, 200, func(x, y int) color.Color { return color.Gray{Y: uint8(x ^ y)} }))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if img, scaled, err := poster.Make(raw); err == nil && (len(scaled) != len(poster.Widths) || img.Width*img.Height > poster.MaxPixels) {
			t.Fatalf("%+v", img)
		}
	})
}
