package manifest

import (
	"strconv"
	"time"

	"cliffhanger/studio/media/cmaf"
)

// Presentation is what one viewer is offered of one title.
type Presentation struct {
	Video []Rendition // rungs, in any order
	Audio []Sound     // the first is the default; empty for a silent title
	Text  []Text

	// Before is played ahead of the title, whole also in a preview: the card some
	// markets want at its head. It has a clock of its own, which the title's begins
	// after; its texts are not read. nil for nothing.
	Before *Presentation
}

// Rendition is one file with its identity in addresses and manifests.
type Rendition struct {
	ID    string
	Track *cmaf.Track
}

// Sound is a rendition of the sound.
type Sound struct {
	Rendition
	Lang string // BCP 47, may be empty
	Name string // for people; unique within the title
}

// Text is one WebVTT file.
type Text struct {
	ID      string
	Lang    string // BCP 47
	Name    string // for people; unique within the title
	Default bool
	Forced  bool // only what is foreign in the picture
	Caption bool // also tells sounds, for the deaf
}

// File says which address of a rendition is wanted.
type File int

// The files behind an id.
const (
	Playlist File = iota // the HLS media playlist of a rendition or text
	Media                // the bytes: MP4 or WebVTT
)

// URLs appends the address of a file to dst. It is called once or twice for each
// rendition and must not answer line breaks or quotes.
type URLs func(dst []byte, f File, id string) []byte

// Options change how a presentation is written. The zero value is all of it,
// clear.
type Options struct {
	Until      time.Duration // preview: nothing that begins at or after it; 0 for the whole
	Lines      []string      // whole tags before the first segment of a media playlist: EXT-X-KEY, EXT-X-DATERANGE …
	Protection string        // ContentProtection elements for every DASH set of pictures or sound
	Before     *Rendition    // what a media playlist plays first, up to a discontinuity: its part of Presentation.Before, clear
}

// maxRungs bounds what is sorted on the stack; a title has fewer than ten.
const maxRungs = 32

// order answers the indexes of video by family, then lowest first: every player
// takes H.264 SDR, so those lead, and the first is what starts fastest.
func order(video []Rendition, buf *[maxRungs]int) []int {
	o := buf[:0]
	for i := range video[:min(len(video), maxRungs)] {
		o = append(o, i)
		for k := len(o) - 1; k > 0 && before(video[o[k]].Track, video[o[k-1]].Track); k-- {
			o[k], o[k-1] = o[k-1], o[k]
		}
	}
	return o
}

func before(a, b *cmaf.Track) bool {
	if fa, fb := family(a), family(b); fa != fb {
		return fa < fb
	}
	if a.W*a.H != b.W*b.H {
		return a.W*a.H < b.W*b.H
	}
	return a.Average < b.Average
}

// family groups tracks between which a player may switch freely.
func family(t *cmaf.Track) int {
	f := 0
	if len(t.Codec) >= 3 && t.Codec[:3] != "avc" {
		f = 1
	}
	switch t.Range {
	case cmaf.HLG:
		f += 2
	case cmaf.PQ:
		f += 4
	}
	return f
}

// loudest answers the highest average and peak of the sounds, which every rung
// must carry besides its own.
func loudest(audio []Sound) (average, peak int, codec string) {
	for _, a := range audio {
		average, peak = max(average, a.Track.Average), max(peak, a.Track.Peak)
	}
	if len(audio) > 0 {
		codec = audio[0].Track.Codec
	}
	return average, peak, codec
}

func appendInt[N int | int64 | uint32](dst []byte, n N) []byte {
	return strconv.AppendInt(dst, int64(n), 10)
}

// appendSeconds writes microseconds as seconds with six digits after the point.
func appendSeconds(dst []byte, micros int64) []byte {
	dst = strconv.AppendInt(dst, micros/1e6, 10)
	dst = append(dst, '.')
	frac := micros % 1e6
	for div := int64(1e5); div > 0; div /= 10 {
		dst = append(dst, byte('0'+frac/div%10))
	}
	return dst
}

// micros is when segment units end, in whole microseconds.
func micros(units uint64, timescale uint32) int64 {
	ts := uint64(max(timescale, 1))
	return int64(units/ts*1e6 + (units%ts*1e6+ts/2)/ts)
}
