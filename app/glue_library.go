package app

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/viewer/playback"
)

// dramasForLibrary answers library.Dramas and library.Cards from the catalogue.
type dramasForLibrary struct {
	*catalogue.Service
	clock clock.Clock
}

func (d dramasForLibrary) Exists(ctx context.Context, drama id.Drama) (bool, error) {
	found, err := d.Cards(ctx, actor.Actor{}, []id.Drama{drama}, "")
	return len(found) > 0, err
}

func (d dramasForLibrary) DramaOf(ctx context.Context, by actor.Actor, episode id.Episode) (id.Drama, error) {
	found, err := d.Watchable(ctx, by, []id.Episode{episode}, "", d.clock.Now())
	return found[episode].Drama, err
}

func (d dramasForLibrary) Dramas(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]catalogue.Card, error) {
	cards, err := d.Cards(ctx, by, dramas, locale)
	out := make(map[id.Drama]catalogue.Card, len(cards))
	for _, c := range cards {
		out[c.ID] = c
	}
	return out, err
}

func (d dramasForLibrary) Episodes(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string) (map[id.Episode]catalogue.EpisodeRef, error) {
	found, err := d.Watchable(ctx, by, episodes, locale, d.clock.Now())
	out := make(map[id.Episode]catalogue.EpisodeRef, len(found))
	for episode, w := range found {
		out[episode] = w.EpisodeRef
	}
	return out, err
}

// finishedForLibrary answers library.Finished from playback.
type finishedForLibrary struct{ *playback.Service }

func (f finishedForLibrary) Count(ctx context.Context, account id.Account, profile id.Profile, drama id.Drama) (int, error) {
	return f.FinishedCount(ctx, actor.Actor{Kind: actor.Viewer, Account: account, Profile: profile}, drama)
}
