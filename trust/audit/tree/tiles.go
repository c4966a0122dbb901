package tree

import (
	"bytes"
	"errors"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"
)

// Height is that of a tile, in levels of the tree: a full one has 256 hashes.
const Height = 8

// wide is how many hashes a full tile has, or entries.
const wide = 1 << Height

// Read answers a file of the log by its path below the log's folder, such as
// "tile/8/0/000". A file that is not there is fs.ErrNotExist.
type Read func(path string) ([]byte, error)

// Entries is the path of the entries below a tile of level 0.
func Entries(t tlog.Tile) string {
	t.L = -1
	return t.Path()
}

// Pack is the bytes of a tile of entries.
func Pack(entries [][]byte) []byte {
	var b bytes.Buffer
	for _, e := range entries { // each ends with a line feed
		b.Write(e)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Unpack is the entries of a tile of entries.
func Unpack(data []byte) ([][]byte, error) {
	out := make([][]byte, 0, wide)
	for len(data) > 0 {
		end := bytes.Index(data, []byte("\n\n"))
		if end < 1 || len(out) == wide {
			return nil, errFormless
		}
		out = append(out, data[:end+1])
		data = data[end+2:]
	}
	return out, nil
}

// tileAt is the n-th tile of a level, in a tree of that size: full, or as wide as
// the tree is there.
func tileAt(level int, n, size int64) tlog.Tile {
	there := size>>(Height*level) - n*wide
	return tlog.Tile{H: Height, L: level, N: n, W: int(max(0, min(there, wide)))}
}

// fetch reads a tile. Where a narrower one was replaced by the full one, its part
// of that is as good.
func (read Read) fetch(t tlog.Tile) ([]byte, error) {
	data, err := read(t.Path())
	if errors.Is(err, fs.ErrNotExist) && t.W < wide {
		full := t
		full.W = wide
		if data, err = read(full.Path()); err == nil {
			if t.L < 0 {
				return firstEntries(data, t.W)
			}
			data = data[:min(len(data), t.W*tlog.HashSize)]
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, say(errMissing, "The tile %s is missing.", t.Path())
	}
	if err != nil {
		return nil, err
	}
	if t.L >= 0 && len(data) != t.W*tlog.HashSize {
		return nil, say(errShort, "The tile %s is cut off: it has %d bytes, not %d.", t.Path(), len(data), t.W*tlog.HashSize)
	}
	return data, nil
}

func firstEntries(data []byte, n int) ([]byte, error) {
	all, err := Unpack(data)
	if err != nil {
		return nil, err
	}
	return Pack(all[:min(n, len(all))]), nil
}

// hashes reads the hashes of a tree from its tiles.
func (read Read) hashes(size int64) tlog.HashReader {
	kept := map[tlog.Tile][]byte{}
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			t := tlog.TileForIndex(Height, index)
			t = tileAt(t.L, t.N, size)
			data, ok := kept[t]
			if !ok {
				var err error
				if data, err = read.fetch(t); err != nil {
					return nil, err
				}
				kept[t] = data
			}
			var err error
			if out[i], err = tlog.HashFromTile(t, data, index); err != nil {
				return nil, ErrOtherRoot.Because(err)
			}
		}
		return out, nil
	})
}

// Copy hands every tile of a log to put, those of its entries too.
func Copy(c Checkpoint, read Read, put func(path string, data []byte) error) error {
	for _, t := range tlog.NewTiles(Height, 0, c.Size) {
		kinds := []tlog.Tile{t}
		if t.L == 0 {
			kinds = append(kinds, tlog.Tile{H: t.H, L: -1, N: t.N, W: t.W})
		}
		for _, k := range kinds {
			data, err := read.fetch(k)
			if err != nil {
				return err
			}
			if err := put(k.Path(), data); err != nil {
				return err
			}
		}
	}
	return nil
}
