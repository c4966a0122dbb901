package realname

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

const tag = "Minors"

// StatusOut is how things stand, on the wire.
type StatusOut struct {
	Available  bool          `json:"available" doc:"whether names are verified here"`
	May        bool          `json:"may" doc:"whether I may be verified: in minors' mode only who is in it for a range of ages that fits an adult too"`
	State      State         `json:"state" enum:"none,verified,expired"`
	Band       policy.Band   `json:"band" enum:",0-3,3-8,8-12,12-16,16-18,18+" doc:"what is known of the age, from whoever said so"`
	Source     policy.Source `json:"source" enum:",os,store,guardian,id" doc:"who said it"`
	VerifiedAt *time.Time    `json:"verified_at"`
	RenewAt    *time.Time    `json:"renew_at" doc:"when it must be renewed, or had to be"`
	TriesLeft  int           `json:"tries_left" doc:"today"`
	Consent    string        `json:"consent" doc:"the version of the text that is agreed to"`
}

type callerIn struct{ httpx.Caller }

type verifyIn struct {
	httpx.Caller
	Body struct {
		Name    string `json:"name" maxLength:"120" doc:"as on the card; goes to the provider and is not kept"`
		Number  string `json:"number" maxLength:"40" doc:"the 18 characters on the card; go to the provider, and a keyed digest is kept"`
		Consent bool   `json:"consent" doc:"that name and number may be sent to the provider"`
	}
}

type statusAnswer struct{ Body StatusOut }

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	httpx.Handle(api, httpx.Route{ID: "real-name", Method: http.MethodGet, Path: "/api/v1/real-name", Tag: tag,
		Summary: "Whether my real name is verified, and until when", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*statusAnswer, error) { return s.answer(ctx, in.Caller, nil) })
	httpx.Handle(api, httpx.Route{ID: "verify-real-name", Method: http.MethodPost, Path: "/api/v1/real-name", Tag: tag,
		Summary: "Verify that a name and an identity number belong together", Who: httpx.Viewer, Limit: httpx.PerIP(20, 10*time.Minute)},
		func(ctx context.Context, in *verifyIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.Verify(ctx, in.Actor, in.Body.Name, in.Body.Number, in.Body.Consent))
		})
}

// answer is how things stand after something was done.
func (s *Service) answer(ctx context.Context, c httpx.Caller, err error) (*statusAnswer, error) {
	if err != nil {
		return nil, err
	}
	st, err := s.Status(ctx, c.Actor)
	out := StatusOut{Available: st.Available, May: st.May, State: st.State, Band: st.Known.Band, Source: st.Known.Source, TriesLeft: st.TriesLeft, Consent: Consent}
	if st.State != Unverified {
		at, until := st.VerifiedAt.UTC(), st.RenewAt.UTC()
		out.VerifiedAt, out.RenewAt = &at, &until
	}
	return &statusAnswer{out}, err
}
