package fence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits is what one run may spend. A zero field means no limit.
type Limits struct {
	Time   time.Duration // wall time
	Memory int64         // resident memory, bytes
	File   int64         // size any one written file may reach, bytes
	Nice   int           // 0 … 19: how far the run steps back for the processes that serve people
}

// Command is one run of one tool.
type Command struct {
	Name   string   // program, looked up in PATH
	Args   []string // without the program's name
	Dir    string   // working directory; relative output names land here
	Env    []string // further variables, "NAME=value"; never a secret
	Limits Limits
	Stdout io.Writer // nil discards

	// Line receives every line the tool writes to its diagnostics, in order, cut
	// at 4 KiB. It runs on the reading goroutine and must not block.
	Line func(string)

	// Progress receives every line the tool writes to descriptor 3 (ffmpeg's
	// -progress pipe:3). It runs on its own goroutine.
	Progress func(string)
}

// Usage is what a run took. It is filled on failure too.
type Usage struct {
	Wall   time.Duration
	CPU    time.Duration // user and system, all threads
	MaxRSS int64         // bytes
}

// Reason says why a run did not succeed.
type Reason string

// The reasons a run fails.
const (
	Failed    Reason = "failed"        // the tool gave up by itself: mostly the input's fault
	Unfit     Reason = "unfit"         // the tool was built without something it was asked for
	Missing   Reason = "missing"       // the tool is not installed or cannot be started
	Cancelled Reason = "cancelled"     // the context ended
	TimedOut  Reason = "timed_out"     // Limits.Time
	TooLarge  Reason = "too_large"     // Limits.File
	NoMemory  Reason = "out_of_memory" // Limits.Memory, or the kernel's own killer
	Full      Reason = "disk_full"     // nothing left to write to
	Crashed   Reason = "crashed"       // a signal nobody here sent
)

// Failure is any end that is not success.
type Failure struct {
	Tool   string
	Reason Reason
	Exit   int    // exit status, −1 after a signal
	Tail   string // the last lines of diagnostics; names local paths, so for the log only
	cause  error
}

func (f *Failure) Error() string {
	last := f.Tail
	if i := strings.LastIndexByte(last, '\n'); i >= 0 {
		last = last[i+1:]
	}
	if last == "" && f.cause != nil {
		last = f.cause.Error()
	}
	return fmt.Sprintf("%s %s: %s", f.Tool, f.Reason, last)
}

func (f *Failure) Unwrap() error { return f.cause }

// ReasonOf returns the reason in err's chain, or "" when there is none.
func ReasonOf(err error) Reason {
	var f *Failure
	if errors.As(err, &f) {
		return f.Reason
	}
	return ""
}

// Run starts c and waits for its end. The error is a *Failure.
func Run(ctx context.Context, c Command) (Usage, error) {
	run := ctx
	if c.Limits.Time > 0 {
		var cancel context.CancelFunc
		run, cancel = context.WithTimeout(ctx, c.Limits.Time)
		defer cancel()
	}
	cmd := exec.CommandContext(run, c.Name, c.Args...)
	cmd.Dir = c.Dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1"}
	cmd.Env = append(cmd.Env, c.Env...)
	cmd.SysProcAttr = ownGroup()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	log := &lines{each: c.Line}
	cmd.Stdout, cmd.Stderr = c.Stdout, log

	finish := func() {}
	if c.Progress != nil {
		f, err := progressPipe(cmd, c.Progress)
		if err != nil {
			return Usage{}, &Failure{Tool: c.Name, Reason: Missing, Exit: -1, cause: err}
		}
		finish = f
	}
	begin := time.Now()
	err := cmd.Start()
	if err == nil {
		if err = restrict(cmd.Process.Pid, c.Limits); err != nil {
			_ = cmd.Cancel()
			_ = cmd.Wait()
			err = fmt.Errorf("limits: %w", err)
		}
	}
	if err != nil {
		finish()
		return Usage{}, &Failure{Tool: c.Name, Reason: Missing, Exit: -1, cause: err}
	}
	unwatch := watchMemory(cmd, c.Limits.Memory)
	err = cmd.Wait()
	fat := unwatch()
	finish()
	log.flush()
	u := usage(cmd.ProcessState, time.Since(begin))
	if err == nil {
		return u, nil
	}
	f := &Failure{
		Tool: c.Name, Exit: cmd.ProcessState.ExitCode(), Tail: log.text(),
		Reason: reason(ctx, run, cmd.ProcessState, log.text()),
		cause:  errors.Join(ctx.Err(), err),
	}
	if fat {
		f.Reason = NoMemory
	}
	return u, f
}

// watchMemory kills the run when it is found resident above limit. The kernel's
// own limit on address space is no use here: ffmpeg reserves several times what
// it uses, and when a thread of its filters is refused memory it may wait for
// ever instead of ending (seen with 5.1).
func watchMemory(cmd *exec.Cmd, limit int64) (stop func() (killed bool)) {
	if limit <= 0 {
		return func() bool { return false }
	}
	quit, killed := make(chan struct{}), make(chan bool)
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				killed <- false
				return
			case <-tick.C:
				if resident(cmd.Process.Pid) > limit {
					_ = cmd.Cancel()
					<-quit
					killed <- true
					return
				}
			}
		}
	}()
	return func() bool { close(quit); return <-killed }
}

// progressPipe gives cmd descriptor 3 and feeds its lines to each. The returned
// function, called after Wait, lets the reader finish what is still buffered.
func progressPipe(cmd *exec.Cmd, each func(string)) (finish func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{w}
	var done sync.WaitGroup
	done.Go(func() {
		out := &lines{each: each}
		_, _ = io.Copy(out, r)
		out.flush()
	})
	return func() {
		w.Close() // the child had its own copy
		// A grandchild could hold the descriptor open; do not wait on it for ever.
		_ = r.SetReadDeadline(time.Now().Add(2 * time.Second))
		done.Wait()
		r.Close()
	}, nil
}

// reason reads the end of a run. Our own doing is asked first: a killed tool
// says nothing reliable about itself.
func reason(asked, run context.Context, st *os.ProcessState, tail string) Reason {
	ws, _ := st.Sys().(syscall.WaitStatus)
	switch {
	case asked.Err() != nil:
		return Cancelled
	case run.Err() != nil:
		return TimedOut
	case ws.Signaled() && ws.Signal() == syscall.SIGXFSZ, strings.Contains(tail, "File too large"):
		return TooLarge
	case strings.Contains(tail, "No space left on device"):
		return Full
	case strings.Contains(tail, "Cannot allocate memory"), strings.Contains(tail, "malloc of size"),
		ws.Signaled() && ws.Signal() == syscall.SIGKILL:
		return NoMemory
	case ws.Signaled():
		return Crashed
	case lacking.MatchString(tail):
		return Unfit
	}
	return Failed
}

// lacking is how ffmpeg says that its build lacks an encoder, a filter, a format,
// an option of one of them, or a decoder.
var lacking = regexp.MustCompile(`(?m)Unknown (encoder|decoder|input format) '|No such filter: '|is not a suitable output format|Unrecognized option '|^Decoder \(.*not found for input stream|Option '?[\w-]+'? not found`)

func usage(st *os.ProcessState, wall time.Duration) Usage {
	u := Usage{Wall: wall, CPU: st.UserTime() + st.SystemTime()}
	if ru, ok := st.SysUsage().(*syscall.Rusage); ok {
		u.MaxRSS = maxRSS(ru)
	}
	return u
}
