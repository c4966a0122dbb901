package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/platform/db"
)

// sample is how large a node is at one moment.
type sample struct {
	memory     float64 // resident bytes no file lies behind: those of mapped files are the system's
	goroutines float64
	open       float64 // files and sockets
	broken     float64 // answers with 5xx so far

	// Of a node at rest.
	database  float64 // bytes its tables take
	unknown   float64 // media files without a row, or rows without a file
	unsettled float64 // jobs that wait, run or died
}

func (s *soak) sample() (out sample, err error) {
	text, err := s.staff.send("GET", "/metrics", nil, nil, nil)
	if err != nil {
		return out, err
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(text) + string(status)) {
		f := strings.Fields(strings.TrimSuffix(line, " kB\n")) // a name and a number last
		if len(f) < 2 {
			continue
		}
		switch v, _ := strconv.ParseFloat(f[len(f)-1], 64); {
		case f[0] == "RssAnon:":
			out.memory = v * 1024
		case f[0] == "go_goroutines":
			out.goroutines = v
		case f[0] == "process_open_fds":
			out.open = v
		case strings.HasPrefix(line, "http_requests_total") && strings.Contains(line, `status="5`):
			out.broken += v
		}
	}
	return out, err
}

// watch takes a sample every two seconds until it is called off.
func (s *soak) watch(ctx context.Context) (off func() []sample) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan []sample)
	go func() {
		var all []sample
		for pause(ctx, 2*time.Second) == nil {
			one, err := s.sample()
			if err != nil {
				continue // the load tells what fails
			}
			if all = append(all, one); len(all)%30 == 0 {
				fmt.Fprintf(os.Stderr, "%.0f MB, %.0f goroutines, %.0f open, %.0f answers with 5xx\n", one.memory/1e6, one.goroutines, one.open, one.broken)
			}
		}
		ended <- all
	}()
	return func() []sample {
		cancel()
		return <-ended
	}
}

// atRest is a sample of a node nobody asks anything any more.
func (s *soak) atRest(ctx context.Context) (r sample, err error) {
	for _, v := range s.people {
		v.http.CloseIdleConnections()
	}
	if err := s.calm(ctx); err != nil {
		return r, err
	}
	if r, err = s.sample(); err != nil {
		return r, err
	}
	var system struct {
		Queues []struct{ Waiting, Running, Dead int }
	}
	if err := s.staff.call("GET", consoleAPI+"/system", nil, &system); err != nil {
		return r, err
	}
	for _, q := range system.Queues {
		r.unsettled += float64(q.Waiting + q.Running + q.Dead)
	}
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(s.data, "cliffhanger.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		return r, err
	}
	defer d.Close()
	var known float64
	if err := d.QueryRow(ctx, `SELECT (c.page_count - f.freelist_count) * s.page_size, (SELECT COUNT(*) FROM media_blob)
		FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s`).Scan(&r.database, &known); err != nil {
		return r, err
	}
	r.unknown = math.Abs(float64(s.files("blobs", "/masters/")+s.files("blobs", "/r/")) - known)
	return r, nil
}

// files counts what lies below a folder of the node, with part in its path.
func (s *soak) files(dir, part string) (n int) {
	filepath.WalkDir(filepath.Join(s.data, dir), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && strings.Contains(path, part) {
			n++
		}
		return nil
	})
	return n
}

// What a node may need more of after a while; a healthy one needs far less.
const (
	moreMemory    = 1.25 // the last third of the time over the third before
	moreAtRest    = 20   // goroutines, and open files
	bytesPerAsked = 100  // of the database: what was watched, and facts that are kept for a week
)

// judge stops the node and holds what became of it against the bounds.
func (s *soak) judge(ctx context.Context, before, after sample, samples []sample, length time.Duration, failed error) error {
	asked := length.Seconds() * (soakSwipes + 4*soakWatches)
	third := len(samples) / 3
	if third < 2 {
		return fmt.Errorf("only %d samples: the time was too short", len(samples))
	}
	usual := func(of []sample) float64 {
		slices.SortFunc(of, func(a, b sample) int { return int(a.memory - b.memory) })
		return of[len(of)/2].memory
	}
	middle, last := usual(samples[third:2*third]), usual(samples[2*third:])
	began := time.Now()
	s.stop()
	stopped := time.Since(began)
	scratch := s.files("tmp", "") + s.files("uploads", "")
	doctor := exec.CommandContext(ctx, s.binary, "doctor", "--data="+s.data, "--http.addr=127.0.0.1:0")
	doctor.Env, doctor.Dir = s.cmd.Env, s.dir
	advice, _ := doctor.CombinedOutput()
	failures := row{name: "kinds of requests that failed", peer: fmt.Sprintf("%.0f requests", asked)}
	if failed != nil {
		failures.value, failures.peer = float64(strings.Count(failed.Error(), "\n")+1), failed.Error()
	}
	for _, r := range []row{
		failures,
		{name: "answers with 5xx", value: after.broken, peer: "as the node counts them"},
		{name: "errors in the log", value: float64(strings.Count(s.log.tail(), `"level":"ERROR"`)), peer: "in its end"},
		{name: "jobs that wait or died", value: after.unsettled, peer: "at rest"},
		{name: "memory over time", value: last / middle, unit: "×", target: moreMemory, peer: fmt.Sprintf("%.0f MB, then %.0f MB", middle/1e6, last/1e6)},
		{name: "goroutines added", value: after.goroutines - before.goroutines, target: moreAtRest, peer: fmt.Sprintf("at rest; %.0f before", before.goroutines)},
		{name: "open files added", value: after.open - before.open, target: moreAtRest, peer: fmt.Sprintf("at rest; %.0f before", before.open)},
		{name: "growth of the database per request", value: (after.database - before.database) / asked, unit: "B", target: bytesPerAsked,
			peer: fmt.Sprintf("%.1f MB, then %.1f MB", before.database/1e6, after.database/1e6)},
		{name: "media files and rows that do not match", value: after.unknown, peer: fmt.Sprintf("%d clips were uploaded", s.clips)},
		{name: "scratch files left", value: float64(scratch), peer: "after the stop"},
		{name: "exit code", value: float64(s.cmd.ProcessState.ExitCode()), peer: fmt.Sprintf("%.1f s after SIGTERM", stopped.Seconds())},
		{name: "exit code of the doctor", value: float64(doctor.ProcessState.ExitCode()), peer: fmt.Sprintf("%d checks are well", bytes.Count(advice, []byte("  well  ")))},
	} {
		r.none = r.target == 0
		s.add(r)
	}
	if broken := len(slices.DeleteFunc(slices.Clone(s.rows), func(r row) bool { return r.verdict() == "met" })); broken > 0 {
		return fmt.Errorf("%d bounds were broken; the end of the log:\n%s", broken, s.log.tail())
	}
	return nil
}
