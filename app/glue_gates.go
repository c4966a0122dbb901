package app

import (
	"context"
	"fmt"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/media"
)

// qualityGate lets media object to publishing what its quality control blocks.
type qualityGate struct{ media *media.Service }

func (g qualityGate) Check(ctx context.Context, submissions []catalogue.Submission) ([]catalogue.Objection, error) {
	var all []id.Asset
	for _, s := range submissions {
		all = append(all, s.Assets...)
	}
	facts, err := g.media.Playable(ctx, all)
	if err != nil {
		return nil, err
	}
	var out []catalogue.Objection
	for _, s := range submissions {
		for i, a := range s.Assets {
			if facts[a].Blocked {
				out = append(out, catalogue.Objection{
					Drama: s.Drama, Gate: "media", Code: "quality_blocked", Path: fmt.Sprintf("episodes[%d].asset", i+1),
					Message: fmt.Sprintf("Quality control stops the video of episode %d: open it to see the findings.", i+1),
				})
			}
		}
	}
	return out, nil
}
