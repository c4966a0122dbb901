import { randomKey } from '../api/key.ts';
import type { Position, ProgressEvent, ProgressReport } from '../api/types.ts';

/** Sends reports and answers the positions the server now holds. `last` means the page is going away. */
export type Send = (reports: ProgressReport[], last: boolean) => Promise<Position[]>;

export interface Watching {
  episode: string;
  durationMs: number;
  /** Of the position this playback began from. */
  version: number;
}

const key = 'cliffhanger.progress';
const batch = 100;
/** How often a playing episode reports. */
export const everyMs = 10_000;

/**
 * Tells the server how far a person is, and keeps what it could not tell in storage until it can, in order.
 *
 * Between two ticks of one playback only the newest is kept: an hour offline is a handful of reports.
 */
export class Reporter {
  #watching: (Watching & { session: string; seq: number; version: number }) | null = null;
  #sending: Promise<void> | null = null;
  #versions = new Map<string, number>();
  #memory: ProgressReport[] | null = null;

  constructor(
    private readonly send: Send,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
    private readonly now: () => number = Date.now,
    private readonly newSession: () => string = randomKey,
  ) {}

  /** A playback begins. */
  begin(watching: Watching, positionMs: number): void {
    const version = this.#versions.get(watching.episode) ?? watching.version;
    this.#watching = { ...watching, version, session: this.newSession(), seq: 0 };
    this.report('start', positionMs);
  }

  /** Something to remember about the playback begun last; sent at once, or when the network is back. */
  report(event: ProgressEvent, positionMs: number): void {
    if (this.#note(event, positionMs)) void this.flush();
  }

  /** Sends what waits, oldest first. Twice at once is once. */
  flush(): Promise<void> {
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** The page is going away: one last request that outlives it, with the place if it is not told yet. */
  leave(positionMs?: number): void {
    if (positionMs !== undefined) this.#note('pause', positionMs);
    const waiting = this.#read().slice(0, batch);
    if (waiting.length > 0)
      this.send(waiting, true).then(
        () => this.#drop(waiting),
        () => {},
      );
  }

  /** The newest version of an episode's position that the server has answered; 0 for none. */
  version(episode: string): number {
    return this.#versions.get(episode) ?? 0;
  }

  /** What could not be told is another viewer's: nobody is told any more. */
  forget(): void {
    this.#watching = null;
    this.#versions.clear();
    this.#write([]);
  }

  get waiting(): number {
    return this.#read().length;
  }

  #note(event: ProgressEvent, positionMs: number): boolean {
    const w = this.#watching;
    if (!w) return false;
    w.seq++;
    const report: ProgressReport = {
      episode_id: w.episode,
      position_ms: Math.round(Math.max(0, positionMs)),
      duration_ms: Math.round(w.durationMs),
      at: new Date(this.now()).toISOString(),
      seq: w.seq,
      session: w.session,
      event,
      based_on_version: this.#versions.get(w.episode) ?? w.version,
    };
    this.#write(append(this.#read(), report));
    return true;
  }

  async #drain(): Promise<void> {
    for (;;) {
      const reports = this.#read().slice(0, batch);
      if (reports.length === 0) return;
      try {
        const positions = await this.send(reports, false);
        for (const p of positions) this.#versions.set(p.episode_id, p.version);
      } catch (error) {
        // Refused for good: it would be refused for ever and hold up all others.
        if (!permanent(error)) return;
      }
      this.#drop(reports);
    }
  }

  #drop(sent: ProgressReport[]): void {
    const done = new Set(sent.map(identity));
    this.#write(this.#read().filter((r) => !done.has(identity(r))));
  }

  #read(): ProgressReport[] {
    if (this.#memory) return this.#memory;
    try {
      const list = JSON.parse(this.storage.getItem(key) ?? '[]');
      return Array.isArray(list) ? list : [];
    } catch {
      return []; // Written by another hand: nothing to save there.
    }
  }

  #write(reports: ProgressReport[]): void {
    try {
      this.storage.setItem(key, JSON.stringify(reports));
      this.#memory = null;
    } catch {
      this.#memory = reports; // Storage is full or forbidden: for as long as the page lives.
    }
  }
}

const identity = (r: ProgressReport) => `${r.session}/${r.seq}`;

/** Adds a report; a tick takes the place of the tick before it, and the oldest go when there are too many. */
export function append(queue: ProgressReport[], report: ProgressReport): ProgressReport[] {
  const last = queue[queue.length - 1];
  const replaces = last?.session === report.session && last.event === 'tick' && report.event === 'tick';
  return [...(replaces ? queue.slice(0, -1) : queue), report].slice(-500);
}

function permanent(error: unknown): boolean {
  const status = (error as { status?: number } | null)?.status ?? 0;
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429;
}
