package market

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/trust/market/evidence"
	"cliffhanger/trust/market/pack"
)

const tag = "market"

type callerIn struct{ httpx.Caller }

type whereOut struct {
	Body struct {
		Market   string           `json:"market" doc:"ISO 3166-1 alpha-2; empty: at home."`
		By       evidence.Kind    `json:"decided_by" enum:"device,payment,proxy,setting,node"`
		At       *time.Time       `json:"at" nullable:"true" doc:"null: nothing is known, and nothing kept"`
		Evidence []evidence.Piece `json:"evidence"`
		Known    []string         `json:"known" doc:"Countries with rules of their own."`
		Said     string           `json:"said" doc:"The country the account says it is in; empty: none. Counts for sessions of which nothing stronger is known."`
	}
}

type sayIn struct {
	httpx.Caller
	Body struct {
		Country string `json:"country" maxLength:"2" doc:"ISO 3166-1 alpha-2; empty takes it back."`
	}
}

// Routes registers everything this capability answers.
func (s *Service) Routes(api *httpx.API) {
	httpx.Handle(api, httpx.Route{ID: "my-market", Method: http.MethodGet, Path: "/api/v1/me/market", Tag: tag,
		Summary: "In which market I am taken to be, and why", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*whereOut, error) {
			w, err := s.Where(ctx, in.Actor)
			return whereOf(w), err
		})
	httpx.Handle(api, httpx.Route{ID: "say-my-market", Method: http.MethodPut, Path: "/api/v1/me/market", Tag: tag,
		Summary: "Say in which country I am", Who: httpx.Viewer, Limit: httpx.PerActor(20, time.Hour)},
		func(ctx context.Context, in *sayIn) (*whereOut, error) {
			if err := s.Say(ctx, in.Actor, in.Body.Country); err != nil {
				return nil, err
			}
			w, err := s.Where(ctx, in.Actor)
			return whereOf(w), err
		})
	s.consoleRoutes(api)
}

func whereOf(w Whereabouts) *whereOut {
	out := &whereOut{}
	b := &out.Body
	b.Market, b.By, b.Evidence, b.Said, b.Known = w.Market, w.By, append([]evidence.Piece{}, w.Kept...), w.Said, append([]string{}, w.Known...)
	if !w.At.IsZero() {
		b.At = &w.At
	}
	return out
}

// wireProposal is a proposal as staff see it.
type wireProposal struct {
	ID          id.Pack    `json:"id"`
	Code        string     `json:"code"`
	Version     string     `json:"version"`
	Hash        string     `json:"hash"`
	Diff        string     `json:"diff" doc:"Names what it changes, as it was last looked at to propose or confirm it."`
	State       State      `json:"state" enum:"staged,waiting,in_force,superseded,withdrawn"`
	ProposedBy  id.Staff   `json:"proposed_by"`
	ProposedAt  time.Time  `json:"proposed_at"`
	ConfirmedBy id.Staff   `json:"confirmed_by,omitempty"`
	InForceAt   *time.Time `json:"in_force_at" nullable:"true"`
}

func wireOf(p proposal, st State) wireProposal {
	w := wireProposal{ID: p.ID, Code: p.Code, Version: p.Version, Hash: p.Hash, Diff: p.Diff, State: st,
		ProposedBy: p.ProposedBy, ProposedAt: p.ProposedAt, ConfirmedBy: p.ConfirmedBy}
	if !p.InForceAt.IsZero() {
		w.InForceAt = &p.InForceAt
	}
	return w
}

type wireListed struct {
	Code        string     `json:"code"`
	Title       string     `json:"title"`
	TitleZh     string     `json:"title_zh"`
	Version     string     `json:"version"`
	Territories []string   `json:"territories"`
	Currency    string     `json:"currency"`
	Zone        string     `json:"zone"`
	Builtin     bool       `json:"builtin" doc:"It came with the product."`
	Since       *time.Time `json:"since" nullable:"true" doc:"When it took effect; null: with the product."`
	Unverified  int        `json:"unverified" doc:"How many of its rules nobody checked against the original text."`
}

type overviewOut struct {
	Body struct {
		Packs     []wireListed   `json:"packs"`
		Proposals []wireProposal `json:"proposals"`
		Files     []File         `json:"files"`
	}
}

type codeIn struct {
	httpx.Caller
	Code string `path:"id" maxLength:"16"`
}

type packOut struct {
	Body struct {
		Pack pack.Pack `json:"pack"`
		Text string    `json:"text" doc:"Its file."`
	}
}

type packIDIn struct {
	httpx.Caller
	Pack id.Pack `path:"id" maxLength:"64"`
}

type proposeIn struct {
	httpx.Caller
	Body struct {
		File string `json:"file,omitempty" maxLength:"70" doc:"The name of a file in the folder; else text."`
		Text string `json:"text,omitempty" maxLength:"262144"`
	}
}

type confirmIn struct {
	httpx.Caller
	Pack id.Pack `path:"id" maxLength:"64"`
	Body struct {
		Diff string `json:"diff" maxLength:"64" doc:"What was seen: the answer's diff."`
	}
}

type seenOut struct {
	Body struct {
		Proposal wireProposal  `json:"proposal"`
		Title    string        `json:"title"`
		TitleZh  string        `json:"title_zh"`
		New      bool          `json:"new_market"`
		Before   string        `json:"before" doc:"The version it takes the place of; empty: none."`
		Changes  []pack.Change `json:"changes"`
		Diff     string        `json:"diff" doc:"Names this difference; who puts it in force sends it."`
		From     time.Time     `json:"from" doc:"When it takes, or took, effect; of what is not confirmed: if it were now."`
		Dramas   []Drama       `json:"dramas" doc:"Published ones that its rules concern."`
		More     bool          `json:"more_dramas"`
	}
}

func seenOf(s Seen) *seenOut {
	out := &seenOut{}
	b := &out.Body
	b.Proposal, b.Title, b.TitleZh = wireOf(s.Proposal, s.State), s.Next.Title, s.Next.TitleZh
	b.New, b.Before, b.Changes, b.Diff = s.Before.Code == "", s.Before.Version, append([]pack.Change{}, s.Changes...), s.Diff
	b.From, b.Dramas, b.More = s.From, append([]Drama{}, s.Dramas...), s.More
	return out
}

type classifyIn struct {
	httpx.Caller
	Code string `path:"id" maxLength:"16"`
	Body struct {
		On        string   `json:"on,omitempty" maxLength:"10" doc:"The day whose rules decide; today if absent."`
		Kind      string   `json:"kind" enum:"live,ai,animated"`
		Invested  int64    `json:"invested" minimum:"0" doc:"In minor units."`
		Currency  string   `json:"currency,omitempty" maxLength:"3" doc:"Empty: the amount is not known."`
		Topics    []string `json:"topics,omitempty" maxItems:"9" doc:"Special topics it touches."`
		Promoted  bool     `json:"promoted,omitempty"`
		Voluntary bool     `json:"voluntary,omitempty"`
		Episodes  int      `json:"episodes,omitempty" minimum:"0" maximum:"500"`
		Longest   int      `json:"longest_seconds,omitempty" minimum:"0" maximum:"86400"`
	}
}

type classifyOut struct {
	Body struct {
		Class    pack.Class `json:"class" enum:"key,ordinary,other,none,short_video,undecided"`
		Rule     string     `json:"rule" doc:"Which rule decided; empty: none did."`
		Version  string     `json:"version"`
		Verified bool       `json:"verified"`
		CoReview bool       `json:"co_review"`
		Licence  bool       `json:"licence"`
		Slots    []string   `json:"slots"`
		Why      []string   `json:"why"`
	}
}

func (s *Service) consoleRoutes(api *httpx.API) {
	const packs, proposals = "/api/console/v1/markets", "/api/console/v1/market-packs"
	readers, writers := httpx.Staff(actor.Operator, actor.Reviewer), httpx.Staff(actor.Operator)
	limit := httpx.PerActor(60, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "list-markets", Method: http.MethodGet, Path: packs, Tag: tag,
		Summary: "Rule packs in force, proposed, and in the folder", Who: readers}, s.getOverview)
	httpx.Handle(api, httpx.Route{ID: "show-market", Method: http.MethodGet, Path: packs + "/{id}", Tag: tag,
		Summary: "The rules in force in a market", Who: readers},
		func(ctx context.Context, in *codeIn) (*packOut, error) {
			out := &packOut{}
			var err error
			out.Body.Pack, out.Body.Text, err = s.Read(ctx, in.Actor, in.Code)
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "classify-drama", Method: http.MethodPost, Path: packs + "/{id}/classify", Tag: tag,
		Summary: "Which class a drama has under a market's rules", Who: readers, Limit: limit}, s.postClassify)
	httpx.Handle(api, httpx.Route{ID: "propose-pack", Method: http.MethodPost, Path: proposals, Tag: tag,
		Summary: "Propose other rules for a market", Who: writers, Status: http.StatusCreated, Limit: limit, MaxBody: 4 * pack.MaxSize},
		func(ctx context.Context, in *proposeIn) (*seenOut, error) {
			seen, err := s.Propose(ctx, in.Actor, in.Body.File, in.Body.Text)
			return seenOf(seen), err
		})
	httpx.Handle(api, httpx.Route{ID: "diff-pack", Method: http.MethodGet, Path: proposals + "/{id}", Tag: tag,
		Summary: "What proposed rules would change, and which dramas they concern", Who: readers},
		func(ctx context.Context, in *packIDIn) (*seenOut, error) {
			seen, err := s.Look(ctx, in.Actor, in.Pack)
			return seenOf(seen), err
		})
	httpx.Handle(api, httpx.Route{ID: "confirm-pack", Method: http.MethodPost, Path: proposals + "/{id}/confirmation", Tag: tag,
		Summary: "Put proposed rules in force", Who: readers, Limit: limit},
		func(ctx context.Context, in *confirmIn) (*seenOut, error) {
			seen, err := s.Confirm(ctx, in.Actor, in.Pack, in.Body.Diff)
			return seenOf(seen), err
		})
	httpx.Handle(api, httpx.Route{ID: "withdraw-pack", Method: http.MethodDelete, Path: proposals + "/{id}", Tag: tag,
		Summary: "Withdraw rules that are not in force", Who: writers, Status: http.StatusNoContent, Limit: limit},
		func(ctx context.Context, in *packIDIn) (*struct{}, error) {
			return nil, s.Withdraw(ctx, in.Actor, in.Pack)
		})
}

func (s *Service) getOverview(ctx context.Context, in *callerIn) (*overviewOut, error) {
	o, err := s.Overview(ctx, in.Actor)
	out := &overviewOut{}
	out.Body.Packs, out.Body.Proposals, out.Body.Files = []wireListed{}, []wireProposal{}, append([]File{}, o.Files...)
	for _, l := range o.InForce {
		w := wireListed{Code: l.Pack.Code, Title: l.Pack.Title, TitleZh: l.Pack.TitleZh, Version: l.Pack.Version, Territories: l.Pack.Territories,
			Currency: l.Pack.Currency, Zone: l.Pack.Zone, Builtin: l.Builtin, Unverified: l.Pack.Unverified()}
		if l.Proposal != nil {
			w.Since = &l.Proposal.InForceAt
		}
		out.Body.Packs = append(out.Body.Packs, w)
	}
	for _, p := range o.Proposals {
		out.Body.Proposals = append(out.Body.Proposals, wireOf(p, o.States[p.ID]))
	}
	return out, err
}

func (s *Service) postClassify(ctx context.Context, in *classifyIn) (*classifyOut, error) {
	b := in.Body
	r, err := s.Classify(ctx, in.Actor, in.Code, pack.Facts{
		Kind: pack.Kind(b.Kind), Invested: b.Invested, Currency: b.Currency, Topics: b.Topics, Promoted: b.Promoted, Voluntary: b.Voluntary,
		Episodes: b.Episodes, Longest: b.Longest,
	}, pack.Day(b.On))
	out := &classifyOut{}
	o := &out.Body
	o.Class, o.Rule, o.Version, o.Verified, o.CoReview, o.Licence = r.Class, r.Rule, r.Version, r.Verified, r.CoReview, r.Licence
	o.Slots, o.Why = append([]string{}, r.Slots...), append([]string{}, r.Why...)
	return out, err
}
