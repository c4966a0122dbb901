import { t } from '../../i18n/watch/index.ts';
import type { PlayerView } from './view.svelte.ts';
import type { WatchItem } from './watch-item.ts';

/** Tells the system what plays, and lets its buttons (headset, lock screen, picture in picture) work. */
export function announce(item: WatchItem | undefined): void {
  if (!('mediaSession' in navigator) || !item) return;
  const { drama, episode } = item;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: episode.title || t('episodeN', { n: episode.number }),
    artist: drama.title,
    album: t('nOfN', { n: episode.number, total: drama.episode_count }),
    artwork: drama.poster ? [{ src: `${drama.poster.url}?w=360`, sizes: '360x480', type: 'image/jpeg' }] : [],
  });
}

export function handle(view: PlayerView, step: (by: -1 | 1) => void): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => void view.play(),
    pause: () => view.pause(),
    nexttrack: () => step(1),
    previoustrack: () => step(-1),
    seekbackward: (d) => view.seek(Math.max(0, view.positionMs - (d.seekOffset ?? 5) * 1000)),
    seekforward: (d) => view.seek(view.positionMs + (d.seekOffset ?? 5) * 1000),
    seekto: (d) => d.seekTime !== undefined && d.seekTime !== null && view.seek(d.seekTime * 1000),
  };
  const set = (action: string, handler: MediaSessionActionHandler | null) => {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      // An action this browser does not know.
    }
  };
  for (const [action, handler] of Object.entries(handlers)) set(action, handler);
  return () => {
    for (const action of Object.keys(handlers)) set(action, null);
  };
}
