package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/fence"
)

var (
	errDiskLow = fault.New(fault.Exhausted, "media.disk_low", "The server's disk has no room for this file beside those that are still being uploaded. Free some space or ask the operator to.")
	// errDiskFull ends an attempt that has no room, or ran out of it.
	errDiskFull = fault.New(fault.Unavailable, "media.disk_full", "The server's disk ran full while this file was prepared. It goes on when there is room.")
)

// diskTooSmall gives a file up for which there will never be room.
func diskTooSmall(need, usable int64) *fault.Fault {
	return fault.New(fault.Exhausted, "media.disk_too_small", "Preparing this file takes about %s of disk, and the server can use %s in all. Retry it once the operator has made the disk larger.", inWords(need), inWords(usable))
}

// disk is the room there is where this node works, in bytes. What must stay free
// is not part of it: the database lives there too.
type disk struct{ free, usable int64 }

func (s *Service) disk() (disk, error) {
	free, total, err := s.d.Free(s.cfg.Dir)
	if err != nil {
		return disk{}, fmt.Errorf("free space: %w", err)
	}
	kept := s.cfg.Spared(total)
	return disk{free - kept, total - kept}, nil
}

// roomFor answers errDiskLow when another file of that many bytes would leave
// less of the disk free than must stay free, once all that is promised has come.
func (s *Service) roomFor(ctx context.Context, bytes int64) error {
	lacking, err := lackingBytes(ctx, s.d.DB, s.cfg.Node)
	if err != nil {
		return err
	}
	d, err := s.disk()
	if err == nil && d.free <= bytes+lacking {
		err = errDiskLow
	}
	return err
}

// promises are the room that the attempts of this node may still fill.
type promises struct {
	mu    sync.Mutex
	bytes int64
}

// inRoom does the work of an attempt with the room it wants promised to it, so
// that another that would need the same room waits. What of it is on the disk
// already counts twice: rather wait than run full together. It answers
// errDiskFull when the attempt has to wait for room, and diskTooSmall when it
// would wait for ever.
func (s *Service) inRoom(a Asset, work func() error) error {
	need := a.scratch()
	if err := s.promise(need); err != nil {
		return err
	}
	defer s.takeBack(need)
	return work()
}

func (s *Service) promise(need int64) error {
	s.promised.mu.Lock()
	defer s.promised.mu.Unlock()
	d, err := s.disk()
	switch {
	case err != nil:
		return err
	case d.usable <= need:
		return diskTooSmall(need, d.usable)
	case d.free-s.promised.bytes <= need:
		return errDiskFull
	}
	s.promised.bytes += need
	return nil
}

func (s *Service) takeBack(bytes int64) {
	s.promised.mu.Lock()
	defer s.promised.mu.Unlock()
	s.promised.bytes -= bytes
}

// scratch is the room an attempt wants: what is made is seldom larger than the
// master, and lies on the disk twice for a moment. Where the disk ran full all
// the same, the next attempt wants a quarter more than there was by then; so a
// file that never fits is found out after a few.
func (a Asset) scratch() int64 { return max(2*a.Size, a.Report.Filled/4*5) }

// inWords is a size as people say it.
func inWords(bytes int64) string {
	if bytes < 1e9 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// ranFull says that err is a disk without room.
func ranFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, blob.ErrDiskFull) || fence.ReasonOf(err) == fence.Full
}

// waitForRoom ends the attempt and puts its job back in the queue for later:
// meanwhile the slot is for files that fit, and no try is used up.
func (r *run) waitForRoom(ctx context.Context, p pass, full error) error {
	err := r.insist(ctx, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		a.rest(p, stageRoom)
		a.QueuedAt = r.s.now()
		a.Report.Filled = max(a.Report.Filled, r.filled)
		next := a.turn()
		next.Waits = p.turn.Waits + 1
		options := []bus.JobOption{bus.After(roomPause(next.Waits))}
		if p.later {
			options = append(options, bus.Later)
		}
		return r.s.d.Bus.EnqueueTx(ctx, tx, p.again(next), options...)
	})
	if err != nil && !errors.Is(err, errLost) {
		return errors.Join(full, err)
	}
	return nil
}

const (
	firstRoomPause   = 15 * time.Second
	longestRoomPause = 5 * time.Minute
)

// roomPause is how long to leave the disk alone after so many waits in a row:
// somebody has to make room, and that takes longer the longer it has not happened.
func roomPause(waits int) time.Duration {
	pause := firstRoomPause
	for ; waits > 1 && pause < longestRoomPause; waits-- {
		pause *= 2
	}
	return min(pause, longestRoomPause)
}

// folderSize is what the files in a folder take, as far as it can be read.
func folderSize(dir string) (bytes int64) {
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}
