package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// transcode measures one clip: the job that makes it watchable, and with it the
// one that adds the higher qualities later.
func (b *bench) transcode(ctx context.Context, name, clip, path string) error {
	src, err := probe.File(ctx, path, probe.Default())
	if err != nil {
		return err
	}
	plan := ladder.Decide(src, ladder.Default())
	before, err := b.bare(ctx, path, src, plan.First)
	if err != nil {
		return err
	}
	first, all, err := b.job(ctx, name, path)
	if err != nil {
		return err
	}
	bare, err := b.bare(ctx, path, src, plan.First)
	if err != nil {
		return err
	}
	// Before and after, so that a machine that grows slower meets both sides.
	bare = spent{cpu: (before.cpu + bare.cpu) / 2, rss: max(before.rss, bare.rss)}
	b.compareWork("transcoding job, "+clip, first, bare, fmt.Sprintf("bare ffmpeg, %d video qualities and sound", len(plan.First)))
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

func (b *bench) compareWork(name string, ours, bare spent, peer string) {
	b.add(row{name: "processor time, " + name, value: float64(ours.cpu) / float64(bare.cpu), unit: "×", target: 1.10,
		peer: fmt.Sprintf("%s; %.1f (%.1f of it in the node) against %.1f CPU-s", peer, ours.cpu.Seconds(), ours.node.Seconds(), bare.cpu.Seconds())})
	b.add(row{name: "memory of its ffmpeg, " + name, value: float64(ours.rss) / float64(bare.rss), unit: "×", target: 1.10,
		peer: fmt.Sprintf("%s; peak RSS %d against %d MB", peer, ours.rss>>20, bare.rss>>20)})
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
// children spent until the episode could be watched, and until all was done.
func (b *bench) job(ctx context.Context, name, path string) (first, all spent, err error) {
	data := filepath.Join(b.dir, name)
	n, err := b.start(ctx, data)
	if err != nil {
		return first, all, err
	}
	defer n.stop()
	staff, err := n.found()
	if err != nil {
		return first, all, err
	}
	folder, err := b.folder(name, path)
	if err != nil {
		return first, all, err
	}
	before, err := timesOf(n.cmd.Process.Pid)
	if err != nil {
		return first, all, err
	}
	memory := watchMemory(n.cmd.Process.Pid)
	defer memory.stop()
	id, err := b.take(ctx, data, folder)
	if err != nil {
		return first, all, err
	}
	for _, step := range []struct {
		out    *spent
		states []string
	}{{&first, []string{"playable", "complete"}}, {&all, []string{"complete"}}} {
		if _, err := staff.await(ctx, id, step.states...); err != nil {
			return first, all, err
		}
		after, err := timesOf(n.cmd.Process.Pid)
		if err != nil {
			return first, all, err
		}
		*step.out = spent{after.own + after.children - before.own - before.children, after.own - before.own, memory.peak()}
	}
	return first, all, nil
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
