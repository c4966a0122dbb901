package catalogue

import (
	"context"
	"io"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/words"
)

// What other capabilities ask. Each question takes a slice and costs a constant
// number of statements; what viewers may not see is absent from the answers.

// Cards answers the published ones of the dramas in their order, in a language.
func (s *Service) Cards(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) ([]Card, error) {
	listed, err := s.listed(ctx, dramas)
	if err != nil {
		return nil, err
	}
	to := s.reader(by, locale)
	cards := make([]Card, 0, len(dramas))
	for _, drama := range dramas {
		if l := listed[drama]; l != nil && to.finds(drama) {
			cards = append(cards, l.card(s.genres, to))
		}
	}
	return cards, nil
}

// FirstEpisodes answers the first episode of each drama that viewers can watch
// now, in a language.
func (s *Service) FirstEpisodes(ctx context.Context, by actor.Actor, dramas []id.Drama, locale string) (map[id.Drama]EpisodeRef, error) {
	listed, err := s.listed(ctx, dramas)
	if err != nil {
		return nil, err
	}
	to := s.reader(by, locale)
	out := make(map[id.Drama]EpisodeRef, len(listed))
	for drama, l := range listed {
		if l == nil || l.first == nil {
			continue
		}
		if l.first.WatchableAt(to.now, to.market) {
			out[drama] = l.first.ref(l.OriginalLanguage, to)
			continue
		}
		p, err := s.pageOf(ctx, l) // later ones may have been released before it
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(p.episodes, func(e Episode) bool { return e.WatchableAt(to.now, to.market) }); i >= 0 {
			out[drama] = p.episodes[i].ref(l.OriginalLanguage, to)
		}
	}
	return out, nil
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

// Watchable answers which of the episodes by may watch at a moment: those of
// published dramas that are released in its market and whose video is playable.
func (s *Service) Watchable(ctx context.Context, by actor.Actor, episodes []id.Episode, locale string, at time.Time) (map[id.Episode]Watchable, error) {
	have, err := s.known(ctx, episodes)
	if err != nil {
		return nil, err
	}
	to := reader{locale: locale, market: by.Market, now: at}
	out := make(map[id.Episode]Watchable, len(have))
	for e, k := range have {
		if k.drama.State == Published && k.episode.WatchableAt(to.now, to.market) {
			out[e] = k.watchable(to)
		}
	}
	return out, nil
}

// ComesAt answers when an episode that is still to come is released in by's
// market; zero: it is out, or nobody knows.
func (s *Service) ComesAt(ctx context.Context, by actor.Actor, episode id.Episode) (time.Time, error) {
	have, err := s.known(ctx, []id.Episode{episode})
	if k := have[episode]; k != nil && k.drama.State == Published {
		if at := k.episode.ReleaseIn(by.Market); at.After(s.Clock.Now()) {
			return at, nil
		}
	}
	return time.Time{}, err
}

// known answers the episodes there are. The tables say whether what this node
// remembers is still true.
func (s *Service) known(ctx context.Context, episodes []id.Episode) (map[id.Episode]*kept, error) {
	changes, err := changesOf(ctx, s.DB, episodes)
	if err != nil {
		return nil, err
	}
	have := make(map[id.Episode]*kept, len(changes))
	var missing []id.Episode
	for e, change := range changes {
		if k, ok := s.shown.episodes.GetIfPresent(e); ok && k.change == change {
			have[e] = k
		} else {
			missing = append(missing, e)
		}
	}
	// What is read now may be newer than the change it is kept under, never older.
	return have, s.learn(ctx, missing, changes, have)
}

// kept is an episode with its drama and the one after it, as they were when
// the drama was at a place of the change sequence.
type kept struct {
	change  int64
	drama   Drama
	episode Episode
	next    *Episode
}

func (k *kept) watchable(to reader) Watchable {
	d, e := &k.drama, &k.episode
	w := Watchable{
		Drama: d.ID, Org: d.Org, DramaTitle: d.Title.In(to.locale, d.OriginalLanguage), Asset: e.Asset,
		EpisodeRef: e.ref(d.OriginalLanguage, to), Credit: d.Credit, Poster: pictureOf(d.Portrait.In(to.locale, d.OriginalLanguage)), Subtitles: e.Subtitles,
	}
	if k.next != nil && k.next.WatchableAt(to.now, to.market) {
		next := k.next.ref(d.OriginalLanguage, to)
		w.Next = &next
	}
	return w
}

// learn reads episodes and keeps them in memory and in into.
func (s *Service) learn(ctx context.Context, episodes []id.Episode, changes map[id.Episode]int64, into map[id.Episode]*kept) error {
	wanted, err := loadEpisodes(ctx, s.DB, episodes)
	if err != nil || len(wanted) == 0 {
		return err
	}
	dramas, err := dramasOf(ctx, s.DB, wanted)
	if err != nil {
		return err
	}
	following, err := loadFollowing(ctx, s.DB, wanted)
	if err != nil {
		return err
	}
	for _, e := range wanted {
		k := &kept{change: changes[e.ID], drama: dramas[e.Drama], episode: e}
		if next, ok := following[e.ID]; ok {
			k.next = &next
		}
		into[e.ID] = k
		s.shown.episodes.Set(e.ID, k)
	}
	return nil
}

// AssetsOf answers the assets of a drama's episodes.
func (s *Service) AssetsOf(ctx context.Context, drama id.Drama) ([]id.Asset, error) {
	episodes, err := loadEpisodesOf(ctx, s.DB, drama)
	return assetsOf(episodes), err
}

// SubtitlesOf answers the subtitles each asset is shown with, one of a language;
// those of drafts only where no published drama shows the asset.
func (s *Service) SubtitlesOf(ctx context.Context, assets []id.Asset) (map[id.Asset][]Subtitle, error) {
	return subtitlesWith(ctx, s.DB, assets)
}

// Use is an episode that shows an asset, or will once it can be watched.
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
	return usesOf(ctx, s.DB, by, assets)
}

// LetGo answers the episodes that show the asset, whosever they are. Where there
// are none, no episode is given it any more: media is about to delete it.
func (s *Service) LetGo(ctx context.Context, asset id.Asset) (uses []Use, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if uses, err = usesOf(ctx, tx, actor.OfSystem("catalogue"), []id.Asset{asset}); err != nil || len(uses) > 0 {
			return err
		}
		return letGo(ctx, tx, asset)
	})
	return uses, err
}

func usesOf(ctx context.Context, q db.Q, by actor.Actor, assets []id.Asset) ([]Use, error) {
	episodes, err := episodesWith(ctx, q, assets)
	if err != nil {
		return nil, err
	}
	dramas, err := dramasOf(ctx, q, episodes)
	out := []Use{}
	for _, e := range episodes {
		d, ok := dramas[e.Drama]
		if !ok || !by.MayManage(d.Org) {
			continue
		}
		for _, asset := range []id.Asset{e.Asset, e.Next} {
			if asset != "" && slices.Contains(assets, asset) {
				out = append(out, Use{asset, e.Drama, d.Title, e.Number})
			}
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
