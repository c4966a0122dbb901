package ladder

import (
	"fmt"
	"math"

	"cliffhanger/studio/media/probe"
)

// Codec is how a rung's picture is coded.
type Codec string

// The codecs of rungs.
const (
	H264 Codec = "h264"
	AV1  Codec = "av1"
)

// Rung is one rendition of the picture.
type Rung struct {
	Name    string     `json:"name"` // unique in a plan, fit for a file name: "v720", "v720av1", "v720hdr"
	Codec   Codec      `json:"codec"`
	Size    probe.Size `json:"size"`
	Rate    probe.Rate `json:"rate"` // constant frames a second
	GOP     int        `json:"gop"`  // frames from key frame to key frame
	CRF     int        `json:"crf"`
	MaxRate int        `json:"max_rate"` // kbit/s; 0 for no cap
	Buffer  int        `json:"buffer"`   // kbit the cap is averaged over
	Preset  string     `json:"preset"`
	HDR     probe.HDR  `json:"hdr"` // SDR, or the kind of the source that is kept
}

// Plan is what will be made of a source.
type Plan struct {
	First   []Rung   `json:"first"` // before anybody can watch; lowest first
	Later   []Rung   `json:"later"` // when there is time
	Tonemap bool     `json:"tonemap,omitempty"`
	Reasons []string `json:"reasons"` // for people, in the order decided
}

// Policy is what the house wants.
type Policy struct {
	Steps    []Step     // H.264 rungs, lowest first
	FirstMax int        // highest short side that is made before publishing
	AV1      *Step      // the rung for popular titles; nil for none
	HDR      *Step      // the rung that keeps HDR; nil for none
	GOP      float64    // seconds between key frames
	LowRate  probe.Rate // most frames a second on all rungs but the highest
	TopRate  probe.Rate // most frames a second on the highest
}

// Step is one rung of a policy, by its short side in pixels. MaxRate is in
// kbit/s at up to 30 frames a second; a faster rung may use half more.
type Step struct {
	Short   int
	CRF     int
	MaxRate int
	Preset  string
}

// Default is measured: CRF 23 veryfast takes about half the bytes of a fixed
// ladder at the same least quality, and SVT-AV1 preset 10 about half of that.
func Default() Policy {
	return Policy{
		Steps: []Step{
			{360, 23, 600, "veryfast"}, {480, 23, 1000, "veryfast"},
			{720, 23, 2200, "veryfast"}, {1080, 23, 4500, "veryfast"},
		},
		FirstMax: 720,
		AV1:      &Step{720, 35, 0, "10"},
		HDR:      &Step{720, 35, 0, "10"},
		GOP:      2,
		LowRate:  probe.Rate{Num: 30, Den: 1},
		TopRate:  probe.Rate{Num: 60, Den: 1},
	}
}

// minExtra is the shortest side worth a second codec (and SVT-AV1 refuses
// pictures below 64 pixels).
const minExtra = 360

// Decide answers the plan for src. src must have passed probe's checks.
func Decide(src probe.Source, p Policy) Plan {
	v := src.Video
	var plan Plan
	say := func(format string, args ...any) { plan.Reasons = append(plan.Reasons, fmt.Sprintf(format, args...)) }

	shape := "landscape"
	if v.Size.Portrait() {
		shape = "portrait"
	}
	say("the source is %s %s, so are the renditions", v.Size, shape)
	top := ConstantRate(v, p.TopRate)
	low := under(top, p.LowRate)
	say("%s", rateReason(v, top))

	steps := fitting(p.Steps, v.Size.Short())
	if len(steps) == 0 {
		s := p.Steps[0]
		s.Short = v.Size.Short()
		steps = []Step{s}
		say("the source is smaller than the lowest rung (%dp): one rendition at its own size", p.Steps[0].Short)
	} else if skipped := len(p.Steps) - len(steps); skipped > 0 {
		say("no rendition above %dp: the source is not larger, and enlarging adds bytes, not picture", steps[len(steps)-1].Short)
	}
	for i, s := range steps {
		rate := low
		if i == len(steps)-1 {
			rate = top
		}
		r := rung(v, s, rate, p.GOP, H264, probe.SDR)
		if i == 0 || s.Short <= p.FirstMax {
			plan.First = append(plan.First, r)
		} else {
			plan.Later = append(plan.Later, r)
			say("%dp comes later: it takes almost half of the work, and the first viewers start lower", s.Short)
		}
	}
	if low != top {
		say("only the highest rung keeps %.4g frames a second; the others have %.4g", top.Float(), low.Float())
	}
	plan.extras(v, p, low, say)
	return plan
}

// extras adds the renditions that not every player plays.
func (plan *Plan) extras(v probe.Video, p Policy, rate probe.Rate, say func(string, ...any)) {
	if v.Size.Short() < minExtra {
		return
	}
	if p.AV1 != nil {
		s := *p.AV1
		s.Short = min(s.Short, v.Size.Short())
		plan.Later = append(plan.Later, rung(v, s, rate, p.GOP, AV1, probe.SDR))
		say("an AV1 rendition at %dp comes later: about half the bytes for players that can", s.Short)
	}
	if v.HDR != probe.PQ && v.HDR != probe.HLG {
		return
	}
	plan.Tonemap = true
	say("the source is HDR (%s): the H.264 rungs are tone-mapped to SDR", v.HDR)
	if p.HDR != nil {
		s := *p.HDR
		s.Short = min(s.Short, v.Size.Short())
		plan.Later = append(plan.Later, rung(v, s, rate, p.GOP, AV1, v.HDR))
		say("a 10-bit AV1 rendition at %dp comes later and keeps the HDR", s.Short)
	}
}

func fitting(steps []Step, short int) []Step {
	n := 0
	for n < len(steps) && steps[n].Short <= short {
		n++
	}
	return steps[:n]
}

func rung(v probe.Video, s Step, rate probe.Rate, gop float64, c Codec, hdr probe.HDR) Rung {
	r := Rung{
		Name: fmt.Sprintf("v%d", s.Short), Codec: c, Size: Fit(v.Size, s.Short), Rate: rate,
		GOP: max(1, int(math.Round(gop*rate.Float()))), CRF: s.CRF, MaxRate: s.MaxRate, Preset: s.Preset, HDR: hdr,
	}
	if rate.Float() > 31 {
		r.MaxRate += r.MaxRate / 2
	}
	r.Buffer = 2 * r.MaxRate
	if c == AV1 {
		r.Name += "av1"
	}
	if hdr != probe.SDR {
		r.Name = fmt.Sprintf("v%dhdr", s.Short)
	}
	return r
}

// Fit scales size to the given short side, at most to its own, with even sides
// of at least 2 pixels, keeping its shape.
func Fit(size probe.Size, short int) probe.Size {
	short = min(short, size.Short())
	scale := float64(short) / float64(max(size.Short(), 1))
	even := func(n int) int {
		// Rounding may not go above the source's own even size.
		e := 2 * int(math.Round(float64(n)*scale/2))
		return max(2, min(e, n&^1))
	}
	return probe.Size{W: even(size.W), H: even(size.H)}
}
