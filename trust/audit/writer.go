package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/trust/audit/record"
	"cliffhanger/trust/audit/tree"
)

const (
	// leaseLife is how long a writer that says nothing keeps the others waiting.
	leaseLife = 15 * time.Second
	// keyAgain is how often a node without the key looks whether it has it by now.
	keyAgain = time.Minute
	// atOnce is how many entries one transaction appends.
	atOnce = 256
	// publishAtLeast is how many appended entries wait no longer for a checkpoint.
	publishAtLeast = 16 * atOnce
)

// Run appends what waits and publishes it, until ctx ends. Any number of nodes may
// run it: one of them has the right to append.
func (s *Service) Run(ctx context.Context) error {
	k, ok := s.awaitKeys(ctx)
	if !ok {
		return nil
	}
	w := &writer{s: s, keys: k}
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	for {
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			s.log.Log(ctx, obs.Level(err), "the public log could not be written; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return w.release()
		case <-tick.C:
		}
	}
}

// awaitKeys waits until this node has the key of the log, or ctx ends.
func (s *Service) awaitKeys(ctx context.Context) (keys, bool) {
	tick := time.NewTicker(keyAgain)
	defer tick.Stop()
	for told := ""; ; {
		k, err := s.openKeys(ctx)
		if err == nil {
			return k, true
		}
		if told != err.Error() && ctx.Err() == nil {
			told = err.Error()
			s.log.Warn("this node does not write the public log", "reason", err)
		}
		select {
		case <-ctx.Done():
			return k, false
		case <-tick.C:
		}
	}
}

// Write is one round of this node's writer: what waits is appended and published.
func (s *Service) Write(ctx context.Context) error {
	k, err := s.openKeys(ctx)
	if err != nil {
		return err
	}
	w := &writer{s: s, keys: k}
	return errors.Join(w.round(ctx), w.release())
}

// writer appends for one node.
type writer struct {
	s     *Service
	keys  keys
	lease lease
}

// round appends and publishes whatever there is, if this node may.
func (w *writer) round(ctx context.Context) error {
	idle, err := w.idle(ctx)
	if err != nil || idle {
		return err
	}
	may, err := w.acquire(ctx)
	if err != nil || !may {
		return err
	}
	for more := true; more; {
		size, last := int64(0), signed{}
		if size, more, err = w.append(ctx); err != nil {
			return overtaken(err)
		}
		if last, err = lastCheckpoint(ctx, w.s.db); err != nil {
			return err
		}
		if size-last.size >= publishAtLeast || !more && size > last.size {
			if err := w.publish(ctx, last.size, size); err != nil {
				return overtaken(err)
			}
		}
	}
	return nil
}

// overtaken is err, unless another node does the work by now.
func overtaken(err error) error {
	if errors.Is(err, errOvertaken) {
		return nil
	}
	return err
}

// idle reports whether there is nothing to do: two small reads.
func (w *writer) idle(ctx context.Context) (bool, error) {
	first, err := firstWaiting(ctx, w.s.db, 1)
	if err != nil || len(first) > 0 {
		return false, err
	}
	size, err := sizeOf(ctx, w.s.db)
	if err != nil {
		return false, err
	}
	last, err := lastCheckpoint(ctx, w.s.db)
	return last.size == size, err
}

func (w *writer) acquire(ctx context.Context) (may bool, err error) {
	if w.lease.holder == "" {
		w.lease.holder = w.s.node + "/" + string(id.New[id.Session]())
	}
	err = w.s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var l lease
		l, may, err = acquire(ctx, tx, w.lease.holder, w.s.clock.Now(), leaseLife)
		if may {
			w.lease = l
		}
		return err
	})
	return may, err
}

// release lets another node go on at once. It is tried though the node stops.
func (w *writer) release() error {
	if w.lease.fence == 0 {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
	defer stop()
	return overtaken(w.s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := w.lease.renew(ctx, tx, time.Time{})
		return err
	}))
}

// append moves some of what waits into the log, all or nothing, and answers how
// long the log is then and whether more may wait.
func (w *writer) append(ctx context.Context) (size int64, more bool, err error) {
	err = w.s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if size, err = w.lease.renew(ctx, tx, w.s.clock.Now().Add(leaseLife)); err != nil {
			return err
		}
		batch, err := firstWaiting(ctx, tx, atOnce)
		if err != nil || len(batch) == 0 {
			more = false
			return err
		}
		more = len(batch) == atOnce
		names := make([]string, len(batch))
		for i, b := range batch {
			names[i] = b.fact
		}
		known, err := logged(ctx, tx, names)
		if err != nil {
			return err
		}
		batch = slices.DeleteFunc(batch, func(b waiting) bool { return known[b.fact] })
		rows, err := w.rows(size, batch)
		if err != nil {
			return err
		}
		if err := grow(ctx, tx, size, rows); err != nil {
			return err
		}
		size += int64(len(rows))
		return errors.Join(insertEntries(ctx, tx, rows), deleteWaiting(ctx, tx, names), setSize(ctx, tx, size))
	})
	return size, more, err
}

// rows are the entries for what waits, numbered from size on.
func (w *writer) rows(size int64, batch []waiting) ([]row, error) {
	rows := make([]row, len(batch))
	for i, b := range batch {
		var r event.Record
		if err := json.Unmarshal([]byte(b.record), &r); err != nil {
			return nil, fmt.Errorf("audit: %s: %w", b.fact, err)
		}
		seq := size + int64(i)
		text, err := record.Of(seq, clock.Time(b.at), b.fact, b.act, r, w.keys.pseudonym).Encode()
		if err != nil {
			return nil, fmt.Errorf("audit: %s: %w", b.fact, err)
		}
		rows[i] = row{seq, b.fact, string(r.Drama), b.at, string(text)}
	}
	return rows, nil
}

// grow stores the hashes that new entries bring.
func grow(ctx context.Context, tx *db.Tx, size int64, rows []row) error {
	fresh, place := map[int64]tlog.Hash{}, tlog.StoredHashIndex(0, size)
	var all []tlog.Hash
	for _, r := range rows {
		hashes, err := tlog.StoredHashes(r.seq, []byte(r.entry), stored(ctx, tx, fresh))
		if err != nil {
			return err
		}
		for _, h := range hashes {
			fresh[place+int64(len(all))] = h
			all = append(all, h)
		}
	}
	return insertHashes(ctx, tx, place, all)
}

// publish writes the tiles that came between two sizes and then the checkpoint. The
// same sizes make the same bytes, so that it does no harm when it is done twice, or
// by a writer that was overtaken.
func (w *writer) publish(ctx context.Context, from, to int64) error {
	read := stored(ctx, w.s.db, nil)
	root, err := tlog.TreeHash(to, read)
	if err != nil {
		return err
	}
	tiles := tlog.NewTiles(tree.Height, from, to)
	for _, t := range tiles {
		data, err := tlog.ReadTileData(t, read)
		if err != nil {
			return err
		}
		if err := w.put(ctx, t.Path(), data); err != nil {
			return err
		}
		if t.L > 0 {
			continue
		}
		first := t.N << tree.Height
		entries, err := entriesBetween(ctx, w.s.db, first, first+int64(t.W))
		if err != nil {
			return err
		}
		if err := w.put(ctx, tree.Entries(t), tree.Pack(entries)); err != nil {
			return err
		}
	}
	text, err := tree.Checkpoint{Origin: w.keys.own.Name(), Size: to, Root: root}.Sign(w.keys.own, w.keys.second...)
	if err != nil {
		return err
	}
	if err := w.put(ctx, checkpointPath(to), text); err != nil {
		return err
	}
	err = w.s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := w.s.clock.Now()
		if _, err := w.lease.renew(ctx, tx, now.Add(leaseLife)); err != nil {
			return err
		}
		return insertCheckpoint(ctx, tx, signed{to, clock.Micros(now), string(text)})
	})
	if err != nil {
		return err
	}
	return w.tidy(ctx, tiles)
}

// folder is where the log lies in blob storage.
const folder = "audit/"

// checkpointPath is where the checkpoint of a size is kept.
func checkpointPath(size int64) string { return "checkpoint/" + strconv.FormatInt(size, 10) }

func (w *writer) put(ctx context.Context, path string, data []byte) error {
	return w.s.blobs.Put(ctx, folder+path, bytes.NewReader(data), int64(len(data)))
}

// tidy deletes the parts of tiles that are whole by now.
func (w *writer) tidy(ctx context.Context, tiles []tlog.Tile) error {
	for _, t := range tiles {
		if t.W < 1<<tree.Height {
			continue
		}
		paths := []string{t.Path()}
		if t.L == 0 {
			paths = append(paths, tree.Entries(t))
		}
		for _, path := range paths {
			parts, err := w.s.blobs.List(ctx, folder+path+".p/", "", 1000)
			if err != nil {
				return err
			}
			for _, p := range parts {
				if err := w.s.blobs.Delete(ctx, p.Key); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
