package encode

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

// Job is one decode and everything made from it.
type Job struct {
	Input  string        // local path of the source
	Source probe.Source  // what probe said about it
	Rungs  []ladder.Rung // renditions, lowest first; each becomes <Name>.mp4
	Sound  *Sound        // the sound of the source, normalised, as audio.mp4; nil for none
	Derive bool          // run the QC filters and make sprites, posters, frames and hashes
	AIGC   string        // what every rendition says of how it was made (room mark); "" for nothing
}

// Sound is what is done to the loudness: one constant gain, and a limiter only
// where the gain would push peaks over the ceiling.
type Sound struct {
	Gain  float64 `json:"gain"` // dB
	Limit bool    `json:"limit,omitempty"`
}

// The names of outputs in a job's directory. Patterns hold a number; see Derived
// for what it means.
const (
	AudioFile     = "audio.mp4"
	HeadFile      = "head.mp4"
	grayFile      = "gray.raw"
	printFile     = "fingerprint.raw"
	spritePattern = "sprite-%04d.jpg"
	posterPattern = "poster-%06d.jpg"
	framePattern  = "frame-%06d.jpg"
)

// VideoFile is the output of a rung.
func VideoFile(r ladder.Rung) string { return r.Name + ".mp4" }

// The figures of derived assets.
const (
	FramesPerSecond = 2   // frames looked at for hashes, checks and posters
	FrameShort      = 540 // shorter side of kept frames and posters, pixels
	SpriteEvery     = 2   // seconds between thumbnails
	SpriteColumns   = 10  // thumbnails in a sheet's row
	SpriteRows      = 6   // rows in a sheet
	SpriteLong      = 160 // longer side of one thumbnail, pixels
	qcShort         = 180 // shorter side of the picture the QC filters see
	posterEvery     = 15  // seconds that compete for one poster candidate
	posterStep      = 5   // of the frames looked at, one in so many competes: ffmpeg holds all that do
)

// fragmented are the flags that make one file serve HLS and DASH: CMAF brands,
// one index for the whole file, no trailer.
const fragmented = "cmaf+dash+global_sidx+skip_trailer"

// Args is the command line after "ffmpeg". It is the same for the same job.
func Args(j Job) []string {
	args := inputArgs(j.Input, j.Source)
	g := graphOf(j)
	args = append(args, "-filter_complex", g.String())
	for i, r := range j.Rungs {
		args = append(args, "-map", g.rungs[i])
		args = append(args, coder(r)...)
		args = append(args, "-g", strconv.Itoa(r.GOP), "-keyint_min", strconv.Itoa(r.GOP))
		args = append(args, plain(said(j.AIGC, "-f", "mp4", "-movflags", "+frag_keyframe+"+fragmented, VideoFile(r))...)...)
	}
	if g.sound != "" {
		args = append(args, "-map", g.sound, "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")
		// Every AAC frame is a key frame: fragments are cut by time.
		args = append(args, plain(said(j.AIGC, "-frag_duration", "2000000", "-f", "mp4", "-movflags", "+"+fragmented, AudioFile)...)...)
	}
	if j.Derive {
		// A thread of its own for every few pictures would only hold memory.
		picture := []string{"-c:v", "mjpeg", "-threads", "1", "-f", "image2", "-q:v"}
		args = append(args, "-map", g.sprites, "-fps_mode", "vfr")
		args = append(append(args, picture...), "5", spritePattern)
		for _, o := range [][2]string{{g.posters, posterPattern}, {g.frames, framePattern}} {
			// The number in the name is the frame's time in units of 1/FramesPerSecond.
			args = append(args, "-map", o[0], "-fps_mode", "vfr", "-enc_time_base", "1/"+strconv.Itoa(FramesPerSecond), "-frame_pts", "1")
			args = append(append(args, picture...), "4", o[1])
		}
		args = append(args, "-map", g.gray, "-fps_mode", "vfr", "-c:v", "rawvideo", "-f", "rawvideo", grayFile)
	}
	return args
}

// inputArgs opens the source as what it was probed to be, and as nothing else.
func inputArgs(path string, s probe.Source) []string {
	return []string{"-hide_banner", "-nostdin", "-nostats", "-y", "-loglevel", "info",
		"-progress", "pipe:3", "-stats_period", "0.5",
		"-protocol_whitelist", "file", "-max_pixels", "67108864",
		"-f", s.Container.Demuxer(), "-i", "file:" + path}
}

// plain ends an output that carries nothing of the source but the stream.
func plain(args ...string) []string {
	return append([]string{"-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"}, args...)
}

// said adds the one thing a file says of its making to the arguments of an MP4
// output, of which the last two are the flags of the format and the name. Without
// use_metadata_tags the muxer would drop a key it does not know.
func said(aigc string, args ...string) []string {
	if aigc == "" {
		return args
	}
	args[len(args)-2] += "+use_metadata_tags"
	return append([]string{"-metadata", "AIGC=" + aigc}, args...)
}

// coder is the encoder of a rung with its settings.
func coder(r ladder.Rung) []string {
	crf := strconv.Itoa(r.CRF)
	if r.Codec == ladder.AV1 {
		args := []string{"-c:v", "libsvtav1", "-preset", r.Preset, "-crf", crf}
		if t := transfer(r.HDR); t != "" {
			return append(args, "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", t, "-colorspace", "bt2020nc", "-color_range", "tv")
		}
		return append(args, "-pix_fmt", "yuv420p")
	}
	args := []string{"-c:v", "libx264", "-preset", r.Preset, "-crf", crf, "-profile:v", "high", "-pix_fmt", "yuv420p", "-x264-params", "scenecut=0:open-gop=0"}
	if r.MaxRate > 0 {
		args = append(args, "-maxrate", fmt.Sprintf("%dk", r.MaxRate), "-bufsize", fmt.Sprintf("%dk", r.Buffer))
	}
	return args
}

// transfer is ffmpeg's name for an HDR kind's curve, empty for SDR.
func transfer(h probe.HDR) string {
	switch h {
	case probe.PQ:
		return "smpte2084"
	case probe.HLG:
		return "arib-std-b67"
	}
	return ""
}

// MeasureArgs is the command line after "ffmpeg" that decodes only the sound.
func MeasureArgs(path string, s probe.Source) []string {
	chain := "[0:" + strconv.Itoa(s.Audio.Index) + "]" + soundIn + ",asplit=2[m][p];" +
		"[m]ebur128=peak=true:framelog=verbose,silencedetect=noise=-60dB:d=0.5[level]"
	return append(inputArgs(path, s), "-filter_complex", chain,
		"-map", "[level]", "-f", "null", "-",
		"-map", "[p]", "-c:a", "pcm_s16le", "-f", "chromaprint", "-fp_format", "raw", printFile)
}

// HeadArgs is the command line after "ffmpeg" that copies the first seconds of
// the rung's file, and of audio.mp4 when sound is set, into HeadFile.
func HeadArgs(r ladder.Rung, sound bool, length time.Duration, aigc string) []string {
	args := []string{"-hide_banner", "-nostdin", "-nostats", "-y", "-loglevel", "warning", "-protocol_whitelist", "file"}
	args = append(args, "-i", "file:"+VideoFile(r))
	if sound {
		args = append(args, "-i", "file:"+AudioFile, "-map", "0:v", "-map", "1:a")
	}
	return append(args, plain(said(aigc, "-c", "copy", "-t", strconv.FormatFloat(length.Seconds(), 'f', 3, 64),
		"-f", "mp4", "-movflags", "+faststart", HeadFile)...)...)
}

// The loudness every sound is brought to, and the ceiling for its true peaks.
const (
	TargetLUFS = -16.0
	TargetPeak = -1.5 // dBTP
	maxGain    = 20.0 // dB; more only lifts noise
	silent     = -69  // LUFS; the meter's floor is -70
)

// Normalise answers what to do to a sound of the given integrated loudness
// (LUFS) and true peak (dBTP). Silence is left alone.
func Normalise(integrated, peak float64) Sound {
	if math.IsNaN(integrated) || integrated <= silent {
		return Sound{}
	}
	gain := math.Round(min(TargetLUFS-integrated, maxGain)*100) / 100
	return Sound{Gain: gain, Limit: peak+gain > TargetPeak}
}

// Budget is what a job on a source of the given length may spend: generous
// enough for a loaded small machine, too little for a file that never ends.
func Budget(length time.Duration) fence.Limits {
	return fence.Limits{Time: 10*time.Minute + 30*length, Memory: 4 << 30, File: 64 << 30, Nice: 10}
}
