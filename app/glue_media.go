package app

import (
	"context"
	"log/slog"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/media"
)

// subtitlesForMedia answers media.Subtitles from the catalogue, which is made
// after media.
type subtitlesForMedia struct{ catalogue *catalogue.Service }

func (s *subtitlesForMedia) Of(ctx context.Context, assets []id.Asset) (map[id.Asset][]media.Subtitle, error) {
	found, err := s.catalogue.SubtitlesOf(ctx, assets)
	out := make(map[id.Asset][]media.Subtitle, len(found))
	for asset, subs := range found {
		for _, sub := range subs {
			out[asset] = append(out[asset], media.Subtitle{Lang: sub.Lang, Label: languageName(sub.Lang), Key: sub.BlobKey()})
		}
	}
	return out, err
}

// episodesForMedia answers media.Episodes from the catalogue, which is made after
// media.
type episodesForMedia struct{ catalogue *catalogue.Service }

func (e *episodesForMedia) LetGo(ctx context.Context, asset id.Asset) ([]media.Showing, error) {
	uses, err := e.catalogue.LetGo(ctx, asset)
	out := make([]media.Showing, len(uses))
	for i, u := range uses {
		out[i] = media.Showing{Drama: u.Title.In("en"), Number: u.Number}
	}
	return out, err
}

// follow makes this node's media forget what it shows of a drama when somebody
// changed the drama: its subtitles are part of that.
func (s *subtitlesForMedia) follow(b *bus.Bus, m *media.Service, log *slog.Logger) {
	bus.Tap(b, func(ctx context.Context, f event.DramaChanged) {
		assets, err := s.catalogue.AssetsOf(ctx, f.Drama)
		if err != nil {
			log.Warn("subtitles may be old for some minutes", "drama", f.Drama, "err", err)
		}
		m.Forget(assets)
	})
}

// languageName is what a subtitle track is called in a player's menu: the
// language in its own words.
func languageName(tag string) string {
	if name, ok := map[string]string{
		"zh-CN": "简体中文", "zh-TW": "繁體中文", "zh": "中文", "en": "English", "ja": "日本語", "ko": "한국어",
		"es": "Español", "pt": "Português", "fr": "Français", "de": "Deutsch", "id": "Bahasa Indonesia",
		"th": "ไทย", "vi": "Tiếng Việt", "ar": "العربية", "hi": "हिन्दी", "ru": "Русский",
	}[tag]; ok {
		return name
	}
	return tag
}
