package qc

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"cliffhanger/studio/media/probe"
)

// Finding is one thing that is not as the profile has it. At and Until are 0 for
// what concerns the whole file. Limit is 0 where there is no number to keep.
type Finding struct {
	Code     Code          `json:"code"`
	Severity Severity      `json:"severity"`
	At       time.Duration `json:"at"`
	Until    time.Duration `json:"until"`
	Measured float64       `json:"measured"`
	Limit    float64       `json:"limit"`
	Unit     string        `json:"unit,omitempty"` // "s", "LUFS", "dBTP", "px", "fps", or none for a ratio
	Message  string        `json:"message"`        // for people
}

// Verdict is all findings of one profile, by time.
type Verdict struct {
	Profile  string    `json:"profile"`
	Worst    Severity  `json:"worst"` // Info when there is none
	Findings []Finding `json:"findings"`
}

// Blocked reports whether the source is not deliverable as it is.
func (v Verdict) Blocked() bool { return v.Worst == Block }

// edge is how near to the beginning or end counts as there: two frames.
const edge = 100 * time.Millisecond

// Judge compares a source and its measures with a profile.
func Judge(src probe.Source, m Measured, p Profile) Verdict {
	v := Verdict{Profile: p.Name, Worst: Info, Findings: []Finding{}}
	for _, check := range []func(probe.Source, Measured, Profile) []Finding{black, freeze, sound, together, picture} {
		v.Findings = append(v.Findings, check(src, m, p)...)
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Severity = p.severity(f.Code)
		if f.Severity.rank() > v.Worst.rank() {
			v.Worst = f.Severity
		}
	}
	slices.SortStableFunc(v.Findings, func(a, b Finding) int { return cmp.Compare(a.At, b.At) })
	return v
}

// span makes a finding about a stretch that lasts too long.
func span(c Code, s Span, limit time.Duration, what string) Finding {
	return Finding{
		Code: c, At: s.At, Until: s.Until, Measured: s.Length().Seconds(), Limit: limit.Seconds(), Unit: "s",
		Message: fmt.Sprintf("%s for %.2f s; %g s is the limit", what, s.Length().Seconds(), limit.Seconds()),
	}
}

func black(src probe.Source, m Measured, p Profile) (out []Finding) {
	end := picturesEnd(src)
	for _, s := range m.Black {
		switch {
		case s.At <= edge && s.Length() > p.BlackEdge:
			out = append(out, span(BlackHead, s, p.BlackEdge, "The picture begins black"))
		case s.Until >= end-edge && s.Length() > p.BlackEdge:
			out = append(out, span(BlackTail, s, p.BlackEdge, "The picture ends black"))
		case s.Length() > p.Black:
			out = append(out, span(Black, s, p.Black, "The picture is black"))
		}
	}
	return out
}

func picturesEnd(src probe.Source) time.Duration {
	if src.Video.Duration > 0 {
		return src.Video.Duration
	}
	return src.Duration
}

func freeze(_ probe.Source, m Measured, p Profile) (out []Finding) {
	for _, s := range m.Freeze {
		if s.Length() > p.Freeze && s.Length()-overlap(s, m.Black) > p.Freeze {
			out = append(out, span(Freeze, s, p.Freeze, "The picture stands still"))
		}
	}
	return out
}

// overlap is how much of s the spans cover.
func overlap(s Span, spans []Span) (d time.Duration) {
	for _, o := range spans {
		d += max(min(s.Until, o.Until)-max(s.At, o.At), 0)
	}
	return d
}

func sound(src probe.Source, m Measured, p Profile) (out []Finding) {
	if src.Audio == nil {
		return []Finding{{Code: NoAudio, Message: "The file has no sound"}}
	}
	for _, s := range m.Silence {
		if s.Length() > p.Silence {
			out = append(out, span(Silence, s, p.Silence, "The sound is silent"))
		}
	}
	l := m.Loudness
	if l == nil {
		return out
	}
	if off := l.Integrated - p.Loudness; math.Abs(off) > p.Tolerance {
		how := "louder"
		if off < 0 {
			how = "quieter"
		}
		out = append(out, Finding{
			Code: Loud, Measured: l.Integrated, Limit: p.Loudness, Unit: "LUFS",
			Message: fmt.Sprintf("The sound is %.1f LUFS, %.1f LU %s than %g LUFS", l.Integrated, math.Abs(off), how, p.Loudness),
		})
	}
	if l.TruePeak > p.TruePeak {
		out = append(out, Finding{
			Code: Peak, Measured: l.TruePeak, Limit: p.TruePeak, Unit: "dBTP",
			Message: fmt.Sprintf("The sound peaks at %.1f dBTP; %g dBTP is the limit", l.TruePeak, p.TruePeak),
		})
	}
	return out
}

// together compares where sound and picture begin and end.
func together(src probe.Source, _ Measured, p Profile) (out []Finding) {
	a, v := src.Audio, src.Video
	if a == nil {
		return nil
	}
	if d := a.Start - v.Start; d.Abs() > p.Apart {
		out = append(out, apart(Offset, d, p.Apart, Span{0, d.Abs()}, "begins"))
	}
	if v.Duration <= 0 || a.Duration <= 0 {
		return out
	}
	ve, ae := v.Start+v.Duration, a.Start+a.Duration
	if d := ae - ve; d.Abs() > p.Apart {
		out = append(out, apart(Mismatch, d, p.Apart, Span{min(ae, ve), max(ae, ve)}, "ends"))
	}
	return out
}

func apart(c Code, d, limit time.Duration, s Span, verb string) Finding {
	how := "after"
	if d < 0 {
		how = "before"
	}
	return Finding{
		Code: c, At: s.At, Until: s.Until, Measured: d.Seconds(), Limit: limit.Seconds(), Unit: "s",
		Message: fmt.Sprintf("The sound %s %.2f s %s the picture; %g s is the limit", verb, d.Abs().Seconds(), how, limit.Seconds()),
	}
}

func picture(src probe.Source, _ Measured, p Profile) (out []Finding) {
	v := src.Video
	if s := v.Size.Short(); s < p.MinShort {
		out = append(out, Finding{
			Code: Resolution, Measured: float64(s), Limit: float64(p.MinShort), Unit: "px",
			Message: fmt.Sprintf("The picture is %s; the shorter side should have %d pixels", v.Size, p.MinShort),
		})
	}
	if shape := float64(v.Size.W) / float64(max(v.Size.H, 1)); len(p.Aspects) > 0 && !near(shape, p.Aspects, 0.02) {
		out = append(out, Finding{
			Code: Aspect, Measured: shape, Limit: p.Aspects[0].Float(),
			Message: fmt.Sprintf("The picture is %s, a shape of %.3f; wanted is %s", v.Size, shape, shapes(p.Aspects)),
		})
	}
	fps := v.Average.Float()
	if !v.Variable && v.Nominal.Den != 0 && !v.Interlace {
		fps = v.Nominal.Float()
	}
	if len(p.Rates) > 0 && !near(fps, p.Rates, 0.0005) || len(p.Rates) == 0 && (fps < 23.9 || fps > 60.1) {
		out = append(out, Finding{Code: FrameRate, Measured: fps, Unit: "fps", Message: fmt.Sprintf("The picture has %.4g frames a second, which %s does not take as it is", fps, p.Name)})
	}
	if v.Variable {
		out = append(out, Finding{Code: Variable, Measured: fps, Unit: "fps", Message: fmt.Sprintf("The frame rate varies; it is %.4g on average", fps)})
	}
	if v.HDR != probe.SDR && v.HDR != "" {
		msg := fmt.Sprintf("The picture is HDR (%s); an SDR version is made", v.HDR)
		if !p.HDR {
			msg = fmt.Sprintf("The picture is HDR (%s); %s takes SDR", v.HDR, p.Name)
		}
		out = append(out, Finding{Code: HDR, Message: msg})
	}
	return out
}

// near reports whether x is one of the ratios, within a share of it.
func near(x float64, of []probe.Rate, share float64) bool {
	return slices.ContainsFunc(of, func(r probe.Rate) bool { return math.Abs(x/r.Float()-1) <= share })
}

func shapes(of []probe.Rate) string {
	s := ""
	for i, r := range of {
		if i > 0 {
			s += " or "
		}
		s += fmt.Sprintf("%d:%d", r.Num, r.Den)
	}
	return s
}
