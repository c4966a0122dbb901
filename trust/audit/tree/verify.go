package tree

import (
	"bytes"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/trust/audit/record"
)

// Verify reads every tile of the log and reports the first thing that is wrong:
// every tile adds up to its place in the one above, and all of them to the
// checkpoint. With entries it also reads every entry: each has its place, its
// number and the hash the tree has for it.
func Verify(c Checkpoint, read Read, entries bool) error {
	if c.Size == 0 {
		if c.Root != rootOfNothing() {
			return ErrOtherRoot
		}
		return nil
	}
	// From the top: a tile that was changed contradicts the one above it, and the
	// highest the checkpoint.
	root, err := tlog.TreeHash(c.Size, read.hashes(c.Size))
	if err != nil {
		return err
	}
	var above []tlog.Hash // of the level above, one for each full tile of this one
	top := 0
	for c.Size>>(Height*(top+1)) > 0 {
		top++
	}
	for level := top; level >= 0; level-- {
		if above, err = read.level(c.Size, level, above); err != nil {
			return err
		}
	}
	if root != c.Root {
		return ErrOtherRoot
	}
	if !entries {
		return nil
	}
	return read.entries(c.Size, above)
}

func rootOfNothing() tlog.Hash {
	h, _ := tlog.TreeHash(0, nil)
	return h
}

// level reads the tiles of a level, compares each full one with its hash in the
// level above, and answers all their hashes.
func (read Read) level(size int64, level int, above []tlog.Hash) ([]tlog.Hash, error) {
	count := size >> (Height * level)
	out := make([]tlog.Hash, count)
	return out, each((count+wide-1)/wide, func(n int64) error {
		t := tileAt(level, n, size)
		data, err := read.fetch(t)
		if err != nil {
			return err
		}
		mine := out[n*wide : n*wide+int64(t.W)]
		for i := range mine {
			copy(mine[i][:], data[i*tlog.HashSize:])
		}
		if t.W == wide && sum(mine) != above[n] {
			return say(errTile, "The tile %s, or what stands above it, was changed.", t.Path())
		}
		return nil
	})
}

// sum is the hash of a full tile.
func sum(hashes []tlog.Hash) tlog.Hash {
	var level [wide]tlog.Hash
	copy(level[:], hashes)
	for n := wide / 2; n > 0; n /= 2 {
		for i := range n {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// entries compares every entry with its hash.
func (read Read) entries(size int64, leaves []tlog.Hash) error {
	return each((size+wide-1)/wide, func(n int64) error {
		t := tileAt(0, n, size)
		t.L = -1
		data, err := read.fetch(t)
		if err != nil {
			return err
		}
		return compare(t, data, n*wide, leaves[n*wide:n*wide+int64(t.W)])
	})
}

// compare finds the first entry of a tile, which begins with entry first, that is
// not what the tree has.
func compare(t tlog.Tile, data []byte, first int64, leaves []tlog.Hash) error {
	rest := data
	for i, want := range leaves {
		end := bytes.Index(rest, []byte("\n\n"))
		if end < 1 {
			return wrong(t, data, first, leaves)
		}
		entry := rest[:end+1]
		rest = rest[end+2:]
		if n, ok := record.Seq(entry); !ok || n != first+int64(i) || tlog.RecordHash(entry) != want {
			return wrong(t, data, first, leaves)
		}
	}
	if len(rest) > 0 {
		return say(errFormless, "The tile %s has more in it than its entries.", t.Path())
	}
	return nil
}

// wrong says what happened to a tile of entries that is not right.
func wrong(t tlog.Tile, data []byte, first int64, leaves []tlog.Hash) error {
	all, err := Unpack(data)
	if err != nil {
		return say(errFormless, "The tile %s is cut off or not written as entries are.", t.Path())
	}
	there := map[tlog.Hash]int{}
	for i, e := range all {
		there[tlog.RecordHash(e)] = i
	}
	for i, want := range leaves {
		if i < len(all) && tlog.RecordHash(all[i]) == want {
			if n, ok := record.Seq(all[i]); !ok || n != first+int64(i) {
				return say(errFormless, "Entry %d calls itself another.", first+int64(i))
			}
			continue
		}
		at, elsewhere := there[want]
		switch {
		case elsewhere && len(all) == len(leaves):
			return say(errReorder, "Entry %d stands where entry %d belongs: the order was changed.", first+int64(i), first+int64(at))
		case len(all) >= len(leaves) && !(i+1 < len(leaves) && tlog.RecordHash(all[i]) == leaves[i+1]): // not what follows
			return say(errEdited, "Entry %d was changed.", first+int64(i))
		default:
			return say(errRemoved, "Entry %d is missing.", first+int64(i))
		}
	}
	return say(errFormless, "The tile %s has more in it than its entries.", t.Path())
}

// each calls f for 0 to n-1 on every processor and answers the error with the
// lowest number.
func each(n int64, f func(i int64) error) error {
	var mu sync.Mutex
	var all sync.WaitGroup
	var first error
	next, failed := int64(0), n
	for range min(int64(runtime.GOMAXPROCS(0)), n) {
		all.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				stop := i >= n || i > failed
				mu.Unlock()
				if stop {
					return
				}
				if err := f(i); err != nil {
					mu.Lock()
					if i < failed {
						first, failed = err, i
					}
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return first
}

// Extends reports whether the log at now, which was verified, goes on from what it
// was at then.
func Extends(then, now Checkpoint, read Read) error {
	switch {
	case then.Origin != now.Origin:
		return ErrFork
	case then.Size > now.Size:
		return ErrShrunk
	case then.Size == 0:
		return nil
	}
	root, err := tlog.TreeHash(then.Size, read.hashes(now.Size))
	if err != nil {
		return err
	}
	if root != then.Root {
		return ErrFork
	}
	return nil
}
