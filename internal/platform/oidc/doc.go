// Package oidc signs people in at an outside service and brings them back: the
// authorization code flow of OpenID Connect with PKCE, over go-oidc and oauth2.
//
// There are two halves. A Source is one outside service: Provider speaks OpenID
// Connect, whatever else hands out codes may implement Source too. A Flow is the
// journey of a browser to a Source and back, the same for all of them:
//
//	flow := oidc.NewFlow(key, clock)
//	corp := oidc.NewProvider(oidc.Config{Name: "corp", Issuer: "https://id.example", ClientID: "…", Secret: "…"}, clock)
//
//	to, ticket, err := flow.Begin(ctx, corp, "https://here.example/back", session) // redirect to "to", set a cookie to ticket
//	who, err := flow.Finish(ctx, corp, r.URL.Query(), ticket, session)             // at /back; then delete the cookie
//
// The ticket holds state, nonce, PKCE verifier and the address to come back to,
// sealed and bound to the source and to whoever began (any text that names
// them, such as a digest of their session): nobody else can finish it, and an
// answer somebody else began is not accepted (RFC 6749 §10.12, RFC 9700 §4.7).
// Put it into a cookie that is HttpOnly, SameSite=Lax (the answer comes from
// another site) and lives Life. It works once: each node remembers the tickets it
// saw, and a code works once at whoever gave it out.
//
// Who comes back is a Subject. Issuer and Subject name a person for good; an
// e-mail address is only there when the source says that it is verified, and may
// be given to somebody else tomorrow.
//
// No network is used before somebody signs in. A source that is down, slow or
// talks nonsense fails that sign-in with ErrUnavailable and nothing else; a good
// source that says no is ErrRefused, a person who says no is ErrCancelled, and a
// ticket that is missing, foreign, late or used is ErrStale.
package oidc
