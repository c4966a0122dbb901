package encode

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

// Output is what a run said.
type Output struct {
	Log   string // the lines of the QC filters, for qc.ParseLog
	Usage fence.Usage
}

// Run does the job in dir, which must exist and be the job's own. progress
// receives 0 … 99.9 while it runs, never backwards; it may be nil. The error is
// a *fence.Failure, and then the directory holds rubbish.
func Run(ctx context.Context, j Job, dir string, l fence.Limits, progress func(percent float64)) (Output, error) {
	key, total := "out_time_us=", float64(j.Source.Duration.Microseconds())
	if len(j.Rungs) > 0 {
		// ffmpeg's time is that of the output furthest ahead, and a sprite sheet
		// is two minutes ahead; its frames are those of the first output.
		key, total = "frame=", j.Source.Duration.Seconds()*j.Rungs[0].Rate.Float()
	}
	return run(ctx, Args(j), dir, l, meter(key, total, progress))
}

// Measure decodes the sound of the file at path, which must have some. The
// output's log holds loudness and silences; the fingerprint is raw chromaprint,
// for likeness.ParsePrint.
func Measure(ctx context.Context, path string, s probe.Source, dir string, l fence.Limits, progress func(percent float64)) (Output, []byte, error) {
	out, err := run(ctx, MeasureArgs(path, s), dir, l, meter("out_time_us=", float64(s.Duration.Microseconds()), progress))
	if err != nil {
		return out, nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, printFile))
	return out, b, err
}

// Head copies the first seconds of the rung already in dir (and of its sound)
// into HeadFile: one small progressive file that shows a first frame before any
// playlist has been read.
func Head(ctx context.Context, dir string, r ladder.Rung, sound bool, length time.Duration, aigc string) error {
	_, err := run(ctx, HeadArgs(r, sound, length, aigc), dir, fence.Limits{Time: time.Minute, Memory: 1 << 30, File: 1 << 30}, nil)
	return err
}

func run(ctx context.Context, args []string, dir string, l fence.Limits, progress func(string)) (Output, error) {
	var log filterLog
	u, err := fence.Run(ctx, fence.Command{Name: "ffmpeg", Args: args, Dir: dir, Limits: l, Line: log.line, Progress: progress})
	return Output{Log: log.text.String(), Usage: u}, err
}

// maxLog bounds what the filters may say: a strobing hour of cuts fits, an
// endless one does not.
const maxLog = 4 << 20

// filterLog keeps the lines of the QC filters and drops what a damaged file
// makes decoders say, however much that is.
type filterLog struct {
	text    strings.Builder
	summary bool // inside ebur128's closing block, whose lines have no prefix
}

var qcLine = regexp.MustCompile(`^\[(Parsed_)?(blackdetect|freezedetect|scdet|silencedetect|ebur128)[_0-9]* @ `)

func (f *filterLog) line(s string) {
	named := qcLine.MatchString(s)
	f.summary = named && strings.Contains(s, "Summary:") || f.summary && strings.HasPrefix(s, "  ")
	if (named || f.summary) && f.text.Len() < maxLog {
		f.text.WriteString(s)
		f.text.WriteByte('\n')
	}
}

// meter turns ffmpeg's progress lines into per cent of total.
func meter(key string, total float64, report func(float64)) func(string) {
	if report == nil || total <= 0 {
		return func(string) {} // somebody must read the pipe
	}
	last := 0.0
	return func(line string) {
		v, ok := strings.CutPrefix(line, key)
		if !ok {
			return
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil {
			return // "N/A" before the first frame
		}
		if p := min(100*n/total, 99.9); p > last {
			last = p
			report(p)
		}
	}
}
