package passkey

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package, for db.Migrate with the owner
// "passkey".
var Migrations = func() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return files
}()

// What can be said of a passkey that does not pass.
var (
	ErrAddress = fault.New(fault.Unavailable, "passkey.address_unsuitable", "Passkeys do not work at this address. Open the page at its public address, over https.")
	ErrGone    = fault.New(fault.Conflict, "passkey.ceremony_ended", "This took too long, or was finished already. Begin again.")
	ErrRefused = fault.New(fault.Unauthenticated, "passkey.refused", "This passkey was not accepted. Try again, or sign in another way.")
	ErrCopied  = fault.New(fault.Unauthenticated, "passkey.copied", "This passkey was refused: it looks as if there were a copy of it. Sign in another way, remove it and make a new one.")
)

// Holder is whose passkeys are asked for.
type Holder struct {
	Handle  []byte // what a key answers for its holder: opaque, never a name, 64 bytes at most
	Name    string // the account as the authenticator lists it
	Display string // the person
	Keys    []Key
}

// Key is a passkey: its identifier, and everything that checking it needs.
type Key struct {
	ID     []byte
	Record []byte // to be kept anew after every use
}

// Begun is a ceremony to go on with in the browser.
type Begun struct {
	Ceremony string          // secret; comes back with the answer
	Options  json.RawMessage // for navigator.credentials.create or .get, in the JSON form of Web Authentication
}

const life = 5 * time.Minute

// Service runs ceremonies. It is safe for concurrent use.
type Service struct {
	Config
	db    *db.DB
	clock clock.Clock
}

// New makes a service of one realm.
func New(c Config, d *db.DB, k clock.Clock) *Service { return &Service{Config: c, db: d, clock: k} }

// BeginRegistration asks a browser for a new key of h. Keys h has already are
// excluded, so that one authenticator holds one.
func (s *Service) BeginRegistration(ctx context.Context, origin string, h Holder) (Begun, error) {
	p, err := s.party(origin)
	if err != nil {
		return Begun{}, err
	}
	who, err := userOf(h)
	if err != nil {
		return Begun{}, err
	}
	options, state, err := p.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.keys).CredentialDescriptors()))
	if err != nil {
		return Begun{}, err
	}
	return s.begin(ctx, options.Response, state)
}

// FinishRegistration checks what the browser made of it and answers the new key.
func (s *Service) FinishRegistration(ctx context.Context, origin string, h Holder, ceremony string, answer []byte) (Key, error) {
	p, err := s.party(origin)
	if err != nil {
		return Key{}, err
	}
	state, err := s.take(ctx, ceremony)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, ErrRefused.Because(err)
	}
	made, err := p.CreateCredential(user{Holder: h}, state, parsed)
	if err != nil {
		return Key{}, ErrRefused.Because(err)
	}
	return keyOf(*made)
}

// BeginSignIn asks a browser for any key of this house.
func (s *Service) BeginSignIn(ctx context.Context, origin string) (Begun, error) {
	p, err := s.party(origin)
	if err != nil {
		return Begun{}, err
	}
	options, state, err := p.BeginDiscoverableLogin(webauthn.WithUserVerification(p.Config.AuthenticatorSelection.UserVerification))
	if err != nil {
		return Begun{}, err
	}
	return s.begin(ctx, options.Response, state)
}

// FinishSignIn checks a key against its holder, whom find looks up by the key's
// identifier and the handle. It answers the key as it has to be kept from now on.
// Keep it only if the record is still the one that was checked: a key that
// counts its uses and is behind is refused with ErrCopied.
func (s *Service) FinishSignIn(ctx context.Context, origin, ceremony string, answer []byte, find func(key, handle []byte) (Holder, error)) (Holder, Key, error) {
	p, err := s.party(origin)
	if err != nil {
		return Holder{}, Key{}, err
	}
	state, err := s.take(ctx, ceremony)
	if err != nil {
		return Holder{}, Key{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Holder{}, Key{}, ErrRefused.Because(err)
	}
	var failed error
	who, used, err := p.ValidatePasskeyLogin(func(key, handle []byte) (webauthn.User, error) {
		h, err := find(key, handle)
		if err != nil {
			failed = err
			return nil, err
		}
		return userOf(h)
	}, state, parsed)
	switch {
	case failed != nil:
		return Holder{}, Key{}, failed
	case err != nil:
		return Holder{}, Key{}, ErrRefused.Because(err)
	case used.Authenticator.CloneWarning:
		return who.(user).Holder, Key{}, ErrCopied
	}
	key, err := keyOf(*used)
	return who.(user).Holder, key, err
}

// begin keeps what was asked.
func (s *Service) begin(ctx context.Context, options any, state *webauthn.SessionData) (Begun, error) {
	asked, err := json.Marshal(options)
	if err != nil {
		return Begun{}, err
	}
	kept, err := json.Marshal(state)
	if err != nil {
		return Begun{}, err
	}
	var secret [32]byte
	rand.Read(secret[:])
	token, now := base64.RawURLEncoding.EncodeToString(secret[:]), s.clock.Now()
	return Begun{Ceremony: token, Options: asked}, s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM passkey_ceremony WHERE expires_at <= $1`, clock.Micros(now)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO passkey_ceremony (token_hash, realm, state, expires_at) VALUES ($1, $2, $3, $4)`,
			digest(token), s.Realm, string(kept), clock.Micros(now.Add(life)))
		return err
	})
}

// take answers what was asked, once.
func (s *Service) take(ctx context.Context, token string) (state webauthn.SessionData, err error) {
	var kept string
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `DELETE FROM passkey_ceremony WHERE token_hash = $1 AND realm = $2 AND expires_at > $3 RETURNING state`,
			digest(token), s.Realm, clock.Micros(s.clock.Now())).Scan(&kept)
	})
	if errors.Is(err, db.ErrNoRows) {
		return state, ErrGone
	}
	if err != nil {
		return state, err
	}
	return state, json.Unmarshal([]byte(kept), &state)
}

func digest(token string) []byte {
	d := sha256.Sum256([]byte(token))
	return d[:]
}

// user is a holder as the library asks for one.
type user struct {
	Holder
	keys []webauthn.Credential
}

func userOf(h Holder) (user, error) {
	u := user{Holder: h}
	for _, k := range h.Keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return u, err
		}
		u.keys = append(u.keys, c)
	}
	return u, nil
}

func (u user) WebAuthnID() []byte                         { return bytes.Clone(u.Handle) }
func (u user) WebAuthnName() string                       { return u.Name }
func (u user) WebAuthnDisplayName() string                { return u.Display }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

// keyOf keeps of a credential what the next check needs: not how it was attested.
func keyOf(c webauthn.Credential) (Key, error) {
	c.Attestation = webauthn.CredentialAttestation{}
	record, err := json.Marshal(c)
	return Key{ID: c.ID, Record: record}, err
}
