package media

import (
	"cliffhanger/internal/kernel/id"
)

// The kinds of files made from a master.
const (
	kindVideo    = "video"    // one quality, without sound
	kindAudio    = "audio"    // the sound
	kindHead     = "head"     // the first seconds, playable before anything else has loaded
	kindSprite   = "sprite"   // thumbnails for the seek bar
	kindPoster   = "poster"   // a picture proposed as poster
	kindFrames   = "frames"   // pictures kept for checks, in a tar
	kindLikeness = "likeness" // fingerprints to find copies by
)

// Rendition is one file made from a master.
type Rendition struct {
	Asset         id.Asset
	Name          string // unique within the asset: "360p", "audio", "poster-1"
	Kind          string
	Codec         string // RFC 6381; "" for pictures
	Width, Height int
	Bitrate       int64 // average, bits per second
	Bytes         int64
	SHA256        string // hexadecimal
	Key           string // in the blob store
	Later         bool   // made by the second pass
	Track         *Track
}
