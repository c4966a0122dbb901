package qc_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
)

// judged makes a clip from a picture and a sound (empty for none), runs the real
// filters over it and judges it for web delivery.
func judged(t *testing.T, picture, sound, extra string) (qc.Verdict, qc.Measured) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture}
	if sound != "" {
		if late, ok := strings.CutPrefix(sound, "late "); ok {
			args, sound = append(args, "-itsoffset", "1"), late
		}
		args = append(args, "-f", "lavfi", "-i", sound)
	}
	args = append(args, strings.Fields("-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a flac "+extra+" in.mkv")...)
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: args, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "in.mkv")
	src, err := probe.File(t.Context(), path, probe.Default())
	if err != nil {
		t.Fatal(err)
	}
	log := ""
	if src.Audio != nil {
		out, _, err := encode.Measure(t.Context(), path, src, dir, encode.Budget(src.Duration), nil)
		if err != nil {
			t.Fatal(err)
		}
		log = out.Log
	}
	out, err := encode.Run(t.Context(), encode.Job{Input: path, Source: src, Derive: true}, dir, encode.Budget(src.Duration), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := qc.ParseLog(log+out.Log, src.Duration)
	p := qc.Profiles["web"]
	p.MinShort, p.Freeze, p.Silence = 90, 2*time.Second, 2*time.Second // small, short clips
	return qc.Judge(src, m, p), m
}

const (
	moving = "testsrc2=s=160x90:r=25:d="
	large  = "testsrc2=s=640x360:r=25:d="     // larger than what the filters look at
	tone   = "sine=f=300,volume=6dB,atrim=0:" // about −16 LUFS
)

// TestPlantedFaults plants each fault at a known time and finds it there; the
// first clip has none. Small pictures, so that all of it costs seconds.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, picture, sound, extra string
		want                        qc.Code // empty for no finding
		at, until                   float64 // seconds
	}{
		{"nothing wrong", moving + "5", tone + "5", "", "", 0, 0},
		{"a fade through black", moving + "5,drawbox=c=black:t=fill:enable='between(t,2,3)'", tone + "5", "", "", 0, 0},
		{"black inside", moving + "8,drawbox=c=black:t=fill:enable='between(t,2,6)'", tone + "8", "", qc.Black, 2, 6},
		{"black at the beginning", moving + "5,drawbox=c=black:t=fill:enable='lt(t,1.5)'", tone + "5", "", qc.BlackHead, 0, 1.5},
		{"black at the end", moving + "5,drawbox=c=black:t=fill:enable='gte(t,3.4)'", tone + "5", "", qc.BlackTail, 3.4, 5},
		{"frozen", moving + "7,select='not(between(n,51,124))',fps=25", tone + "7", "", qc.Freeze, 2, 5},
		{"black inside a larger picture", large + "7,drawbox=c=black:t=fill:enable='between(t,2,5.5)'", tone + "7", "", qc.Black, 2, 5.5},
		{"a larger picture frozen", large + "7,select='not(between(n,51,124))',fps=25", tone + "7", "", qc.Freeze, 2, 5},
		{"one small thing moves", "color=gray:s=640x360:r=25:d=5[b];color=white:s=24x24:r=25:d=5[w];[b][w]overlay=x='mod(100*t,600)':y=100", tone + "5", "", "", 0, 0},
		{"frozen to the end", moving + "2,tpad=stop_mode=clone:stop_duration=3", tone + "5", "", qc.Freeze, 2, 5},
		{"silence inside", moving + "6", tone + "6,volume=0:enable='between(t,2,5)'", "", qc.Silence, 2, 5},
		{"silence to the end", moving + "6", tone + "6,volume=0:enable='gte(t,3)'", "", qc.Silence, 3, 6},
		{"too quiet", moving + "5", tone + "5,volume=-20dB", "", qc.Loud, 0, 0},
		{"clipped", moving + "5", tone + "5,aformat=channel_layouts=stereo,volume='if(lt(mod(t,1),0.03),20,1)':eval=frame", "", qc.Peak, 0, 0},
		{"no sound", moving + "4", "", "", qc.NoAudio, 0, 0},
		{"sound that stops early", moving + "5", tone + "3.5", "", qc.Mismatch, 3.5, 5},
		{"sound that begins late", moving + "5", "late " + tone + "4", "", qc.Offset, 0, 1},
		{"square", "testsrc2=s=96x96:r=25:d=4", tone + "4", "", qc.Aspect, 0, 0},
		{"too small", "testsrc2=s=128x72:r=25:d=4", tone + "4", "", qc.Resolution, 0, 0},
		{"too slow", "testsrc2=s=160x90:r=10:d=4", tone + "4", "", qc.FrameRate, 0, 0},
		{"varying rate", moving + "6,select='not(between(n,20,70)*mod(n,3))'", tone + "6", "-fps_mode vfr -c:a aac -f mp4", qc.Variable, 0, 0},
		{"HDR", moving + "4,format=yuv420p10le", tone + "4", "-pix_fmt yuv420p10le -color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc", qc.HDR, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, m := judged(t, tt.picture, tt.sound, tt.extra)
			var found bool
			for _, f := range v.Findings {
				if f.Code != tt.want {
					// A frozen clip is also what varies in rate, and so on: only the
					// clean clips must be spotless.
					if tt.want == "" {
						t.Errorf("%+v", f)
					}
					continue
				}
				found = true
				if off := max(math.Abs(f.At.Seconds()-tt.at), math.Abs(f.Until.Seconds()-tt.until)); off > 0.25 { // the encoder needs some frames to settle
					t.Errorf("found at %v … %v, planted at %g … %g", f.At, f.Until, tt.at, tt.until)
				}
				if f.Message == "" || f.Severity == "" {
					t.Errorf("%+v", f)
				}
			}
			if !found && tt.want != "" {
				t.Errorf("%s not found: %+v\n%+v", tt.want, v.Findings, m)
			}
		})
	}
}

func TestParseLog(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/ffmpeg51.log")
	if err != nil {
		t.Fatal(err)
	}
	s := func(f float64) time.Duration { return time.Duration(math.Round(f*1e6)) * time.Microsecond }
	want := qc.Measured{
		Black:    []qc.Span{{At: s(1), Until: s(2.53333)}},
		Freeze:   []qc.Span{{At: s(1), Until: s(2.53333)}, {At: s(4), Until: s(5)}},
		Silence:  []qc.Span{{At: 0, Until: s(0.5)}, {At: s(3.01859), Until: s(5.01551)}},
		Cuts:     []qc.Cut{{At: s(2.53333), Score: 42.198}},
		Loudness: &qc.Loudness{Integrated: -21.8, Range: 4.2, TruePeak: -17.7},
	}
	if d := cmp.Diff(want, qc.ParseLog(string(b), 5*time.Second)); d != "" {
		t.Error(d)
	}
}

func FuzzParseLog(f *testing.F) {
	b, err := os.ReadFile("testdata/ffmpeg51.log")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b))
	f.Add("[silencedetect @ 0] silence_start: -1e308\n[silencedetect @ 0] silence_end: nan | x\n[Parsed_ebur128_0 @ 0] Summary:\n    I: -inf LUFS")
	f.Fuzz(func(t *testing.T, log string) {
		m := qc.ParseLog(log, time.Hour)
		for _, s := range slices.Concat(m.Black, m.Freeze, m.Silence) {
			if s.Length() <= 0 {
				t.Fatalf("%+v", m)
			}
		}
		src := probe.Source{Duration: time.Hour, Audio: &probe.Audio{}}
		for _, p := range qc.Profiles {
			for _, f := range qc.Judge(src, m, p).Findings {
				if math.IsNaN(f.Measured) || math.IsInf(f.Measured, 0) {
					t.Fatalf("%+v", f)
				}
			}
		}
	})
}

// TestProfilesDisagree: what the app repairs by itself blocks a broadcaster.
func TestProfilesDisagree(t *testing.T) {
	t.Parallel()
	src := probe.Source{
		Duration: time.Minute,
		Video:    probe.Video{Size: probe.Size{W: 1080, H: 1920}, Nominal: probe.Rate{Num: 24, Den: 1}, Average: probe.Rate{Num: 24, Den: 1}, HDR: probe.HLG, Duration: time.Minute},
		Audio:    &probe.Audio{Channels: 2, Duration: time.Minute},
	}
	m := qc.Measured{Loudness: &qc.Loudness{Integrated: -14, TruePeak: 0.5}}
	web, air := qc.Judge(src, m, qc.Profiles["web"]), qc.Judge(src, m, qc.Profiles["broadcast"])
	if web.Worst != qc.Info || web.Blocked() {
		t.Errorf("web: %+v", web)
	}
	codes := func(v qc.Verdict) (s []string) {
		for _, f := range v.Findings {
			s = append(s, string(f.Code)+" "+string(f.Severity))
		}
		slices.Sort(s)
		return s
	}
	if d := cmp.Diff([]string{"hdr info", "true_peak info"}, codes(web)); d != "" {
		t.Errorf("web: %s", d)
	}
	if d := cmp.Diff([]string{"aspect block", "frame_rate block", "hdr block", "loudness block", "true_peak block"}, codes(air)); d != "" || !air.Blocked() {
		t.Errorf("broadcast: %s", d)
	}
}

func TestBlackIsNotAlsoFrozen(t *testing.T) {
	t.Parallel()
	src := probe.Source{Duration: time.Minute, Audio: &probe.Audio{}, Video: probe.Video{Size: probe.Size{W: 1080, H: 1920}, Average: probe.Rate{Num: 24, Den: 1}}}
	span := []qc.Span{{At: 10 * time.Second, Until: 20 * time.Second}}
	v := qc.Judge(src, qc.Measured{Black: span, Freeze: span}, qc.Profiles["web"])
	if len(v.Findings) != 1 || v.Findings[0].Code != qc.Black || v.Worst != qc.Warn {
		t.Errorf("%+v", v)
	}
}
