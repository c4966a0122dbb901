import type { Command, Showing, Told } from '../../api/players.ts';
import { humane, Problem } from '../../api/problem.ts';
import type { Position } from '../../api/types.ts';
import { t as d } from '../../i18n/later/index.ts';
import { Emitter } from '../emitter.ts';

/** What plays on this device, for those who ask and order from elsewhere. */
export interface Stage {
  showing(): Showing;
  /** Why it gave up; null while it did not. */
  failed(): unknown;
  /** Of the position this playback stands on. */
  version(): number;
  play(): void;
  /** Settles when it stands still: until then it moves on a little. */
  pause(): Promise<unknown>;
  seek(ms: number): void;
  /** Goes to the episode before or after; answers whether there is one. */
  step(by: 1 | -1): boolean;
  setVolume(percent: number): void;
  /** The person went on elsewhere: it stands still without telling the server that it is here. */
  yield(position?: Position): void;
}

/** Brings an episode onto the screen of this device, at a moment. Rejected when it may not be watched here. */
export type Open = (episode: string, positionMs: number) => Promise<void>;

/** How long after a call or a command every change is told. */
const askedMs = 15_000;
/** How long a command may take before it is answered with what there is; who sent it waits five seconds. */
const patienceMs = 3_000;
/** How far from the moment asked for counts as that moment. */
const slackMs = 200;
/** How long a screen without a player may be on its way to another one. */
const leavingMs = 1_000;
const remembered = 50;

type Events = {
  /** Another device controls this one. */
  commanded: Command;
  /** This one paused, because the same drama goes on elsewhere. */
  yielded: Position;
};

/** This device as one that others see and control. */
export class Here extends Emitter<Events> {
  #stage: Stage | null = null;
  #asked = Number.NEGATIVE_INFINITY;
  #obeyed: string[] = [];
  #obeying = 0;
  #telling: Promise<void> | null = null;
  #again = false;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #waits = new Set<() => void>();

  constructor(
    private readonly tell: (told: Told) => Promise<unknown>,
    private readonly open: Open,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  get showing(): Showing {
    return this.#stage?.showing() ?? { state: 'idle' };
  }

  /** A player came onto the screen. Answers what to call when it leaves. */
  enter(stage: Stage): () => void {
    clearTimeout(this.#leaving);
    this.#stage = stage;
    this.changed();
    return () => {
      if (this.#stage !== stage) return;
      this.#stage = null;
      this.#leaving = setTimeout(() => this.changed(), leavingMs); // Often another one follows.
    };
  }

  /** Something of what is shown is different: whoever asked lately is told. */
  changed(): void {
    for (const look of [...this.#waits]) look();
    // What happens on the way to an answer is told with it.
    if (this.#obeying === 0 && this.now() - this.#asked <= askedMs) this.#say();
  }

  /** Somebody asks what this device does. */
  called(): void {
    this.#asked = this.now();
    this.#say();
  }

  /** Does what another device asks, and answers it. The same command twice is done once. */
  async obey(command: Command): Promise<void> {
    if (this.#obeyed.includes(command.id)) return;
    this.#obeyed = [...this.#obeyed, command.id].slice(-remembered);
    this.#asked = this.now();
    this.emit('commanded', command);
    this.#obeying++;
    const refusal = await this.#do(command)
      .then(() => undefined, refusalOf)
      .finally(() => this.#obeying--);
    await this.tell({ ...this.showing, answers: command.id, refusal }).catch(() => {}); // It counts as silent then.
  }

  /** Another device moved the position: where this one plays the same drama, it yields. */
  moved(position: Position, me: string): void {
    const stage = this.#stage;
    const showing = stage?.showing();
    if (!stage || showing?.drama_id !== position.drama_id) return;
    if (!me || position.device_id === me || position.version <= stage.version()) return;
    stage.yield(position); // One that stands still learns where to go on from.
    if (showing.state === 'playing') this.emit('yielded', position);
  }

  /** The server wants this device to stop. */
  stop(): void {
    this.#stage?.yield();
  }

  play(): void {
    this.#stage?.play();
  }

  async #do({ kind, episode_id: episode = '', position_ms: ms = 0, volume = 100 }: Command): Promise<void> {
    if (kind === 'play') return this.#play(episode, ms);
    const stage = this.#stage;
    if (!stage) throw new Problem(409, 'playback.nothing_plays', d('nothingPlays'));
    if (kind === 'pause' || kind === 'bring_back') await stage.pause();
    else if (kind === 'resume') return this.#resume(stage);
    else if (kind === 'seek') stage.seek(ms);
    else if (kind === 'volume') stage.setVolume(volume);
    else return this.#step(stage, kind === 'next' ? 1 : -1);
  }

  async #play(episode: string, ms: number): Promise<void> {
    const stage = this.#stage;
    if (stage?.showing().episode_id === episode) {
      stage.seek(ms);
      stage.play();
    } else await this.open(episode, ms);
    await this.#until((s) => s.episode_id === episode && s.state === 'playing');
    // What was made ready before began where the person had been, not where they are.
    const { episode_id: now, position_ms: at = 0 } = this.showing;
    if (now === episode && (at < ms - slackMs || at > ms + patienceMs)) this.#stage?.seek(ms);
  }

  async #resume(stage: Stage): Promise<void> {
    stage.play();
    await this.#until((s) => s.state === 'playing');
  }

  async #step(stage: Stage, by: 1 | -1): Promise<void> {
    const { episode_id: from } = stage.showing();
    if (!stage.step(by)) throw new Problem(409, 'playback.no_further_episode', d('noFurtherEpisode'));
    await this.#until((s) => s.episode_id !== from && s.state === 'playing');
  }

  /** Settles when it is so, or when patience ends; rejected when the player gave up. */
  #until(so: (showing: Showing) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => {
        clearTimeout(timer);
        this.#waits.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        const failed = this.#stage?.failed();
        if (failed) settle(failed);
        else if (so(this.showing)) settle();
      };
      const timer = setTimeout(settle, patienceMs);
      this.#waits.add(look);
      look();
    });
  }

  /** Tells what there is now; asked while it is being told, once more. */
  #say(): void {
    if (this.#telling) {
      this.#again = true;
      return;
    }
    // All that changes at once is told at once.
    this.#telling = Promise.resolve()
      .then(() => this.tell(this.showing))
      .then(
        () => {},
        () => {}, // The next call asks again.
      )
      .finally(() => {
        this.#telling = null;
        if (!this.#again) return;
        this.#again = false;
        this.#say();
      });
  }
}

function refusalOf(error: unknown): Told['refusal'] {
  const code = error instanceof Problem ? error.code : '';
  if (error instanceof Problem && error.detail && ours.includes(code)) return { code, message: error.detail };
  const { title, detail } = humane(error);
  return { code: code || 'playback.failed', message: `${title} ${detail}` };
}

/** Refusals that are made here, in the person's language already. */
const ours = ['playback.nothing_plays', 'playback.no_further_episode'];
