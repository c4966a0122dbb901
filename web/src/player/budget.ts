import { add, length, type Span, subtract, within } from './spans.ts';

/** Where bytes came from: a stream's fragment, the progressive head, or a range fetched ahead. */
export type Track = 'video' | 'audio' | 'head' | 'ahead' | 'other';

/** Bytes received for a stretch of one episode. Without a stretch (playlists, initialisation) it cannot be shown. */
export interface Receipt {
  episode: string;
  track: Track;
  bytes: number;
  span: Span | null;
}

export interface Totals {
  /** Everything that came over the network for media. */
  received: number;
  /** Bytes whose time was on the screen while they were the newest of their track for that time. */
  shown: number;
  /** Stretches received and never shown, of episodes that were left. */
  wasted: number;
  /** Stretches received and not shown yet, of episodes still held. */
  ahead: number;
  /** Playlists and initialisation: needed, but no picture. */
  overhead: number;
}

interface Chunk extends Receipt {
  seen: Span[];
}

/**
 * Counts media bytes and whether anybody saw them, and says how much may be fetched ahead.
 *
 * A byte counts as shown in proportion to how much of its time was played. Where two renditions cover the same time
 * only the newest counts, which is the one the decoder had.
 */
export class Budget {
  #chunks = new Map<string, Chunk[]>();
  /** The episode on the screen. */
  current: string | undefined;
  #left = { shown: 0, wasted: 0, overhead: 0 };

  /** limit: bytes that may wait unseen for episodes not yet on the screen. */
  constructor(public limit: number) {}

  receive(receipt: Receipt): void {
    if (receipt.bytes <= 0) return;
    const list = this.#chunks.get(receipt.episode) ?? [];
    this.#chunks.set(receipt.episode, list);
    list.push({ ...receipt, seen: [] });
  }

  /** The screen showed this stretch of this episode. */
  show(episode: string, span: Span): void {
    if (span[1] <= span[0]) return;
    const chunks = this.#chunks.get(episode) ?? [];
    for (const tracks of [['video', 'head', 'ahead'], ['audio']]) {
      let rest: Span[] = [span];
      for (let i = chunks.length - 1; i >= 0 && rest.length > 0; i--) {
        const chunk = chunks[i];
        if (!chunk?.span || !tracks.includes(chunk.track)) continue;
        for (const part of within(rest, chunk.span)) chunk.seen = add(chunk.seen, part);
        rest = subtract(rest, chunk.span);
      }
    }
  }

  /** The episode was let go: what was not shown by now is wasted. */
  leave(episode: string): void {
    const sum = sums(this.#chunks.get(episode) ?? []);
    this.#left.shown += sum.shown;
    this.#left.wasted += sum.unseen;
    this.#left.overhead += sum.overhead;
    this.#chunks.delete(episode);
  }

  totals(): Totals {
    const total = { ...this.#left, ahead: 0 };
    for (const chunks of this.#chunks.values()) {
      const sum = sums(chunks);
      total.shown += sum.shown;
      total.ahead += sum.unseen;
      total.overhead += sum.overhead;
    }
    const received = total.shown + total.wasted + total.ahead + total.overhead;
    return { received, ...total };
  }

  /** Bytes that may still be fetched ahead while `current` is on the screen. */
  room(current = this.current): number {
    let waiting = 0;
    for (const [episode, chunks] of this.#chunks) {
      if (episode !== current) waiting += sums(chunks).unseen;
    }
    return Math.max(0, this.limit - waiting);
  }
}

function sums(chunks: readonly Chunk[]): { shown: number; unseen: number; overhead: number } {
  const sum = { shown: 0, unseen: 0, overhead: 0 };
  for (const { bytes, span, seen } of chunks) {
    if (!span) {
      sum.overhead += bytes;
      continue;
    }
    const shown = Math.round((bytes * length(seen)) / (span[1] - span[0]));
    sum.shown += shown;
    sum.unseen += bytes - shown;
  }
  return sum;
}

/** The bytes to fetch ahead by what the person and the connection allow. */
export function aheadLimit(saver: boolean): number {
  return saver ? 700_000 : 4_000_000;
}
