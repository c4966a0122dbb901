package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

// measureTranscode compares what a node spends on a master, from the first byte
// read to the renditions in the store, with ffmpeg making the same renditions
// by the same settings and nothing else. AV1 is made on demand only and is not
// part of it.
func measureTranscode(ctx context.Context, b *bench) error {
	source, err := film(ctx)
	if err != nil {
		return err
	}
	upright, err := b.portrait(ctx, source, b.fewer(30, 8))
	if err != nil {
		return err
	}
	clips := []struct{ name, path string }{{"upright 1080p", upright}}
	if !b.quick {
		clips = append(clips, struct{ name, path string }{"film 1080p", source})
		if root := os.Getenv("CLIFFHANGER_TESTDATA"); root != "" && exists(filepath.Join(root, "media", "sintel_trailer_720p.mp4")) {
			clips = append(clips, struct{ name, path string }{"trailer 720p", filepath.Join(root, "media", "sintel_trailer_720p.mp4")})
		}
	}
	for i, c := range clips {
		if err := b.transcode(ctx, fmt.Sprint("transcode-", i), c.name, c.path); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// spent is what a piece of work took.
type spent struct {
	cpu  time.Duration
	node time.Duration // of that, in the node itself
	rss  int64         // the most one process of it held, bytes
}

// add puts pieces of work together.
func add(all []spent) (sum spent) {
	for _, s := range all {
		sum.cpu, sum.node, sum.rss = sum.cpu+s.cpu, sum.node+s.node, max(sum.rss, s.rss)
	}
	return sum
}

// transcode measures one clip: the job that makes it watchable, several times
// between bare runs, and the last time also the one that adds the higher
// qualities later.
func (b *bench) transcode(ctx context.Context, name, clip, path string) error {
	src, err := probe.File(ctx, path, probe.Default())
	if err != nil {
		return err
	}
	plan := ladder.Decide(src, ladder.Default())
	bare, err := b.bare(ctx, path, src, plan.First)
	if err != nil {
		return err
	}
	bares, jobs, all := []spent{bare}, []spent(nil), spent{}
	for rounds, i := b.fewer(3, 1), 0; i < rounds; i++ {
		states := [][]string{{"playable", "complete"}, {"complete"}}
		if i < rounds-1 {
			states = states[:1]
		}
		steps, err := b.job(ctx, fmt.Sprint(name, "-", i), path, states...)
		if err != nil {
			return err
		}
		if bare, err = b.bare(ctx, path, src, plan.First); err != nil {
			return err
		}
		bares, jobs, all = append(bares, bare), append(jobs, steps[0]), steps[len(steps)-1]
	}
	b.compareWork("transcoding job, "+clip, jobs, bares, fmt.Sprintf("bare ffmpeg, %d video qualities and sound", len(plan.First)))
	later := without(plan.Later, ladder.AV1)
	if len(later) == 0 {
		return nil
	}
	if bare, err = b.bare(ctx, path, src, append(plan.First, later...)); err != nil {
		return err
	}
	b.add(row{name: "both jobs of " + clip, value: float64(all.cpu) / float64(bare.cpu), unit: "×",
		peer: fmt.Sprintf("bare ffmpeg, all %d qualities in one process; %.1f against %.1f CPU-s; the second job decodes again, so that watching need not wait for 1080p", len(plan.First)+len(later), all.cpu.Seconds(), bare.cpu.Seconds())})
	return nil
}

// compareWork takes each piece of ours against the bare runs right before and
// after it, so that a machine that grows slower meets both sides; the median of
// the rounds counts.
func (b *bench) compareWork(name string, ours, bares []spent, peer string) {
	ratios := make([]float64, len(ours))
	for i, o := range ours {
		ratios[i] = 2 * float64(o.cpu) / float64(bares[i].cpu+bares[i+1].cpu)
	}
	slices.Sort(ratios)
	n := len(ratios)
	a, c := add(ours), add(bares)
	b.add(row{name: "processor time, " + name, value: ratios[n/2], unit: "×", target: 1.10,
		peer: fmt.Sprintf("%s; median of %d rounds from %.2f to %.2f ×; on average %.1f (%.1f of it in the node) against %.1f CPU-s", peer, n, ratios[0], ratios[n-1],
			a.cpu.Seconds()/float64(n), a.node.Seconds()/float64(n), c.cpu.Seconds()/float64(len(bares)))})
	b.add(row{name: "memory of its ffmpeg, " + name, value: float64(a.rss) / float64(c.rss), unit: "×", target: 1.10,
		peer: fmt.Sprintf("%s; peak RSS %d against %d MB", peer, a.rss>>20, c.rss>>20)})
}

func without(rungs []ladder.Rung, codec ladder.Codec) (out []ladder.Rung) {
	for _, r := range rungs {
		if r.Codec != codec {
			out = append(out, r)
		}
	}
	return out
}

// job lets a fresh node take the clip in, and answers what the node and its
// children have spent when each of the steps, a choice of states, is reached.
func (b *bench) job(ctx context.Context, name, path string, steps ...[]string) ([]spent, error) {
	data := filepath.Join(b.dir, name)
	n, err := b.start(ctx, data)
	if err != nil {
		return nil, err
	}
	defer n.stop()
	staff, err := n.found()
	if err != nil {
		return nil, err
	}
	folder, err := b.folder(name, path)
	if err != nil {
		return nil, err
	}
	before, err := timesOf(n.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	memory := watchMemory(n.cmd.Process.Pid)
	defer memory.stop()
	id, err := b.take(ctx, data, folder)
	if err != nil {
		return nil, err
	}
	var out []spent
	for _, states := range steps {
		if _, err := staff.await(ctx, id, states...); err != nil {
			return nil, err
		}
		after, err := timesOf(n.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		out = append(out, spent{after.own + after.children - before.own - before.children, after.own - before.own, memory.peak()})
	}
	return out, nil
}

// bare makes the renditions with ffmpeg alone.
func (b *bench) bare(ctx context.Context, path string, src probe.Source, rungs []ladder.Rung) (spent, error) {
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return spent{}, err
	}
	defer os.RemoveAll(dir)
	job := encode.Job{Input: path, Source: src, Rungs: rungs}
	if src.Audio != nil {
		job.Sound = &encode.Sound{}
	}
	cmd := exec.CommandContext(ctx, "nice", append([]string{"ffmpeg"}, encode.Args(job)...)...)
	cmd.Dir = dir
	progress, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return spent{}, err
	}
	defer progress.Close()
	cmd.ExtraFiles = []*os.File{progress} // descriptor 3
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return spent{}, err
	}
	memory := watchMemory(os.Getpid()) // what wait answers counts this process's own memory before the child's exec
	defer memory.stop()
	if err := cmd.Wait(); err != nil {
		return spent{}, fmt.Errorf("ffmpeg: %w\n%s", err, said.Bytes())
	}
	return spent{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), rss: memory.peak()}, nil
}

// memoryWatch notes the most memory any child of a process held. The kernel
// keeps each child's maximum, so that looking now and then is enough.
type memoryWatch struct {
	mu   sync.Mutex
	most int64
	end  chan struct{}
}

func watchMemory(pid int) *memoryWatch {
	w := &memoryWatch{end: make(chan struct{})}
	go func() {
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-w.end:
				tick.Stop()
				return
			case <-tick.C:
				for _, child := range children(pid) {
					w.note(peakRSS(child))
				}
			}
		}
	}()
	return w
}

func (w *memoryWatch) note(rss int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.most = max(w.most, rss)
}

func (w *memoryWatch) peak() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.most
}

func (w *memoryWatch) stop() { close(w.end) }
