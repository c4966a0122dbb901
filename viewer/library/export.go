package library

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
)

// exported is a mark as its owner takes it along.
type exported struct {
	Kind  kind      `json:"kind" doc:"follow, like, hidden or rating"`
	On    string    `json:"on"` // a drama or an episode
	Score int       `json:"score,omitempty"`
	At    time.Time `json:"at"`
}

// Export is everything the library keeps of a profile, or nil.
func (s *Service) Export(ctx context.Context, by actor.Actor) (any, error) {
	who, err := viewer(by)
	if err != nil {
		return nil, err
	}
	marks, err := allMarks(ctx, s.db, who)
	if err != nil || len(marks) == 0 {
		return nil, err
	}
	out := make([]exported, len(marks))
	for i, m := range marks {
		out[i] = exported{m.kind, m.subject, m.score, clock.Time(m.at)}
	}
	return out, nil
}
