package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/trust/audit"
	"cliffhanger/trust/audit/tree"
)

// auditCommand is the public log at the command line. Verifying needs no house: an
// export and this program are enough.
type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check an exported log, or a proof, against the key of the log. Needs no data folder and no network."`
	Export auditExport `cmd:"" help:"Write the whole log as a folder: its key, tiles, entries and latest checkpoint."`
	Prove  auditProve  `cmd:"" help:"Write the proof that an entry is in the log."`
	Key    auditKey    `cmd:"" help:"Make a key pair, for several nodes that may write the log or for a second signature."`
}

type auditVerify struct {
	Tiles      string `help:"Folder of an exported log." type:"path"`
	Checkpoint string `help:"Signed checkpoint; by default the one in the folder." type:"path"`
	Key        string `help:"Public key of the log, or a file with it. By default the one in the folder, which proves only that the export agrees with itself."`
	Cosigner   string `help:"Public key, or a file with it, that must have signed too."`
	Since      string `help:"Older checkpoint, which this log has to continue." type:"path"`
	Entries    bool   `help:"Read every entry too, not only the tree above them."`
	Proof      string `help:"A proof to check instead of a folder." type:"path"`
}

var (
	errVerifyWhat = fault.New(fault.Invalid, "verify.nothing", "Say what to check: --tiles with the folder of an exported log, or --proof with a proof.")
	errVerifyKey  = fault.New(fault.Invalid, "verify.key_malformed", "This is not a public key of a log: those look like name+1a2b3c4d+AbC…=.")
	errProofKey   = fault.New(fault.Invalid, "verify.key_missing", "Say with --key which log the proof has to be from.")
)

// Run says what holds, or the first thing that does not, by its code.
func (c auditVerify) Run(t *terminal) error {
	err := c.verify(t)
	if f := fault.Of(err); err != nil && f.Kind != fault.Internal {
		return fault.New(f.Kind, f.Code, "%s", f.Msg)
	}
	return err
}

func (c auditVerify) verify(t *terminal) error {
	if c.Proof == "" && c.Tiles == "" {
		return errVerifyWhat
	}
	own, others, err := c.keys()
	if err != nil {
		return err
	}
	if c.Proof != "" {
		return c.proof(t, own, others)
	}
	now, err := openCheckpoint(cmp.Or(c.Checkpoint, filepath.Join(c.Tiles, "checkpoint")), own, others...)
	if err != nil {
		return err
	}
	read := func(path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(c.Tiles, filepath.FromSlash(path)))
	}
	if err := tree.Verify(now, read, c.Entries); err != nil {
		return err
	}
	what := "The tree"
	if c.Entries {
		what = "The tree and every entry"
	}
	fmt.Fprintf(t.out, "%s of %s holds: %d entries, root %s\n", what, now.Origin, now.Size, now.Root)
	if c.Since != "" {
		then, err := openCheckpoint(c.Since, own)
		if err != nil {
			return err
		}
		if err := tree.Extends(then, now, read); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "It continues the checkpoint of %d entries.\n", then.Size)
	}
	if c.Key == "" {
		fmt.Fprintln(t.out, "The key was taken from the export itself. Compare it with one you had before, by --key.")
	}
	return nil
}

func (c auditVerify) proof(t *terminal, own note.Verifier, others []note.Verifier) error {
	text, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	p, err := tree.ParseProof(text)
	if err != nil {
		return err
	}
	at, entry, err := p.Check(own, others...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "Entry %d is in %s as it was at %d entries:\n%s", entry.Seq, at.Origin, at.Size, p.Entry)
	return err
}

// keys are those that must have signed.
func (c auditVerify) keys() (own note.Verifier, others []note.Verifier, err error) {
	key := c.Key
	if key == "" {
		if c.Tiles == "" {
			return nil, nil, errProofKey
		}
		key = filepath.Join(c.Tiles, "key")
	}
	if own, err = publicKey(key); err != nil || c.Cosigner == "" {
		return own, nil, err
	}
	second, err := publicKey(c.Cosigner)
	return own, []note.Verifier{second}, err
}

// publicKey reads a key, or the file that has it.
func publicKey(s string) (note.Verifier, error) {
	if v, err := note.NewVerifier(s); err == nil {
		return v, nil
	}
	text, err := os.ReadFile(s)
	if err != nil {
		return nil, errVerifyKey.Because(err)
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errVerifyKey.Because(err)
	}
	return v, nil
}

func openCheckpoint(path string, own note.Verifier, others ...note.Verifier) (tree.Checkpoint, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	return tree.Open(text, own, others...)
}

type auditExport struct {
	Dir string `arg:"" help:"Folder to write; made if need be." type:"path"`
}

// Run may do so beside a server.
func (c auditExport) Run(ctx context.Context, t *terminal) error {
	a, err := t.openBeside(ctx)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	at, err := a.Audit.Export(ctx, actor.OfSystem("export"), func(path string, data []byte) error {
		target := filepath.Join(c.Dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%d entries are in %s\n", at.Size, c.Dir)
	return err
}

type auditProve struct {
	Entry int64 `arg:"" help:"Number of the entry; the first is 0."`
}

// Run prints the proof.
func (c auditProve) Run(ctx context.Context, t *terminal) error {
	a, err := t.openBeside(ctx)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	p, err := a.Audit.Prove(ctx, actor.OfSystem("prove"), c.Entry)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s\n", text)
	return err
}

type auditKey struct {
	Name string `arg:"" optional:"" help:"What the signer is called; by default as audit.name says."`
}

// Run prints both halves.
func (c auditKey) Run(t *terminal) error {
	private, public, err := audit.NewKey(cmp.Or(c.Name, t.config.Audit.Name))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "Private, for audit.key or audit.cosigner-key alone:\n%s\nPublic, for everybody:\n%s\n", private, public)
	return err
}
