package app

import (
	"context"
	"fmt"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/platform/oidc"
	"cliffhanger/viewer/account/outside"
	"cliffhanger/viewer/account/person"
	"cliffhanger/viewer/account/staffoidc"
	"cliffhanger/viewer/account/xiaomi"
)

// keepers are the capabilities that keep rows of accounts, and answer for them
// when one is merged or erased.
var keepers = []string{"playback", "library", "youth", "market"}

// exports are what they keep of a person.
func (a *App) exports() []person.Export {
	return []person.Export{{Name: "playback", Of: a.Playback.Export}, {Name: "library", Of: a.Library.Export}, {Name: "youth", Of: a.Youth.Export}, {Name: "market", Of: a.Market.Export}}
}

// providers are the outside services viewers may sign in with.
func (c Config) providers(k clock.Clock) (all []outside.Provider) {
	s := c.SignIn
	if s.XiaomiClientID != "" {
		all = append(all, outside.Provider{Source: xiaomi.New(xiaomi.Config{ClientID: s.XiaomiClientID, Secret: s.XiaomiSecret.Reveal(), Host: s.XiaomiHost})})
	}
	if s.OIDCIssuer != "" {
		src := oidc.NewProvider(oidc.Config{Name: "oidc", Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, Secret: s.OIDCSecret.Reveal()}, k)
		all = append(all, outside.Provider{Source: src, Title: s.OIDCName})
	}
	return all
}

// staffProvider is the outside service staff may sign in with, or nil.
func (c Config) staffProvider(k clock.Clock) *staffoidc.Provider {
	s := c.Staff
	if s.OIDCIssuer == "" {
		return nil
	}
	src := oidc.NewProvider(oidc.Config{Name: "staff", Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, Secret: s.OIDCSecret.Reveal()}, k)
	return &staffoidc.Provider{Source: src, Issuer: s.OIDCIssuer, Title: s.OIDCName, MatchEmail: s.OIDCMatchEmail}
}

// postByMail answers person.Post. A node without a mail server writes codes to
// its log, so that one can try the house out; there a phone is as good as any
// address. With a server there is nothing that reaches a phone.
type postByMail struct{ sender mail.Sender }

func (p postByMail) Deliver(ctx context.Context, to person.Address, code, locale string) error {
	l, ok := letters[locale]
	if !ok {
		l = letters["en"]
	}
	text := fmt.Sprintf(l.text, code)
	switch log, tryOut := p.sender.(mail.Log); {
	case to.Channel == person.Email:
		return p.sender.Send(ctx, mail.Message{To: to.To, Subject: fmt.Sprintf(l.subject, code), Text: text})
	case tryOut:
		log.Logger.InfoContext(ctx, "text message written here and not sent", "to", to.To, "text", text)
		return nil
	}
	return person.ErrChannel
}

var letters = map[string]struct{ subject, text string }{
	"en": {"%s is your sign-in code", `Your code is %s

It works once, within ten minutes. If you did not ask for it, nothing happens when you ignore this message.
`},
	"zh-CN": {"登录验证码 %s", `你的验证码是 %s

十分钟内有效，只能使用一次。如果不是你本人操作，忽略这条消息即可。
`},
}
