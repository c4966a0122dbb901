package consent

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/platform/httpx"
)

// Switch is on or off.
type Switch string

func switchOf(on bool) Switch {
	if on {
		return "on"
	}
	return "off"
}

// WireChoice is a consent on the wire.
type WireChoice struct {
	State    Switch     `json:"state" enum:"on,off"`
	Default  Switch     `json:"default" enum:"on,off" doc:"what holds in this market for who has not chosen"`
	ChosenAt *time.Time `json:"chosen_at" doc:"when the viewer chose; null: never"`
}

func choiceOf(c Choice) WireChoice {
	return WireChoice{State: switchOf(c.On), Default: switchOf(c.Unasked), ChosenAt: moment(c.Chosen)}
}

// WireTold is a text and what the viewer said to it, on the wire.
type WireTold struct {
	Version  string     `json:"version" doc:"that holds now: the day from which it does"`
	Agreed   string     `json:"agreed" doc:"the version agreed to last, or nothing"`
	AgreedAt *time.Time `json:"agreed_at"`
	Due      bool       `json:"due" doc:"it has to be shown"`
	Next     string     `json:"next" doc:"the version to come, or nothing"`
}

func toldOf(t Told) WireTold {
	return WireTold{Version: t.Version, Agreed: t.Agreed, AgreedAt: moment(t.AgreedAt), Due: t.Due, Next: t.Next}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// WirePrivacy is how things stand between the house and a viewer, on the wire.
type WirePrivacy struct {
	Minor        bool       `json:"minor" doc:"in minors' mode everything is off and nothing can be changed"`
	Personalised WireChoice `json:"personalised" doc:"whether what this viewer watched orders the feed"`
	Analytics    WireChoice `json:"analytics" doc:"whether what this viewer uses may be counted"`
	Terms        WireTold   `json:"terms"`
	Privacy      WireTold   `json:"privacy"`
}

type privacyOut struct{ Body WirePrivacy }

type callerIn struct{ httpx.Caller }

type sayIn struct {
	httpx.Caller
	Body struct {
		Personalised *Switch `json:"personalised,omitempty" enum:"on,off"`
		Analytics    *Switch `json:"analytics,omitempty" enum:"on,off"`
		Terms        *string `json:"terms,omitempty" maxLength:"10" doc:"the version that is agreed to"`
		Privacy      *string `json:"privacy,omitempty" maxLength:"10" doc:"the version that was shown"`
	}
}

type textIn struct {
	httpx.Caller
	Matter  Matter `path:"matter" enum:"terms,privacy"`
	Version string `query:"version" maxLength:"10" doc:"the one that holds now if absent"`
}

type textOut struct {
	Body struct {
		Matter    Matter    `json:"matter" enum:"terms,privacy"`
		Version   string    `json:"version"`
		HoldsFrom time.Time `json:"holds_from"`
		Locale    string    `json:"locale" enum:"zh-CN,en"`
		Text      string    `json:"text" doc:"paragraphs, # headings and - lists; no other markup"`
	}
}

// Routes registers what this room answers.
func (s *Service) Routes(api *httpx.API) {
	const tag = "account"
	httpx.Handle(api, httpx.Route{ID: "my-privacy", Method: http.MethodGet, Path: "/api/v1/me/privacy", Tag: tag,
		Summary: "What I was told and what I agreed to", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*privacyOut, error) { return s.answer(ctx, in.Caller, nil) })
	httpx.Handle(api, httpx.Route{ID: "set-my-privacy", Method: http.MethodPut, Path: "/api/v1/me/privacy", Tag: tag,
		Summary: "Give or take back a consent, agree to a text; what is absent stays", Who: httpx.Viewer, Limit: httpx.PerActor(30, time.Minute)},
		func(ctx context.Context, in *sayIn) (*privacyOut, error) {
			word := Word{Analytics: in.Body.Analytics.on(), Profiling: in.Body.Personalised.on(), Terms: in.Body.Terms, Privacy: in.Body.Privacy}
			return s.answer(ctx, in.Caller, s.Say(ctx, in.Actor, word))
		})
	httpx.Handle(api, httpx.Route{ID: "text", Method: http.MethodGet, Path: "/api/v1/texts/{matter}", Tag: tag,
		Summary: "The terms or the privacy text, in the language of the request", Who: httpx.Anyone},
		func(_ context.Context, in *textIn) (*textOut, error) {
			t, err := s.Text(in.Matter, in.Version, in.Locale)
			if err != nil {
				return nil, err
			}
			out := &textOut{}
			out.Body.Matter, out.Body.Version, out.Body.HoldsFrom, out.Body.Locale, out.Body.Text = t.Matter, t.Version, t.holdsFrom(), t.Locale, t.Body
			return out, nil
		})
}

func (s *Switch) on() *bool {
	if s == nil {
		return nil
	}
	on := *s == "on"
	return &on
}

// answer is how things stand after something was said.
func (s *Service) answer(ctx context.Context, c httpx.Caller, err error) (*privacyOut, error) {
	if err != nil {
		return nil, err
	}
	now, err := s.Standing(ctx, c.Actor)
	return &privacyOut{WirePrivacy{
		Minor: now.Minor, Personalised: choiceOf(now.Profiling), Analytics: choiceOf(now.Analytics), Terms: toldOf(now.Terms), Privacy: toldOf(now.Privacy),
	}}, err
}
