package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/httpx"
)

// sessionKey finds what is known of a token in one realm.
type sessionKey struct {
	kind actor.Kind
	hash digest
}

// known is what the database said about a token a moment ago.
type known struct {
	by     actor.Actor // nobody if there is no such session
	until  time.Time
	readAt time.Time
}

const (
	believed     = 5 * time.Second // how long a node trusts what it read
	sessionsKept = 100_000         // about 50 MB at most
)

// fresh reports whether k may still be believed. A clock that went back does
// not make old news young.
func (k known) fresh(now time.Time) bool {
	age := now.Sub(k.readAt)
	return age >= 0 && age < believed
}

// touch says that a session was used.
type touch struct {
	hash digest
	by   actor.Actor
	at   time.Time
}

// Authenticate tells who sends a request, by the cookie or bearer token of the
// route's realm; no token at all is nobody. A token that is not, or no longer, a
// session of that realm is an Unauthenticated fault. It reads one row by its
// primary key, or nothing when the same session was seen in the last five
// seconds. It satisfies httpx.Authenticator.
func (s *Service) Authenticate(ctx context.Context, r *http.Request) (actor.Actor, error) {
	token, kind := httpx.Credential(r)
	if token == "" {
		return actor.Actor{}, nil
	}
	return s.resolve(ctx, kind, token)
}

func (s *Service) resolve(ctx context.Context, kind actor.Kind, token string) (actor.Actor, error) {
	if len(token) != tokenLen {
		return actor.Actor{}, errSession
	}
	now, key := s.clock.Now(), sessionKey{kind, digestOf(token)}
	k, ok := s.sessions.GetIfPresent(key)
	if !ok || !k.fresh(now) {
		var err error
		if k, err = s.read(ctx, key, now); err != nil {
			return actor.Actor{}, err
		}
		s.sessions.Set(key, k)
	}
	if k.by.Kind == actor.Nobody || !now.Before(k.until) {
		return actor.Actor{}, errSession
	}
	return k.by, nil
}

// look asks the database about a token.
func (s *Service) look(ctx context.Context, key sessionKey) (k known, seenAt time.Time, err error) {
	if key.kind == actor.Staff {
		t, err := staffSessionByToken(ctx, s.db, key.hash)
		if err == nil && t.active {
			k.by, k.until = t.actor(), staffUntil(t.createdAt, t.seenAt)
		}
		return k, t.seenAt, err
	}
	t, err := sessionByToken(ctx, s.db, key.hash)
	if err == nil {
		k.by, k.until = t.actor(), t.until
	}
	return k, t.seenAt, err
}

// read asks the database about a token, and notes its use if that is due.
func (s *Service) read(ctx context.Context, key sessionKey, now time.Time) (known, error) {
	k, seenAt, err := s.look(ctx, key)
	k.readAt = now
	if err != nil {
		return k, unknownIsNobody(err)
	}
	if k.by.Kind != actor.Nobody && now.Before(k.until) && now.Sub(seenAt) >= touchEvery {
		select {
		case s.touches <- touch{hash: key.hash, by: k.by, at: now}:
		default: // the queue is full: the next use will be noted
		}
	}
	return k, nil
}

// unknownIsNobody lets the absence of a session be remembered like a session.
func unknownIsNobody(err error) error {
	if errors.Is(err, errSession) {
		return nil
	}
	return err
}

// WhileSignedIn is ctx that ends, besides, with the session r was sent with: at
// once where the session is ended or the news of it arrives, else within the five
// seconds for which a node believes what it read. Watching is no use of a session.
func (s *Service) WhileSignedIn(ctx context.Context, r *http.Request) (context.Context, context.CancelFunc) {
	token, kind := httpx.Credential(r)
	return s.while(ctx, sessionKey{kind, digestOf(token)}, believed)
}

func (s *Service) while(ctx context.Context, key sessionKey, every time.Duration) (context.Context, context.CancelFunc) {
	return s.vigils.While(ctx, key, every, func(ctx context.Context) bool { return s.holds(ctx, key) })
}

// holds asks the database whether there is such a session. While it does not
// answer, there is.
func (s *Service) holds(ctx context.Context, key sessionKey) bool {
	k, _, err := s.look(ctx, key)
	if err != nil {
		return !errors.Is(err, errSession)
	}
	return k.by.Kind != actor.Nobody && s.clock.Now().Before(k.until)
}
