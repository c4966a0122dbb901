package review

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

type wireFinding struct {
	ID         string     `json:"id"`
	Check      string     `json:"check" enum:"words,made,ratings,quality"`
	Rule       string     `json:"rule" doc:"For words: the list and its entry."`
	Version    string     `json:"rule_version"`
	Code       string     `json:"code" doc:"Of the table of red lines."`
	Severity   string     `json:"severity" enum:"S0,S1,S2,S3"`
	Where      string     `json:"where" enum:"title,synopsis,subtitle,picture,file,form"`
	Language   string     `json:"language,omitempty"`
	Episode    int        `json:"episode,omitempty" doc:"Its number; absent: the drama itself."`
	FromMS     int64      `json:"from_ms"`
	ToMS       int64      `json:"to_ms"`
	Score      float64    `json:"score" doc:"0 to 1: how sure the check is."`
	Excerpt    string     `json:"excerpt"`
	FoundAt    time.Time  `json:"found_at"`
	Answer     Answer     `json:"answer,omitempty" enum:"confirmed,dismissed" doc:"Absent: nobody has answered."`
	Reason     string     `json:"reason,omitempty"`
	AnsweredBy id.Staff   `json:"answered_by,omitempty"`
	AnsweredAt *time.Time `json:"answered_at" nullable:"true"`
}

func wireFindingOf(f Finding) wireFinding {
	w := wireFinding{
		ID: f.Key, Check: f.Check, Rule: f.Rule, Version: f.Version, Code: f.Code, Severity: string(f.Severity), Where: string(f.Where),
		Language: f.Language, Episode: f.Episode, FromMS: f.From.Milliseconds(), ToMS: f.To.Milliseconds(), Score: f.Score, Excerpt: f.Excerpt,
		FoundAt: f.FoundAt, Answer: f.Answer, Reason: f.Reason, AnsweredBy: f.AnsweredBy,
	}
	if !f.AnsweredAt.IsZero() {
		w.AnsweredAt = &f.AnsweredAt
	}
	return w
}

type findingsOut struct {
	Body struct {
		Items []wireFinding `json:"items"`
	}
}

type answerIn struct {
	httpx.Caller
	Case id.Case `path:"id" maxLength:"64"`
	Key  string  `path:"finding" maxLength:"64"`
	Body struct {
		Answer Answer `json:"answer" enum:"confirmed,dismissed"`
		Reason string `json:"reason" maxLength:"8000"`
	}
}

type findingOut struct{ Body wireFinding }

// findingRoutes registers what people make of findings.
func (s *Service) findingRoutes(api *httpx.API, cases string, everybody, readers httpx.Who, limit httpx.Limit) {
	httpx.Handle(api, httpx.Route{ID: "list-findings", Method: http.MethodGet, Path: cases + "/{id}/findings", Tag: tag,
		Summary: "What automatic checks found in a version", Who: everybody},
		func(ctx context.Context, in *caseIn) (*findingsOut, error) {
			found, err := s.Findings(ctx, in.Actor, in.Case)
			out := &findingsOut{}
			out.Body.Items = make([]wireFinding, len(found))
			for i, f := range found {
				out.Body.Items[i] = wireFindingOf(f)
			}
			return out, err
		})
	httpx.Handle(api, httpx.Route{ID: "answer-finding", Method: http.MethodPut, Path: cases + "/{id}/findings/{finding}", Tag: tag,
		Summary: "Confirm or dismiss a finding, with the reason", Who: readers, Limit: limit},
		func(ctx context.Context, in *answerIn) (*findingOut, error) {
			f, err := s.AnswerFinding(ctx, in.Actor, in.Case, in.Key, in.Body.Answer, in.Body.Reason)
			return &findingOut{wireFindingOf(f)}, err
		})
}
