package probe

import (
	"math"
	"strconv"
	"time"
)

// Source is what one file holds, as far as the studio needs to know.
type Source struct {
	Container Container     `json:"container"`
	Size      int64         `json:"size"`     // bytes
	Duration  time.Duration `json:"duration"` // of the longest stream
	Streams   int           `json:"streams"`  // of any kind
	EditList  bool          `json:"edit_list,omitempty"`
	Video     Video         `json:"video"`
	Audio     *Audio        `json:"audio,omitempty"` // nil when the file is silent
	AIGC      string        `json:"aigc,omitempty"`  // what it says of machine-made content, unread (room mark)
}

// Video is the picture that will be used: the first stream that is not a cover.
type Video struct {
	Index     int           `json:"index"` // stream number in the file
	Codec     string        `json:"codec"`
	Coded     Size          `json:"coded"`    // as stored
	Size      Size          `json:"size"`     // as seen: upright, square pixels
	Rotation  int           `json:"rotation"` // clockwise degrees the player turns it: 0, 90, 180, 270
	SAR       Rate          `json:"sar"`      // shape of a stored pixel
	Nominal   Rate          `json:"nominal"`  // the rate its time stamps are laid out for
	Average   Rate          `json:"average"`  // frames over time
	Variable  bool          `json:"variable,omitempty"`
	HDR       HDR           `json:"hdr"`
	Dolby     int           `json:"dolby,omitempty"` // Dolby Vision profile, 0 for none
	BitDepth  int           `json:"bit_depth"`
	Interlace bool          `json:"interlace,omitempty"`
	Start     time.Duration `json:"start"`    // of the first frame, in the file's time
	Duration  time.Duration `json:"duration"` // 0 when the container does not say
}

// Audio is the sound that will be used: the default stream, or the first.
type Audio struct {
	Index    int           `json:"index"`
	Codec    string        `json:"codec"`
	Rate     int           `json:"rate"` // Hz
	Channels int           `json:"channels"`
	Layout   string        `json:"layout,omitempty"` // "stereo", "5.1"; empty when unsaid
	Start    time.Duration `json:"start"`            // of the first sample, in the file's time
	Duration time.Duration `json:"duration"`         // 0 when the container does not say
}

// HDR is how brightness is coded.
type HDR string

// The kinds of picture. DV is Dolby Vision without a base layer that any other
// decoder can show right (profile 5); the compatible profiles count as their
// base layer's kind.
const (
	SDR HDR = "sdr"
	HLG HDR = "hlg"
	PQ  HDR = "pq"
	DV  HDR = "dv"
)

// Size is a picture's width and height in pixels.
type Size struct {
	W int `json:"w"`
	H int `json:"h"`
}

// Short is the shorter side: the number in "720p", whichever way it is held.
func (s Size) Short() int { return min(s.W, s.H) }

// Portrait reports whether the picture is higher than wide.
func (s Size) Portrait() bool { return s.H > s.W }

func (s Size) String() string { return strconv.Itoa(s.W) + "×" + strconv.Itoa(s.H) }

// Rate is a ratio such as 30000/1001 frames a second. Den 0 means unknown.
type Rate struct {
	Num int `json:"n"`
	Den int `json:"d"`
}

// Float is the ratio as a number, 0 when unknown.
func (r Rate) Float() float64 {
	if r.Den == 0 {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

// String writes the ratio as ffmpeg reads it: "30000/1001".
func (r Rate) String() string { return strconv.Itoa(r.Num) + "/" + strconv.Itoa(r.Den) }

// seen turns stored pixels into the picture as seen.
func seen(coded Size, sar Rate, rotation int) Size {
	s := coded
	if f := sar.Float(); f > 0 && f != 1 {
		s.W = int(math.Round(math.Min(float64(s.W)*f, 1<<20)))
	}
	if rotation == 90 || rotation == 270 {
		s.W, s.H = s.H, s.W
	}
	return s
}
