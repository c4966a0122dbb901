package account

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
)

// onTheWay is how long the former secret of a session still opens it: requests are
// under way with it, and other pages of the browser have not got the new one yet.
const onTheWay = 15 * time.Second

// Sent is how a request shows its session; embed it where somebody signs in.
type Sent struct {
	Cookie        string `cookie:"ch_viewer" hidden:"true"`
	Authorization string `header:"Authorization" hidden:"true"`
}

// Renewed is the cookie of a browser in which somebody has just signed in: the
// session goes on under another secret, so that whoever learnt or planted the
// former one, when the device was nobody's yet, has nothing of it. An app that
// keeps its token itself goes on with it. They have signed in by then: where there
// cannot be another secret, the session goes on under the former one.
func (s *Service) Renewed(ctx context.Context, c httpx.Caller, in Sent, account id.Account) []http.Cookie {
	if in.Cookie == "" || in.Authorization != "" || !c.Actor.IsViewer() {
		return nil
	}
	token, err := s.renew(ctx, account, c.Actor.Session, digestOf(in.Cookie))
	if err != nil {
		s.log.WarnContext(ctx, "a session goes on under its former secret", "err", err)
	}
	if err != nil || token == "" {
		return nil
	}
	return []http.Cookie{c.Cookie(httpx.ViewerCookie, token, viewerLife)}
}

// renew answers another secret of a session; "" if the session has one already.
func (s *Service) renew(ctx context.Context, account id.Account, session id.Session, former digest) (token string, err error) {
	now := s.clock.Now()
	token = newToken()
	var one bool
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		one, err = replaceSecret(ctx, tx, account, session, former, digestOf(token), now)
		return err
	})
	if err != nil || !one {
		return "", err
	}
	s.forget(ctx, actor.Viewer, []digest{former})
	return token, nil
}

// lasts reports whether the secret of a session is its present one.
func (s *Service) lasts(ctx context.Context, token string) bool {
	k, _, err := s.look(ctx, sessionKey{actor.Viewer, digestOf(token)})
	return err == nil && k.until.Sub(s.clock.Now()) > onTheWay
}
