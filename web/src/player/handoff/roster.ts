import type { Player } from '../../api/players.ts';
import { Emitter } from '../emitter.ts';

/** How often a device that looks for the others calls them. */
const everyMs = 5_000;
/** How long a device counts as here after it was heard. */
const hereMs = 12_000;
/** How long the first call is waited for before a device that was not heard counts as away. */
const askingMs = 3_000;

/** Where a device is: here answers, asking may yet, away does not. */
export type Presence = 'here' | 'asking' | 'away';

/**
 * The account's other devices that have the app open. Nobody keeps a list of them: who answers a call is here, who
 * does not for twelve seconds is away. They are called while somebody looks.
 */
export class Roster extends Emitter<{ change: undefined }> {
  readonly #heard = new Map<string, { player: Player; at: number }>();
  #looking = 0;
  #since = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly call: () => Promise<unknown>,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  /** A device said what it does. What arrives late does not take the place of what is newer. */
  heard(player: Player): void {
    const before = this.#heard.get(player.device_id);
    if (before && Date.parse(before.player.at) > Date.parse(player.at)) return;
    this.#heard.set(player.device_id, { player, at: this.now() });
    const changed = () => this.emit('change', undefined);
    setTimeout(changed, hereMs + 1); // Whoever falls silent is away on time, not when they are called the next time.
    changed();
  }

  /** Calls the others now and again until the answered function is called. */
  look(): () => void {
    let looks = true;
    if (this.#looking++ === 0) this.#begin();
    return () => {
      if (!looks) return;
      looks = false;
      if (--this.#looking === 0) this.#end();
    };
  }

  /** The stream on which the others answer has begun, perhaps again. */
  again(): void {
    if (this.#looking === 0) return;
    this.#end();
    this.#begin();
  }

  presence(device: string): Presence {
    const heard = this.#heard.get(device);
    if (heard && this.now() - heard.at <= hereMs) return 'here';
    return this.#looking > 0 && this.now() - this.#since < askingMs ? 'asking' : 'away';
  }

  /** What a device said last, also when it is away by now. */
  last(device: string): Player | undefined {
    return this.#heard.get(device)?.player;
  }

  /** Milliseconds since a device was heard; infinite when it never was. */
  age(device: string): number {
    const heard = this.#heard.get(device);
    return heard ? this.now() - heard.at : Number.POSITIVE_INFINITY;
  }

  /** Those who are here. */
  get here(): Player[] {
    return [...this.#heard.values()].map(({ player }) => player).filter((p) => this.presence(p.device_id) === 'here');
  }

  /** Where a device is in its episode by now, if it went on as it said. */
  positionMs(device: string): number {
    const { state, position_ms: at = 0, duration_ms: end = 0 } = this.last(device) ?? { state: 'idle' };
    const by = state === 'playing' ? at + this.age(device) : at;
    return end > 0 ? Math.min(end, by) : by;
  }

  /** Another account's devices are nobody here. */
  clear(): void {
    this.#heard.clear();
    this.emit('change', undefined);
  }

  #begin(): void {
    this.#since = this.now();
    const changed = () => this.emit('change', undefined);
    const ask = () => {
      void this.call().catch(() => {}); // Nobody answers then, which is what is shown.
      changed(); // Somebody may have become away meanwhile.
    };
    this.#timers = [setInterval(ask, everyMs), setTimeout(changed, askingMs)];
    ask();
  }

  #end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}
