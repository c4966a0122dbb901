package tree_test

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/event"
	"cliffhanger/trust/audit/record"
	"cliffhanger/trust/audit/tree"
)

// files are an exported log.
type files map[string][]byte

func (f files) read(path string) ([]byte, error) {
	if data, ok := f[path]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

func (f files) clone() files {
	out := files{}
	for path, data := range f {
		out[path] = append([]byte{}, data...)
	}
	return out
}

// memory is the hashes of a log, as tlog stores them.
type memory []tlog.Hash

func (m memory) ReadHashes(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		out[i] = m[p]
	}
	return out, nil
}

// book is a log that grows.
type book struct {
	hashes  memory
	entries [][]byte
	own     note.Signer
	key     note.Verifier
}

func newBook(t testing.TB, name string) *book {
	t.Helper()
	own, key := pair(t, name)
	return &book{own: own, key: key}
}

func pair(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, name)
	check(t, err)
	own, err := note.NewSigner(private)
	check(t, err)
	key, err := note.NewVerifier(public)
	check(t, err)
	return own, key
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func entry(t testing.TB, seq int64, to string) []byte {
	t.Helper()
	text, err := record.Of(seq, noon.Add(time.Duration(seq)*time.Second), fmt.Sprintf("fct_%026d", seq), "catalogue.drama_published",
		event.Record{By: event.Doer{Staff: "stf_1", Roles: "operator"}, Object: event.Object{Type: "drama", ID: "drm_1"}, Drama: "drm_1", To: to}, nil).Encode()
	check(t, err)
	return text
}

func (b *book) add(t testing.TB, n int, to string) {
	t.Helper()
	for range n {
		seq := int64(len(b.entries))
		text := entry(t, seq, to)
		hashes, err := tlog.StoredHashes(seq, text, b.hashes)
		check(t, err)
		b.hashes, b.entries = append(b.hashes, hashes...), append(b.entries, text)
	}
}

func (b *book) checkpoint(t testing.TB) tree.Checkpoint {
	t.Helper()
	root, err := tlog.TreeHash(int64(len(b.entries)), b.hashes)
	check(t, err)
	return tree.Checkpoint{Origin: b.own.Name(), Size: int64(len(b.entries)), Root: root}
}

// export writes every tile of the log as it is now.
func (b *book) export(t testing.TB) files {
	t.Helper()
	out := files{}
	for _, tile := range tlog.NewTiles(tree.Height, 0, int64(len(b.entries))) {
		data, err := tlog.ReadTileData(tile, b.hashes)
		check(t, err)
		out[tile.Path()] = data
		if tile.L == 0 {
			first := tile.N << tree.Height
			out[tree.Entries(tile)] = tree.Pack(b.entries[first : first+int64(tile.W)])
		}
	}
	return out
}
