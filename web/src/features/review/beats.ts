import type { Watched } from '$/api/console.ts';
import { randomKey } from '$/api/key.ts';
import { Problem } from '$/api/problem.ts';

/** Where a player is. */
export interface Beat {
  sitting: string;
  episode: number;
  position_ms: number;
}

interface Ways {
  send: (beat: Beat) => Promise<Watched>;
  /** Takes links again, without which nothing counts. */
  links: (episode: number) => Promise<unknown>;
  heard: (watched: Watched) => void;
  /** Whether the last one has not come through. */
  failing: (yes: boolean) => void;
  wait?: (ms: number) => Promise<void>;
}

const againMs = 2000;

/**
 * Tells the server where the player is, one message at a time: what waits while one is on its way is overtaken by what
 * the same sitting says later, so that a slow line makes the steps longer and never crowds them.
 */
export class Beats {
  #waiting: Beat[] = [];
  #busy = false;
  #gone = false;
  #sitting = '';
  /** The sitting of the one that was sent last. */
  #sent = '';

  constructor(private readonly ways: Ways) {
    this.begin();
  }

  /** Somebody jumped: what is played from here on does not join what was played before. */
  begin(): void {
    this.#sitting = randomKey();
  }

  tell(episode: number, position_ms: number): void {
    const beat = { sitting: this.#sitting, episode, position_ms: Math.max(0, Math.floor(position_ms)) };
    // The first of a sitting says where it begins, and stays.
    const before = this.#waiting[this.#waiting.length - 2]?.sitting ?? this.#sent;
    const last = this.#waiting[this.#waiting.length - 1]?.sitting;
    if (last === beat.sitting && before === beat.sitting) this.#waiting.pop();
    this.#waiting.push(beat);
    if (!this.#busy) void this.#run();
  }

  end(): void {
    this.#gone = true;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    const wait = this.ways.wait ?? ((ms: number) => new Promise<void>((go) => setTimeout(go, ms)));
    while (this.#waiting.length > 0) {
      const beat = this.#waiting.shift() as Beat;
      this.#sent = beat.sitting;
      for (let tries = 0; ; tries++) {
        try {
          this.ways.heard(await this.ways.send(beat));
          this.ways.failing(false);
          break;
        } catch (error) {
          const code = error instanceof Problem ? error.code : '';
          if (code === 'review.links_needed' && tries === 0) {
            if (
              await this.ways.links(beat.episode).then(
                () => true,
                () => false,
              )
            )
              continue;
          }
          const passing =
            error instanceof Problem && (error.status === 0 || error.status >= 500 || error.status === 429);
          this.ways.failing(true);
          if (!passing || this.#gone || this.#waiting.length > 0) break; // what comes later says it again
          await wait(againMs);
        }
      }
    }
    this.#busy = false;
  }
}
