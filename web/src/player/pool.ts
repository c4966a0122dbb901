import type { Grant } from '../api/types.ts';
import { Emitter } from './emitter.ts';
import { Engine, type EngineDeps } from './engine.ts';

/** One place in the list that is swiped through. */
export interface Source {
  /** The episode. A changed key at the same index means another episode there. */
  key: string;
  grant: () => Promise<Grant>;
  /** Where to begin; undefined: where the grant says the person stopped. */
  startMs?: number;
}

/** How long a person waited for a picture. */
export interface FirstFrame {
  episode: string;
  /** warm: buffered before the swipe · head: the progressive first seconds · cold: everything from nothing. */
  kind: 'warm' | 'head' | 'cold';
  ms: number;
}

type Events = {
  /** Another engine is on the screen, or another place in the list. */
  current: Engine;
  /** Engines moved to other places. */
  places: readonly (number | null)[];
  frame: FirstFrame;
  /** No grant could be had for the place on the screen. */
  refused: unknown;
  sound: boolean;
  /** What is on the screen began to play, or was stopped by the browser or the system. */
  going: boolean;
};

interface Slot {
  engine: Engine;
  place: number | null;
  key: string | null;
  /** Settles when the engine has its episode. */
  filled: Promise<void> | null;
}

/** The place of a player that is getting the stream ready behind a head: held, but nowhere. */
const held = Number.NEGATIVE_INFINITY;

/**
 * Exactly three players: the one on the screen, the one before it and the one after it, which is already buffered
 * when the finger moves. A player is given another place only when its own is out of reach.
 */
export class Pool extends Emitter<Events> {
  /** False until the person or the browser allows sound. */
  sound = true;
  #slots: Slot[];
  #index = 0;
  #cold = true;
  #playing = false;
  #shows = 0;
  /** The last of the shows that got to its neighbours. */
  #shown = 0;
  #source: (index: number) => Source | undefined = () => undefined;
  #muteFor: boolean;
  readonly #been = new Set<string>();
  readonly #deps: EngineDeps;

  constructor(videos: [HTMLVideoElement, HTMLVideoElement, HTMLVideoElement], deps: EngineDeps, muted = false) {
    super();
    this.#deps = deps;
    this.#muteFor = muted;
    this.#slots = videos.map((video) => ({ engine: new Engine(video, deps), place: null, key: null, filled: null }));
    for (const { engine } of this.#slots) engine.on('halted', () => engine === this.current && this.#halt());
  }

  get engines(): readonly Engine[] {
    return this.#slots.map((s) => s.engine);
  }

  /** The place of each engine, in the order of the videos. */
  get places(): readonly (number | null)[] {
    return this.#slots.map((s) => s.place);
  }

  get index(): number {
    return this.#index;
  }

  get current(): Engine | null {
    return this.#at(this.#index)?.engine ?? null;
  }

  /** Whether a player holds that episode, or is about to. */
  has(key: string): boolean {
    return this.#slots.some((s) => s.key === key);
  }

  /** Puts a place on the screen and gets its neighbours ready. */
  async show(index: number, source: (index: number) => Source | undefined): Promise<void> {
    const wanted = source(index);
    const here = this.#at(index);
    const same = index === this.#index && here?.filled && here.key === wanted?.key;
    this.#index = index;
    this.#source = source;
    if (wanted) this.#been.add(wanted.key);
    this.#deps.budget.current = wanted?.key;
    if (same) {
      // Only the list around it grew. While it is still on its way, its neighbours come after it anyway.
      return this.#shown === this.#shows ? this.#neighbours(this.#shows) : undefined;
    }
    const show = ++this.#shows;
    const asked = performance.now();
    const gone = this.#slots.filter((s) => !this.#keeps(s));
    for (const slot of this.#slots) if (slot !== here) slot.engine.deactivate();
    // What is ready plays at once; letting others go takes time, and so does everything that hears of this.
    const ready = here && !gone.includes(here) && here.engine.state === 'paused' && this.#playing;
    if (ready) here.engine.activate();
    const started = ready ? this.#start(here.engine) : null;
    for (const slot of gone) if (!started || slot.place === held) this.#free(slot);
    if (!wanted) return;
    const warm = this.#at(index);
    const slot = warm ?? this.#take(index, wanted.key);
    if (!slot) return;
    this.#watchFrame(slot, warm ? 'warm' : null, asked);
    this.emit('places', this.places);
    this.emit('current', slot.engine);
    slot.filled ??= this.#fill(slot, wanted, true);
    try {
      await slot.filled;
    } catch (error) {
      this.#free(slot);
      if (show === this.#shows) this.emit('refused', error);
      return;
    }
    if (show !== this.#shows || slot.place !== index) return;
    if (!started) slot.engine.activate();
    if (this.#playing) await (started ?? this.#start(slot.engine));
    // The line belongs to the first picture; everything else comes after it.
    if (show !== this.#shows || slot.place !== index) return;
    this.#shown = show;
    if (started) for (const slot of gone) this.#free(slot);
    if (slot.engine.isHead) void this.#handOver(slot);
    await this.#neighbours(show);
  }

  /** Plays what is on the screen; answers how. */
  async play(): Promise<'sound' | 'muted' | 'blocked' | 'nothing'> {
    this.#playing = true;
    return this.current?.lease ? this.#start(this.current) : 'nothing';
  }

  pause(): void {
    this.#playing = false;
    this.current?.pause();
  }

  /** Sound on or off for this and every following place. */
  mute(muted: boolean): void {
    this.#muteFor = muted;
    if (this.current) this.current.video.muted = muted;
    this.sound = !muted;
    this.emit('sound', this.sound);
  }

  destroy(): void {
    this.#shows++;
    for (const { engine } of this.#slots) engine.destroy();
  }

  async #start(engine: Engine): Promise<'sound' | 'muted' | 'blocked'> {
    const how = await engine.play(this.#muteFor);
    if (how === 'blocked') {
      // The wish stays: the next swipe is a gesture, after which the browser allows more.
      if (engine === this.current) this.emit('going', false);
      return how;
    }
    // Once the browser insists on silence it does so for every place, until the person asks for sound.
    if (how === 'muted') this.#muteFor = true;
    this.sound = how === 'sound';
    this.emit('sound', this.sound);
    if (engine === this.current && this.#playing) this.emit('going', true);
    return how;
  }

  #halt(): void {
    this.#playing = false;
    this.emit('going', false);
  }

  /** Loads a place. The very first one starts with its head. */
  async #fill(slot: Slot, source: Source, onScreen: boolean): Promise<void> {
    const { key } = slot;
    const grant = await source.grant();
    if (slot.key !== key || slot.key === null) return;
    const startMs = source.startMs ?? resumeAt(grant);
    const head = onScreen && this.#cold && !!grant.head && startMs === 0;
    if (onScreen) this.#cold = false;
    await slot.engine.load(grant, head ? { head } : { startMs });
  }

  /** Gets the place after the screen ready, then the one before it. */
  async #neighbours(show: number): Promise<void> {
    for (const place of [this.#index + 1, this.#index - 1]) {
      if (show !== this.#shows) return;
      const source = this.#source(place);
      // The way back is kept ready for who came that way; and nothing is fetched for later that the budget does not hold.
      if (source && place < this.#index && !this.#been.has(source.key)) continue;
      if (this.#deps.budget.room() < leastWarm) continue;
      const slot = source && !this.#at(place) ? this.#take(place, source.key) : undefined;
      if (!source || !slot) continue;
      this.emit('places', this.places);
      slot.filled = this.#fill(slot, source, false);
      // Asked for again when it comes onto the screen; then the refusal is told.
      await slot.filled.catch(() => slot.place !== this.#index && slot.key === source.key && this.#free(slot));
    }
  }

  /**
   * From the head to the stream without a gap: a second player buffers the stream, is put where the head will be in
   * a moment, and takes its place when the head gets there.
   */
  async #handOver(slot: Slot): Promise<void> {
    const spare = this.#slots.find((s) => s.place === null);
    const { engine: head } = slot;
    const grant = head.grant;
    if (!spare || !grant) return;
    spare.place = held;
    spare.key = slot.key;
    await spare.engine.load(grant);
    const { engine: stream } = spare;
    let target = -1;
    const timer = setInterval(() => {
      const stale = spare.place !== held || head.grant !== grant || !head.isHead || stream.state === 'failed';
      if (stale) {
        clearInterval(timer);
        if (spare.place === held) this.#free(spare);
        return;
      }
      const wanted = head.seekingMs;
      if (wanted !== null && wanted !== target && stream.video.readyState >= 1) {
        target = wanted;
        stream.seek(target);
      }
      const still = wanted !== null || head.video.ended || head.video.paused;
      // Stopped on its way to where the stream waits: the stream comes to it.
      if (wanted === null && still && target > head.positionMs) target = -1;
      if (target < 0 && stream.video.readyState >= 2) {
        // A stream that came late holds less than the head has played: it goes on where the head ends.
        const soon = head.positionMs + leadMs;
        target = still ? head.positionMs : soon < stream.bufferedMs ? soon : head.headEndMs;
        stream.seek(target);
      }
      if (
        target >= 0 &&
        !stream.video.seeking &&
        stream.video.readyState >= 3 &&
        (still || head.positionMs >= target - 20)
      ) {
        clearInterval(timer);
        this.#swap(slot, spare);
      }
    }, stepMs);
  }

  #swap(from: Slot, to: Slot): void {
    to.place = from.place;
    to.filled = from.filled;
    from.place = null;
    from.key = null;
    from.filled = null;
    to.engine.activate();
    to.engine.speed = from.engine.speed;
    if (from.engine.stopped) this.#halt();
    if (this.#playing) void this.#start(to.engine);
    this.emit('places', this.places);
    this.emit('current', to.engine);
    from.engine.unload();
    void this.#neighbours(this.#shows);
  }

  /** Whether a player still has what belongs to its place, within reach of the screen. */
  #keeps({ place, key }: Slot): boolean {
    return place !== null && Math.abs(place - this.#index) <= 1 && key === this.#source(place)?.key;
  }

  #at(place: number): Slot | undefined {
    return this.#slots.find((s) => s.place === place);
  }

  /** A player for a place: a free one, else one whose own place is farther from the screen. */
  #take(place: number, key: string): Slot | undefined {
    const distance = (s: Slot) => (s.place === held ? 0 : Math.abs((s.place ?? 0) - this.#index));
    const farthest = [...this.#slots].sort((a, b) => distance(b) - distance(a))[0];
    const slot = this.#slots.find((s) => s.place === null) ?? farthest;
    if (!slot) return undefined;
    if (slot.place !== null) {
      if (distance(slot) <= Math.abs(place - this.#index)) return undefined;
      this.#free(slot);
    }
    slot.place = place;
    slot.key = key;
    slot.filled = null;
    return slot;
  }

  #free(slot: Slot): void {
    slot.place = null;
    slot.key = null;
    slot.filled = null;
    slot.engine.unload();
  }

  #watchFrame(slot: Slot, known: 'warm' | null, asked: number): void {
    const { video } = slot.engine;
    if (!video.requestVideoFrameCallback) return;
    const { key } = slot;
    video.requestVideoFrameCallback((now) => {
      if (slot.key !== key || key === null) return;
      const kind = known ?? (slot.engine.isHead ? 'head' : 'cold');
      this.emit('frame', { episode: key, kind, ms: Math.max(0, now - asked) });
    });
  }
}

/** The head start given to the stream while the head still plays. */
const leadMs = 300;
/** About a second of the smallest picture: with less to spare a place is not made ready. */
const leastWarm = 100_000;
/** How often a hand-over looks whether it is time. */
const stepMs = 16;

/** Where the person stopped, but from the start when it was practically over. */
export function resumeAt(grant: Pick<Grant, 'position_ms' | 'duration_ms'>): number {
  return grant.position_ms > grant.duration_ms - 3000 ? 0 : grant.position_ms;
}
