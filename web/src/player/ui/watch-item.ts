import type { DramaCard, EpisodeRef, Grant, Why } from '../../api/types.ts';

/** One full screen of the swiped list. */
export interface WatchItem {
  /** Stable while its episode changes. */
  slot: string;
  drama: DramaCard;
  episode: EpisodeRef;
  why?: Why;
  /** Where to begin; undefined: where the person stopped. */
  startMs?: number;
  grant?: Grant | null;
}
