package qc

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Span is a stretch of time.
type Span struct {
	At    time.Duration `json:"at"`
	Until time.Duration `json:"until"`
}

// Length is how long it lasts.
func (s Span) Length() time.Duration { return s.Until - s.At }

// Cut is a change of scene; Score is 0 … 100.
type Cut struct {
	At    time.Duration `json:"at"`
	Score float64       `json:"score"`
}

// Loudness is EBU R 128 over the whole sound.
type Loudness struct {
	Integrated float64 `json:"integrated"` // LUFS, −70 for silence
	Range      float64 `json:"range"`      // LU
	TruePeak   float64 `json:"true_peak"`  // dBTP, −100 for silence
}

// Measured is what the filters said.
type Measured struct {
	Black    []Span    `json:"black,omitempty"`
	Freeze   []Span    `json:"freeze,omitempty"`
	Silence  []Span    `json:"silence,omitempty"`
	Cuts     []Cut     `json:"cuts,omitempty"`
	Loudness *Loudness `json:"loudness,omitempty"` // nil when no sound was measured
}

// ParseLog reads the log of encode.Measure, of encode.Run, or both one after the
// other. length closes what was still going on when the file ended. Lines that
// make no sense are skipped: it is another program's output.
func ParseLog(log string, length time.Duration) Measured {
	var m Measured
	var freeze, silence *time.Duration
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\r\n")
		filter, rest := splitLine(line)
		switch filter {
		case "blackdetect":
			if at, ok := value(rest, "black_start:"); ok {
				if until, ok := value(rest, "black_end:"); ok && until > at {
					m.Black = append(m.Black, Span{seconds(at), seconds(until)})
				}
			}
		case "freezedetect":
			spans(&m.Freeze, &freeze, rest, "lavfi.freezedetect.freeze_start:", "lavfi.freezedetect.freeze_end:")
		case "silencedetect":
			spans(&m.Silence, &silence, rest, "silence_start:", "silence_end:")
		case "scdet":
			at, ok1 := value(rest, "lavfi.scd.time:")
			score, ok2 := value(rest, "lavfi.scd.score:")
			if ok1 && ok2 && at >= 0 {
				m.Cuts = append(m.Cuts, Cut{seconds(at), score})
			}
		case "ebur128":
			// A graph is sometimes built twice; the last summary is the real one.
			if strings.Contains(rest, "Summary:") {
				m.Loudness = &Loudness{Integrated: -70, TruePeak: -100}
			}
		case "":
			m.Loudness.read(line)
		}
	}
	for _, o := range []struct {
		open *time.Duration
		to   *[]Span
	}{{freeze, &m.Freeze}, {silence, &m.Silence}} {
		if o.open != nil && *o.open < length {
			*o.to = append(*o.to, Span{*o.open, length})
		}
	}
	return m
}

// splitLine takes "[Parsed_scdet_4 @ 0x55] text" apart: "scdet", "text". A line
// that does not begin so is all text.
func splitLine(line string) (filter, rest string) {
	head, rest, ok := strings.Cut(line, "] ")
	name, _, ok2 := strings.Cut(head, " @ ")
	if !ok || !ok2 || !strings.HasPrefix(name, "[") {
		return "", line
	}
	for _, f := range filters {
		if strings.HasPrefix(strings.TrimPrefix(name[1:], "Parsed_"), f) {
			return f, rest
		}
	}
	return "other", rest
}

var filters = []string{"blackdetect", "freezedetect", "silencedetect", "scdet", "ebur128"}

// value reads the number after a key in a line.
func value(line, key string) (float64, bool) {
	i := strings.Index(line, key)
	if i < 0 {
		return 0, false
	}
	f := strings.Fields(line[i+len(key):])
	if len(f) == 0 {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimRight(f[0], ",|"), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e9 {
		return 0, false
	}
	return n, true
}

// spans follows a filter that says beginning and end on lines of their own.
func spans(to *[]Span, open **time.Duration, line, start, end string) {
	if at, ok := value(line, start); ok {
		d := max(seconds(at), 0) // silence that begins before the first sample
		*open = &d
	}
	if until, ok := value(line, end); ok && *open != nil {
		if u := seconds(until); u > **open {
			*to = append(*to, Span{**open, u})
		}
		*open = nil
	}
}

// read takes one line of ebur128's closing block.
func (l *Loudness) read(line string) {
	if l == nil {
		return
	}
	for _, f := range []struct {
		key string
		to  *float64
	}{{"    I:", &l.Integrated}, {"    LRA:", &l.Range}, {"    Peak:", &l.TruePeak}} {
		if strings.HasPrefix(line, f.key) {
			if v, ok := value(line, f.key); ok && !math.IsInf(v, 0) {
				*f.to = v
			}
		}
	}
}

func seconds(f float64) time.Duration { return time.Duration(math.Round(f*1e6)) * time.Microsecond }
