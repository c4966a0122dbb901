package app

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/viewer/feed"
	"cliffhanger/viewer/library"
	"cliffhanger/viewer/playback"
)

// grantOut is a grant on the wire with the catalogue's episodes.
type grantOut = playback.GrantOut[catalogue.EpisodeRef]

// catalogueForFeed answers feed.Catalogue.
type catalogueForFeed struct{ *catalogue.Service }

func (c catalogueForFeed) Openings(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string, _ time.Time) (map[id.Drama]feed.Opening, error) {
	cards, err := c.Cards(ctx, by, dramas, locale)
	if err != nil {
		return nil, err
	}
	first, err := c.FirstEpisodes(ctx, by, dramas, locale)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Drama]feed.Opening, len(cards))
	for _, card := range cards {
		if e, ok := first[card.ID]; ok {
			out[card.ID] = feed.Opening{Episode: e.ID, Card: card, Ref: e}
		}
	}
	return out, nil
}

// watchingForFeed answers feed.Watching from playback.
type watchingForFeed struct{ *playback.Service }

func (w watchingForFeed) Recent(ctx context.Context, by actor.Actor, limit int) ([]feed.Watched, error) {
	positions, err := w.Service.Recent(ctx, by, limit)
	out := make([]feed.Watched, len(positions))
	for i, p := range positions {
		out[i] = feed.Watched{Drama: p.Drama, Episode: p.Episode, Offset: p.Offset, Finished: p.Finished, Position: p}
	}
	return out, err
}

func (w watchingForFeed) Onward(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]feed.Seat, error) {
	seats, err := w.Service.Onward(ctx, by, dramas, locale)
	out := make(map[id.Drama]feed.Seat, len(seats))
	for drama, s := range seats {
		out[drama] = feed.Seat{Episode: s.Episode, Offset: s.Offset, Ref: s.Ref, Position: s.At}
	}
	return out, err
}

func (w watchingForFeed) Grants(ctx context.Context, by actor.Actor, asks []feed.Ask, locale string) (map[id.Episode]feed.Allowed, error) {
	episodes, positions := make([]id.Episode, len(asks)), map[id.Drama]playback.Position{}
	for i, a := range asks {
		episodes[i] = a.Episode
		if p, ok := a.Position.(playback.Position); ok {
			positions[p.Drama] = p
		}
	}
	grants, err := w.Service.Grants(ctx, by, episodes, positions, locale)
	out := make(map[id.Episode]feed.Allowed, len(grants))
	for episode, g := range grants {
		out[episode] = feed.Allowed{Grant: playback.OutOf[catalogue.EpisodeRef](g), Ref: g.Ref}
	}
	return out, err
}

// libraryForFeed answers feed.Library.
type libraryForFeed struct{ *library.Service }

func (l libraryForFeed) Hidden(ctx context.Context, by actor.Actor) ([]id.Drama, error) {
	return l.Service.Hidden(ctx, by.Account, by.Profile)
}

func (l libraryForFeed) Opinions(ctx context.Context, by actor.Actor, shown map[id.Drama]id.Episode) (map[id.Drama]feed.Opinion, error) {
	dramas, episodes := make([]id.Drama, 0, len(shown)), make([]id.Episode, 0, len(shown))
	for drama, episode := range shown {
		dramas, episodes = append(dramas, drama), append(episodes, episode)
	}
	state, counts, err := l.Service.Opinions(ctx, by, dramas, episodes)
	out := make(map[id.Drama]feed.Opinion, len(shown))
	for drama, episode := range shown {
		out[drama] = feed.Opinion{
			Followed: state.Followed[drama], Liked: state.Liked[episode],
			FollowCount: counts.Follows[drama], LikeCount: counts.Likes[episode],
		}
	}
	return out, err
}
