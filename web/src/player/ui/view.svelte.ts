import { whenAnother } from '../../api/another.ts';
import { learn } from '../../api/marks.svelte.ts';
import { minors } from '../../api/minors.svelte.ts';
import { Problem } from '../../api/problem.ts';
import type { Grant } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { locale } from '../../i18n/locale.svelte.ts';
import {
  aheadLimit,
  Budget,
  type Engine,
  type EngineState,
  everyMs,
  type FirstFrame,
  loadHls,
  Pool,
  Prefetcher,
  type Quality,
  Ranges,
  Reporter,
  type Source,
} from '../index.ts';
import { preferences, savesData } from './preferences.svelte.ts';
import { forcedAmong } from './quality.ts';
import { begun, startOf } from './start.ts';
import type { WatchItem } from './watch-item.ts';

/** Kept for the life of the page: reports wait in it while the network is away. */
export const reporter = new Reporter(
  (reports, last) =>
    viewer.progress(reports, last).then(({ positions, stop }) => {
      if (stop) streams.onstop();
      return positions;
    }),
  localStorage,
);
addEventListener('online', () => void reporter.flush());
whenAnother(() => reporter.forget());

/** What the server says of streams rather than of positions. */
export const streams = {
  /** The account has more of them than it may, and this one must end. */
  onstop: () => {},
};

/** Asks to watch; the answer also says what the heart shows. */
async function ask(episode: string, renew?: true): Promise<Grant> {
  const grant = await viewer.grant(episode, renew).catch((refused: unknown) => {
    if (refused instanceof Problem && refused.code.startsWith('youth.')) minors.ask(); // The page says more.
    throw refused;
  });
  learn('like', episode, grant.liked, grant.like_count);
  return grant;
}

/** Sound stays as the person left it, from one screen to the next. */
let mutedByPerson = false;

/** The lines a person forced, for as long as the page lives; null is automatic. */
let forcedLines: number | null = null;

/** The player of one screen as reactive state: what the controls show, and what they do. */
export class PlayerView {
  state = $state<EngineState>('idle');
  positionMs = $state(0);
  durationMs = $state(0);
  bufferedMs = $state(0);
  lines = $state<string[]>([]);
  qualities = $state<Quality[]>([]);
  quality = $state(-1);
  playingQuality = $state(-1);
  /** False while the browser or the person keeps it silent. */
  sound = $state(true);
  /** How loud it is when there is sound, 0 to 100. */
  volume = $state(100);
  /** What the person wants, also while it waits for data; taken back when the browser or the system stops it. */
  wantsPlay = $state(false);
  places = $state<readonly (number | null)[]>([null, null, null]);
  /** The engine on the screen, as an index of the videos. */
  active = $state(-1);
  error = $state<unknown>(null);
  /** The episode on the screen. */
  episode = $state('');
  /** The grant of what is on the screen: labels, thumbnails, the next episode. */
  grant = $state.raw<Grant | null>(null);
  /** The episode whose video has shown a picture last. */
  started = $state<string>('');

  readonly budget = new Budget(aheadLimit(savesData()));
  readonly frames: FirstFrame[] = [];
  readonly #ranges = new Ranges();
  readonly #prefetch = new Prefetcher(ask, this.budget, this.#ranges);
  #pool: Pool | null = null;
  #unlisten: (() => void)[] = [];
  /** The episode whose sitting goes on: what happens in it is reported. */
  #begun = '';
  /** Something happened since the last report of a pause. */
  #moved = false;
  /** Where the person has got to elsewhere since it stopped for them. */
  #parted: { episode: string; ms: number } | null = null;
  #ticked = 0;
  #ahead = '';
  /** Shows what was asked for last once more. */
  #again: () => void = () => {};

  /** Called when an episode has been played to its end. */
  onended: () => void = () => {};

  /** Called when the person goes to another moment. */
  onseek: () => void = () => {};

  /** Called when something changed that other devices show. */
  onchange: () => void = () => {};

  get engine(): Engine | null {
    return this.#pool?.current ?? null;
  }

  /** Takes the three videos of the page. */
  attach(videos: HTMLVideoElement[]): void {
    const [a, b, c] = videos;
    if (!a || !b || !c) throw new Error('a pool needs three videos');
    const deps = {
      hls: loadHls,
      renew: (episode: string) => ask(episode, true),
      budget: this.budget,
      ranges: this.#ranges,
      saver: savesData,
    };
    const pool = new Pool([a, b, c], deps, mutedByPerson);
    this.#pool = pool;
    pool.on('places', (places) => (this.places = places));
    pool.on('sound', (sound) => (this.sound = sound));
    pool.on('going', (going) => (this.wantsPlay = going));
    pool.on('frame', (frame) => {
      this.frames.push(frame);
      this.started = frame.episode;
    });
    pool.on('refused', (error) => {
      this.error = error;
      this.state = 'failed';
    });
    pool.on('current', (engine) => this.#follow(engine));
  }

  destroy(): void {
    this.leave();
    for (const stop of this.#unlisten) stop();
    this.#pool?.destroy();
    this.#pool = null;
  }

  show(items: WatchItem[], index: number): void {
    const item = items[index];
    if (!item || !this.#pool) return;
    if (this.episode !== item.episode.id) this.#pauseReport();
    this.episode = item.episode.id;
    this.error = null;
    this.#again = () => this.show(items, index);
    void this.#pool.show(index, (i) => this.#source(items[i]));
  }

  async play(): Promise<void> {
    this.wantsPlay = true;
    if (this.#parted?.episode === this.episode) this.seek(this.#parted.ms);
    await this.#pool?.play();
  }

  pause(): void {
    this.wantsPlay = false;
    if (this.state === 'paused') this.#pauseReport(); // It was about to play: no change of state will tell.
    this.#pool?.pause();
  }

  toggle(): void {
    if (this.state === 'failed') this.retry();
    else if (this.wantsPlay && this.state !== 'ended') this.pause();
    else void this.play();
  }

  seek(ms: number): void {
    this.#parted = null;
    this.engine?.seek(ms);
    this.positionMs = ms;
    this.onseek();
    if (this.state === 'ended') void this.play(); // The end had stopped it.
    if (this.#begun === this.episode) reporter.report('seek', ms);
    this.onchange();
  }

  /** Another try: of the video, or of the grant where there is none. */
  retry(): void {
    if (this.engine?.lease) {
      this.error = null;
      void this.engine.retry();
    } else this.#again();
  }

  setSound(on: boolean): void {
    mutedByPerson = !on;
    this.#pool?.mute(!on);
  }

  /** 0 to 100; nothing is silence. */
  setVolume(percent: number): void {
    this.volume = percent;
    for (const engine of this.#pool?.engines ?? []) engine.video.volume = percent / 100;
    this.setSound(percent > 0);
    this.onchange();
  }

  setSpeed(rate: number): void {
    if (this.engine) this.engine.speed = rate;
  }

  setQuality(index: number): void {
    forcedLines = this.qualities.find((q) => q.index === index)?.lines ?? null;
    if (this.engine) this.engine.quality = index;
    this.quality = index;
  }

  /** Before thumbnails are shown: after a long pause their address may have run out. */
  async freshen(): Promise<void> {
    const lease = this.engine?.lease;
    await lease?.fresh()?.catch(() => {}); // Without a fresh grant the old address is as good as any.
    if (lease && this.engine?.lease === lease) this.grant = lease.grant;
  }

  /** Draws the subtitles the person chose, else those of the interface's language. */
  applySubtitles(): void {
    void this.engine?.subtitle(this.subtitleLang);
  }

  get subtitleLang(): string | null {
    const have = this.engine?.subtitles ?? [];
    if (preferences.subtitles === '') return null;
    const wanted = preferences.subtitles ?? locale();
    const exact = have.find((s) => s.lang === wanted);
    return (exact ?? have.find((s) => s.lang.split('-')[0] === wanted.split('-')[0]))?.lang ?? null;
  }

  /** The page is going away or the screen is left. */
  leave(): void {
    // What stood still since its pause was told is not where the person is now: they may have gone on elsewhere.
    reporter.leave(this.#moved && this.#begun === this.episode ? this.positionMs : undefined);
    this.#moved = false;
  }

  /**
   * The person goes on elsewhere: it stops, and nothing is reported until somebody plays it here again, which begins
   * where they had got to.
   */
  part(to?: { episode: string; ms: number }): void {
    this.#begun = '';
    this.#parted = to ?? null;
    this.pause();
  }

  /** What this playback stands on: a newer version is from elsewhere. */
  get version(): number {
    return Math.max(reporter.version(this.episode), this.grant?.position_version ?? 0);
  }

  #source(item: WatchItem | undefined): Source | undefined {
    if (!item) return undefined;
    const { id } = item.episode;
    return {
      key: id,
      startMs: startOf(id) ?? item.startMs,
      grant: () => {
        const given = item.grant?.episode_id === id ? item.grant : null;
        item.grant = null; // Serves once: a later visit asks for a fresh one.
        if (given && Date.parse(given.renew_after) > Date.now()) return Promise.resolve(given);
        return this.#prefetch.grant(id);
      },
    };
  }

  /** Mirrors the engine on the screen. */
  #follow(engine: Engine): void {
    for (const stop of this.#unlisten) stop();
    this.active = this.#pool?.engines.indexOf(engine) ?? -1;
    this.lines = [];
    engine.speed = preferences.speed;
    const time = () => {
      this.positionMs = engine.positionMs;
      this.durationMs = engine.durationMs;
      this.bufferedMs = engine.bufferedMs;
      if (engine.state === 'playing') this.#played(engine);
    };
    const quality = () => {
      this.qualities = engine.qualities;
      this.quality = forcedAmong(engine.qualities, forcedLines);
      if (this.quality !== -1 && engine.quality === -1) engine.quality = this.quality; // Each episode starts automatic.
      this.playingQuality = engine.playingQuality;
    };
    const state = (next: EngineState) => {
      this.state = next;
      this.grant = engine.grant;
      if (next === 'failed') this.error = engine.error;
      if (next === 'playing') this.#begin(engine);
      if (next === 'paused') this.#pauseReport();
      if (next === 'ended') this.#ended(engine);
      this.onchange();
    };
    this.#unlisten = [
      engine.on('state', state),
      engine.on('time', time),
      engine.on('quality', quality),
      engine.on('lines', (lines) => (this.lines = lines)),
    ];
    this.state = engine.state;
    this.grant = engine.grant;
    time();
    quality();
    if (engine.lease) this.applySubtitles();
  }

  #begin(engine: Engine): void {
    const { grant } = engine;
    if (!grant) return;
    this.applySubtitles();
    begun(grant.episode_id);
    if (this.#begun === grant.episode_id) return;
    this.#begun = grant.episode_id;
    this.#ticked = Date.now();
    const { episode_id: episode, position_version: version, duration_ms: durationMs } = grant;
    reporter.begin({ episode, durationMs, version }, engine.positionMs);
  }

  #played(engine: Engine): void {
    const { grant } = engine;
    if (!grant) return;
    this.started = grant.episode_id;
    this.#moved = true;
    if (Date.now() - this.#ticked >= everyMs) {
      this.#ticked = Date.now();
      reporter.report('tick', engine.positionMs);
    }
    // The next episode's start is fetched when it is likely to be watched and this one has what it needs.
    const near = engine.durationMs - engine.positionMs < Math.min(20_000, engine.durationMs / 3);
    const settled = engine.bufferedMs - engine.positionMs > 6000 || engine.bufferedMs > engine.durationMs - 500;
    if (grant.next && near && settled && this.#ahead !== grant.next.id && !this.#pool?.has(grant.next.id)) {
      this.#ahead = grant.next.id;
      void this.#prefetch.ahead(grant.next.id, grant.episode_id);
    }
  }

  #pauseReport(): void {
    if (this.#begun && this.#begun === this.episode && this.state !== 'ended')
      reporter.report('pause', this.positionMs);
    this.#moved = false;
  }

  #ended(engine: Engine): void {
    if (this.#begun === engine.episode) reporter.report('end', engine.durationMs);
    this.#begun = '';
    this.onended();
  }
}
