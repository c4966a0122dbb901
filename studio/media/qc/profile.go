package qc

import (
	"time"

	"cliffhanger/studio/media/probe"
)

// Severity is how much a finding matters.
type Severity string

// The severities, lightest first.
const (
	Info  Severity = "info"  // worth knowing; handled without anybody
	Warn  Severity = "warn"  // somebody should look
	Block Severity = "block" // not deliverable as it is
)

func (s Severity) rank() int {
	switch s {
	case Block:
		return 2
	case Warn:
		return 1
	}
	return 0
}

// Code names a kind of finding.
type Code string

// The findings.
const (
	Black      Code = "black"
	BlackHead  Code = "black_head"
	BlackTail  Code = "black_tail"
	Freeze     Code = "freeze"
	Silence    Code = "silence"
	NoAudio    Code = "no_audio"
	Loud       Code = "loudness"
	Peak       Code = "true_peak"
	Offset     Code = "av_offset"   // sound and picture begin apart
	Mismatch   Code = "av_duration" // sound and picture end apart
	Resolution Code = "resolution"
	Aspect     Code = "aspect"
	FrameRate  Code = "frame_rate"
	Variable   Code = "variable_rate"
	HDR        Code = "hdr"
)

// Profile is what a place of delivery takes.
type Profile struct {
	Name      string
	Black     time.Duration // longest black inside
	BlackEdge time.Duration // longest black at the beginning or end
	Freeze    time.Duration
	Silence   time.Duration
	Loudness  float64 // LUFS
	Tolerance float64 // LU, either way
	TruePeak  float64 // dBTP, most
	Apart     time.Duration
	MinShort  int          // least shorter side, pixels
	Aspects   []probe.Rate // width to height; nil for any
	Rates     []probe.Rate // frames a second; nil for 23.9 … 60.1
	HDR       bool         // taken
	Severity  map[Code]Severity
}

// Profiles are the named profiles. Web is the app's own feed: what the encode
// repairs by itself (loudness, rates, HDR) is only told. Broadcast follows EBU
// R 128 (loudness, true peak), R 37 (sound against picture) and common delivery
// sheets for HD.
var Profiles = map[string]Profile{
	"web": {
		Name: "web", Black: 3 * time.Second, BlackEdge: time.Second, Freeze: 5 * time.Second, Silence: 5 * time.Second,
		Loudness: -16, Tolerance: 2, TruePeak: -1, Apart: 500 * time.Millisecond, MinShort: 540,
		Aspects: []probe.Rate{{Num: 9, Den: 16}, {Num: 16, Den: 9}}, HDR: true,
		Severity: map[Code]Severity{Loud: Info, Peak: Info, Variable: Info, HDR: Info, FrameRate: Info},
	},
	"broadcast": {
		Name: "broadcast", Black: 2 * time.Second, BlackEdge: 500 * time.Millisecond, Freeze: 3 * time.Second, Silence: 3 * time.Second,
		Loudness: -23, Tolerance: 1, TruePeak: -1, Apart: 60 * time.Millisecond, MinShort: 1080,
		Aspects: []probe.Rate{{Num: 16, Den: 9}},
		Rates:   []probe.Rate{{Num: 25, Den: 1}, {Num: 50, Den: 1}, {Num: 30000, Den: 1001}, {Num: 60000, Den: 1001}},
		Severity: map[Code]Severity{
			NoAudio: Block, Loud: Block, Peak: Block, Offset: Block, Mismatch: Block, Resolution: Block, Aspect: Block, FrameRate: Block, Variable: Block, HDR: Block,
		},
	},
}

func (p Profile) severity(c Code) Severity {
	if s, ok := p.Severity[c]; ok {
		return s
	}
	return Warn
}
