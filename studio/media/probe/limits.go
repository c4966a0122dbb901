package probe

import (
	"time"

	"cliffhanger/internal/kernel/fault"
)

// Limits is what a file may be. A zero field means no limit.
type Limits struct {
	Duration time.Duration
	Side     int // the longer side, pixels, as stored or as seen
	MinSide  int // the shorter side
	Streams  int
	Rate     float64 // frames a second, by either measure
}

// Default is generous for drama and closed to what only an attacker sends.
func Default() Limits {
	return Limits{Duration: 4 * time.Hour, Side: 8192, MinSide: 16, Streams: 32, Rate: 120}
}

// The refusals, each its own code. Those that name a measure are made by refuse.
var (
	ErrEmpty     = fault.New(fault.Invalid, "media.empty", "The file is empty (0 bytes). Export it again and upload the new file.")
	ErrTruncated = fault.New(fault.Invalid, "media.truncated", "The file is cut off before its end. Upload it again, or export it again.")
	ErrPlaylist  = fault.New(fault.Invalid, "media.playlist", "This is a playlist that points to other files. Upload the video file itself.")
	ErrContainer = fault.New(fault.Invalid, "media.container", "This is not a video file we read. Use MP4, MOV, MKV, WebM or MPEG-TS.")
	ErrDamaged   = fault.New(fault.Invalid, "media.damaged", "The file looks like a video, but it cannot be read. Export it again.")
	ErrNoVideo   = fault.New(fault.Invalid, "media.no_video", "The file holds no picture. Upload the video, not only its sound.")
	ErrNoLength  = fault.New(fault.Invalid, "media.no_duration", "The file has no length (0 seconds). Export it again.")
	ErrDenied    = fault.New(fault.Internal, "media.unreadable", "The server may not read this file: it belongs to another user of the machine. Tell the operator, and retry it once that is mended.")
	ErrBusy      = fault.New(fault.Unavailable, "media.probe_failed", "The file could not be looked at just now. Try again.")
)

// The codes of refusals that name a measure and its limit.
const (
	CodeTooLong    = "media.too_long"
	CodeTooLarge   = "media.picture_too_large"
	CodeTooSmall   = "media.picture_too_small"
	CodeTooMany    = "media.too_many_streams"
	CodeTooFast    = "media.frame_rate_too_high"
	CodeVideoCodec = "media.video_codec"
	CodeAudioCodec = "media.audio_codec"
	CodeDolby      = "media.dolby_vision"
)

func refuse(code, msg string, args ...any) error { return fault.New(fault.Invalid, code, msg, args...) }

// Check answers nil, or the first limit that s breaks, as a fault.
func (l Limits) Check(s Source) error {
	v := s.Video
	longest := max(v.Size.W, v.Size.H, v.Coded.W, v.Coded.H)
	shortest := min(v.Size.Short(), v.Coded.Short())
	fps := max(v.Average.Float(), fastest(v))
	switch {
	case l.Streams > 0 && s.Streams > l.Streams:
		return refuse(CodeTooMany, "The file has %d streams; %d is the most we take. Export only the picture and its sound.", s.Streams, l.Streams)
	case s.Streams == 0: // a container, but nothing in it could be made out
		return ErrDamaged
	case v.Codec == "":
		return ErrNoVideo
	case !videoCodecs[v.Codec]:
		return refuse(CodeVideoCodec, "The picture is coded as %q, which we do not read. Use H.264, HEVC, AV1, VP9 or ProRes.", v.Codec)
	case s.Audio != nil && !audioCodec(s.Audio.Codec):
		return refuse(CodeAudioCodec, "The sound is coded as %q, which we do not read. Use AAC, Opus, FLAC or PCM.", s.Audio.Codec)
	case v.HDR == DV:
		return refuse(CodeDolby, "The picture is Dolby Vision profile %d, which has no standard picture inside. Export it as HDR10, HLG or SDR.", v.Dolby)
	case s.Duration <= 0:
		return ErrNoLength
	case l.Duration > 0 && s.Duration > l.Duration:
		return refuse(CodeTooLong, "The video is %s long; %s is the most we take.", s.Duration.Round(time.Second), l.Duration)
	case l.Side > 0 && longest > l.Side:
		return refuse(CodeTooLarge, "The picture is %s (stored as %s); %d pixels is the longest side we take.", v.Size, v.Coded, l.Side)
	case shortest < l.MinSide:
		return refuse(CodeTooSmall, "The picture is %s; %d pixels is the shortest side we take.", v.Size, l.MinSide)
	case l.Rate > 0 && fps > l.Rate:
		return refuse(CodeTooFast, "The video has %.4g frames a second; %.4g is the most we take.", fps, l.Rate)
	}
	return nil
}

// fastest is the nominal rate where that is a rate and not just the resolution
// of a variable source's clock, such as 90000/1.
func fastest(v Video) float64 {
	if v.Variable {
		return 0
	}
	return v.Nominal.Float()
}
