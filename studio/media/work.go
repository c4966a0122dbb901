package media

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/mark"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
)

// headLength is how much of the work the head holds: enough to watch while the
// player fetches its manifest and first segments.
const headLength = 5 * time.Second

// source is a master on this machine, looked at and planned for.
type source struct {
	path string
	probe.Source
	plan ladder.Plan
}

// open fetches the master and decides what becomes of it.
func (r *run) open(ctx context.Context, state State) (source, func(), error) {
	r.progress(ctx, state, stageFetch, 0)
	path, cleanup, err := blob.Fetch(ctx, r.s.d.Blobs, MasterKey(r.asset.SHA256), r.dir)
	if err != nil {
		return source{}, nil, err
	}
	r.progress(ctx, state, stageProbe, 0)
	limits := probe.Default()
	limits.Duration = r.s.cfg.MaxDuration
	src, err := probe.File(ctx, path, limits)
	if err != nil {
		cleanup()
		return source{}, nil, err
	}
	return source{path, src, ladder.Decide(src, ladder.Default())}, cleanup, nil
}

// said is what the files made from a master say of its making.
func (r *run) said(src source) string {
	if a, ok := mark.Read(src.AIGC); ok {
		return a.Passed(r.s.cfg.Propagator, string(r.asset.ID)).String()
	}
	return ""
}

// finishRungs are the rungs of the second pass, av1Rungs those made on demand.
func finishRungs(p ladder.Plan) []ladder.Rung {
	return slices.DeleteFunc(slices.Clone(p.Later), isExtraAV1)
}

func av1Rungs(p ladder.Plan) []ladder.Rung {
	return slices.DeleteFunc(slices.Clone(p.Later), func(r ladder.Rung) bool { return !isExtraAV1(r) })
}

func isExtraAV1(r ladder.Rung) bool { return r.Codec == ladder.AV1 && r.HDR == probe.SDR }

// firstPass makes everything an asset needs to be watched and judged.
func firstPass(ctx context.Context, r *run) error {
	src, cleanup, err := r.open(ctx, Probing)
	if err != nil {
		return err
	}
	defer cleanup()
	job := encode.Job{Input: src.path, Source: src.Source, Rungs: src.plan.First, Derive: true, AIGC: r.said(src)}
	budget := encode.Budget(src.Duration)
	heard, err := r.listen(ctx, src, &job)
	if err != nil {
		return err
	}
	r.progress(ctx, Transcoding, stageEncode, 0)
	saw, err := encode.Run(ctx, job, r.dir, budget, func(p float64) { r.progress(ctx, Transcoding, stageEncode, int(p)) })
	if err != nil {
		return err
	}
	r.progress(ctx, Transcoding, stagePublish, 0)
	files, results, err := r.tracks(job, false)
	if err != nil {
		return err
	}
	files = offered(files, results, src.Size)
	if err := encode.Head(ctx, r.dir, src.plan.First[0], job.Sound != nil, headLength, job.AIGC); err != nil {
		return err
	}
	files = append(files, made{Rendition{Name: "head", Kind: kindHead, Width: src.plan.First[0].Size.W, Height: src.plan.First[0].Size.H}, filepath.Join(r.dir, encode.HeadFile)})
	report := Report{Probe: src.Source, Reasons: src.plan.Reasons, HeadMS: min(headLength, src.Duration).Milliseconds()}
	derived, err := r.derive(job, &report, heard.print)
	if err != nil {
		return err
	}
	report.measured(qc.ParseLog(heard.log+saw.Log, src.Duration))
	kept, err := r.promote(ctx, append(files, derived...))
	if err != nil {
		return err
	}
	return r.publishFirst(ctx, src, report, kept)
}

// heard is what listening to the sound told.
type heard struct {
	log   string
	print []byte // fingerprint
}

// listen measures the sound, if there is any, and sets the gain it needs.
func (r *run) listen(ctx context.Context, src source, job *encode.Job) (heard, error) {
	if src.Audio == nil {
		return heard{}, nil
	}
	r.progress(ctx, Transcoding, stageListen, 0)
	out, print, err := encode.Measure(ctx, src.path, src.Source, r.dir, encode.Budget(src.Duration), func(p float64) { r.progress(ctx, Transcoding, stageListen, int(p)) })
	if err != nil {
		return heard{}, err
	}
	sound := gain(out.Log, src.Source)
	job.Sound = &sound
	return heard{out.Log, print}, nil
}

// tracks puts the index of every rendition the job made in order and reads it.
func (r *run) tracks(job encode.Job, later bool) (files []made, results []ladder.Result, err error) {
	add := func(name, kind, path string) (*made, error) {
		path = filepath.Join(r.dir, path)
		if err := cmaf.FixSidx(path); err != nil {
			return nil, err
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			return nil, err
		}
		t, err := cmaf.Open(f, st.Size())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, made{Rendition{Name: name, Kind: kind, Codec: t.Codec, Width: t.W, Height: t.H, Bitrate: int64(t.Average), Bytes: st.Size(), Later: later, Track: t}, path})
		return &files[len(files)-1], nil
	}
	for _, rung := range job.Rungs {
		m, err := add(rung.Name, kindVideo, encode.VideoFile(rung))
		if err != nil {
			return nil, nil, err
		}
		results = append(results, ladder.Result{Rung: rung, Average: m.Track.Average, Bytes: m.Bytes})
	}
	if job.Sound != nil {
		if _, err := add("audio", kindAudio, encode.AudioFile); err != nil {
			return nil, nil, err
		}
	}
	return files, results, nil
}

// offered leaves out the rungs that are not worth offering.
func offered(files []made, results []ladder.Result, sourceBytes int64) []made {
	_, dropped := ladder.Prune(results, sourceBytes)
	return slices.DeleteFunc(files, func(m made) bool {
		return slices.ContainsFunc(dropped, func(d ladder.Drop) bool { return d.Name == m.Name })
	})
}

// publishFirst makes the asset playable, all at once.
func (r *run) publishFirst(ctx context.Context, src source, report Report, kept []Rendition) error {
	owed := len(finishRungs(src.plan)) > 0
	return r.publish(ctx, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		if err := replaceRenditions(ctx, tx, a.ID, func(Rendition) bool { return true }, kept); err != nil {
			return err
		}
		now := r.s.now()
		a.State, a.Stage, a.Percent, a.Run, a.Problem = Playable, "", 0, "", Problem{}
		a.Report, a.PlayableAt = report, now
		a.DurationMS, a.Width, a.Height = src.Duration.Milliseconds(), src.Video.Size.W, src.Video.Size.H
		if err := replaceFindings(ctx, tx, a.ID, a.judge()); err != nil {
			return err
		}
		if err := r.s.d.Bus.Announce(ctx, tx, a.playable()); err != nil {
			return err
		}
		if owed {
			return r.s.d.Bus.EnqueueTx(ctx, tx, Finish{a.ID, a.turn()}, bus.Later)
		}
		return r.complete(ctx, tx, a)
	})
}

// complete is the asset with everything planned, and a wanted AV1 rendition queued.
func (r *run) complete(ctx context.Context, tx *db.Tx, a *Asset) error {
	a.State, a.FinishedAt = Complete, r.s.now()
	if a.AV1 == AV1Wanted {
		if err := r.s.d.Bus.EnqueueTx(ctx, tx, AV1{a.ID, a.turn()}, bus.Later); err != nil {
			return err
		}
	}
	return r.s.d.Bus.Announce(ctx, tx, event.AssetComplete{Asset: a.ID})
}

// finishPass adds the qualities that could wait.
func finishPass(ctx context.Context, r *run) error {
	return r.laterPass(ctx, stageFinish, finishRungs, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		return r.complete(ctx, tx, a)
	})
}

// av1Pass adds the rendition for popular episodes.
func av1Pass(ctx context.Context, r *run) error {
	return r.laterPass(ctx, stageAV1, av1Rungs, func(_ context.Context, _ *db.Tx, a *Asset) error {
		a.AV1 = AV1Done
		return nil
	})
}

// made are the results of rungs an earlier pass encoded.
func (r *run) made(ctx context.Context, rungs []ladder.Rung) ([]ladder.Result, error) {
	there, err := renditionsOf(ctx, r.s.d.DB, r.asset.ID)
	var out []ladder.Result
	for _, rung := range rungs {
		for _, t := range there {
			if t.Name == rung.Name && t.Track != nil {
				out = append(out, ladder.Result{Rung: rung, Average: t.Track.Average, Bytes: t.Bytes})
			}
		}
	}
	return out, err
}

// laterPass encodes the chosen rungs and adds them to what there is.
func (r *run) laterPass(ctx context.Context, stage string, choose func(ladder.Plan) []ladder.Rung, after func(context.Context, *db.Tx, *Asset) error) error {
	src, cleanup, err := r.open(ctx, r.asset.State)
	if err != nil {
		return err
	}
	defer cleanup()
	var kept []Rendition
	job := encode.Job{Input: src.path, Source: src.Source, Rungs: choose(src.plan), AIGC: r.said(src)}
	if len(job.Rungs) > 0 {
		r.progress(ctx, r.asset.State, stage, 0)
		if _, err := encode.Run(ctx, job, r.dir, encode.Budget(src.Duration), func(p float64) { r.progress(ctx, r.asset.State, stage, int(p)) }); err != nil {
			return err
		}
		r.progress(ctx, r.asset.State, stagePublish, 0)
		files, results, err := r.tracks(job, true)
		if err != nil {
			return err
		}
		there, err := r.made(ctx, src.plan.First)
		if err != nil {
			return err
		}
		if kept, err = r.promote(ctx, offered(files, append(results, there...), src.Size)); err != nil {
			return err
		}
	}
	return r.publish(ctx, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		mine := func(old Rendition) bool {
			return slices.ContainsFunc(kept, func(n Rendition) bool { return n.Name == old.Name })
		}
		if err := replaceRenditions(ctx, tx, a.ID, mine, kept); err != nil {
			return err
		}
		a.Stage, a.Percent, a.Run, a.Problem, a.Report.Filled = "", 0, "", Problem{}, 0
		return after(ctx, tx, a)
	})
}
