package catalogue

import (
	"context"
	"io"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue/words"
)

// What other capabilities ask. Each question takes a slice and costs a constant
// number of statements; what viewers may not see is absent from the answers.

// Cards answers the published ones of the dramas in their order, in a language.
func (s *Service) Cards(ctx context.Context, dramas []id.Drama, locale string) ([]Card, error) {
	listed, err := s.listed(ctx, dramas)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	cards := make([]Card, 0, len(dramas))
	for _, drama := range dramas {
		if l := listed[drama]; l != nil {
			cards = append(cards, l.card(s.genres, locale, now))
		}
	}
	return cards, nil
}

// Entry is a published drama as ranking sees it.
type Entry struct {
	Drama       id.Drama
	Org         id.Org
	Genres      []string
	Tags        []string
	Audience    string
	Language    string
	Year        int
	PublishedAt time.Time
	Episodes    int // all
	Released    int // can be watched now
}

// Published answers the published ones of the dramas in their order.
func (s *Service) Published(ctx context.Context, dramas []id.Drama) ([]Entry, error) {
	listed, err := s.listed(ctx, dramas)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	out := make([]Entry, 0, len(dramas))
	for _, drama := range dramas {
		l := listed[drama]
		if l == nil {
			continue
		}
		out = append(out, Entry{
			Drama: l.ID, Org: l.Org, Genres: l.Genres, Tags: l.Tags, Audience: l.Audience, Language: l.OriginalLanguage, Year: l.Year,
			PublishedAt: l.PublishedAt, Episodes: l.episodes, Released: l.card(nil, "", now).ReleasedCount,
		})
	}
	return out, nil
}

// FirstEpisodes answers the first episode of each drama that viewers can watch
// now, in a language.
func (s *Service) FirstEpisodes(ctx context.Context, dramas []id.Drama, locale string) (map[id.Drama]EpisodeRef, error) {
	listed, err := s.listed(ctx, dramas)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	pages, err := s.pagesOf(ctx, dramas)
	out := make(map[id.Drama]EpisodeRef, len(listed))
	for drama, l := range listed {
		if p := pages[drama]; p != nil && l != nil {
			if i := slices.IndexFunc(p.episodes, func(e Episode) bool { return e.WatchableAt(now) }); i >= 0 {
				out[drama] = p.episodes[i].ref(l.OriginalLanguage, locale, now)
			}
		}
	}
	return out, err
}

// Watchable is an episode a viewer may watch at the moment that was asked for.
type Watchable struct {
	Drama      id.Drama
	Org        id.Org
	DramaTitle string
	Asset      id.Asset
	EpisodeRef          // in the language asked for
	Credit     string   // must be shown when not empty
	Poster     *Picture // the drama's
	Subtitles  []Subtitle
	Next       *EpisodeRef // the following episode, if it can be watched too
}

// Watchable answers which of the episodes may be watched at a moment: those of
// published dramas that are released and whose video is playable. It reads the
// tables, never this node's memory.
func (s *Service) Watchable(ctx context.Context, episodes []id.Episode, locale string, at time.Time) (map[id.Episode]Watchable, error) {
	wanted, err := loadEpisodes(ctx, s.DB, episodes)
	if err != nil {
		return nil, err
	}
	dramas, err := dramasOf(ctx, s.DB, wanted)
	if err != nil {
		return nil, err
	}
	following, err := loadFollowing(ctx, s.DB, wanted)
	if err != nil {
		return nil, err
	}
	out := map[id.Episode]Watchable{}
	for _, e := range wanted {
		d := dramas[e.Drama]
		if d.State != Published || !e.WatchableAt(at) {
			continue
		}
		w := Watchable{
			Drama: d.ID, Org: d.Org, DramaTitle: d.Title.In(locale, d.OriginalLanguage), Asset: e.Asset,
			EpisodeRef: e.ref(d.OriginalLanguage, locale, at), Credit: d.Credit, Poster: pictureOf(d.Portrait), Subtitles: e.Subtitles,
		}
		if next, ok := following[e.ID]; ok && next.WatchableAt(at) {
			ref := next.ref(d.OriginalLanguage, locale, at)
			w.Next = &ref
		}
		out[e.ID] = w
	}
	return out, nil
}

// SubtitlesOf answers the subtitles of the episodes that have the assets.
func (s *Service) SubtitlesOf(ctx context.Context, assets []id.Asset) (map[id.Asset][]Subtitle, error) {
	episodes, err := episodesWith(ctx, s.DB, assets)
	out := map[id.Asset][]Subtitle{}
	for _, e := range episodes {
		out[e.Asset] = append(out[e.Asset], e.Subtitles...)
	}
	return out, err
}

// Use is an episode that shows an asset.
type Use struct {
	Asset  id.Asset   `json:"asset_id"`
	Drama  id.Drama   `json:"drama_id"`
	Title  words.Text `json:"title" doc:"Of the drama."`
	Number int        `json:"number" doc:"Of the episode."`
}

// Uses answers which episodes of dramas the actor may manage show the assets.
func (s *Service) Uses(ctx context.Context, by actor.Actor, assets []id.Asset) ([]Use, error) {
	if err := mayWork(by); err != nil {
		return nil, err
	}
	episodes, err := episodesWith(ctx, s.DB, assets)
	if err != nil {
		return nil, err
	}
	dramas, err := dramasOf(ctx, s.DB, episodes)
	out := []Use{}
	for _, e := range episodes {
		if d, ok := dramas[e.Drama]; ok && by.MayManage(d.Org) {
			out = append(out, Use{e.Asset, e.Drama, d.Title, e.Number})
		}
	}
	return out, err
}

// SubtitleText answers normalised WebVTT; a Subtitle's Hash names it.
func (s *Service) SubtitleText(ctx context.Context, hash string) ([]byte, error) {
	o, err := s.Blobs.Open(ctx, Subtitle{Hash: hash}.BlobKey())
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return io.ReadAll(o)
}
