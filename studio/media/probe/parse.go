package probe

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// videoCodecs are the decoders a stranger's file may reach, by ffmpeg's names.
var videoCodecs = map[string]bool{
	"h264": true, "hevc": true, "av1": true, "vp8": true, "vp9": true, "prores": true,
	"dnxhd": true, "mpeg2video": true, "mpeg4": true, "mjpeg": true, "ffv1": true,
}

func audioCodec(name string) bool {
	switch name {
	case "aac", "mp3", "mp2", "ac3", "eac3", "opus", "vorbis", "flac", "alac":
		return true
	}
	return strings.HasPrefix(name, "pcm_")
}

// report is the part of ffprobe's JSON that is read. Numbers that it writes as
// strings stay strings: it writes "N/A" and worse into them.
type report struct {
	Streams []stream `json:"streams"`
	Format  struct {
		Duration string            `json:"duration"`
		Streams  int               `json:"nb_streams"`
		Tags     map[string]string `json:"tags"`
	} `json:"format"`
}

type stream struct {
	Index       int               `json:"index"`
	Type        string            `json:"codec_type"`
	Codec       string            `json:"codec_name"`
	Width       int               `json:"width"`
	Height      int               `json:"height"`
	SAR         string            `json:"sample_aspect_ratio"`
	PixFmt      string            `json:"pix_fmt"`
	Transfer    string            `json:"color_transfer"`
	FieldOrder  string            `json:"field_order"`
	Nominal     string            `json:"r_frame_rate"`
	Average     string            `json:"avg_frame_rate"`
	Start       string            `json:"start_time"`
	Duration    string            `json:"duration"`
	SampleRate  string            `json:"sample_rate"`
	Channels    int               `json:"channels"`
	Layout      string            `json:"channel_layout"`
	Disposition map[string]int    `json:"disposition"`
	Tags        map[string]string `json:"tags"`
	Side        []struct {
		Type     string   `json:"side_data_type"`
		Rotation *float64 `json:"rotation"`
		Profile  int      `json:"dv_profile"`
		Compat   int      `json:"dv_bl_signal_compatibility_id"`
	} `json:"side_data_list"`
}

// Parse reads what ffprobe -show_format -show_streams -of json wrote. It fills
// everything but Container, Size and EditList, and judges nothing: a file
// without a picture has an empty Video. The error is ErrDamaged.
func Parse(b []byte) (Source, error) {
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		return Source{}, ErrDamaged.Because(err)
	}
	s := Source{Streams: max(r.Format.Streams, len(r.Streams)), Duration: seconds(r.Format.Duration)}
	s.AIGC = aigc(r.Format.Tags)
	var sound *stream
	for i := range r.Streams {
		st := &r.Streams[i]
		s.AIGC = cmp.Or(s.AIGC, aigc(st.Tags))
		switch {
		case st.Type == "video" && s.Video.Codec == "" && st.Disposition["attached_pic"] == 0:
			s.Video = video(st)
		case st.Type == "audio" && (sound == nil || sound.Disposition["default"] == 0 && st.Disposition["default"] != 0):
			sound = st
		}
	}
	if sound != nil {
		s.Audio = audio(sound)
		s.Duration = max(s.Duration, s.Audio.Duration)
	}
	s.Duration = max(s.Duration, s.Video.Duration)
	return s, nil
}

// maxSaid bounds what a file may say of its making; the seven fields that are
// asked for take a tenth of it.
const maxSaid = 4 << 10

// aigc is what tags say of machine-made content (GB 45438-2025), as it stands
// there; containers differ in the case of keys. What is too long to keep is still
// not nothing.
func aigc(tags map[string]string) string {
	for k, v := range tags {
		if strings.EqualFold(k, "AIGC") && v != "" {
			return v[:min(len(v), maxSaid)]
		}
	}
	return ""
}

func video(st *stream) Video {
	v := Video{
		Index: st.Index, Codec: st.Codec, Coded: Size{max(st.Width, 0), max(st.Height, 0)},
		SAR: ratio(st.SAR, ":"), Nominal: ratio(st.Nominal, "/"), Average: ratio(st.Average, "/"),
		BitDepth: depth(st.PixFmt), HDR: SDR, Start: signed(st.Start), Duration: st.length(),
		Interlace: st.FieldOrder != "" && st.FieldOrder != "progressive" && st.FieldOrder != "unknown",
	}
	if v.Codec == "" { // a picture nobody can name is still not "no picture"
		v.Codec = "unknown"
	}
	if v.SAR.Float() <= 0 {
		v.SAR = Rate{1, 1}
	}
	switch st.Transfer {
	case "smpte2084":
		v.HDR = PQ
	case "arib-std-b67":
		v.HDR = HLG
	}
	if deg, err := strconv.ParseFloat(st.Tags["rotate"], 64); err == nil {
		v.Rotation = quarter(deg)
	}
	for _, d := range st.Side {
		if d.Rotation != nil { // counter-clockwise, and newer than the tag
			v.Rotation = quarter(-*d.Rotation)
		}
		if strings.HasPrefix(d.Type, "DOVI") && d.Profile > 0 {
			v.Dolby = d.Profile
			if d.Profile == 5 || d.Compat == 0 {
				v.HDR = DV
			}
		}
	}
	v.Size = seen(v.Coded, v.SAR, v.Rotation)
	v.Variable = variable(v)
	return v
}

func audio(st *stream) *Audio {
	rate, _ := strconv.Atoi(st.SampleRate)
	return &Audio{Index: st.Index, Codec: st.Codec, Rate: max(rate, 0), Channels: max(st.Channels, 0), Layout: st.Layout, Start: signed(st.Start), Duration: st.length()}
}

// length is a stream's own length; Matroska keeps in a tag when it ends, as
// 00:00:05.000.
func (st *stream) length() time.Duration {
	if d := seconds(st.Duration); d > 0 {
		return d
	}
	h, rest, ok := strings.Cut(st.Tags["DURATION"], ":")
	m, sec, ok2 := strings.Cut(rest, ":")
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if !ok || !ok2 || err1 != nil || err2 != nil || hours < 0 || hours > 1e6 || minutes < 0 || minutes > 59 {
		return 0
	}
	end := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + seconds(sec)
	return max(end-max(signed(st.Start), 0), 0)
}

// variable compares the two rates. Field-coded video honestly has a nominal
// rate of twice its frames, and the average of a short clip is only as exact as
// one frame in all of them.
func variable(v Video) bool {
	n, a := v.Nominal.Float(), v.Average.Float()
	if n <= 0 || a <= 0 {
		return false
	}
	q := n / a
	if v.Interlace && math.Abs(q-2) < 0.02 {
		return false
	}
	tolerance := 0.01
	if frames := a * v.Duration.Seconds(); frames > 1 {
		tolerance += 1 / frames
	}
	return math.Abs(q-1) > tolerance
}

// seconds reads a decimal number of seconds; anything else is 0.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) || f > 1e9 {
		return 0
	}
	return time.Duration(math.Round(f*1e6)) * time.Microsecond
}

// signed is seconds that may be negative: a start lies before 0 when an edit list
// cuts the encoder's priming.
func signed(s string) time.Duration {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return -seconds(rest)
	}
	return seconds(s)
}

func ratio(s, sep string) Rate {
	n, d, _ := strings.Cut(s, sep)
	num, err1 := strconv.Atoi(n)
	den, err2 := strconv.Atoi(d)
	if err1 != nil || err2 != nil || num <= 0 || den <= 0 || num > math.MaxInt32 || den > math.MaxInt32 {
		return Rate{}
	}
	return Rate{num, den}
}

// quarter rounds degrees to a quarter turn in 0 … 270.
func quarter(deg float64) int {
	if math.IsNaN(deg) || math.Abs(deg) > 1e6 {
		return 0
	}
	q := int(math.Round(deg/90)) % 4
	return (q + 4) % 4 * 90
}

// depth reads the bits of a sample off ffmpeg's name for the pixel format.
func depth(pixFmt string) int {
	s := strings.TrimSuffix(strings.TrimSuffix(pixFmt, "le"), "be")
	for _, bits := range []int{9, 10, 12, 14, 16} {
		n := strconv.Itoa(bits)
		if strings.HasSuffix(s, "p"+n) || strings.HasSuffix(s, "gray"+n) || s == "p0"+n {
			return bits
		}
	}
	return 8
}
