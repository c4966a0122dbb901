package catalogue

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/release"
)

var errEpisodeMissing = fault.New(fault.NotFound, "catalogue.episode_missing", "There is no such episode.")

// selectEpisodes answers the episodes a condition is true of, each with what
// media told and its releases: home's, and those of markets with their own.
func selectEpisodes(ctx context.Context, q db.Q, where string, args ...any) ([]Episode, error) {
	var episodes []Episode
	place := map[id.Episode]int{}
	_, err := db.All(ctx, q, func(row db.Row) (none struct{}, err error) {
		var e Episode
		var title, market string
		var own, at int64
		if err := row.Scan(&e.ID, &e.Drama, &e.Number, &title, &e.Asset, &e.Next, &own, &market, &at,
			&e.Video.Playable, &e.Video.Blocked, &e.Video.DurationMS, &e.Video.Width, &e.Video.Height); err != nil {
			return none, err
		}
		e.OwnAt = clock.Time(own)
		i, known := place[e.ID]
		if !known {
			if err := json.Unmarshal([]byte(title), &e.Title); err != nil {
				return none, fmt.Errorf("episode %s: %w", e.ID, err)
			}
			i = len(episodes)
			place[e.ID], episodes = i, append(episodes, e)
		}
		episodes[i].releases(market, clock.Time(at))
		return none, nil
	}, `
	SELECT e.id, e.drama_id, e.number, e.title, e.asset_id, e.next_asset_id, e.own_release_at, coalesce(r.market, ''), coalesce(r.release_at, 0),
		coalesce(a.playable, false), coalesce(a.blocked, false), coalesce(a.duration_ms, 0), coalesce(a.width, 0), coalesce(a.height, 0)
	FROM catalogue_episode e
	LEFT JOIN catalogue_release r ON r.episode_id = e.id
	LEFT JOIN catalogue_asset a ON a.asset_id = e.asset_id
	WHERE `+where, args...)
	return episodes, err
}

// releases notes when the episode is released in a market; "" is none.
func (e *Episode) releases(market string, at time.Time) {
	switch market {
	case "":
	case release.Home:
		e.ReleaseAt = at
	default:
		if e.Elsewhere == nil {
			e.Elsewhere = map[string]time.Time{}
		}
		e.Elsewhere[market] = at
	}
}

// loadEpisodesOf answers the episodes of the dramas with their subtitles, by
// drama and number.
func loadEpisodesOf(ctx context.Context, q db.Q, dramas ...id.Drama) ([]Episode, error) {
	if len(dramas) == 0 {
		return nil, nil
	}
	in := db.In(len(dramas), 1)
	episodes, err := selectEpisodes(ctx, q, `e.drama_id IN (`+in+`) ORDER BY e.drama_id, e.number`, db.Args(dramas)...)
	if err != nil {
		return nil, err
	}
	return withSubtitles(ctx, q, episodes,
		`episode_id IN (SELECT id FROM catalogue_episode WHERE drama_id IN (`+in+`))`, db.Args(dramas))
}

// loadEpisodes answers the episodes that exist, with their subtitles.
func loadEpisodes(ctx context.Context, q db.Q, ids []id.Episode) ([]Episode, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in := db.In(len(ids), 1)
	episodes, err := selectEpisodes(ctx, q, `e.id IN (`+in+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	return withSubtitles(ctx, q, episodes, `episode_id IN (`+in+`)`, db.Args(ids))
}

func loadEpisode(ctx context.Context, q db.Q, episode id.Episode) (Episode, error) {
	found, err := loadEpisodes(ctx, q, []id.Episode{episode})
	if err == nil && len(found) == 0 {
		err = errEpisodeMissing
	}
	if err != nil {
		return Episode{}, err
	}
	return found[0], nil
}

func withSubtitles(ctx context.Context, q db.Q, episodes []Episode, where string, args []any) ([]Episode, error) {
	type row struct {
		episode id.Episode
		Subtitle
	}
	rows, err := db.All(ctx, q, func(r db.Row) (s row, err error) {
		return s, r.Scan(&s.episode, &s.Lang, &s.Hash, &s.Source, &s.Cues, &s.Long)
	}, `SELECT episode_id, lang, hash, source, cues, long_cues FROM catalogue_subtitle WHERE `+where+` ORDER BY episode_id, lang`, args...)
	if err != nil {
		return nil, err
	}
	of := map[id.Episode][]Subtitle{}
	for _, s := range rows {
		of[s.episode] = append(of[s.episode], s.Subtitle)
	}
	for i, e := range episodes {
		episodes[i].Subtitles = of[e.ID]
	}
	return episodes, nil
}

// insertEpisode writes a new episode; db.IsUnique when the number is taken.
func insertEpisode(ctx context.Context, tx *db.Tx, e Episode) error {
	_, err := tx.Exec(ctx, `INSERT INTO catalogue_episode (id, drama_id, number, title, asset_id, next_asset_id, own_release_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.ID, e.Drama, e.Number, asJSON(e.Title), e.Asset, e.Next, clock.Micros(e.OwnAt))
	return err
}

func updateEpisode(ctx context.Context, tx *db.Tx, e Episode) error {
	_, err := tx.Exec(ctx, `UPDATE catalogue_episode SET number = $2, title = $3, asset_id = $4, next_asset_id = $5, own_release_at = $6 WHERE id = $1`,
		e.ID, e.Number, asJSON(e.Title), e.Asset, e.Next, clock.Micros(e.OwnAt))
	return err
}

func deleteEpisode(ctx context.Context, tx *db.Tx, episode id.Episode) error {
	_, err := tx.Exec(ctx, `DELETE FROM catalogue_episode WHERE id = $1`, episode)
	return err
}

// saveReleases writes when episodes are released in a market; a zero time takes
// the market's own time away.
func saveReleases(ctx context.Context, tx *db.Tx, market string, times map[id.Episode]time.Time) error {
	var rows []string
	args := []any{market}
	for episode, at := range times {
		if at.IsZero() {
			if _, err := tx.Exec(ctx, `DELETE FROM catalogue_release WHERE episode_id = $1 AND market = $2`, episode, market); err != nil {
				return err
			}
			continue
		}
		rows = append(rows, fmt.Sprintf("($%d, $1, $%d)", len(args)+1, len(args)+2))
		args = append(args, episode, clock.Micros(at))
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO catalogue_release (episode_id, market, release_at) VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (episode_id, market) DO UPDATE SET release_at = excluded.release_at`, args...)
	return err
}

func saveSubtitle(ctx context.Context, tx *db.Tx, episode id.Episode, s Subtitle) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO catalogue_subtitle (episode_id, lang, hash, source, cues, long_cues) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (episode_id, lang) DO UPDATE SET hash = excluded.hash, source = excluded.source,
			cues = excluded.cues, long_cues = excluded.long_cues`, episode, s.Lang, s.Hash, s.Source, s.Cues, s.Long)
	return err
}

func deleteSubtitle(ctx context.Context, tx *db.Tx, episode id.Episode, lang string) error {
	_, err := tx.Exec(ctx, `DELETE FROM catalogue_subtitle WHERE episode_id = $1 AND lang = $2`, episode, lang)
	return err
}

// saveVideo keeps what media told of an asset. Playable is never taken back by
// an answer that was asked for before the asset became so.
func saveVideo(ctx context.Context, tx *db.Tx, asset id.Asset, v Video) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO catalogue_asset (asset_id, playable, blocked, duration_ms, width, height) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (asset_id) DO UPDATE SET playable = excluded.playable, blocked = excluded.blocked, duration_ms = excluded.duration_ms,
			width = excluded.width, height = excluded.height
		WHERE excluded.playable OR NOT catalogue_asset.playable`, asset, v.Playable, v.Blocked, v.DurationMS, v.Width, v.Height)
	return err
}

// letGo has refuseGone refuse the asset from now on.
func letGo(ctx context.Context, tx *db.Tx, asset id.Asset) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO catalogue_asset (asset_id, playable, blocked, duration_ms, width, height, gone) VALUES ($1, false, false, 0, 0, 0, true)
		ON CONFLICT (asset_id) DO UPDATE SET gone = true`, asset)
	return err
}

// refuseGone answers errAsset for an asset that was let go of.
func refuseGone(ctx context.Context, tx *db.Tx, asset id.Asset) error {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM catalogue_asset WHERE asset_id = $1 AND gone`, asset).Scan(&n)
	if err == nil && n > 0 {
		err = errAsset
	}
	return err
}

// dramasWith answers the dramas that have an episode with the asset, or one it
// is to replace the video of.
func dramasWith(ctx context.Context, q db.Q, asset id.Asset) ([]Drama, error) {
	return db.All(ctx, q, scanDrama, `SELECT `+dramaColumns+` FROM catalogue_drama
		WHERE id IN (SELECT drama_id FROM catalogue_episode WHERE (asset_id = $1 OR next_asset_id = $1) AND $1 <> '') ORDER BY id`, asset)
}

// subtitlesWith answers the subtitles of the episodes that have the assets, one of
// each language: what viewers can find comes before drafts, the older episode
// before the younger, and where viewers can find one the drafts' do not count.
func subtitlesWith(ctx context.Context, q db.Q, assets []id.Asset) (map[id.Asset][]Subtitle, error) {
	out, found := map[id.Asset][]Subtitle{}, map[id.Asset]bool{}
	if len(assets) == 0 {
		return out, nil
	}
	_, err := db.All(ctx, q, func(r db.Row) (none struct{}, err error) {
		var asset id.Asset
		var published bool
		var s Subtitle
		err = r.Scan(&asset, &published, &s.Lang, &s.Hash, &s.Source, &s.Cues, &s.Long)
		found[asset] = found[asset] || published
		same := func(o Subtitle) bool { return o.Lang == s.Lang }
		if s.Lang != "" && published == found[asset] && !slices.ContainsFunc(out[asset], same) {
			out[asset] = append(out[asset], s)
		}
		return none, err
	}, `SELECT e.asset_id, d.state = 'published', coalesce(s.lang, ''), coalesce(s.hash, ''), coalesce(s.source, ''), coalesce(s.cues, 0), coalesce(s.long_cues, 0)
		FROM catalogue_episode e JOIN catalogue_drama d ON d.id = e.drama_id LEFT JOIN catalogue_subtitle s ON s.episode_id = e.id
		WHERE e.asset_id <> '' AND e.asset_id IN (`+db.In(len(assets), 1)+`) ORDER BY d.state = 'published' DESC, e.id, s.lang`, db.Args(assets)...)
	return out, err
}

// episodesAwaiting answers the episodes whose video the asset is to replace.
func episodesAwaiting(ctx context.Context, q db.Q, asset id.Asset) ([]Episode, error) {
	return selectEpisodes(ctx, q, `e.next_asset_id = $1 AND e.next_asset_id <> '' ORDER BY e.id`, asset)
}

// episodesWith answers the episodes that have the assets, or wait for them.
func episodesWith(ctx context.Context, q db.Q, assets []id.Asset) ([]Episode, error) {
	if len(assets) == 0 {
		return nil, nil
	}
	in := db.In(len(assets), 1)
	return selectEpisodes(ctx, q, `e.asset_id <> '' AND (e.asset_id IN (`+in+`) OR e.next_asset_id <> '' AND e.next_asset_id IN (`+in+`)) ORDER BY e.id`, db.Args(assets)...)
}
