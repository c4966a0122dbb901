import type { Grant } from '../api/types.ts';

/** Asks the server for a fresh grant of the same episode. */
export type Renew = (episode: string) => Promise<Grant>;

/**
 * A grant kept fresh for as long as its episode is held.
 *
 * Nothing is renewed while nothing is asked for: a pause of an hour costs no request, and the first request after it
 * waits for the new grant. Addresses of an earlier grant are answered with those of the newest, so that a running
 * stream never sees an expired one.
 */
export class Lease {
  #grant: Grant;
  #roots: string[];
  #renewing: Promise<void> | null = null;

  constructor(
    grant: Grant,
    private readonly renew: Renew,
    private readonly now: () => number = Date.now,
  ) {
    this.#grant = grant;
    this.#roots = [root(grant)];
  }

  get grant(): Grant {
    return this.#grant;
  }

  /**
   * Resolves when requests may go out. Undefined means now, without waiting. Past renew_after it renews in the
   * background; past expires_at it waits.
   */
  fresh(): Promise<void> | undefined {
    const now = this.now();
    if (now < Date.parse(this.#grant.renew_after)) return undefined;
    const renewal = this.refresh();
    if (now < Date.parse(this.#grant.expires_at) - marginMs) {
      renewal.catch(() => {}); // The old one still serves; the next request asks again.
      return undefined;
    }
    return renewal;
  }

  /** Renews now, once for everybody who asks at the same time. */
  refresh(): Promise<void> {
    this.#renewing ??= this.renew(this.#grant.episode_id)
      .then((next) => {
        this.#grant = next;
        const at = root(next);
        this.#roots = [...this.#roots.filter((r) => r !== at), at];
      })
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  /** The address to ask now for an address learnt under this or an earlier grant. */
  current(url: string): string {
    const newest = this.#roots[this.#roots.length - 1] ?? '';
    for (const old of this.#roots) {
      const at = url.indexOf(old);
      if (at >= 0 && old !== newest) return url.slice(0, at) + newest + url.slice(at + old.length);
    }
    return url;
  }
}

/** The clock of this device may be off a little against the server's. */
const marginMs = 5_000;

/** The folder of a grant's stream: everything below it changes with the grant. */
function root(grant: Grant): string {
  return grant.hls.slice(0, grant.hls.lastIndexOf('/') + 1);
}
