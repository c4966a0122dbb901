package probe_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/media/probe"
)

const plain = `{"streams":[
 {"index":0,"codec_type":"video","codec_name":"mjpeg","width":600,"height":600,"disposition":{"attached_pic":1}},
 {"index":1,"codec_type":"audio","codec_name":"aac","sample_rate":"44100","channels":2,"duration":"9.5"},
 {"index":2,"codec_type":"video","codec_name":"hevc","width":1440,"height":1080,"sample_aspect_ratio":"4:3","pix_fmt":"yuv420p10le","color_transfer":"smpte2084",
  "r_frame_rate":"25/1","avg_frame_rate":"25/1","duration":"10.0","side_data_list":[{"side_data_type":"Display Matrix","rotation":90}]},
 {"index":3,"codec_type":"audio","codec_name":"ac3","sample_rate":"48000","channels":6,"channel_layout":"5.1(side)","start_time":"-0.021","disposition":{"default":1},"tags":{"DURATION":"00:00:11.250000000"}}],
 "format":{"nb_streams":4,"duration":"10.0"}}`

func parse(t testing.TB, s string) probe.Source {
	t.Helper()
	src, err := probe.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestParse(t *testing.T) {
	t.Parallel()
	s := parse(t, plain)
	v, a := s.Video, s.Audio
	if v.Index != 2 || v.Size != (probe.Size{W: 1080, H: 1920}) || v.Rotation != 270 || v.HDR != probe.PQ || v.BitDepth != 10 {
		t.Errorf("picture: %+v", v)
	}
	if a.Index != 3 || a.Duration != 11250*time.Millisecond || a.Start != -21*time.Millisecond || a.Layout != "5.1(side)" || s.Duration != a.Duration {
		t.Errorf("sound: %+v of %v", a, s.Duration)
	}
}

func TestParsePictures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, fields string
		ok           func(probe.Video) bool
	}{
		{"old rotation tag", `,"tags":{"rotate":"90"}`, func(v probe.Video) bool { return v.Rotation == 90 && v.Size.W == 48 }},
		{"rotation that is nearly right", `,"side_data_list":[{"rotation":-89.9}]`, func(v probe.Video) bool { return v.Rotation == 90 }},
		{"upside down", `,"side_data_list":[{"rotation":-180}]`, func(v probe.Video) bool { return v.Rotation == 180 && v.Size.W == 64 }},
		{"pixels of no shape", `,"sample_aspect_ratio":"0:1"`, func(v probe.Video) bool { return v.Size.W == 64 }},
		{"endless pixels", `,"sample_aspect_ratio":"2147483647:1"`, func(v probe.Video) bool { return v.Size.W > 8192 }},
		{"Dolby Vision on HLG", `,"color_transfer":"arib-std-b67","side_data_list":[{"side_data_type":"DOVI configuration record","dv_profile":8,"dv_bl_signal_compatibility_id":4}]`,
			func(v probe.Video) bool { return v.HDR == probe.HLG && v.Dolby == 8 }},
		{"Dolby Vision alone", `,"side_data_list":[{"side_data_type":"DOVI configuration record","dv_profile":5,"dv_bl_signal_compatibility_id":0}]`,
			func(v probe.Video) bool { return v.HDR == probe.DV }},
		{"fields", `,"r_frame_rate":"50/1","avg_frame_rate":"25/1","field_order":"tt"`, func(v probe.Video) bool { return v.Interlace && !v.Variable }},
		{"varying", `,"r_frame_rate":"60/1","avg_frame_rate":"25/1"`, func(v probe.Video) bool { return v.Variable }},
		{"no rate", `,"r_frame_rate":"0/0","avg_frame_rate":"N/A"`, func(v probe.Video) bool { return !v.Variable && v.Nominal.Float() == 0 }},
		{"twelve bits", `,"pix_fmt":"yuv444p12le"`, func(v probe.Video) bool { return v.BitDepth == 12 }},
		{"eight bits of 4:1:0", `,"pix_fmt":"yuv410p"`, func(v probe.Video) bool { return v.BitDepth == 8 }},
	} {
		s := parse(t, `{"streams":[{"codec_type":"video","codec_name":"h264","width":64,"height":48`+tt.fields+`}]}`)
		if !tt.ok(s.Video) {
			t.Errorf("%s: %+v", tt.name, s.Video)
		}
	}
}

func TestEveryLimitHasItsOwnRefusal(t *testing.T) {
	t.Parallel()
	good := probe.Source{
		Container: probe.MP4, Size: 1, Duration: time.Minute, Streams: 2, Audio: &probe.Audio{Codec: "aac"},
		Video: probe.Video{Codec: "h264", Coded: probe.Size{W: 1080, H: 1920}, Size: probe.Size{W: 1080, H: 1920}, Nominal: probe.Rate{Num: 24, Den: 1}, Average: probe.Rate{Num: 24, Den: 1}},
	}
	if err := probe.Default().Check(good); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, tt := range []struct {
		name   string
		change func(*probe.Source)
		says   string
	}{
		{"16k", func(s *probe.Source) { s.Video.Coded = probe.Size{W: 16384, H: 16384}; s.Video.Size = s.Video.Coded }, "16384×16384"},
		{"a line", func(s *probe.Source) { s.Video.Size.W = 2 }, "16 pixels is the shortest"},
		{"long", func(s *probe.Source) { s.Duration = 20 * time.Hour }, "20h0m0s long; 4h0m0s"},
		{"no length", func(s *probe.Source) { s.Duration = 0 }, "0 seconds"},
		{"streams", func(s *probe.Source) { s.Streams = 300 }, "300 streams; 32"},
		{"fast", func(s *probe.Source) { s.Video.Average = probe.Rate{Num: 480, Den: 1} }, "480 frames a second; 120"},
		{"no picture", func(s *probe.Source) { s.Video = probe.Video{} }, "no picture"},
		{"strange picture", func(s *probe.Source) { s.Video.Codec = "cinepak" }, `"cinepak"`},
		{"strange sound", func(s *probe.Source) { s.Audio = &probe.Audio{Codec: "qdm2"} }, `"qdm2"`},
		{"Dolby Vision alone", func(s *probe.Source) { s.Video.HDR, s.Video.Dolby = probe.DV, 5 }, "profile 5"},
	} {
		s := good
		tt.change(&s)
		var f *fault.Fault
		if err := probe.Default().Check(s); !errors.As(err, &f) || f.Kind != fault.Invalid || !strings.Contains(f.Msg, tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		} else if seen[f.Code] {
			t.Errorf("%s shares its code %s", tt.name, f.Code)
		} else {
			seen[f.Code] = true
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(`{"streams":[{"codec_type":"video","side_data_list":[{"rotation":1e300}],"tags":{"DURATION":"999999:59:1e9"}}]}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := probe.Parse(b)
		if err != nil {
			if !errors.Is(err, probe.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		v := s.Video
		if s.Duration < 0 || v.Size.W < 0 || v.Size.H < 0 || v.Rotation%90 != 0 || v.Rotation < 0 || v.Rotation > 270 {
			t.Fatalf("%+v", s)
		}
		_ = probe.Default().Check(s)
	})
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"\x00\x00\x00\x08ftyp\x00\x00\x00\x08moov", "\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00\x08edts",
		"\x1a\x45\xdf\xa3\x42\x82\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", "\x1a\x45\xdf\xa3\x42\x82\x88matroska\x18\x53\x80\x67\x00\x00\x00\x00\x00\x00\x00\x00", "#EXTM3U"} {
		f.Add([]byte(s), int64(len(s)))
	}
	f.Fuzz(func(t *testing.T, b []byte, size int64) {
		c, _, err := probe.Sniff(bytes.NewReader(b), size)
		if (err == nil) != (c != "" && err == nil) || err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatalf("%q, %v", c, err)
		}
	})
}
