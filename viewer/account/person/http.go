package person

import (
	"archive/zip"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/account"
)

type sendCodeIn struct {
	httpx.Caller
	Body struct {
		Channel Channel `json:"channel" enum:"email,phone"`
		To      string  `json:"to" maxLength:"1024" doc:"An e-mail address, or a phone number with its country code."`
	}
}

type signInIn struct {
	httpx.Caller
	account.Sent
	Body struct {
		Channel Channel `json:"channel" enum:"email,phone"`
		To      string  `json:"to" maxLength:"1024"`
		Code    string  `json:"code" maxLength:"64" doc:"As a person typed it."`
	}
}

// SignInOut is what signing in came to, on the wire.
type SignInOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Account id.Account `json:"account_id"`
		Profile id.Profile `json:"profile_id"`
		Merged  bool       `json:"merged" doc:"The account this device had is part of that one now."`
		Would   Change     `json:"would,omitempty" enum:"merge,move" doc:"Nothing was done yet, for what was proved belongs to another account: to join it makes the account of this device a part of that one, or only this device goes over."`
		Proof   string     `json:"proof,omitempty" doc:"What join-account does it by, once, on this device, within ten minutes."`
		Kind    string     `json:"kind,omitempty" enum:"email,phone,oidc,xiaomi,passkey" doc:"Of what was proved."`
		Hint    string     `json:"hint,omitempty" doc:"Of what was proved."`
		People  []Face     `json:"people,omitempty" doc:"Who one may be there. With neither these nor room a plain yes is enough."`
		Room    bool       `json:"room,omitempty" doc:"One may be somebody new there."`
		Full    bool       `json:"full,omitempty" doc:"Nothing can come of it: together they would be more than six people."`
	}
}

// Out is s on the wire.
func (s Signed) Out() *SignInOut {
	out := &SignInOut{}
	out.Body.Account, out.Body.Profile, out.Body.Merged = s.Account, s.Profile, s.Merged
	out.Body.Would, out.Body.Proof, out.Body.Kind, out.Body.Hint = s.Would, s.Proof, s.Kind, s.Hint
	out.Body.People, out.Body.Room, out.Body.Full = s.People, s.Room, s.Full
	return out
}

// out is signed on the wire, with another secret for the browser's session where
// somebody signed in by it.
func (s *Service) out(ctx context.Context, c httpx.Caller, sent account.Sent, signed Signed, err error) (*SignInOut, error) {
	out := signed.Out()
	if err == nil && signed.Would == "" {
		out.SetCookie = s.Accounts.Renewed(ctx, c, sent, signed.Account)
	}
	return out, err
}

type waitingIn struct {
	httpx.Caller
	Proof string `path:"proof" maxLength:"64"`
}

type joinIn struct {
	httpx.Caller
	account.Sent
	Body struct {
		Proof   string `json:"proof" maxLength:"64"`
		Profile string `json:"profile_id,omitempty" maxLength:"64" doc:"Whom this device's viewer is there, where they were asked."`
		PIN     string `json:"pin,omitempty" maxLength:"64" doc:"Where that profile has one."`
		New     bool   `json:"new,omitempty" doc:"Somebody new instead."`
	}
}

type callerIn struct{ httpx.Caller }

type credentialsOut struct {
	Body struct {
		Credentials []Known `json:"credentials"`
	}
}

type credentialIn struct {
	httpx.Caller
	Credential string `path:"credential" maxLength:"64"`
}

type eraseIn struct {
	httpx.Caller
	Body struct {
		Confirm string `json:"confirm" maxLength:"16" doc:"The word erase."`
	}
}

type eraseOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "account"
	httpx.Handle(api, httpx.Route{ID: "send-code", Method: http.MethodPost, Path: "/api/v1/codes", Tag: tag,
		Summary: "Send a one-time code to an address", Who: httpx.Viewer, Status: http.StatusAccepted, Limit: httpx.PerIP(20, 10*time.Minute)},
		func(ctx context.Context, in *sendCodeIn) (*struct{}, error) {
			return nil, s.SendCode(ctx, in.Actor, in.Body.Channel, in.Body.To, in.Locale)
		})
	httpx.Handle(api, httpx.Route{ID: "prove-address", Method: http.MethodPost, Path: "/api/v1/sign-in", Tag: tag,
		Summary: "Prove an address by its code: it becomes this account's, or says whose account one would join", Who: httpx.Viewer, Limit: httpx.PerIP(30, 10*time.Minute)},
		func(ctx context.Context, in *signInIn) (*SignInOut, error) {
			signed, err := s.SignIn(ctx, in.Actor, Proof(in.Body))
			return s.out(ctx, in.Caller, in.Sent, signed, err)
		})
	httpx.Handle(api, httpx.Route{ID: "waiting-sign-in", Method: http.MethodGet, Path: "/api/v1/sign-in/proofs/{proof}", Tag: tag,
		Summary: "What this device has proved and what would come of it", Who: httpx.Viewer},
		func(ctx context.Context, in *waitingIn) (*SignInOut, error) {
			signed, err := s.Waiting(ctx, in.Actor, in.Proof)
			return signed.Out(), err
		})
	httpx.Handle(api, httpx.Route{ID: "join-account", Method: http.MethodPost, Path: "/api/v1/sign-in/join", Tag: tag,
		Summary: "Say yes to what would come of what was proved", Who: httpx.Viewer, Limit: httpx.PerActor(30, 10*time.Minute)},
		func(ctx context.Context, in *joinIn) (*SignInOut, error) {
			signed, err := s.Join(ctx, in.Actor, in.Body.Proof, Whom{id.Profile(in.Body.Profile), in.Body.PIN, in.Body.New}, in.IP)
			return s.out(ctx, in.Caller, in.Sent, signed, err)
		})
	httpx.Handle(api, httpx.Route{ID: "list-credentials", Method: http.MethodGet, Path: "/api/v1/me/credentials", Tag: tag,
		Summary: "How this account is known again", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*credentialsOut, error) {
			if !in.Actor.IsViewer() {
				return nil, errViewer
			}
			known, err := credentialsOf(ctx, s.DB, in.Actor.Account)
			out := &credentialsOut{}
			out.Body.Credentials = append([]Known{}, known...)
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "remove-credential", Method: http.MethodDelete, Path: "/api/v1/me/credentials/{credential}", Tag: tag,
		Summary: "Let this account be known that way no more; one way in stays", Who: httpx.Viewer, Limit: httpx.PerActor(20, time.Minute)},
		func(ctx context.Context, in *credentialIn) (*struct{}, error) {
			return nil, s.Remove(ctx, in.Actor, in.Credential)
		})
	httpx.Handle(api, httpx.Route{ID: "erase-me", Method: http.MethodPost, Path: "/api/v1/me/erase", Tag: tag,
		Summary: "Forget this account and everything kept of it", Who: httpx.Viewer, Status: http.StatusAccepted, Limit: httpx.PerActor(5, time.Minute)},
		func(ctx context.Context, in *eraseIn) (*eraseOut, error) {
			err := s.Erase(ctx, in.Actor, in.Body.Confirm)
			return &eraseOut{[]http.Cookie{in.Cookie(httpx.ViewerCookie, "", 0)}}, err
		})
	api.Raw(httpx.Route{ID: "export-me", Method: http.MethodGet, Path: "/api/v1/me/export", Tag: tag, Produces: []string{"application/zip"},
		Summary: "Everything kept of this person, as JSON in a zip file", Who: httpx.Viewer, Limit: httpx.PerActor(5, time.Minute)}, s.export)
}

// export writes one file for each capability that keeps anything.
func (s *Service) export(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	if !c.Actor.IsViewer() {
		return errViewer
	}
	exports := append([]Export{{"account", s.ownExport}}, s.Exports...)
	kept := map[string]any{}
	for _, e := range exports {
		data, err := e.Of(r.Context(), c.Actor)
		if err != nil {
			return err
		}
		if data != nil {
			kept[e.Name] = data
		}
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="cliffhanger-export.zip"`)
	w.Header().Set("Cache-Control", "no-store")
	z := zip.NewWriter(w)
	for _, e := range exports { // in their order
		data, ok := kept[e.Name]
		if !ok {
			continue
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: e.Name + ".json", Method: zip.Deflate, Modified: s.Clock.Now()})
		if err != nil {
			return err
		}
		enc := json.NewEncoder(f)
		enc.SetIndent("", "  ")
		if err := enc.Encode(data); err != nil {
			return err
		}
	}
	return z.Close()
}
