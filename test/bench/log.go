package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/trust/audit/record"
	"cliffhanger/trust/audit/tree"
)

// measureLog times `audit verify --entries` of an exported log, as a regulator runs
// it: the process, the reading of its files and the hashing of every entry.
func measureLog(ctx context.Context, b *bench) error {
	n := b.fewer(1_000_000, 100_000)
	dir := filepath.Join(b.dir, "log")
	bytes, err := exportLog(dir, int64(n))
	if err != nil {
		return err
	}
	times := b.fewer(5, 3)
	var took []time.Duration
	for range times {
		began := time.Now()
		if out, err := exec.CommandContext(ctx, b.binary, "audit", "verify", "--tiles="+dir, "--entries").CombinedOutput(); err != nil {
			return fmt.Errorf("verify: %w\n%s", err, out)
		}
		took = append(took, time.Since(began))
	}
	hashed := float64(bytes) / 1e6
	alone := hashed / hashing()
	seconds := quantile(took, 0.5).Seconds()
	b.add(row{name: fmt.Sprintf("public log of %d entries verified", n), value: seconds, unit: "s", target: 5,
		peer: fmt.Sprintf("median of %d, worst %.2f s; %.0f MB of entries, which one core hashes in %.2f s: %.1f ×", times, quantile(took, 1).Seconds(), hashed, alone, seconds/alone)})
	return os.RemoveAll(dir)
}

// exportLog writes a log of n entries as `audit export` does and answers how many
// bytes its entries have.
func exportLog(dir string, n int64) (size int64, err error) {
	private, public, err := note.GenerateKey(rand.Reader, "bench.log")
	if err != nil {
		return 0, err
	}
	own, err := note.NewSigner(private)
	if err != nil {
		return 0, err
	}
	hashes := make([]tlog.Hash, 0, tlog.StoredHashCount(n))
	read := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			out[i] = hashes[p]
		}
		return out, nil
	})
	write := func(path string, data []byte) error {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o644)
	}
	entries, now := make([][]byte, 0, n), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	by, org := event.Doer{Staff: id.New[id.Staff](), Roles: "operator"}, id.New[id.Org]()
	for i := range n {
		f := event.DramaPublished{Drama: id.New[id.Drama](), Org: org, By: by}
		text, err := record.Of(i, now.Add(time.Duration(i)*time.Second), string(id.New[id.Fact]()), f.Fact(), f.Record(), nil).Encode()
		if err != nil {
			return 0, err
		}
		more, err := tlog.StoredHashes(i, text, read)
		if err != nil {
			return 0, err
		}
		hashes, entries, size = append(hashes, more...), append(entries, text), size+int64(len(text))
	}
	root, err := tlog.TreeHash(n, read)
	if err != nil {
		return 0, err
	}
	for _, t := range tlog.NewTiles(tree.Height, 0, n) {
		data, err := tlog.ReadTileData(t, read)
		if err != nil {
			return 0, err
		}
		if err := write(t.Path(), data); err != nil {
			return 0, err
		}
		if t.L == 0 {
			first := t.N << tree.Height
			if err := write(tree.Entries(t), tree.Pack(entries[first:first+int64(t.W)])); err != nil {
				return 0, err
			}
		}
	}
	text, err := tree.Checkpoint{Origin: own.Name(), Size: n, Root: root}.Sign(own)
	if err != nil {
		return 0, err
	}
	if err := write("key", []byte(public+"\n")); err != nil {
		return 0, err
	}
	return size, write("checkpoint", text)
}
