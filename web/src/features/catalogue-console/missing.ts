import type { Missing } from '$/api/console.ts';
import { type ConsoleKey, t } from '$/i18n/console/index.ts';
import { languageName } from '$/i18n/format.ts';

/** Where in the editor a missing thing is mended: the id of the control, and the language tab it is behind. */
export interface Place {
  id: string;
  lang?: string;
  /** The number of the episode, 0 where it is none. */
  episode: number;
}

/** Maps a path of the server, such as `episodes[3].asset`, to a place on the page. */
export function placeOf(path: string): Place {
  const words = /^(title|synopsis)\.(.+)$/.exec(path);
  if (words) return { id: `drama-${words[1]}`, lang: words[2], episode: 0 };
  const episode = Number(/^episodes\[(\d+)\]/.exec(path)?.[1] ?? 0);
  if (episode) return { id: `episode-${episode}`, episode };
  const poster = /^posters\.(portrait|landscape)$/.exec(path)?.[1];
  if (poster) return { id: `poster-${poster}`, episode: 0 };
  if (path === 'genres') return { id: 'drama-genres', episode: 0 };
  return { id: 'episodes', episode: 0 };
}

/** What blocks comes first; the order of the server stays otherwise. */
export function blockersFirst(missing: readonly Missing[]): Missing[] {
  return [...missing.filter((m) => m.severity === 'block'), ...missing.filter((m) => m.severity !== 'block')];
}

const words: Record<string, ConsoleKey> = {
  title_missing: 'lTitle',
  synopsis_missing: 'lSynopsis',
  genre_missing: 'lGenre',
  episodes_missing: 'lEpisodes',
  episode_gap: 'lGap',
  video_missing: 'lVideo',
  video_blocked: 'lBlocked',
  video_not_playable: 'lNotPlayable',
  subtitle_long: 'lSubtitles',
  replacement_waits: 'lReplacementWaits',
  replacement_failed: 'lReplacementFailed',
  replacement_blocked: 'lReplacementBlocked',
};

/** What is missing in the reader's language; of a kind this console does not know, in the server's own words. */
export function missingIn(m: Missing): string {
  const key = m.code === 'poster_missing' ? (m.path.endsWith('portrait') ? 'lPortrait' : 'lLandscape') : words[m.code];
  if (!key) return m.message;
  const lang = /\.subtitles\.(.+)$/.exec(m.path)?.[1];
  return t(key, { n: placeOf(m.path).episode, lang: lang ? languageName(lang) : '' });
}
