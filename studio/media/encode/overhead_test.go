package encode_test

import (
	"path/filepath"
	"testing"
	"time"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
)

// BenchmarkOverhead compares the processor time of everything (measure, job with
// QC and derived assets, head) with that of ffmpeg making the same renditions and
// nothing else. "over" is the ratio.
func BenchmarkOverhead(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "in.mp4")
	ffmpeg(b, dir, "-i", film(b, "bbb_1080p_30s.mp4"), "-t", "10", "-c", "copy", path)
	src := source(b, path)
	plan := ladder.Decide(src, ladder.Default())
	rungs := append(plan.First, plan.Later[0]) // with 1080p, without AV1
	var measure, bare, whole, head time.Duration
	for b.Loop() {
		out, _, err := encode.Measure(b.Context(), path, src, dir, fence.Limits{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		measure += out.Usage.CPU
		j := encode.Job{Input: path, Source: src, Rungs: rungs, Sound: &encode.Sound{}}
		if out, err = encode.Run(b.Context(), j, dir, fence.Limits{}, nil); err != nil {
			b.Fatal(err)
		}
		bare += out.Usage.CPU
		j.Derive, j.Sound = true, &encode.Sound{Gain: -1, Limit: true}
		if out, err = encode.Run(b.Context(), j, dir, fence.Limits{}, nil); err != nil {
			b.Fatal(err)
		}
		whole += out.Usage.CPU
		begin := time.Now()
		if err := encode.Head(b.Context(), dir, rungs[0], true, 5*time.Second, ""); err != nil {
			b.Fatal(err)
		}
		head += time.Since(begin)
	}
	n := float64(b.N)
	b.ReportMetric(measure.Seconds()/n, "measure-cpu-s")
	b.ReportMetric(bare.Seconds()/n, "bare-cpu-s")
	b.ReportMetric(whole.Seconds()/n, "job-cpu-s")
	b.ReportMetric(head.Seconds()/n, "head-s")
	b.ReportMetric((measure+whole).Seconds()/bare.Seconds(), "over")
}
