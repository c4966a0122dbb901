package sound

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// clip is a second of something voice-like.
func clip() Clip {
	return Clip{tone(1, func(t float64) float64 { return .3 * sine(180*t) * (.6 + .4*sine(4*t)) })}
}

func testScore(style string) Score {
	return Score{Style: style, Weather: "rain", Seed: 11, Episode: 1, Length: 6, Title: 1.9, Cliff: 3.6,
		Lines: []Line{{Start: .1, Clip: clip(), Side: -1}, {Start: 2.4, Clip: clip(), Side: 1}}}
}

func TestScoreIsLoudAndLimited(t *testing.T) {
	t.Parallel()
	for style := range styles {
		t.Run(style, func(t *testing.T) {
			t.Parallel()
			m := testScore(style).Perform()
			if loud := m.LUFS(); math.Abs(loud-target) > 1 {
				t.Errorf("%.1f LUFS, want %d", loud, target)
			}
			for i := range m.Left {
				if peak := max(m.Left[i], m.Right[i], -m.Left[i], -m.Right[i]); peak >= ceiling {
					t.Fatalf("sample %d is %v, the ceiling %v", i, peak, ceiling)
				}
			}
		})
	}
}

func TestScoreIsReproducible(t *testing.T) {
	t.Parallel()
	a, b := testScore("pluck").Perform().WAV(), testScore("pluck").Perform().WAV()
	if !cmp.Equal(a, b) {
		t.Error("the same score sounds different")
	}
}

// A 997-Hz sine of amplitude 1 in both channels is at 0 LUFS by BS.1770's own
// definition (-3.01 for one channel).
func TestLUFSOfTheReferenceTone(t *testing.T) {
	t.Parallel()
	samples := tone(2, func(t float64) float64 { return .1 * sine(997*t) })
	m := &Mix{samples, samples}
	if got := m.LUFS(); math.Abs(got+20) > .1 {
		t.Errorf("got %.2f, want -20", got)
	}
	m = &Mix{samples, make([]float32, len(samples))}
	if got := m.LUFS(); math.Abs(got+23.01) > .1 {
		t.Errorf("one channel: got %.2f, want -23.01", got)
	}
}

func TestMasterLeavesSilence(t *testing.T) {
	t.Parallel()
	m := NewMix(1)
	m.Master(target)
	for _, v := range m.Left {
		if v != 0 {
			t.Fatalf("silence became %v", v)
		}
	}
}

func TestLimitIsOddAndRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float32Range(-8, 8).Draw(t, "a")
		b := rapid.Float32Range(-8, 8).Draw(t, "b")
		if limit(-a) != -limit(a) || a <= b && limit(a) > limit(b) {
			t.Fatalf("limit(%v)=%v limit(%v)=%v", a, limit(a), b, limit(b))
		}
	})
}

func TestAddOutsideIsDropped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := NewMix(.01)
		m.add(rapid.Float64Range(-1, 1).Draw(t, "at"), make([]float32, rapid.IntRange(0, 900).Draw(t, "n")), 1, 0)
	})
}

func TestWAVRoundTrip(t *testing.T) {
	t.Parallel()
	m := &Mix{[]float32{0, .5, -2}, []float32{1, -.5, 2}}
	wav := m.WAV()
	if got := binary.LittleEndian.Uint32(wav[4:]); int(got) != len(wav)-8 {
		t.Errorf("the RIFF size is %d of %d bytes", got, len(wav))
	}
	want := []int16{0, 32767, 16383, -16383, -32767, 32767}
	for i, w := range want {
		if got := int16(binary.LittleEndian.Uint16(wav[44+2*i:])); got != w {
			t.Errorf("sample %d is %d, want %d", i, got, w)
		}
	}
}

// mono is a WAV as espeak-ng pipes it, with sizes that mean nothing.
func mono(samples ...int16) []byte {
	wav := []byte("RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data\xff\xff\xff\x7f")
	for _, s := range samples {
		wav = binary.LittleEndian.AppendUint16(wav, uint16(s))
	}
	return wav
}

func TestReadWAV(t *testing.T) {
	t.Parallel()
	samples, rate, err := readWAV(mono(16384, -32768))
	if err != nil || rate != 22050 {
		t.Fatalf("rate %d, %v", rate, err)
	}
	if diff := cmp.Diff([]float32{.5, -1}, samples); diff != "" {
		t.Error(diff)
	}
	for name, bad := range map[string][]byte{"empty": nil, "no samples": mono(), "text": []byte("RIFF of another kind entirely"), "truncated": mono(1)[:30]} {
		if _, _, err := readWAV(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add(mono(1, 2, 3))
	f.Fuzz(func(t *testing.T, wav []byte) {
		samples, rate, err := readWAV(wav)
		if err == nil && (rate <= 0 || len(samples) == 0 || len(samples) > len(wav)) {
			t.Errorf("%d samples at %d from %d bytes", len(samples), rate, len(wav))
		}
	})
}

func TestSpeakArgs(t *testing.T) {
	t.Parallel()
	got := strings.Join(speakArgs(Speaker{"f2", 62, 200}, "我是……“来”讨债的。", 1.1), " ")
	if want := "-v cmn+f2 -p 62 -s 220 -a 120 --stdout -- 我是，来讨债的。"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
