import type { PlayerView } from './view.svelte.ts';
import type { WatchItem } from './watch-item.ts';

/** What benchmarks and people with a console read: window.__cliffhanger. */
export interface Exposed {
  readonly bytes: ReturnType<PlayerView['budget']['totals']>;
  /** First frames in milliseconds since they were asked for, oldest first. */
  readonly frames: PlayerView['frames'];
  readonly state: string;
  readonly positionMs: number;
  readonly bufferedMs: number;
  readonly episode: string;
  readonly index: number;
  readonly count: number;
}

declare global {
  interface Window {
    __cliffhanger?: Exposed;
  }
}

export function expose(view: PlayerView, list: () => { index: number; items: WatchItem[] }): () => void {
  const exposed: Exposed = {
    get bytes() {
      return view.budget.totals();
    },
    get frames() {
      return [...view.frames];
    },
    get state() {
      return view.state;
    },
    get positionMs() {
      return view.engine?.positionMs ?? 0;
    },
    get bufferedMs() {
      return view.engine?.bufferedMs ?? 0;
    },
    get episode() {
      return view.episode;
    },
    get index() {
      return list().index;
    },
    get count() {
      return list().items.length;
    },
  };
  window.__cliffhanger = exposed;
  return () => {
    if (window.__cliffhanger === exposed) delete window.__cliffhanger;
  };
}
