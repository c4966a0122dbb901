// Package tree is a pure room: the Merkle tree over the entries of the public log,
// as golang.org/x/mod/sumdb keeps it (RFC 6962 hashes, tiles of height 8), its
// signed checkpoints, its proofs, and whether they hold.
//
// A checkpoint is a signed note (golang.org/x/mod/sumdb/note) of three lines: the
// name of the log, which is that of the key that signs it, how many entries the log
// has, and the hash of its tree. Others may sign the same note.
//
// What does not hold is refused with its own reason: see the faults of faults.go.
package tree

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/internal/kernel/fault"
)

// Checkpoint is what a log says of itself at one moment.
type Checkpoint struct {
	Origin string // the name of the log
	Size   int64  // how many entries there are
	Root   tlog.Hash
}

// text is what is signed.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// Sign writes c as a note signed by the log's own key and any others.
func (c Checkpoint) Sign(own note.Signer, others ...note.Signer) ([]byte, error) {
	if own.Name() != c.Origin {
		return nil, fmt.Errorf("tree: the key of %q cannot sign for %q", own.Name(), c.Origin)
	}
	return note.Sign(&note.Note{Text: c.text()}, append([]note.Signer{own}, others...)...)
}

// longestNote is in bytes.
const longestNote = 64 << 10

// Open reads a checkpoint that the log's own key and every one of others has signed.
func Open(signed []byte, own note.Verifier, others ...note.Verifier) (Checkpoint, error) {
	if len(signed) > longestNote {
		return Checkpoint{}, ErrCheckpoint
	}
	text, err := signedBy(signed, own, ErrForged)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := Parse(text)
	if err == nil && c.Origin != own.Name() {
		err = ErrForged.Because(fmt.Errorf("%q signed for %q", own.Name(), c.Origin))
	}
	for _, v := range others {
		if err == nil {
			_, err = signedBy(signed, v, ErrUncosigned)
		}
	}
	if err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}

// signedBy answers the text of a note that v has signed; unsigned is what is wrong
// with one it has not.
func signedBy(signed []byte, v note.Verifier, unsigned *fault.Fault) (string, error) {
	n, err := note.Open(signed, note.VerifierList(v))
	switch {
	case err == nil:
		return n.Text, nil
	case errors.As(err, new(*note.UnverifiedNoteError)), errors.As(err, new(*note.InvalidSignatureError)):
		return "", unsigned.Because(err)
	default:
		return "", ErrCheckpoint.Because(err)
	}
}

// Parse reads the text of a checkpoint whose signatures were looked at.
func Parse(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return Checkpoint{}, ErrCheckpoint
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || n > MaxSize {
		return Checkpoint{}, ErrCheckpoint
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, ErrCheckpoint.Because(err)
	}
	c := Checkpoint{lines[0], n, root}
	if c.text() != text {
		return Checkpoint{}, ErrCheckpoint
	}
	return c, nil
}

// MaxSize is how many entries a log can have here.
const MaxSize = 1 << 40
