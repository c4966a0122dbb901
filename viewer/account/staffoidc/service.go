package staffoidc

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/outside"
)

// Provider is the one staff may sign in with.
type Provider struct {
	oidc.Source
	Issuer     string // the only one whose word counts
	Title      string // as its button says
	MatchEmail bool   // its word on an e-mail address tells who of the staff it is
}

// Deps are what this room needs.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Accounts *account.Service
	Key      func(ctx context.Context, purpose string) ([]byte, error) // of the house, the same on every node
	Provider *Provider                                                 // nil: none
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	flow *oidc.Flow
}

// New makes the service.
func New(d Deps) *Service {
	key := func(ctx context.Context) ([]byte, error) { return d.Key(ctx, "staff ticket") }
	return &Service{Deps: d, flow: oidc.NewFlow(key, d.Clock)}
}

var (
	errNone    = fault.New(fault.NotFound, "account.provider_unknown", "One cannot sign in this way here. Choose another way.")
	errUnknown = fault.New(fault.Unauthenticated, "account.staff_identity_unknown", "Nobody who works here is known by this identity. Sign in another way and add it to your account.")
	errTaken   = fault.New(fault.Conflict, "account.staff_identity_taken", "This identity is somebody else's here. Sign in at the provider as yourself and try again.")
	errHave    = fault.New(fault.Conflict, "account.staff_identity_had", "Your account has an identity of this provider. Remove it first.")
	errGone    = fault.New(fault.NotFound, "account.staff_identity_gone", "This identity is not one of yours, or no longer.")
)

// Identity is who somebody is elsewhere, as they see it.
type Identity struct {
	ID      string     `json:"id"`
	Issuer  string     `json:"issuer" doc:"Who vouches for it."`
	Hint    string     `json:"hint" doc:"Enough for its owner to know it by."`
	AddedAt time.Time  `json:"added_at"`
	UsedAt  *time.Time `json:"used_at" doc:"When it last signed in; nothing if it never did."`
}

// found is who came back from the provider.
type found struct {
	oidc.Subject
	digest []byte
	hint   string
}

// Who a ticket is for: whoever signs in is nobody yet, and a ticket to add an
// identity is of use in the session that began it alone.
const newcomer = "sign-in"

func holder(by actor.Actor) string { return "session " + string(by.Session) }

// finish answers who came back.
func (s *Service) finish(ctx context.Context, answer url.Values, ticket, by string) (f found, err error) {
	if s.Provider == nil {
		return f, errNone
	}
	if f.Subject, err = s.flow.Finish(ctx, s.Provider, answer, ticket, by); err != nil {
		return f, err
	}
	if f.Issuer != s.Provider.Issuer {
		return f, oidc.ErrRefused
	}
	key, err := s.Key(ctx, "staff identity")
	if err != nil {
		return f, err
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, f.Issuer+"\x00"+f.Subject.Subject)
	f.digest, f.hint = mac.Sum(nil), outside.Hint(f.Subject)
	return f, nil
}

// BeginSignIn answers where to send somebody, and the ticket they bring back.
// Anyone may try.
func (s *Service) BeginSignIn(ctx context.Context, redirect string) (to, ticket string, err error) {
	if s.Provider == nil {
		return "", "", errNone
	}
	return s.flow.Begin(ctx, s.Provider, redirect, newcomer)
}

// SignIn opens a session of the person whose the identity is that came back;
// browser is how they will know it among theirs. Anyone may try.
func (s *Service) SignIn(ctx context.Context, answer url.Values, ticket, browser string) (who account.Staff, token string, err error) {
	f, err := s.finish(ctx, answer, ticket, newcomer)
	if err != nil {
		return who, "", err
	}
	owner, err := ownerOf(ctx, s.DB, f.digest)
	matched := err == nil && owner == ""
	if matched {
		owner, err = s.match(ctx, f)
	}
	if err != nil {
		return who, "", err
	}
	if owner == "" {
		return who, "", errUnknown
	}
	return s.Accounts.AdmitStaff(ctx, owner, browser, func(ctx context.Context, tx *db.Tx) error {
		if matched {
			if err := s.add(ctx, tx, owner, "", f); err != nil {
				return err
			}
		}
		n, err := useIdentity(ctx, tx, owner, f.digest, s.Clock.Now())
		if err == nil && n == 0 { // taken away at the same moment
			return errUnknown
		}
		return err
	})
}

// match answers whose e-mail address the provider vouches for, where its word on
// that counts. An address may pass to somebody else: whoever has an identity of
// this provider is known by that alone.
func (s *Service) match(ctx context.Context, f found) (id.Staff, error) {
	if !s.Provider.MatchEmail || f.Email == "" {
		return "", nil
	}
	email, err := account.ParseEmail(f.Email)
	if err != nil {
		return "", nil
	}
	who, err := staffOf(ctx, s.DB, email)
	if err != nil || who == "" {
		return "", err
	}
	theirs, err := identitiesOf(ctx, s.DB, who)
	if err != nil || slices.ContainsFunc(theirs, func(i Identity) bool { return i.Issuer == f.Issuer }) {
		return "", err
	}
	return who, nil
}

// add makes an identity that of a person, by whose hand the log says. That the same
// is theirs already, of a moment ago, is as good.
func (s *Service) add(ctx context.Context, tx *db.Tx, who, by id.Staff, f found) error {
	owner, err := ownerOf(ctx, tx, f.digest)
	switch {
	case err != nil || owner == who:
		return err
	case owner != "":
		return errTaken
	}
	theirs, err := identitiesOf(ctx, tx, who)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(theirs, func(i Identity) bool { return i.Issuer == f.Issuer }) {
		return errHave
	}
	if err := insertIdentity(ctx, tx, who, f, s.Clock.Now()); err != nil {
		return err
	}
	return s.Accounts.Note(ctx, tx, account.LogEntry{Act: account.IdentityAdded, For: who, By: by})
}

// Identities are the caller's, in the order they came. Staff only.
func (s *Service) Identities(ctx context.Context, by actor.Actor) ([]Identity, error) {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return nil, err
	}
	return identitiesOf(ctx, s.DB, who.ID)
}

// BeginAdd answers where to send the caller for an identity to add, and the ticket
// they bring back. Staff who give their password again only.
func (s *Service) BeginAdd(ctx context.Context, by actor.Actor, password string, from netip.Addr, redirect string) (to, ticket string, err error) {
	who, err := s.Accounts.Prove(ctx, by, password, from)
	if err != nil {
		return "", "", err
	}
	if s.Provider == nil {
		return "", "", errNone
	}
	theirs, err := identitiesOf(ctx, s.DB, who.ID)
	if err != nil {
		return "", "", err
	}
	if slices.ContainsFunc(theirs, func(i Identity) bool { return i.Issuer == s.Provider.Issuer }) {
		return "", "", errHave
	}
	return s.flow.Begin(ctx, s.Provider, redirect, holder(by))
}

// Add makes the identity the caller came back with theirs. The ticket says that
// they gave their password. Staff only.
func (s *Service) Add(ctx context.Context, by actor.Actor, answer url.Values, ticket string) error {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return err
	}
	f, err := s.finish(ctx, answer, ticket, holder(by))
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.add(ctx, tx, who.ID, who.ID, f) })
}

// Remove takes an identity of the caller away; sessions it opened go on. Staff only.
func (s *Service) Remove(ctx context.Context, by actor.Actor, which string) error {
	who, err := s.Accounts.Myself(ctx, by)
	if err != nil {
		return err
	}
	digest, err := base64.RawURLEncoding.DecodeString(which)
	if err != nil {
		return errGone.Because(err)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := deleteIdentity(ctx, tx, who.ID, digest)
		if err == nil && n == 0 {
			err = errGone
		}
		if err != nil {
			return err
		}
		return s.Accounts.Note(ctx, tx, account.LogEntry{Act: account.IdentityRemoved, For: who.ID, By: who.ID})
	})
}
