package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
)

// keys are what a node needs to append.
type keys struct {
	own    note.Signer
	second []note.Signer
	veil   []byte // makes pseudonyms
}

// pseudonym is what the log calls a viewer: the same person is the same one as long
// as the log lives, and nobody without the key can tell who.
func (k keys) pseudonym(viewer string) string {
	m := hmac.New(sha256.New, k.veil)
	m.Write([]byte(viewer))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

func validName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '+' })
}

// NewKey makes the two halves of a key for signing a log of that name.
func NewKey(name string) (private, public string, err error) {
	return note.GenerateKey(rand.Reader, name)
}

// errNoKey says that this node cannot append.
var errNoKey = errors.New("audit: this node does not have the key of the public log")

// openKeys answers the keys of this node, making the log's if there is none yet.
func (s *Service) openKeys(ctx context.Context) (keys, error) {
	private, made := s.cfg.Key.Reveal(), false
	known, err := verifierOf(ctx, s.db)
	if err != nil {
		return keys{}, err
	}
	if private == "" {
		text, err := os.ReadFile(s.cfg.KeyFile)
		private = strings.TrimSpace(string(text))
		switch {
		case err == nil:
		case !errors.Is(err, fs.ErrNotExist):
			return keys{}, fmt.Errorf("audit: key: %w", err)
		case known != "":
			return keys{}, fmt.Errorf("%w, and %s is not there", errNoKey, s.cfg.KeyFile)
		default:
			if private, _, err = NewKey(s.cfg.Name); err != nil {
				return keys{}, fmt.Errorf("audit: key: %w", err)
			}
			if err := writeKey(s.cfg.KeyFile, private); err != nil {
				return keys{}, fmt.Errorf("audit: key: %w", err)
			}
			made = true
		}
	}
	own, public, err := halves(private)
	if err != nil {
		return keys{}, err
	}
	if known == "" {
		if known, err = s.keepVerifier(ctx, public); err != nil {
			return keys{}, err
		}
	}
	if known != public {
		if made { // another node was first
			os.Remove(s.cfg.KeyFile)
		}
		return keys{}, fmt.Errorf("%w: the log is signed by %s", errNoKey, known)
	}
	veil := sha256.Sum256([]byte("pseudonyms of viewers\n" + private))
	k := keys{own: own, veil: veil[:]}
	if s.cfg.CosignerKey.Set() {
		second, err := note.NewSigner(s.cfg.CosignerKey.Reveal())
		if err != nil {
			return keys{}, fmt.Errorf("audit: second key: %w", err)
		}
		k.second = append(k.second, second)
	}
	return k, nil
}

// halves reads a private key and answers its public half too.
func halves(private string) (note.Signer, string, error) {
	own, err := note.NewSigner(private)
	if err != nil {
		return nil, "", errors.New("audit: the key is not of the form PRIVATE+KEY+…")
	}
	public, err := publicOf(private)
	return own, public, err
}

// publicOf is the public half of a private key that is well formed.
func publicOf(private string) (string, error) {
	parts := strings.SplitN(private, "+", 5)
	key, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil {
		return "", fmt.Errorf("audit: key: %w", err)
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(key[1:]).Public().(ed25519.PublicKey)) // key[0] is the algorithm
}

// keepVerifier makes public the log's, unless another is by now; it answers which is.
func (s *Service) keepVerifier(ctx context.Context, public string) (known string, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertVerifier(ctx, tx, public, clock.Micros(s.clock.Now())); err != nil {
			return err
		}
		known, err = verifierOf(ctx, tx)
		return err
	})
	return known, err
}

// writeKey makes the file whole or not at all, for its owner alone.
func writeKey(path, private string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".audit-key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(private + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
