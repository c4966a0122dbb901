package media

import (
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
)

// Finding is one thing the quality check noticed.
type Finding struct {
	Code     string // stable: "black_head"
	Severity string // info, warn, block
	AtMS     int64  // where it begins; 0 for what concerns the whole file
	UntilMS  int64  // where it ends
	Measured float64
	Limit    float64 // of the delivery profile; 0 where there is no number to keep
	Unit     string  // of both: "s", "LUFS", "dBTP", "px", "fps", or "" for a ratio
	Msg      string  // for people
}

// judgement is the verdict in this capability's words.
type judgement struct {
	outcome  string // pass, warn or block
	findings []Finding
	scenes   []int64 // where scenes begin, milliseconds
}

func (j judgement) count(severity qc.Severity) (n int) {
	for _, f := range j.findings {
		if f.Severity == string(severity) {
			n++
		}
	}
	return n
}

// judge compares what was measured with a delivery profile.
func judge(profile string, src probe.Source, log string) judgement {
	measured := qc.ParseLog(log, src.Duration)
	v := qc.Judge(src, measured, qc.Profiles[profile])
	j := judgement{outcome: map[qc.Severity]string{qc.Info: "pass", qc.Warn: "warn", qc.Block: blocking}[v.Worst]}
	for _, f := range v.Findings {
		j.findings = append(j.findings, Finding{
			Code: string(f.Code), Severity: string(f.Severity), AtMS: f.At.Milliseconds(), UntilMS: f.Until.Milliseconds(),
			Measured: f.Measured, Limit: f.Limit, Unit: f.Unit, Msg: f.Message,
		})
	}
	for _, c := range measured.Cuts {
		j.scenes = append(j.scenes, c.At.Milliseconds())
	}
	return j
}

// gain is what brings the measured sound to the house's loudness.
func gain(log string, src probe.Source) encode.Sound {
	l := qc.ParseLog(log, src.Duration).Loudness
	if l == nil {
		return encode.Sound{}
	}
	return encode.Normalise(l.Integrated, l.TruePeak)
}

// profile is the delivery profile of that name; "" is the house's own.
func (s *Service) profile(name string) (string, error) {
	if name == "" {
		name = s.cfg.Profile
	}
	if _, ok := qc.Profiles[name]; !ok {
		return "", fault.New(fault.Invalid, "media.profile_unknown", "There is no delivery profile of that name.")
	}
	return name, nil
}
