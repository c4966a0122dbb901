package probe_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/probe"
)

func clip(t testing.TB, name, args string) string {
	t.Helper()
	dir := t.TempDir()
	a := append(strings.Fields("-nostdin -v error -y "+args), name)
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: a, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	picture = "-f lavfi -i testsrc2=s=64x48:r=25:d=2 "
	tone    = "-f lavfi -i sine=d=2 "
	x264    = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "
)

func TestGoodFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file, args string
		want             probe.Container
	}{
		{"mp4", "a.mp4", picture + tone + x264 + "-c:a aac", probe.MP4},
		{"mov with its index in front", "a.mov", picture + tone + "-c:v prores_ks -c:a pcm_s16le -movflags +faststart", probe.MP4},
		{"fragmented", "a.mp4", picture + tone + x264 + "-c:a aac -movflags +frag_keyframe+empty_moov", probe.MP4},
		{"matroska", "a.mkv", picture + tone + x264 + "-c:a flac", probe.Matroska},
		{"webm", "a.webm", picture + tone + "-c:v libvpx-vp9 -deadline realtime -c:a libopus", probe.WebM},
		{"transport stream", "a.ts", picture + tone + x264 + "-c:a mp2", probe.MPEGTS},
		{"transport stream of a disc", "a.m2ts", picture + tone + x264 + "-c:a ac3", probe.MPEGTS},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// The name lies; the content counts.
			path := write(t, "film.txt", read(t, clip(t, tt.file, tt.args)))
			s, err := probe.File(t.Context(), path, probe.Default())
			if err != nil {
				t.Fatal(err)
			}
			if s.Container != tt.want || s.Video.Size != (probe.Size{W: 64, H: 48}) || s.Audio == nil || s.Streams != 2 || s.Video.Variable {
				t.Errorf("%+v %+v", s, s.Audio)
			}
			if (s.Duration-2*time.Second).Abs() > 150*time.Millisecond || s.Video.Nominal.Float() != 25 {
				t.Errorf("%v at %s", s.Duration, s.Video.Nominal)
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	whole := read(t, clip(t, "a.mp4", picture+x264))
	front := read(t, clip(t, "a.mp4", picture+x264+"-movflags +faststart"))
	mkv := read(t, clip(t, "a.mkv", picture+x264))
	one := clip(t, "one.mp4", "-f lavfi -i color=s=16x16:r=25 -frames:v 1 "+x264)
	damaged := bytes.Clone(front)
	copy(damaged[bytes.Index(damaged, []byte("moov"))+4:], bytes.Repeat([]byte{0xff}, 200))
	for _, tt := range []struct {
		name, path, code, says string
	}{
		{"empty", write(t, "a.mp4", nil), "media.empty", "0 bytes"},
		{"text", write(t, "a.mp4", []byte(strings.Repeat("once upon a time ", 100))), "media.container", "MP4"},
		{"one byte", write(t, "a.mp4", []byte{0x47}), "media.container", "MP4"},
		{"playlist that reads a password file", write(t, "a.mp4", []byte("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nfile:///etc/passwd\n")), "media.playlist", "playlist"},
		{"concat list", write(t, "a.mp4", []byte("ffconcat version 1.0\nfile /etc/passwd\n")), "media.playlist", "playlist"},
		{"DASH manifest", write(t, "a.mp4", []byte("\xef\xbb\xbf<?xml version=\"1.0\"?><MPD/>")), "media.playlist", "playlist"},
		{"picture", clip(t, "a.png", "-f lavfi -i color=s=16x16 -frames:v 1"), "media.container", "MP4"},
		{"index cut off", write(t, "a.mp4", whole[:len(whole)-100]), "media.truncated", "cut off"},
		{"pictures cut off", write(t, "a.mp4", front[:len(front)/2]), "media.truncated", "cut off"},
		{"index never written", write(t, "a.mp4", whole[:bytes.Index(whole, []byte("moov"))-4]), "media.truncated", "cut off"},
		{"matroska cut off", write(t, "a.mkv", mkv[:len(mkv)-100]), "media.truncated", "cut off"},
		{"damaged index", write(t, "a.mp4", damaged), "media.damaged", "cannot be read"},
		{"sound alone", clip(t, "a.mp4", tone+"-c:a aac"), "media.no_video", "no picture"},
		{"twenty hours", clip(t, "a.mkv", "-f lavfi -i color=s=16x16:r=1/36000 -frames:v 2 "+x264), probe.CodeTooLong, "20h0m0s long; 4h0m0s is the most"},
		{"three hundred streams", clip(t, "a.mkv", "-i "+one+strings.Repeat(" -map 0:v", 300)+" -c copy"), probe.CodeTooMany, "300 streams; 32 is the most"},
		{"old codec", clip(t, "a.mkv", picture+"-c:v flv1"), probe.CodeVideoCodec, "flv1"},
		{"a thousand frames a second", clip(t, "a.mp4", "-f lavfi -i color=s=16x16:r=1000:d=0.1 "+x264), probe.CodeTooFast, "1000 frames a second; 120 is the most"},
		{"folder", t.TempDir(), "media.container", "MP4"},
		{"nothing there", filepath.Join(t.TempDir(), "a.mp4"), "media.probe_failed", "Try again"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := probe.File(t.Context(), tt.path, probe.Default())
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != tt.code || !strings.Contains(f.Msg, tt.says) {
				t.Errorf("err = %v, want %s with %q", err, tt.code, tt.says)
			} else if strings.Contains(f.Msg, "/") && strings.Contains(f.Msg, tt.path) {
				t.Errorf("the message tells a path: %s", f.Msg)
			}
		})
	}
}

func TestRealClips(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CLIFFHANGER_TESTDATA")
	if root == "" {
		t.Skip("CLIFFHANGER_TESTDATA is not set")
	}
	at := func(name string) probe.Source {
		s, err := probe.File(t.Context(), filepath.Join(root, "media", name), probe.Default())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if v := at("iphone_hlg_rotated_editlist.mp4"); !v.EditList || v.Streams != 4 || v.Video.Rotation != 90 || v.Video.Size != (probe.Size{W: 1080, H: 1920}) ||
		v.Video.HDR != probe.HLG || v.Video.Dolby != 8 || v.Video.BitDepth != 10 || !v.Video.Variable {
		t.Errorf("phone: %+v", v)
	}
	if v := at("portrait_hdr10_av1.mp4").Video; v.HDR != probe.PQ || v.Codec != "av1" || !v.Size.Portrait() || v.Variable {
		t.Errorf("HDR10: %+v", v)
	}
	if v := at("people_10fps_silent_139s.mp4"); v.Audio != nil || v.Video.Nominal.Float() != 10 {
		t.Errorf("silent: %+v", v)
	}
	if v := at("bbb_1080p_30s.mp4"); v.Audio == nil || v.Audio.Channels != 6 || v.Audio.Layout == "" {
		t.Errorf("5.1: %+v", v.Audio)
	}
}
