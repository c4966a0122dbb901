import type { Grant } from '../../api/types.ts';
import type { HlsConstructor } from '../hls.ts';

/** A grant for tests; times are milliseconds since the epoch. */
export function grantOf(episode: string, change: Partial<Grant> = {}, expiresAt = 100_000): Grant {
  return {
    episode_id: episode,
    drama_id: 'drm_1',
    expires_at: new Date(expiresAt).toISOString(),
    renew_after: new Date(expiresAt * 0.75).toISOString(),
    server_time: new Date(0).toISOString(),
    duration_ms: 60_000,
    width: 720,
    height: 1280,
    hls: `/media/v1/token-1/${episode}/master.m3u8`,
    dash: '',
    head_ms: 4000,
    subtitles: [],
    next: null,
    position_ms: 0,
    position_version: 1,
    labels: [],
    ...change,
  };
}

/** As much of a <video> as the player touches, moved by hand. */
export class FakeVideo extends EventTarget {
  currentTime = 0;
  duration = Number.NaN;
  muted = false;
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  playbackRate = 1;
  defaultPlaybackRate = 1;
  error: unknown = null;
  ranges: [number, number][] = [];
  /** What play() does: 'ok', or the name of the error it rejects with. */
  policy: (muted: boolean) => string = () => 'ok';
  #src: string | null = null;

  get buffered() {
    const { ranges } = this;
    return {
      length: ranges.length,
      start: (i: number) => ranges[i]?.[0] ?? 0,
      end: (i: number) => ranges[i]?.[1] ?? 0,
    };
  }
  get src() {
    return this.#src ?? '';
  }
  set src(to: string) {
    this.#src = to;
  }
  get currentSrc() {
    return this.src;
  }
  hasAttribute(name: string) {
    return name === 'src' && this.#src !== null;
  }
  removeAttribute() {
    this.#src = null;
  }
  load() {}
  async play() {
    const refused = this.policy(this.muted);
    if (refused !== 'ok') throw Object.assign(new Error(refused), { name: refused });
    this.paused = false;
    this.fire('playing');
  }
  pause() {
    if (this.paused) return;
    this.paused = true;
    this.fire('pause');
  }
  fire(type: string) {
    this.dispatchEvent(new Event(type));
  }
  /** Plays up to a second of the video, as the browser would tell it. */
  at(seconds: number) {
    this.currentTime = seconds;
    this.fire('timeupdate');
  }
  get element(): HTMLVideoElement {
    return this as unknown as HTMLVideoElement;
  }
}

/** An hls.js that loads nothing; tests fire its events. */
export function fakeHls() {
  const made: FakeHls[] = [];
  class FakeHls {
    static Events = {
      MANIFEST_PARSED: 'parsed',
      LEVEL_SWITCHED: 'switched',
      FRAG_BUFFERED: 'buffered',
      ERROR: 'error',
    };
    static ErrorTypes = { NETWORK_ERROR: 'network', MEDIA_ERROR: 'media' };
    static DefaultConfig = { loader: class {} };
    static isSupported = () => true;
    levels: { width: number; height: number; bitrate: number }[] = [];
    calls: string[] = [];
    handlers = new Map<string, (event: string, data: unknown) => void>();
    currentLevel = -1;
    autoLevelEnabled = true;
    nextLevel = -1;
    autoLevelCapping = -1;
    constructor(public config: Record<string, unknown>) {
      made.push(this);
    }
    on(event: string, handler: (event: string, data: unknown) => void) {
      this.handlers.set(event, handler);
    }
    fire(event: string, data: unknown = {}) {
      this.handlers.get(event)?.(event, data);
    }
    loadSource(url: string) {
      this.calls.push(`source ${url}`);
    }
    attachMedia() {}
    startLoad(at: number) {
      this.calls.push(`start ${at}`);
    }
    stopLoad() {
      this.calls.push('stop');
    }
    recoverMediaError() {
      this.calls.push('recover');
    }
    pauseBuffering() {
      this.calls.push('hold');
    }
    resumeBuffering() {
      this.calls.push('go');
    }
    destroy() {
      this.calls.push('destroy');
    }
  }
  return { made, load: async () => FakeHls as unknown as HlsConstructor };
}

/** Storage in memory; `full` refuses to write. */
export class FakeStorage {
  kept = new Map<string, string>();
  full = false;
  getItem(key: string) {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    if (this.full) throw new Error('quota');
    this.kept.set(key, value);
  }
}
