package review

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/trust/review/lexicon"
	"cliffhanger/trust/review/stage"
	"cliffhanger/trust/review/watch"
)

const tag = "review"

// WireListed is what a list tells of a version, and its desk, too: only what is
// exported is promoted in the document of the API.
type WireListed struct {
	ID          id.Case           `json:"id"`
	Drama       id.Drama          `json:"drama_id"`
	Org         id.Org            `json:"org_id"`
	Title       map[string]string `json:"title" doc:"By language."`
	Version     string            `json:"version" doc:"SHA-256 of everything a viewer would see."`
	Episodes    int               `json:"episodes"`
	RuntimeMS   int64             `json:"runtime_ms"`
	State       stage.State       `json:"state" enum:"draft,checking,blocked,first,second,final,co_review,filing,supplement,issued,marking,cleared,appealed,returned,rejected,withdrawn,superseded"`
	Since       time.Time         `json:"since"`
	Due         *time.Time        `json:"due" nullable:"true" doc:"null: it waits for nobody"`
	Late        bool              `json:"late"`
	SubmittedAt time.Time         `json:"submitted_at"`
}

func listedOf(l Listed) WireListed {
	m := l.Material
	w := WireListed{ID: l.ID, Drama: m.Drama, Org: m.Org, Title: m.Title, Version: l.Version, Episodes: len(m.Episodes),
		State: l.State, Since: l.Since, Late: l.Late, SubmittedAt: l.SubmittedAt}
	for _, p := range m.Episodes {
		w.RuntimeMS += p.Length.Milliseconds()
	}
	if !l.Due.IsZero() {
		w.Due = &l.Due
	}
	return w
}

type wirePart struct {
	Number    int        `json:"number"`
	Episode   id.Episode `json:"episode_id"`
	Master    string     `json:"master" doc:"SHA-256 of the master."`
	LengthMS  int64      `json:"length_ms"`
	Subtitles []string   `json:"subtitles" doc:"Languages."`
}

type wireAct struct {
	Verb   stage.Verb  `json:"verb"`
	By     id.Staff    `json:"by,omitempty" doc:"Absent: the house."`
	From   stage.State `json:"from"`
	To     stage.State `json:"to"`
	Reason string      `json:"reason"`
	At     time.Time   `json:"at"`
}

type wireMark struct {
	ID       id.Entry  `json:"id"`
	Episode  int       `json:"episode"`
	AtMS     int64     `json:"at_ms"`
	Code     string    `json:"code"`
	Severity string    `json:"severity" enum:"S0,S1,S2,S3"`
	Note     string    `json:"note"`
	By       id.Staff  `json:"by"`
	MadeAt   time.Time `json:"made_at"`
}

func markOf(m Mark) wireMark {
	return wireMark{m.ID, m.Episode, m.At.Milliseconds(), m.Code, string(m.Severity), m.Note, m.By, m.MadeAt}
}

type wireChoice struct {
	Verb stage.Verb `json:"verb"`
	May  bool       `json:"may"`
	Code string     `json:"code,omitempty" doc:"Why not."`
	Why  string     `json:"why,omitempty"`
}

type wireChange struct {
	What    string `json:"what" enum:"about,added,removed,video,subtitles"`
	Episode int    `json:"episode,omitempty" doc:"Its number; absent: the drama itself."`
}

type wireSeen struct {
	Share int        `json:"share" doc:"Thousandths of the whole."`
	Spans []wireSpan `json:"spans" doc:"In the order of the version."`
}

type wireSpan struct {
	Episode int `json:"episode" doc:"Its number."`
	FromS   int `json:"from_s"`
	ToS     int `json:"to_s" doc:"The second that was not seen any more."`
}

func seenOf(share int, seen watch.Seen, in Material) wireSeen {
	out := wireSeen{share, []wireSpan{}}
	for x := range seen.Seconds() {
		number := in.Episodes[x.Episode].Number
		if n := len(out.Spans); n > 0 && out.Spans[n-1].Episode == number && out.Spans[n-1].ToS == x.At {
			out.Spans[n-1].ToS++
			continue
		}
		out.Spans = append(out.Spans, wireSpan{number, x.At, x.At + 1})
	}
	return out
}

type wireDesk struct {
	WireListed
	Acts    []wireAct    `json:"acts"`
	Parts   []wirePart   `json:"parts"`
	Marks   []wireMark   `json:"marks"`
	Watched wireSeen     `json:"watched" doc:"By who asks."`
	Choices []wireChoice `json:"choices" doc:"What can be decided now, and why who asks may not."`
	Before  id.Case      `json:"before,omitempty" doc:"The version that was cleared last."`
	Changes []wireChange `json:"changes" doc:"Against that."`
}

func deskOf(d Desk) wireDesk {
	w := wireDesk{WireListed: listedOf(Listed{d.Case, d.Due, d.Late}), Acts: []wireAct{}, Parts: []wirePart{}, Marks: []wireMark{},
		Watched: seenOf(d.Share, d.Seen, d.Material), Choices: []wireChoice{}, Changes: []wireChange{}}
	for i, a := range d.Acts {
		w.Acts = append(w.Acts, wireAct{a.Verb, d.Accounts[i], a.From, a.To, a.Reason, a.At})
	}
	for _, p := range d.Material.Episodes {
		part := wirePart{p.Number, p.Episode, p.Master, p.Length.Milliseconds(), []string{}}
		for lang := range p.Subtitles {
			part.Subtitles = append(part.Subtitles, lang)
		}
		w.Parts = append(w.Parts, part)
	}
	for _, m := range d.Marks {
		w.Marks = append(w.Marks, markOf(m))
	}
	for _, c := range d.Choices {
		choice := wireChoice{Verb: c.Verb, May: c.Not == nil}
		if c.Not != nil {
			f := fault.Of(c.Not)
			choice.Code, choice.Why = f.Code, f.Msg
		}
		w.Choices = append(w.Choices, choice)
	}
	if d.Before != nil {
		w.Before = d.Before.ID
	}
	for _, c := range d.Changes {
		w.Changes = append(w.Changes, wireChange{c.What, c.Episode})
	}
	return w
}

type caseIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
}

type deskOut struct{ Body wireDesk }

type queueIn struct {
	httpx.Caller
	State stage.State `query:"state" maxLength:"16" doc:"Only these; else those that wait for people."`
	After string      `query:"after" maxLength:"512"`
	Limit int         `query:"limit" minimum:"0" maximum:"200"`
}

type queueOut struct{ Body page.Of[WireListed] }

type dramaIn struct {
	httpx.Caller
	Drama id.Drama `path:"id" maxLength:"64"`
}

type versionsOut struct {
	Body struct {
		Items []WireListed `json:"items"`
	}
}

type decideIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
	Body struct {
		Verb   stage.Verb `json:"verb" enum:"let_on,pass,pass_minors,return,reject,withdraw,answered,appeal,uphold,reinstate,reopen"`
		Acts   int        `json:"acts" minimum:"1" doc:"How many acts the review had when it was looked at."`
		Reason string     `json:"reason,omitempty" maxLength:"8000"`
	}
}

type openIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
	Body struct {
		Episode int `json:"episode" minimum:"1" maximum:"500" doc:"Its number."`
	}
}

type linksOut struct{ Body Links }

type beatIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
	Body struct {
		Sitting    string `json:"sitting" minLength:"1" maxLength:"64" doc:"One player that plays on; a seek begins another."`
		Episode    int    `json:"episode" minimum:"1" maximum:"500"`
		PositionMS int64  `json:"position_ms" minimum:"0"`
	}
}

type seenOut struct{ Body wireSeen }

type markIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
	Body struct {
		Episode  int    `json:"episode" minimum:"1" maximum:"500"`
		AtMS     int64  `json:"at_ms" minimum:"0"`
		Code     string `json:"code" maxLength:"40"`
		Severity string `json:"severity" enum:"S0,S1,S2,S3" doc:"S0 illegal, S1 banned, S2 to be cut, S3 to be labelled."`
		Note     string `json:"note,omitempty" maxLength:"2000"`
	}
}

type markOut struct{ Body wireMark }

type interestIn struct {
	httpx.Caller
	Body struct {
		Staff  id.Staff `json:"staff_id" maxLength:"64"`
		Org    id.Org   `json:"org_id" maxLength:"64"`
		Reason string   `json:"reason" maxLength:"8000"`
	}
}

// Routes registers everything this capability answers.
func (s *Service) Routes(api *httpx.API) {
	const cases, of = "/api/console/v1/reviews", "/api/console/v1/dramas/{id}/reviews"
	people := []actor.Role{actor.Reviewer, actor.Editor, actor.MinorsOfficer, actor.FilingOfficer, actor.Operator}
	readers, everybody := httpx.Staff(people...), httpx.Staff(append(people, actor.Producer)...)
	limit := httpx.PerActor(600, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "list-reviews", Method: http.MethodGet, Path: cases, Tag: tag,
		Summary: "Versions that wait for people, those first that wait longest", Who: readers},
		func(ctx context.Context, in *queueIn) (*queueOut, error) {
			found, err := s.Queue(ctx, in.Actor, in.State, page.Request{After: in.After, Limit: in.Limit})
			return &queueOut{Body: page.Of[WireListed]{Items: wired(found.Items), Next: found.Next}}, err
		})
	httpx.Handle(api, httpx.Route{ID: "show-review", Method: http.MethodGet, Path: cases + "/{id}", Tag: tag,
		Summary: "A version on its way through review, and what I may decide", Who: everybody},
		func(ctx context.Context, in *caseIn) (*deskOut, error) { return s.desk(ctx, in.Actor, in.Case) })
	httpx.Handle(api, httpx.Route{ID: "decide-review", Method: http.MethodPost, Path: cases + "/{id}/acts", Tag: tag,
		Summary: "Decide something about a version", Who: everybody, Limit: limit},
		func(ctx context.Context, in *decideIn) (*deskOut, error) {
			if _, err := s.Decide(ctx, in.Actor, in.Case, in.Body.Acts, in.Body.Verb, in.Body.Reason); err != nil {
				return nil, err
			}
			return s.desk(ctx, in.Actor, in.Case)
		})
	httpx.Handle(api, httpx.Route{ID: "open-reviewed-episode", Method: http.MethodPost, Path: cases + "/{id}/links", Tag: tag,
		Summary: "Watch an episode of a version; this is logged", Who: everybody, Limit: limit},
		func(ctx context.Context, in *openIn) (*linksOut, error) {
			links, err := s.Open(ctx, in.Actor, in.Case, in.Body.Episode)
			return &linksOut{links}, err
		})
	httpx.Handle(api, httpx.Route{ID: "beat-review", Method: http.MethodPost, Path: cases + "/{id}/beats", Tag: tag,
		Summary: "Say where my player is, every few seconds", Who: readers, Limit: limit},
		func(ctx context.Context, in *beatIn) (*seenOut, error) {
			b := in.Body
			seen, err := s.Beat(ctx, in.Actor, in.Case, b.Sitting, b.Episode, time.Duration(b.PositionMS)*time.Millisecond)
			return &seenOut{seenOf(seen.Share, seen.Seen, seen.material)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "mark-review", Method: http.MethodPost, Path: cases + "/{id}/marks", Tag: tag,
		Summary: "Note something at a moment of an episode", Who: readers, Status: http.StatusCreated, Limit: limit},
		func(ctx context.Context, in *markIn) (*markOut, error) {
			b := in.Body
			m, err := s.Note(ctx, in.Actor, in.Case, Mark{Episode: b.Episode, At: time.Duration(b.AtMS) * time.Millisecond, Code: b.Code, Severity: lexicon.Severity(b.Severity), Note: b.Note})
			return &markOut{markOf(m)}, err
		})
	s.findingRoutes(api, cases, everybody, readers, limit)
	httpx.Handle(api, httpx.Route{ID: "submit-for-review", Method: http.MethodPost, Path: of, Tag: tag,
		Summary: "Hand the drama as it is now to review", Who: httpx.Staff(actor.Producer, actor.Operator), Status: http.StatusCreated, Limit: limit},
		func(ctx context.Context, in *dramaIn) (*deskOut, error) {
			c, err := s.Submit(ctx, in.Actor, in.Drama)
			if err != nil {
				return nil, err
			}
			return s.desk(ctx, in.Actor, c.ID)
		})
	httpx.Handle(api, httpx.Route{ID: "list-reviews-of-drama", Method: http.MethodGet, Path: of, Tag: tag,
		Summary: "The reviews of a drama, the youngest first", Who: everybody},
		func(ctx context.Context, in *dramaIn) (*versionsOut, error) {
			found, err := s.Of(ctx, in.Actor, in.Drama)
			out := &versionsOut{}
			out.Body.Items = wired(found)
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "declare-interest", Method: http.MethodPost, Path: "/api/console/v1/review-interests", Tag: tag,
		Summary: "Say that somebody has an interest in an organisation's work", Who: readers, Status: http.StatusNoContent, Limit: limit},
		func(ctx context.Context, in *interestIn) (*struct{}, error) {
			return nil, s.DeclareInterest(ctx, in.Actor, in.Body.Staff, in.Body.Org, in.Body.Reason)
		})
}

func (s *Service) desk(ctx context.Context, by actor.Actor, which id.Case) (*deskOut, error) {
	d, err := s.Look(ctx, by, which)
	if err != nil {
		return nil, err
	}
	return &deskOut{deskOf(d)}, nil
}

func wired(all []Listed) []WireListed {
	out := make([]WireListed, len(all))
	for i, l := range all {
		out[i] = listedOf(l)
	}
	return out
}
