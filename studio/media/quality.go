package media

import (
	"context"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
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

// judge gives the asset the verdict of its profile on what was measured, and
// answers the findings.
func (a *Asset) judge() []Finding {
	v := qc.Judge(a.Report.Probe, *a.Report.Measured, qc.Profiles[a.Profile])
	a.Outcome = map[qc.Severity]string{qc.Info: "pass", qc.Warn: "warn", qc.Block: blocking}[v.Worst]
	a.Blocks, a.Warns = 0, 0
	out := make([]Finding, 0, len(v.Findings))
	for _, f := range v.Findings {
		switch f.Severity {
		case qc.Block:
			a.Blocks++
		case qc.Warn:
			a.Warns++
		}
		out = append(out, Finding{
			Code: string(f.Code), Severity: string(f.Severity), AtMS: f.At.Milliseconds(), UntilMS: f.Until.Milliseconds(),
			Measured: f.Measured, Limit: f.Limit, Unit: f.Unit, Msg: f.Message,
		})
	}
	return out
}

// judgeAnew judges the asset by another profile than before: by what was measured
// then, or once it is measured.
func (s *Service) judgeAnew(ctx context.Context, tx *db.Tx, a Asset, profile string) error {
	if a.State.Watchable() && a.Report.Measured == nil {
		return nil // of a time when nothing was kept to judge by
	}
	a.Profile, a.UpdatedAt = profile, s.now()
	if a.State.Watchable() {
		if err := replaceFindings(ctx, tx, a.ID, a.judge()); err != nil {
			return err
		}
		if err := s.d.Bus.Announce(ctx, tx, a.playable()); err != nil {
			return err
		}
	}
	tx.OnCommit(func() { s.changed(context.WithoutCancel(ctx), a.ID) })
	return updateAsset(ctx, tx, a)
}

// measured keeps in the report what the filters said.
func (r *Report) measured(m qc.Measured) {
	for _, c := range m.Cuts {
		r.Scenes = append(r.Scenes, c.At.Milliseconds())
	}
	m.Cuts = nil // no profile asks for them
	r.Measured = &m
}

// gain is what brings the measured sound to the house's loudness.
func gain(log string, src probe.Source) encode.Sound {
	l := qc.ParseLog(log, src.Duration).Loudness
	if l == nil {
		return encode.Sound{}
	}
	return encode.Normalise(l.Integrated, l.TruePeak)
}

// checkProfile refuses the name of a delivery profile there is none of; "" is the
// house's own.
func checkProfile(name string) error {
	if _, ok := qc.Profiles[name]; !ok && name != "" {
		return fault.New(fault.Invalid, "media.profile_unknown", "There is no delivery profile of that name.")
	}
	return nil
}
