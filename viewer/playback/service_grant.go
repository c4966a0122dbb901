package playback

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Grant is the permission to watch one episode on one device, and everything a
// player needs to begin. It is good until ExpiresAt and renewed by asking again.
type Grant struct {
	Episode    id.Episode
	Drama      id.Drama
	Ref        any
	Next       any
	Labels     []Label
	Stream     Stream
	Offset     time.Duration // where to begin
	Version    int64         // of the position; reports say it back
	ServerTime time.Time
}

// Grant allows by to watch an episode, or says why not.
func (s *Service) Grant(ctx context.Context, by actor.Actor, episode id.Episode, locale string) (Grant, error) {
	if err := viewer(by); err != nil {
		return Grant{}, err
	}
	if _, err := id.Parse[id.Episode](string(episode)); err != nil {
		return Grant{}, errGone.Because(err)
	}
	granted, refused, err := s.decide(ctx, by, []id.Episode{episode}, locale)
	if err != nil {
		return Grant{}, err
	}
	if r, ok := refused[episode]; ok {
		return Grant{}, fault.New(fault.Forbidden, r.Code, r.Msg)
	}
	g, ok := granted[episode]
	if !ok {
		return Grant{}, errGone
	}
	return g, nil
}

// Grants allows what may be watched of a list and leaves out the rest.
func (s *Service) Grants(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string) (map[id.Episode]Grant, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	granted, _, err := s.decide(ctx, by, episodes, locale)
	return granted, err
}

// decide asks, in this order: is it published, does a gate refuse, are there bytes.
func (s *Service) decide(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string) (map[id.Episode]Grant, map[id.Episode]Refusal, error) {
	now := s.Clock.Now()
	watchable, err := s.Episodes.Watchable(ctx, episodes, locale, now)
	if err != nil {
		return nil, nil, err
	}
	refused, err := s.refuse(ctx, by, watchable, now)
	if err != nil {
		return nil, nil, err
	}
	for episode := range refused {
		delete(watchable, episode)
	}
	requests := make([]StreamRequest, 0, len(watchable))
	dramas := make([]id.Drama, 0, len(watchable))
	for _, w := range watchable {
		requests = append(requests, StreamRequest{Asset: w.Asset, Device: by.Device, Locale: locale})
		dramas = append(dramas, w.Drama)
	}
	streams, err := s.Streams.Open(ctx, requests)
	if err != nil {
		return nil, nil, err
	}
	positions, err := positionsOf(ctx, s.DB, by, dramas)
	if err != nil {
		return nil, nil, err
	}
	granted := make(map[id.Episode]Grant, len(watchable))
	for episode, w := range watchable {
		if stream, ok := streams[w.Asset]; ok {
			granted[episode] = grantFor(w, stream, positions[w.Drama], now)
		}
	}
	return granted, refused, nil
}

func grantFor(w Watchable, stream Stream, at Position, now time.Time) Grant {
	g := Grant{
		Episode: w.Episode, Drama: w.Drama, Ref: w.Ref, Next: w.NextRef, Labels: w.Labels,
		Stream: stream, Version: at.Version, ServerTime: now,
	}
	if at.Episode == w.Episode && !at.Finished {
		g.Offset = at.Offset
	}
	return g
}

func (s *Service) refuse(ctx context.Context, by actor.Actor, watchable map[id.Episode]Watchable, now time.Time) (map[id.Episode]Refusal, error) {
	if len(s.Gates) == 0 || len(watchable) == 0 {
		return nil, nil
	}
	list := make([]Watchable, 0, len(watchable))
	for _, w := range watchable {
		list = append(list, w)
	}
	all := map[id.Episode]Refusal{}
	for _, gate := range s.Gates {
		refused, err := gate.Refuse(ctx, by, list, now)
		if err != nil {
			return nil, err // a gate that cannot answer lets nobody through
		}
		for episode, r := range refused {
			if _, already := all[episode]; !already {
				all[episode] = r
			}
		}
	}
	return all, nil
}
