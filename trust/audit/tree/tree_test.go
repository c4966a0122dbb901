package tree_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/trust/audit/tree"
)

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

// Sizes at which tiles begin, end and are half full.
var sizes = []int{0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_536, 65_793}

func TestALogOfAnySizeHolds(t *testing.T) {
	t.Parallel()
	b := newBook(t, "test.log")
	for _, n := range sizes {
		b.add(t, n-len(b.entries), "published")
		c, out := b.checkpoint(t), b.export(t)
		if err := tree.Verify(c, out.read, true); err != nil {
			t.Fatalf("%d entries: %v", n, err)
		}
	}
}

func TestEveryOlderCheckpointIsContinued(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newBook(t, "test.log")
		b.add(t, rapid.IntRange(0, 600).Draw(r, "then"), "published")
		then := b.checkpoint(t)
		b.add(t, rapid.IntRange(0, 600).Draw(r, "more"), "withdrawn")
		now, out := b.checkpoint(t), b.export(t)
		if err := tree.Extends(then, now, out.read); err != nil {
			r.Fatal(err)
		}
		if then.Size < now.Size && code(tree.Extends(now, then, out.read)) != "verify.shrunk" {
			r.Fatal("a log that became shorter")
		}
		if now.Size > 0 {
			n := rapid.Int64Range(0, now.Size-1).Draw(r, "entry")
			signed, err := now.Sign(b.own)
			check(t, err)
			p, err := tree.Prove(n, now.Size, b.entries[n], signed, b.hashes)
			check(t, err)
			text, err := json.Marshal(p)
			check(t, err)
			p, err = tree.ParseProof(text)
			check(t, err)
			if c, e, err := p.Check(b.key); err != nil || c != now || e.Seq != n {
				r.Fatal(err)
			}
		}
	})
}

// What somebody could do to an exported log, and what it is found out by. Each is
// done to a log of 700 entries with two full tiles and a part of one.
func TestEveryKindOfTamperingIsFoundOutByItsOwnReason(t *testing.T) {
	t.Parallel()
	b := newBook(t, "test.log")
	b.add(t, 700, "published")
	c, whole := b.checkpoint(t), b.export(t)
	tile := func(out files, path string, edit func(all [][]byte) [][]byte) {
		all, err := tree.Unpack(out[path])
		check(t, err)
		out[path] = tree.Pack(edit(all))
	}
	const second, last = "tile/8/data/001", "tile/8/data/002.p/188"
	for name, tamper := range map[string]struct {
		do   func(out files)
		want string
	}{
		"an entry edited": {func(out files) {
			out[second] = bytes.Replace(out[second], []byte("published"), []byte("withdrawn"), 1)
		}, "verify.entry_changed"},
		"the last entry edited": {func(out files) {
			tile(out, last, func(all [][]byte) [][]byte { all[187] = entry(t, 699, "withdrawn"); return all })
		}, "verify.entry_changed"},
		"an entry removed": {func(out files) {
			tile(out, second, func(all [][]byte) [][]byte { return slices.Delete(all, 7, 8) })
		}, "verify.entry_missing"},
		"an entry removed and the next moved up": {func(out files) {
			tile(out, second, func(all [][]byte) [][]byte { return append(slices.Delete(all, 7, 8), entry(t, 512, "published")) })
		}, "verify.entry_missing"},
		"two entries exchanged": {func(out files) {
			tile(out, second, func(all [][]byte) [][]byte { all[3], all[90] = all[90], all[3]; return all })
		}, "verify.entries_reordered"},
		"two neighbours exchanged": {func(out files) {
			tile(out, second, func(all [][]byte) [][]byte { all[3], all[4] = all[4], all[3]; return all })
		}, "verify.entries_reordered"},
		"an entry added":          {func(out files) { out[last] = append(out[last], append(entry(t, 700, "x"), '\n')...) }, "verify.entries_malformed"},
		"entries cut off":         {func(out files) { out[second] = out[second][:len(out[second])-9] }, "verify.entries_malformed"},
		"a tile of entries gone":  {func(out files) { delete(out, second) }, "verify.tile_missing"},
		"a tile cut off":          {func(out files) { out["tile/8/0/001"] = out["tile/8/0/001"][:8000] }, "verify.tile_truncated"},
		"the last tile cut off":   {func(out files) { out["tile/8/0/002.p/188"] = out["tile/8/0/002.p/188"][:32] }, "verify.tile_truncated"},
		"a tile gone":             {func(out files) { delete(out, "tile/8/0/000") }, "verify.tile_missing"},
		"a hash changed":          {func(out files) { out["tile/8/0/001"][99] ^= 1 }, "verify.tile_changed"},
		"a hash above it changed": {func(out files) { out["tile/8/1/000.p/2"][33] ^= 1 }, "verify.tile_changed"},
		"a hash and the one above changed": {func(out files) {
			other := newBook(t, "test.log")
			other.add(t, 700, "withdrawn")
			for path, data := range other.export(t) {
				out[path] = data
			}
		}, "verify.root_other"},
	} {
		out := whole.clone()
		tamper.do(out)
		if got := code(tree.Verify(c, out.read, true)); got != tamper.want {
			t.Errorf("%s: %q, want %q", name, got, tamper.want)
		}
	}
	check(t, tree.Verify(c, whole.read, true))
}

func TestALogThatForkedIsFoundOut(t *testing.T) {
	t.Parallel()
	b := newBook(t, "test.log")
	b.add(t, 300, "published")
	then := b.checkpoint(t)
	fork := &book{own: b.own, key: b.key}
	fork.add(t, 299, "published")
	fork.add(t, 300, "withdrawn") // entry 299 is another one
	out := fork.export(t)
	check(t, tree.Verify(fork.checkpoint(t), out.read, true)) // by itself it is whole
	if got := code(tree.Extends(then, fork.checkpoint(t), out.read)); got != "verify.fork" {
		t.Error(got)
	}
	same := &book{own: b.own, key: b.key}
	same.add(t, 300, "withdrawn")
	if got := code(tree.Extends(then, same.checkpoint(t), same.export(t).read)); got != "verify.fork" {
		t.Error("of the same size:", got)
	}
}

func TestOnlySignedCheckpointsAreBelieved(t *testing.T) {
	t.Parallel()
	b, stranger := newBook(t, "test.log"), newBook(t, "test.log")
	elsewhere := newBook(t, "other.log")
	second, secondKey := pair(t, "witness.example")
	b.add(t, 3, "published")
	c := b.checkpoint(t)
	text, err := c.Sign(b.own)
	check(t, err)
	both, err := c.Sign(b.own, second)
	check(t, err)
	forged, err := c.Sign(stranger.own)
	check(t, err)
	misnamed, err := note.Sign(&note.Note{Text: "other.log\n3\n" + c.Root.String() + "\n"}, b.own)
	check(t, err)
	for name, at := range map[string]struct {
		text   []byte
		others []note.Verifier
		want   string
	}{
		"as it is":                    {text, nil, ""},
		"with a second signature":     {both, []note.Verifier{secondKey}, ""},
		"the second is not asked for": {both, nil, ""},
		"the second is missing":       {text, []note.Verifier{secondKey}, "verify.checkpoint_uncosigned"},
		"by a key of the same name":   {forged, nil, "verify.checkpoint_forged"},
		"its size changed":            {bytes.Replace(text, []byte("\n3\n"), []byte("\n4\n"), 1), nil, "verify.checkpoint_forged"},
		"another log's name":          {misnamed, nil, "verify.checkpoint_forged"},
		"without a signature":         {[]byte("test.log\n3\n" + c.Root.String() + "\n"), nil, "verify.checkpoint_malformed"},
		"nothing":                     {nil, nil, "verify.checkpoint_malformed"},
	} {
		if got, err := tree.Open(at.text, b.key, at.others...); code(err) != at.want || err == nil && got != c {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if _, err := c.Sign(elsewhere.own); err == nil {
		t.Error("another log's key signs")
	}
}

func TestAProofThatWasTouchedProvesNothing(t *testing.T) {
	t.Parallel()
	b := newBook(t, "test.log")
	b.add(t, 300, "published")
	signed, err := b.checkpoint(t).Sign(b.own)
	check(t, err)
	good, err := tree.Prove(17, 300, b.entries[17], signed, b.hashes)
	check(t, err)
	for name, touch := range map[string]func(p *tree.Proof){
		"another entry":  func(p *tree.Proof) { p.Entry = string(entry(t, 17, "withdrawn")) },
		"another number": func(p *tree.Proof) { p.Index = 18 },
		"beyond the log": func(p *tree.Proof) { p.Index, p.Entry = 300, string(entry(t, 300, "published")) },
		"another hash":   func(p *tree.Proof) { p.Hashes = slices.Clone(p.Hashes); p.Hashes[3][0] ^= 1 },
		"a hash less":    func(p *tree.Proof) { p.Hashes = p.Hashes[1:] },
		"a checkpoint":   func(p *tree.Proof) { p.Checkpoint = p.Checkpoint[:40] },
		"no entry":       func(p *tree.Proof) { p.Entry = "" },
	} {
		p := good
		touch(&p)
		if _, _, err := p.Check(b.key); err == nil {
			t.Errorf("%s: believed", name)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	b := newBook(f, "test.log")
	text, err := b.checkpoint(f).Sign(b.own)
	check(f, err)
	f.Add(text)
	f.Add([]byte("test.log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := tree.Open(text, b.key); err == nil && c != b.checkpoint(t) {
			t.Fatalf("believed %v", c)
		}
		if c, err := tree.Parse(string(text)); err == nil && (c.Size < 0 || c.Origin == "") {
			t.Fatalf("read %v", c)
		}
	})
}

func FuzzProof(f *testing.F) {
	b := newBook(f, "test.log")
	b.add(f, 5, "published")
	signed, err := b.checkpoint(f).Sign(b.own)
	check(f, err)
	p, err := tree.Prove(2, 5, b.entries[2], signed, b.hashes)
	check(f, err)
	text, err := json.Marshal(p)
	check(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := tree.ParseProof(text)
		if err != nil {
			return
		}
		if _, e, err := p.Check(b.key); err == nil && !bytes.Equal(b.entries[e.Seq], []byte(p.Entry)) {
			t.Fatalf("believed %v", e)
		}
	})
}

func FuzzEntries(f *testing.F) {
	f.Add(tree.Pack([][]byte{entry(f, 0, "published"), entry(f, 1, "withdrawn")}))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := tree.Unpack(data)
		if err == nil && !bytes.Equal(tree.Pack(all), data) {
			t.Fatal("not what it was made of")
		}
	})
}

// A tile of entries that is not the one the tree has never passes.
func FuzzVerify(f *testing.F) {
	b := newBook(f, "test.log")
	b.add(f, 3, "published")
	c, out := b.checkpoint(f), b.export(f)
	f.Add(out["tile/8/0/000.p/3"], out["tile/8/data/000.p/3"])
	f.Fuzz(func(t *testing.T, hashes, entries []byte) {
		other := files{"tile/8/0/000.p/3": hashes, "tile/8/data/000.p/3": entries}
		same := bytes.Equal(hashes, out["tile/8/0/000.p/3"]) && bytes.Equal(entries, out["tile/8/data/000.p/3"])
		if err := tree.Verify(c, other.read, true); (err == nil) != same {
			t.Fatal(err)
		}
	})
}

// A million entries. The export is made once, in memory.
func BenchmarkVerify(b *testing.B) {
	const n = 1_000_000
	log := newBook(b, "test.log")
	log.hashes = make(memory, 0, tlog.StoredHashCount(n))
	log.add(b, n, "published")
	c, out := log.checkpoint(b), log.export(b)
	b.ResetTimer()
	for b.Loop() {
		if err := tree.Verify(c, out.read, true); err != nil {
			b.Fatal(err)
		}
	}
}
