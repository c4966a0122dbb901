import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import { Problem } from '../api/problem.ts';
import type { Grant, Subtitle } from '../api/types.ts';
import type { Budget } from './budget.ts';
import { Captions } from './captions.ts';
import { Emitter } from './emitter.ts';
import { activeReach, configure, type HlsConstructor, type Received, warmReach } from './hls.ts';
import { Lease, type Renew } from './lease.ts';
import type { Ranges } from './ranges.ts';
import { headBytes, receipt } from './receipt.ts';
import { add, type Span } from './spans.ts';

/**
 * idle: nothing loaded · loading: on its way to a first frame · paused, playing, ended: as they say ·
 * waiting: wants to play and has no data · failed: gave up, `error` says why.
 */
export type EngineState = 'idle' | 'loading' | 'paused' | 'playing' | 'waiting' | 'ended' | 'failed';

export interface Quality {
  /** Index for setQuality. */
  index: number;
  /** The short side in pixels: what people call 720p, also in portrait. */
  lines: number;
  bitrate: number;
}

export interface EngineDeps {
  hls: () => Promise<HlsConstructor>;
  renew: Renew;
  budget: Budget;
  ranges: Ranges;
  /** True when the person or the browser asks to save data. */
  saver: () => boolean;
}

export interface LoadOptions {
  startMs?: number;
  /** The progressive first seconds instead of the stream: the fastest first picture. */
  head?: boolean;
}

type Events = {
  state: EngineState;
  /** The position, buffer or length moved. */
  time: number;
  /** Lines of the subtitle to draw now. */
  lines: string[];
  /** The browser or the system paused it: background, headphones, another window's button. */
  halted: undefined;
  /** Renditions became known, or the playing one changed. */
  quality: Quality[];
};

const networkTries = 6;
const mediaTries = 2;

/** One <video> and what plays in it: a stream with a lease, or the head of one. */
export class Engine extends Emitter<Events> {
  state: EngineState = 'idle';
  error: unknown = null;
  lease: Lease | null = null;
  /** True while the progressive head plays instead of the stream. */
  isHead = false;
  /** Where the person wants to be and the head does not reach. */
  seekingMs: number | null = null;

  #hls: Hls | null = null;
  #captions: Captions;
  #load = 0;
  #active = false;
  #wants = false;
  #shownTo = -1;
  #watchedMs = 0;
  #headShown: Span[] = [];
  #networkTry = 0;
  #mediaTry = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void)[] = [];

  constructor(
    readonly video: HTMLVideoElement,
    private readonly deps: EngineDeps,
  ) {
    super();
    this.#captions = new Captions(video, (lines) => this.emit('lines', lines));
    this.#listen();
  }

  get grant(): Grant | null {
    return this.lease?.grant ?? null;
  }

  get episode(): string | null {
    return this.grant?.episode_id ?? null;
  }

  get positionMs(): number {
    return this.video.currentTime * 1000;
  }

  get durationMs(): number {
    const { duration } = this.video;
    // The head knows only its own length.
    if (!this.isHead && Number.isFinite(duration) && duration > 0) return duration * 1000;
    return this.grant?.duration_ms ?? 0;
  }

  /** Where a head ends. */
  get headEndMs(): number {
    const { duration } = this.video;
    return Number.isFinite(duration) ? duration * 1000 : (this.grant?.head_ms ?? 0);
  }

  /** How far it could play from here without the network. */
  get bufferedMs(): number {
    const { buffered, currentTime } = this.video;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= currentTime + 0.25 && buffered.end(i) > currentTime) return buffered.end(i) * 1000;
    }
    return this.positionMs;
  }

  /** Takes an episode. It buffers a little and waits; activate and play make it a playing one. */
  async load(grant: Grant, { startMs = 0, head = false }: LoadOptions = {}): Promise<void> {
    this.unload();
    const load = this.#load;
    this.lease = new Lease(grant, this.deps.renew);
    this.#set('loading');
    if (head && grant.head) {
      this.isHead = true;
      this.video.src = grant.head;
      return;
    }
    try {
      const Hls = await this.deps.hls();
      if (load !== this.#load) return;
      if (Hls.isSupported()) this.#attach(Hls, startMs);
      else this.#native(grant, startMs);
    } catch (error) {
      if (load === this.#load) this.#fail(error);
    }
  }

  /** Lets everything go and is ready for another episode. */
  unload(): void {
    this.#load++;
    clearTimeout(this.#retry);
    this.#settle();
    this.lease = null;
    this.video.pause();
    this.#hls?.destroy();
    this.#hls = null;
    this.#captions.choose(null);
    this.error = null;
    this.isHead = false;
    this.seekingMs = null;
    this.#active = false;
    this.#wants = false;
    this.#shownTo = -1;
    this.#watchedMs = 0;
    this.#networkTry = 0;
    this.#mediaTry = 0;
    if (this.video.hasAttribute('src')) {
      this.video.removeAttribute('src');
      this.video.load();
    }
    this.#set('idle');
  }

  destroy(): void {
    this.unload();
    for (const stop of this.#unlisten) stop();
    this.#unlisten = [];
  }

  /** This one is on the screen: it may buffer like it. */
  activate(): void {
    this.#active = true;
    this.#reach();
    this.#hls?.resumeBuffering();
  }

  /** Off the screen, kept for coming back. */
  deactivate(): void {
    this.#active = false;
    this.pause();
    this.#reach();
    this.#hls?.pauseBuffering();
  }

  /** Plays with sound, else muted where the browser insists, else answers 'blocked'. */
  async play(muted: boolean): Promise<'sound' | 'muted' | 'blocked'> {
    this.#wants = true;
    this.video.muted = muted;
    const first = await this.#tryPlay();
    if (first !== 'refused') return muted ? 'muted' : 'sound';
    if (muted) return this.#blocked();
    this.video.muted = true;
    return (await this.#tryPlay()) === 'refused' ? this.#blocked() : 'muted';
  }

  #blocked(): 'blocked' {
    this.#wants = false;
    if (this.state === 'loading' && this.video.readyState >= 2) this.#set('paused');
    return 'blocked';
  }

  pause(): void {
    this.#wants = false;
    this.video.pause();
  }

  seek(ms: number): void {
    const to = Math.min(Math.max(0, ms), Math.max(0, this.durationMs - 50));
    // The head holds only its first seconds: what lies beyond is for the stream that takes its place.
    if (this.isHead && to > this.headEndMs) {
      this.seekingMs = to;
      return;
    }
    this.seekingMs = null;
    this.#shownTo = -1;
    this.video.currentTime = to / 1000;
  }

  set speed(rate: number) {
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
  }

  get speed(): number {
    return this.video.playbackRate;
  }

  /** From smallest to largest; empty where the browser chooses by itself. */
  get qualities(): Quality[] {
    return (this.#hls?.levels ?? []).map((level, index) => ({
      index,
      lines: Math.min(level.width || level.height, level.height),
      bitrate: level.bitrate,
    }));
  }

  /** The index playing now, -1 when unknown. */
  get playingQuality(): number {
    return this.#hls?.currentLevel ?? -1;
  }

  /** Whether the browser or the system has stopped it; the word of it may still be on its way. */
  get stopped(): boolean {
    return this.#wants && this.video.paused && !this.video.ended;
  }

  /** The forced index, or -1 for automatic. */
  get quality(): number {
    return this.#hls && !this.#hls.autoLevelEnabled ? this.#hls.nextLevel : -1;
  }

  set quality(index: number) {
    if (this.#hls) this.#hls.nextLevel = index;
  }

  get subtitles(): Subtitle[] {
    return this.grant?.subtitles ?? [];
  }

  /** Shows the subtitles of a language, or none. */
  async subtitle(lang: string | null): Promise<void> {
    const { lease } = this;
    const track = this.subtitles.find((s) => s.lang === lang);
    if (!lease || !track) {
      this.#captions.choose(null);
      return;
    }
    await lease.fresh()?.catch(() => {}); // Without a fresh grant the old address is as good as any.
    if (this.lease === lease) this.#captions.choose({ ...track, url: lease.current(track.url) });
  }

  /** Another try after failed, from where it stopped. */
  async retry(): Promise<void> {
    const grant = this.grant;
    const wants = this.#wants;
    const active = this.#active;
    const startMs = this.positionMs;
    if (!grant) return;
    const lease = this.lease;
    await lease?.refresh().catch(() => {});
    if (this.lease !== lease) return;
    await this.load(lease?.grant ?? grant, { startMs });
    if (active) this.activate();
    if (wants) await this.play(this.video.muted);
  }

  #attach(Hls: HlsConstructor, startMs: number): void {
    const lease = this.lease;
    if (!lease) return;
    const { episode_id: episode } = lease.grant;
    const received: Received = (context, bytes) => this.deps.budget.receive(receipt(episode, context, bytes));
    const hls = new Hls(configure(Hls, { lease, ranges: this.deps.ranges, received }, startMs));
    this.#hls = hls;
    this.#reach();
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#reach();
      this.emit('quality', this.qualities);
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, () => this.emit('quality', this.qualities));
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      this.#networkTry = 0;
      if (!this.#active) this.#reach();
      this.emit('time', this.positionMs);
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.#trouble(Hls, data));
    hls.loadSource(lease.grant.hls);
    hls.attachMedia(this.video);
  }

  /** Where the browser has no Media Source it plays HLS itself (Apple). */
  #native(grant: Grant, startMs: number): void {
    this.video.src = grant.hls;
    if (startMs > 0) this.video.addEventListener('loadedmetadata', () => this.seek(startMs), { once: true });
  }

  #reach(): void {
    if (!this.#hls) return;
    const saver = this.deps.saver();
    const reach = this.#active ? activeReach(this.#watchedMs, saver, this.#headroom) : warmReach(this.#affordable);
    Object.assign(this.#hls.config, reach);
    if (!saver) return;
    const cap = this.qualities.filter((q) => q.lines <= 480).length - 1;
    if (cap >= 0) this.#hls.autoLevelCapping = cap;
  }

  /** Seconds that may be buffered off the screen: what is there, and what the budget holds at this picture's size. */
  get #affordable(): number {
    const { levels = [], loadLevel = -1 } = this.#hls ?? {};
    const bitrate = levels[loadLevel]?.bitrate ?? levels[0]?.bitrate ?? 0;
    if (bitrate <= 0) return Number.POSITIVE_INFINITY;
    return (this.bufferedMs - this.positionMs) / 1000 + (this.deps.budget.room() * 8) / bitrate;
  }

  /** How many times faster the line is than what it carries; until that is known it is taken for fast. */
  get #headroom(): number {
    const { bandwidthEstimate = 0, levels = [], currentLevel = -1, loadLevel = -1 } = this.#hls ?? {};
    const bitrate = Math.max(levels[currentLevel]?.bitrate ?? 0, levels[loadLevel]?.bitrate ?? 0);
    return bitrate > 0 && bandwidthEstimate > 0 ? bandwidthEstimate / bitrate : Number.POSITIVE_INFINITY;
  }

  /** The episode leaves this player: its bytes are counted to the end. */
  #settle(): void {
    const grant = this.grant;
    if (!grant) return;
    this.#moved();
    const { budget } = this.deps;
    if (!this.isHead) {
      budget.leave(grant.episode_id);
      return;
    }
    // The browser fetched the head by itself; what it took is known from its timing only.
    const account = `${grant.episode_id}#head`;
    const bytes = headBytes(this.video.currentSrc);
    budget.receive({ episode: account, track: 'head', bytes, span: [0, grant.head_ms ?? 0] });
    for (const span of this.#headShown) budget.show(account, span);
    budget.leave(account);
    this.#headShown = [];
  }

  #trouble(Hls: HlsConstructor, { fatal, type, details, error, response }: ErrorData): void {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && this.#mediaTry++ < mediaTries) {
      this.#hls?.recoverMediaError();
      return;
    }
    if (type !== Hls.ErrorTypes.NETWORK_ERROR) {
      this.#fail(error ?? new Error(details));
      return;
    }
    if (this.#networkTry >= networkTries) {
      this.#fail(new Problem(response?.code ?? 0, '', details)); // Without an answer the network is gone.
      return;
    }
    if (this.#wants) this.#set('waiting');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#again(), 1000 * 2 ** this.#networkTry++);
  }

  /** Asks for what is missing, the playlist first where it never came. */
  #again(): void {
    clearTimeout(this.#retry);
    const hls = this.#hls;
    if (!hls || !this.lease) return;
    if (hls.levels.length === 0) hls.loadSource(this.lease.current(this.lease.grant.hls));
    else hls.startLoad(this.video.currentTime);
  }

  #fail(error: unknown): void {
    this.error = error;
    this.#hls?.stopLoad();
    this.#set('failed');
  }

  async #tryPlay(): Promise<'ok' | 'refused'> {
    try {
      await this.video.play();
      return 'ok';
    } catch (error) {
      // An interrupted start (a new source, a pause) is not a refusal.
      return (error as DOMException).name === 'NotAllowedError' ? 'refused' : 'ok';
    }
  }

  #listen(): void {
    const { video } = this;
    const on = (type: string, handler: () => void) => {
      video.addEventListener(type, handler);
      this.#unlisten.push(() => video.removeEventListener(type, handler));
    };
    on('playing', () => {
      if (this.#shownTo < 0) this.#shownTo = this.positionMs;
      this.#set('playing');
    });
    on('pause', () => this.#paused());
    on('waiting', () => this.#wants && this.state !== 'failed' && this.#set('waiting'));
    on('ended', () => this.#set(this.isHead ? 'waiting' : 'ended'));
    on('loadeddata', () => this.state === 'loading' && !this.#wants && this.#set('paused'));
    on('seeking', () => (this.#shownTo = -1));
    on('timeupdate', () => this.#moved());
    on('durationchange', () => this.emit('time', this.positionMs));
    on('progress', () => this.emit('time', this.positionMs));
    on('error', () => this.#hls || !this.lease || this.#fail(video.error));
    const online = () => this.#networkTry > 0 && this.#again();
    globalThis.addEventListener?.('online', online);
    this.#unlisten.push(() => globalThis.removeEventListener?.('online', online));
  }

  #paused(): void {
    // Told late: it may play again, or have been let go.
    if (!this.lease || !this.video.paused || this.video.ended || this.state === 'failed') return;
    const halted = this.#wants;
    this.#wants = false;
    this.#set('paused');
    if (halted) this.emit('halted', undefined);
  }

  /** What was on the screen since the last time counts as shown; a jump does not. */
  #moved(): void {
    const now = this.positionMs;
    const before = this.#shownTo;
    const onScreen = this.#active && before >= 0 ? this.episode : null;
    if (onScreen && now > before && now - before < 2000 * Math.max(1, this.speed)) {
      if (this.isHead) this.#headShown = add(this.#headShown, [before, now]);
      else this.deps.budget.show(onScreen, [before, now]);
      this.#watchedMs += now - before;
      this.#reach();
    }
    this.#shownTo = now;
    this.emit('time', now);
  }

  #set(state: EngineState): void {
    if (state === this.state) return;
    this.state = state;
    this.emit('state', state);
  }
}
