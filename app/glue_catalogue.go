package app

import (
	"context"
	"io"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/media"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/library"
	"cliffhanger/viewer/playback"
	"cliffhanger/viewer/youth"
)

// mediaForCatalogue answers catalogue.Media.
type mediaForCatalogue struct{ *media.Service }

func (m mediaForCatalogue) Playable(ctx context.Context, assets []id.Asset) (map[id.Asset]catalogue.AssetFacts, error) {
	facts, err := m.Service.Playable(ctx, assets)
	out := make(map[id.Asset]catalogue.AssetFacts, len(facts))
	for a, f := range facts {
		out[a] = catalogue.AssetFacts{Org: f.Org, Playable: f.Playable, Blocked: f.Blocked, DurationMS: f.DurationMS, Width: f.Width, Height: f.Height}
	}
	return out, err
}

func (m mediaForCatalogue) Summaries(ctx context.Context, assets []id.Asset) (map[id.Asset]catalogue.AssetSummary, error) {
	summaries, err := m.Service.Summaries(ctx, assets)
	out := make(map[id.Asset]catalogue.AssetSummary, len(summaries))
	for _, s := range summaries {
		c := catalogue.AssetSummary{
			ID: s.ID, Filename: s.Filename, Size: s.Size, State: string(s.State), Stage: s.Stage, Percent: s.Percent, QueuePosition: s.QueuePosition,
			DurationMS: s.DurationMS, BlockedFindings: s.BlockedFindings, OpenFindings: s.OpenFindings,
		}
		if s.Verdict != nil {
			c.Verdict = s.Verdict.Outcome
		}
		if s.Problem != nil {
			c.Problem = &catalogue.Problem{Code: s.Problem.Code, Message: s.Problem.Msg}
		}
		out[s.ID] = c
	}
	return out, err
}

func (m mediaForCatalogue) Take(ctx context.Context, by actor.Actor, org id.Org, path, sha256 string) (id.Asset, error) {
	return m.Service.Take(ctx, by, org, path, sha256)
}

func (m mediaForCatalogue) Master(ctx context.Context, asset id.Asset) (io.ReadCloser, string, int64, error) {
	return m.Service.Master(ctx, asset)
}

// audienceForCatalogue answers catalogue.Audience from the viewer's wing, which
// is made after the catalogue.
type audienceForCatalogue struct {
	youth    *youth.Service
	playback *playback.Service
	library  *library.Service
	feed     *feed.Service
}

func (a *audienceForCatalogue) MayFind(by actor.Actor, drama id.Drama) bool {
	return a.youth.MayShow(by, drama)
}

func (a *audienceForCatalogue) Personal(ctx context.Context, by actor.Actor, drama id.Drama, episodes []id.Episode) (catalogue.Personal, error) {
	if !by.IsViewer() {
		return catalogue.Personal{}, nil
	}
	state, err := a.library.StateFor(ctx, by, []id.Drama{drama}, nil)
	if err != nil {
		return catalogue.Personal{}, err
	}
	canRate, err := a.library.CanRate(ctx, by, drama)
	if err != nil {
		return catalogue.Personal{}, err
	}
	at, seen, err := a.playback.SeenIn(ctx, by, drama)
	if err != nil {
		return catalogue.Personal{}, err
	}
	seat, err := a.playback.Resume(ctx, by, at)
	out := catalogue.Personal{
		Followed: state.Followed[drama], Hidden: state.Hidden[drama], CanRate: canRate,
		Positions: make(map[id.Episode]catalogue.Position, len(seen)),
	}
	if score, ok := state.Rated[drama]; ok {
		out.Rated = &score
	}
	for episode, s := range seen {
		out.Positions[episode] = catalogue.Position{PositionMS: s.Offset.Milliseconds(), Finished: s.Finished}
	}
	if seat.Episode != "" {
		out.Resume = &catalogue.Resume{Episode: seat.Episode, Number: seat.Number, PositionMS: seat.Offset.Milliseconds()}
	}
	return out, err
}

func (a *audienceForCatalogue) Continue(ctx context.Context, by actor.Actor, n int) ([]id.Drama, error) {
	entries, err := a.playback.Continue(ctx, by, n, "")
	out := make([]id.Drama, len(entries))
	for i, e := range entries {
		out[i] = e.Drama
	}
	return out, err
}

func (a *audienceForCatalogue) Popular(ctx context.Context, n int) ([]id.Drama, error) {
	return a.feed.Top(ctx, n)
}

func (a *audienceForCatalogue) TopRated(ctx context.Context, n int) ([]id.Drama, error) {
	return a.library.TopRated(ctx, n)
}

func (a *audienceForCatalogue) Ratings(ctx context.Context, dramas []id.Drama) (map[id.Drama]catalogue.Rating, error) {
	ratings, err := a.library.Ratings(ctx, dramas)
	out := make(map[id.Drama]catalogue.Rating, len(ratings))
	for d, r := range ratings {
		out[d] = catalogue.Rating{Mean: r.Shown, Count: int(r.Count)}
	}
	return out, err
}
