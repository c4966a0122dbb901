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
	Liking     Liking // of a single grant; lists know it already
}

// Grant allows by to watch an episode, or says why not.
func (s *Service) Grant(ctx context.Context, by actor.Actor, episode id.Episode, locale string) (Grant, error) {
	if err := viewer(by); err != nil {
		return Grant{}, err
	}
	if _, err := id.Parse[id.Episode](string(episode)); err != nil {
		return Grant{}, errGone.Because(err)
	}
	allowed, refused, err := s.decide(ctx, by, []id.Episode{episode}, locale)
	if err != nil {
		return Grant{}, err
	}
	if r, ok := refused[episode]; ok {
		return Grant{}, r.fault()
	}
	a, ok := allowed[episode]
	if !ok {
		return Grant{}, s.notWatchable(ctx, by, episode)
	}
	positions, err := positionsOf(ctx, s.DB, by, []id.Drama{a.Drama})
	if err != nil {
		return Grant{}, err
	}
	g := s.grantFor(a, positions[a.Drama])
	g.Liking, err = s.Likes.Liking(ctx, by, episode)
	return g, err
}

// fault is the refusal as an answer; what is refused for now says until when.
func (r Refusal) fault() *fault.Fault {
	f := fault.New(fault.Forbidden, r.Code, r.Msg)
	if r.OpensAt.IsZero() {
		return f
	}
	return f.With(fault.Field{Path: "episode_id", Code: "opens_later", Msg: "opens at " + r.OpensAt.UTC().Format(time.RFC3339Nano)})
}

// Renew is Grant for a player that shows the episode already. One that was asked
// to stop is refused; whoever begins anew, or looks what there is, is not.
func (s *Service) Renew(ctx context.Context, by actor.Actor, episode id.Episode, locale string) (Grant, error) {
	if err := viewer(by); err != nil {
		return Grant{}, err
	}
	if err := s.mayGoOn(ctx, by); err != nil {
		return Grant{}, err
	}
	return s.Grant(ctx, by, episode, locale)
}

// notWatchable says why there is nothing to watch: the episode is still to come,
// and then when, or it is gone.
func (s *Service) notWatchable(ctx context.Context, by actor.Actor, episode id.Episode) error {
	at, err := s.Episodes.ComesAt(ctx, by, episode)
	switch {
	case err != nil:
		return err
	case at.IsZero():
		return errGone
	}
	minute := at.UTC().Add(time.Minute - 1).Truncate(time.Minute) // nobody comes too early
	early := fault.New(fault.NotFound, "playback.not_released", "This episode comes out on %s UTC. Come back then.", minute.Format("2006-01-02 at 15:04"))
	return early.With(fault.Field{Path: "episode_id", Code: "comes_later", Msg: "comes out on " + at.UTC().Format(time.RFC3339Nano)})
}

// Grants allows what may be watched of a list and leaves out the rest. Where the
// profile is in the dramas the caller knows already, from Recent or Onward.
func (s *Service) Grants(ctx context.Context, by actor.Actor, episodes []id.Episode, at map[id.Drama]Position, locale string) (map[id.Episode]Grant, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	allowed, _, err := s.decide(ctx, by, episodes, locale)
	granted := make(map[id.Episode]Grant, len(allowed))
	for episode, a := range allowed {
		granted[episode] = s.grantFor(a, at[a.Drama])
	}
	return granted, err
}

// allowed is an episode that may be watched, with the way to its bytes.
type allowed struct {
	Watchable
	Stream
}

// decide asks, in this order: is it published, does a gate refuse, are there bytes.
func (s *Service) decide(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string) (map[id.Episode]allowed, map[id.Episode]Refusal, error) {
	now := s.Clock.Now()
	watchable, err := s.Episodes.Watchable(ctx, by, episodes, locale, now)
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
	until, err := s.until(ctx, by, now)
	if err != nil {
		return nil, nil, err
	}
	requests := make([]StreamRequest, 0, len(watchable))
	for _, w := range watchable {
		requests = append(requests, StreamRequest{Asset: w.Asset, Device: by.Device, Display: by.Display, Locale: locale, NotAfter: until})
	}
	streams, err := s.Streams.Open(ctx, requests)
	if err != nil {
		return nil, nil, err
	}
	found := make(map[id.Episode]allowed, len(watchable))
	for episode, w := range watchable {
		if stream, ok := streams[w.Asset]; ok {
			found[episode] = allowed{w, stream}
		}
	}
	return found, refused, nil
}

func (s *Service) grantFor(a allowed, at Position) Grant {
	g := Grant{
		Episode: a.Episode, Drama: a.Drama, Ref: a.Ref, Next: a.NextRef, Labels: a.Labels,
		Stream: a.Stream, Version: at.Version, ServerTime: s.Clock.Now(),
	}
	if at.Episode == a.Episode && !at.Finished {
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

// until is the earliest moment at which a gate is going to refuse by.
func (s *Service) until(ctx context.Context, by actor.Actor, now time.Time) (first time.Time, err error) {
	for _, gate := range s.Gates {
		until, err := gate.Until(ctx, by, now)
		if err != nil {
			return first, err
		}
		if first.IsZero() || !until.IsZero() && until.Before(first) {
			first = until
		}
	}
	return first, nil
}
