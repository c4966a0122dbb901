package cmaf

import (
	"fmt"
	"time"
)

// Kind is what a track holds.
type Kind string

// The kinds of track.
const (
	Video Kind = "video"
	Audio Kind = "audio"
)

// Range is how HLS names the brightness of a picture.
type Range string

// The ranges of RFC 8216bis.
const (
	SDR Range = "SDR"
	HLG Range = "HLG"
	PQ  Range = "PQ"
)

// Track is everything a playlist says about one rendition. It is small (24
// bytes or less a segment as JSON) and meant to be stored.
type Track struct {
	Kind      Kind      `json:"kind"`
	Codec     string    `json:"codec"`     // RFC 6381: "avc1.64001f", "av01.0.05M.08", "mp4a.40.2"
	Timescale uint32    `json:"timescale"` // units a second
	Duration  uint64    `json:"duration"`  // units
	W         int       `json:"w,omitempty"`
	H         int       `json:"h,omitempty"`
	FrameNum  uint32    `json:"fps_n,omitempty"` // frames a second as a ratio
	FrameDen  uint32    `json:"fps_d,omitempty"`
	Rate      int       `json:"rate,omitempty"` // samples a second
	Channels  int       `json:"channels,omitempty"`
	Range     Range     `json:"range,omitempty"`
	Init      Bytes     `json:"init"`  // ftyp and moov
	Index     Bytes     `json:"index"` // sidx
	Segments  []Segment `json:"segments"`
	Average   int       `json:"avg"`  // bit/s over the whole track
	Peak      int       `json:"peak"` // bit/s of the worst segment
	Protected bool      `json:"protected,omitempty"`
}

// Bytes is a run of bytes in the file.
type Bytes struct {
	At  int64 `json:"at"`
	Len int64 `json:"len"`
}

// End is the first byte after b.
func (b Bytes) End() int64 { return b.At + b.Len }

// Segment is one fragment of the file: about one group of pictures.
type Segment struct {
	At       int64  `json:"o"`
	Len      uint32 `json:"l"`
	Duration uint32 `json:"d"` // in the track's timescale
	Sync     bool   `json:"s"` // begins with a picture that needs no other
}

// Length is the track's duration.
func (t *Track) Length() time.Duration { return t.time(t.Duration) }

func (t *Track) time(units uint64) time.Duration {
	if t.Timescale == 0 {
		return 0
	}
	ts := uint64(t.Timescale)
	return time.Duration(units/ts)*time.Second + time.Duration(units%ts*uint64(time.Second)/ts)
}

// Until is how many whole segments begin before d, and the file's length up to
// their end: what a preview of length d may read. 0 or less means everything.
func (t *Track) Until(d time.Duration) (segments int, end int64) {
	n := len(t.Segments)
	if d > 0 {
		n = 0
		for units := uint64(0); n < len(t.Segments) && t.time(units) < d; n++ {
			units += uint64(t.Segments[n].Duration)
		}
	}
	if n == 0 {
		return 0, t.Index.End()
	}
	s := t.Segments[n-1]
	return n, s.At + int64(s.Len)
}

// FPS is the frame rate as a number, 0 for sound.
func (t *Track) FPS() float64 {
	if t.FrameDen == 0 {
		return 0
	}
	return float64(t.FrameNum) / float64(t.FrameDen)
}

// Aligned checks that the given video tracks cut at the same instants, so that a
// player may change rung at every segment.
func Aligned(tracks ...*Track) error {
	for _, t := range tracks[min(1, len(tracks)):] {
		first := tracks[0]
		if len(t.Segments) != len(first.Segments) {
			return fmt.Errorf("%dx%d has %d segments, %dx%d has %d", first.W, first.H, len(first.Segments), t.W, t.H, len(t.Segments))
		}
		var a, b uint64
		for i := range t.Segments[:max(len(t.Segments)-1, 0)] {
			a += uint64(first.Segments[i].Duration)
			b += uint64(t.Segments[i].Duration)
			if a*uint64(t.Timescale) != b*uint64(first.Timescale) {
				return fmt.Errorf("segment %d ends at %v in %dx%d and at %v in %dx%d", i, first.time(a), first.W, first.H, t.time(b), t.W, t.H)
			}
		}
	}
	return nil
}

// measure fills Duration, Average and Peak from the segments. A segment shorter
// than half of the longest does not set the peak, as RFC 8216 4.3.4.2 has it.
func (t *Track) measure() {
	var bytes, longest uint64
	t.Duration = 0
	for _, s := range t.Segments {
		bytes += uint64(s.Len)
		t.Duration += uint64(s.Duration)
		longest = max(longest, uint64(s.Duration))
	}
	t.Average = t.rate(bytes, t.Duration)
	t.Peak = t.Average
	for _, s := range t.Segments {
		if 2*uint64(s.Duration) >= longest {
			t.Peak = max(t.Peak, t.rate(uint64(s.Len), uint64(s.Duration)))
		}
	}
}

func (t *Track) rate(bytes, units uint64) int {
	if units == 0 {
		return 0
	}
	return int(float64(bytes) * 8 * float64(t.Timescale) / float64(units))
}
