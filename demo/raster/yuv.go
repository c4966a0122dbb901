package raster

import (
	"image"
	"math"
)

// Tone is a curve from 8-bit to 8-bit: exposure with a soft shoulder, so that
// a flash of the lamp bleaches instead of clipping.
type Tone [256]uint8

// Expose is the tone curve for a lamp of the given strength; 1 is neutral.
func Expose(strength float64) (t Tone) {
	const knee = .8
	for i := range t {
		v := float64(i) / 255 * strength
		if v > knee {
			v = knee + (1-knee)*(1-math.Exp(-(v-knee)/(1-knee)))
		}
		t[i] = uint8(Clamp(v*255+.5, 0, 255))
	}
	return t
}

// YUVSize is the number of bytes of one frame in planar 4:2:0.
func (f *Frame) YUVSize() int { return f.Width * f.Height * 3 / 2 }

// WriteYUV fills buf (YUVSize bytes) with planar 4:2:0, BT.709, limited range.
// Width and height must be even. Half the bytes of RGB on the way to the
// encoder, and no colour conversion there.
func (f *Frame) WriteYUV(buf []byte, tone *Tone) {
	w, area := f.Width, f.Width*f.Height
	luma, blues, reds := buf[:area], buf[area:area*5/4], buf[area*5/4:area*3/2]
	for y := 0; y < f.Height; y += 2 {
		upper, lower := f.Pixels[y*w:(y+1)*w], f.Pixels[(y+1)*w:(y+2)*w]
		luma0, luma1 := luma[y*w:(y+1)*w], luma[(y+1)*w:(y+2)*w]
		chroma := y / 2 * (w / 2)
		for x := 0; x < w-1; x += 2 {
			var r, g, b int32
			add := func(pixel uint32) byte {
				pr, pg, pb := int32(tone[pixel&255]), int32(tone[pixel>>8&255]), int32(tone[pixel>>16&255])
				r, g, b = r+pr, g+pg, b+pb
				return byte((47*pr + 157*pg + 16*pb + 4224) >> 8)
			}
			luma0[x], luma0[x+1], luma1[x], luma1[x+1] = add(upper[x]), add(upper[x+1]), add(lower[x]), add(lower[x+1])
			blues[chroma+x/2] = byte((-26*r - 86*g + 112*b + 131584) >> 10)
			reds[chroma+x/2] = byte((112*r - 102*g - 10*b + 131584) >> 10)
		}
	}
}

// Image copies the picture through a tone curve.
func (f *Frame) Image(tone *Tone) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, f.Width, f.Height))
	for i, p := range f.Pixels {
		q := picture.Pix[i*4 : i*4+4]
		q[0], q[1], q[2], q[3] = tone[p&255], tone[p>>8&255], tone[p>>16&255], 255
	}
	return picture
}
