package sound

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"

	"cliffhanger/demo/need"
)

// Rate is the sample rate of everything here, in hertz.
const Rate = 48000

// Clip is one spoken line: mono samples at Rate.
type Clip struct {
	Samples []float32
}

// Seconds is how long it is.
func (c Clip) Seconds() float64 { return float64(len(c.Samples)) / Rate }

// Speaker is a voice: a variant of espeak-ng (f1 … f5, m1 … m7), its pitch 0..99
// and its speed in words per minute.
type Speaker struct {
	Variant      string
	Pitch, Speed int
}

// Speak says a text in Mandarin. rate speeds the speaker up. It fails with a
// *need.Error when espeak-ng is not installed.
func Speak(ctx context.Context, who Speaker, text string, rate float64) (Clip, error) {
	espeak, err := need.Tool("espeak-ng", "espeak-ng")
	if err != nil {
		return Clip{}, err
	}
	cmd := exec.CommandContext(ctx, espeak, speakArgs(who, text, rate)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	wav, err := cmd.Output()
	if err != nil {
		return Clip{}, fmt.Errorf("sound: espeak-ng: %w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	samples, from, err := readWAV(wav)
	if err != nil {
		return Clip{}, err
	}
	return Clip{Samples: level(resample(trim(samples), from))}, nil
}

func speakArgs(who Speaker, text string, rate float64) []string {
	return []string{
		"-v", "cmn+" + who.Variant, "-p", strconv.Itoa(who.Pitch), "-s", strconv.Itoa(int(float64(who.Speed) * rate)),
		"-a", "120", "--stdout", "--", speakable(text),
	}
}

// speakable replaces marks that espeak-ng would spell out.
func speakable(text string) string {
	return strings.NewReplacer("……", "，", "——", "，", "《", "", "》", "", "“", "", "”", "").Replace(text)
}

var errWAV = errors.New("sound: espeak-ng gave no 16-bit mono WAV")

// readWAV reads 16-bit mono samples and their rate. The sizes in the header are
// not trusted: a program that writes to a pipe cannot know them.
func readWAV(wav []byte) (samples []float32, rate int, err error) {
	const header = 12
	if len(wav) < header || string(wav[:4]) != "RIFF" || string(wav[8:header]) != "WAVE" {
		return nil, 0, errWAV
	}
	for at := header; at+8 <= len(wav); {
		name, size := string(wav[at:at+4]), int(binary.LittleEndian.Uint32(wav[at+4:]))
		body := wav[at+8:]
		switch name {
		case "fmt ":
			if len(body) < 16 || binary.LittleEndian.Uint16(body[2:]) != 1 || binary.LittleEndian.Uint16(body[14:]) != 16 {
				return nil, 0, errWAV
			}
			rate = int(binary.LittleEndian.Uint32(body[4:]))
		case "data":
			body = body[:min(size, len(body))&^1]
			for i := 0; i < len(body); i += 2 {
				samples = append(samples, float32(int16(binary.LittleEndian.Uint16(body[i:])))/32768)
			}
		}
		if size < 0 || size > len(body) {
			break
		}
		at += 8 + size + size&1
	}
	if rate <= 0 || len(samples) == 0 {
		return nil, 0, errWAV
	}
	return samples, rate, nil
}

// trim cuts silence off both ends.
func trim(samples []float32) []float32 {
	const silence = .01
	loud := func(v float32) bool { return v >= silence || v <= -silence }
	first, last := 0, len(samples)
	for first < last && !loud(samples[first]) {
		first++
	}
	for last > first && !loud(samples[last-1]) {
		last--
	}
	return samples[first:last]
}

// resample goes to Rate along a cubic, through a gentle low pass that takes some
// metal out of the voice.
func resample(samples []float32, from int) []float32 {
	at := func(i int) float64 {
		if i < 0 || i >= len(samples) {
			return 0
		}
		return float64(samples[i])
	}
	out := make([]float32, len(samples)*Rate/from)
	smooth := 0.0
	for i := range out {
		place := float64(i) * float64(from) / Rate
		k := int(place)
		t := place - float64(k)
		a, b, c, d := at(k-1), at(k), at(k+1), at(k+2)
		v := b + .5*t*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
		smooth += (v - smooth) * .62
		out[i] = float32(smooth)
	}
	return out
}

// level brings a voice to the loudness of all the others.
func level(samples []float32) []float32 {
	const target = .13
	gain := float32(target / (rms(samples) + 1e-9))
	for i := range samples {
		samples[i] *= gain
	}
	return samples
}

func rms(samples []float32) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(samples))))
}

// Loudness is the clip's envelope, one value 0..1 a frame, 1 at its loudest.
func (c Clip) Loudness(fps int) []float64 {
	step := Rate / fps
	var envelope []float64
	loudest := 1e-6
	for i := 0; i < len(c.Samples); i += step {
		v := rms(c.Samples[i:min(i+step, len(c.Samples))])
		envelope = append(envelope, v)
		loudest = math.Max(loudest, v)
	}
	for i := range envelope {
		envelope[i] /= loudest
	}
	return envelope
}
