package tree

import (
	"bytes"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/trust/audit/record"
)

// Proof is an entry together with what leads from it to a signed checkpoint.
type Proof struct {
	Index      int64       `json:"index"`
	Entry      string      `json:"entry"`      // its bytes
	Hashes     []tlog.Hash `json:"hashes"`     // inclusion, RFC 6962
	Checkpoint string      `json:"checkpoint"` // the signed note
}

// Prove makes the proof for entry n of a log of that size.
func Prove(n, size int64, entry []byte, signed []byte, r tlog.HashReader) (Proof, error) {
	hashes, err := tlog.ProveRecord(size, n, r)
	if err != nil {
		return Proof{}, fmt.Errorf("tree: prove entry %d of %d: %w", n, size, err)
	}
	return Proof{n, string(entry), append([]tlog.Hash{}, hashes...), string(signed)}, nil
}

// longestProof is in bytes.
const longestProof = 256 << 10

// ParseProof reads a proof as Prove's answer is written as JSON.
func ParseProof(text []byte) (Proof, error) {
	var p Proof
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if len(text) > longestProof {
		return p, ErrProofForm
	}
	if err := d.Decode(&p); err != nil {
		return p, ErrProofForm.Because(err)
	}
	if d.More() || p.Index < 0 || p.Index >= MaxSize {
		return p, ErrProofForm
	}
	return p, nil
}

// Check reports whether the log with that key, and all who have signed with it, say
// that the entry is theirs.
func (p Proof) Check(own note.Verifier, others ...note.Verifier) (Checkpoint, record.Entry, error) {
	c, err := Open([]byte(p.Checkpoint), own, others...)
	if err != nil {
		return c, record.Entry{}, err
	}
	e, err := record.Parse([]byte(p.Entry))
	if err != nil {
		return c, e, ErrProofForm.Because(err)
	}
	if p.Index < 0 || p.Index >= c.Size || e.Seq != p.Index {
		return c, e, ErrProof
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, tlog.RecordHash([]byte(p.Entry))); err != nil {
		return c, e, ErrProof.Because(err)
	}
	return c, e, nil
}
