package app

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/media"
	"cliffhanger/studio/media/display"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/library"
	"cliffhanger/viewer/playback"
)

// episodesForPlayback answers playback.Episodes from the catalogue.
type episodesForPlayback struct{ *catalogue.Service }

func (e episodesForPlayback) Watchable(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string, at time.Time) (map[id.Episode]playback.Watchable, error) {
	found, err := e.Service.Watchable(ctx, by, episodes, locale, at)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Episode]playback.Watchable, len(found))
	for episode, w := range found {
		p := playback.Watchable{
			Drama: w.Drama, Episode: episode, Number: w.Number, Asset: w.Asset,
			Length: time.Duration(w.DurationMS) * time.Millisecond, Ref: w.EpisodeRef,
		}
		if w.Next != nil {
			p.Next, p.NextRef = w.Next.ID, *w.Next
		}
		out[episode] = p
	}
	return out, nil
}

func (e episodesForPlayback) Cards(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]any, error) {
	cards, err := e.Service.Cards(ctx, by, dramas, locale)
	out := make(map[id.Drama]any, len(cards))
	for _, c := range cards {
		out[c.ID] = c
	}
	return out, err
}

// likesForPlayback answers playback.Likes from the library, which is made after it.
type likesForPlayback struct{ *library.Service }

func (l *likesForPlayback) Liking(ctx context.Context, by actor.Actor, episode id.Episode) (playback.Liking, error) {
	state, counts, err := l.Opinions(ctx, by, nil, []id.Episode{episode})
	return playback.Liking{Mine: state.Liked[episode], Count: counts.Likes[episode]}, err
}

// householdForPlayback answers playback.Household from the accounts, with one
// number of streams for everybody.
type householdForPlayback struct {
	*account.Service
	streams int
}

func (h householdForPlayback) Named(ctx context.Context, owner id.Account, device id.Device) (name, form string, ok bool, err error) {
	found, err := h.Service.Device(ctx, owner, device)
	if fault.KindOf(err) == fault.Unauthenticated {
		return "", "", false, nil
	}
	return found.Traits.Name, string(found.Traits.Form), err == nil, err
}

func (h householdForPlayback) Person(ctx context.Context, by actor.Actor) (string, error) {
	people, err := h.Service.Profiles(ctx, by)
	for _, p := range people {
		if p.ID == by.Profile {
			return p.Name, err
		}
	}
	return "", err
}

func (h householdForPlayback) Streams(context.Context, id.Account) (int, error) {
	return h.streams, nil
}

// streamsForPlayback answers playback.Streams from media.
type streamsForPlayback struct{ *media.Service }

func (m streamsForPlayback) Open(ctx context.Context, requests []playback.StreamRequest) (map[id.Asset]playback.Stream, error) {
	asked := make([]media.StreamRequest, len(requests))
	for i, r := range requests {
		shown, _ := display.Parse(r.Display) // one that is not understood is offered everything
		asked[i] = media.StreamRequest{Asset: r.Asset, Device: r.Device, Display: shown, NotAfter: r.NotAfter}
	}
	streams, err := m.Service.Open(ctx, asked)
	out := make(map[id.Asset]playback.Stream, len(streams))
	for _, s := range streams {
		if s.HLS != "" {
			out[s.Asset] = playbackStream(s)
		}
	}
	return out, err
}

func playbackStream(s media.Stream) playback.Stream {
	out := playback.Stream{
		HLS: s.HLS, DASH: s.DASH, Head: s.Head, HeadLength: time.Duration(s.HeadMS) * time.Millisecond, Poster: s.Poster,
		Sprite: (*playback.Sprite)(s.Sprite), Length: time.Duration(s.DurationMS) * time.Millisecond, Width: s.Width, Height: s.Height,
		RenewAfter: s.RenewAfter, ExpiresAt: s.ExpiresAt, FirstBytes: &playback.Range{URL: s.FirstRange.URL, Length: s.FirstRange.Length},
	}
	for _, sub := range s.Subtitles {
		out.Subtitles = append(out.Subtitles, playback.Subtitle(sub))
	}
	return out
}
