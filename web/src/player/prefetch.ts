import type { Grant } from '../api/types.ts';
import type { Budget } from './budget.ts';
import type { Ranges } from './ranges.ts';

/** Asks the server for a grant. */
export type Ask = (episode: string) => Promise<Grant>;

/**
 * Grants and first bytes of episodes that are likely next, within the budget. The stream then finds its start in
 * memory and needs no answer from the network for its first picture.
 */
export class Prefetcher {
  #grants = new Map<string, Promise<Grant>>();
  #fetching: AbortController | undefined;
  #waiting: { episode: string; url: string } | null = null;

  constructor(
    private readonly ask: Ask,
    private readonly budget: Budget,
    private readonly ranges: Ranges,
    private readonly now: () => number = Date.now,
  ) {}

  /** A grant already had (e.g. with the feed). */
  offer(grant: Grant): void {
    this.#grants.set(grant.episode_id, Promise.resolve(grant));
  }

  /** A grant for an episode, the one had ahead where it still serves; one-time, so that it is never stale. */
  async grant(episode: string): Promise<Grant> {
    const kept = this.#grants.get(episode);
    this.#grants.delete(episode);
    if (this.#waiting?.episode === episode) this.#waiting = null; // Its bytes now belong to the player.
    const grant = await kept?.catch(() => null);
    if (grant && Date.parse(grant.renew_after) > this.now()) return grant;
    return this.ask(episode);
  }

  /** Gets the start of an episode while `current` is on the screen. A refusal or a lost connection is not an error. */
  async ahead(episode: string, current: string): Promise<void> {
    if (this.#waiting?.episode === episode) return;
    this.#fetching?.abort();
    this.#forget();
    const abort = new AbortController();
    this.#fetching = abort;
    try {
      const kept = this.#grants.get(episode) ?? this.ask(episode);
      this.#grants.set(episode, kept);
      const grant = await kept;
      const first = grant.first_bytes;
      if (!first || this.ranges.has(first.url) || first.length > this.budget.room(current)) return;
      await this.#fetch(grant, first, abort.signal);
    } catch {
      this.#grants.delete(episode);
    }
  }

  /** Gives up what was fetched ahead and never asked for. */
  #forget(): void {
    if (!this.#waiting) return;
    this.ranges.drop(this.#waiting.url);
    this.budget.leave(this.#waiting.episode);
    this.#grants.delete(this.#waiting.episode);
    this.#waiting = null;
  }

  async #fetch(grant: Grant, first: { url: string; length: number }, signal: AbortSignal): Promise<void> {
    const from = performance.now();
    const response = await fetch(first.url, { signal, headers: { range: `bytes=0-${first.length - 1}` } });
    if (response.status !== 206) {
      await response.body?.cancel(); // A whole file was not asked for.
      return;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    this.ranges.put(first.url, bytes, performance.now() - from);
    this.#waiting = { episode: grant.episode_id, url: first.url };
    this.budget.receive({ episode: grant.episode_id, track: 'ahead', bytes: bytes.length, span: [0, firstMs] });
  }
}

/** About what the first range shows: one group of pictures. */
const firstMs = 2000;
