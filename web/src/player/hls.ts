import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js';
import workerPath from 'hls.js/dist/hls.worker.js?url';
import { Problem } from '../api/problem.ts';
import type { Lease } from './lease.ts';
import type { Ranges } from './ranges.ts';

export type HlsModule = typeof import('hls.js');
export type HlsConstructor = HlsModule['default'];

export { workerPath };

let loading: Promise<HlsConstructor> | undefined;

/** The player engine, fetched once; call it early so that it arrives beside the application. */
export function loadHls(): Promise<HlsConstructor> {
  loading ??= import('hls.js').then(
    (m) => m.default,
    (error) => {
      loading = undefined; // Asked for again when the network is back.
      throw new Problem(0, '', String(error));
    },
  );
  return loading;
}

/** Buffer sizes: seconds and bytes. */
interface Reach {
  maxBufferLength: number;
  maxMaxBufferLength: number;
  maxBufferSize: number;
}

/** Off the screen: enough to start at once, and little to regret. seconds: how many the budget still holds. */
export function warmReach(seconds = Number.POSITIVE_INFINITY): Reach {
  const reach = Math.min(4, Math.max(0, seconds));
  return { maxBufferLength: reach, maxMaxBufferLength: reach, maxBufferSize: 700_000 };
}

/**
 * On the screen: the longer somebody has watched, the likelier that more will be watched. It begins with little,
 * because most videos are swiped away within seconds, and ends with what carries through a tunnel.
 *
 * headroom: how many times faster the line is than the stream; 1 or less is falling behind. Where there is plenty a second is fetched in a fraction
 * of one, and a long reach would mostly be thrown away; a tight line needs its lead from the start.
 */
export function activeReach(watchedMs: number, saver: boolean, headroom: number): Reach {
  const watched = Math.floor(watchedMs / 1000);
  const wanted = headroom >= plenty ? 3 + watched / 6 : 6 + watched;
  const seconds = Math.min(saver ? 8 : 16, wanted);
  return { maxBufferLength: seconds, maxMaxBufferLength: seconds, maxBufferSize: 12_000_000 };
}

/** Enough to win the lead back while playing; a line shared with the next place looks slower than it is. */
const plenty = 1.5;

/** Told of every answer of the network, also of what an aborted request had already brought. */
export type Received = (context: LoaderContext, bytes: number) => void;

export interface Source {
  lease: Lease;
  ranges: Ranges;
  received: Received;
}

export function configure(Hls: HlsConstructor, source: Source, startMs: number): Partial<HlsConfig> {
  return {
    ...warmReach(),
    workerPath,
    startPosition: startMs / 1000,
    startLevel: 0,
    startFragPrefetch: true,
    capLevelToPlayerSize: true,
    backBufferLength: 10,
    loader: leasedLoader(Hls, source),
    // Captions are drawn by the page, clear of its own controls.
    enableWebVTT: false,
    enableIMSC1: false,
    enableCEA708Captions: false,
    renderTextTracksNatively: false,
  };
}

/** A loader that asks with the newest grant, waits for it when it must, and answers from ranges fetched ahead. */
export function leasedLoader(Hls: HlsConstructor, { lease, ranges, received }: Source): HlsConfig['loader'] {
  const Base = Hls.DefaultConfig.loader;
  return class Leased extends Base implements Loader<LoaderContext> {
    #stopped = false;
    #done = false;

    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      if (this.#answer(context, callbacks)) return;
      const go = () => {
        if (this.#stopped) return;
        context.url = lease.current(context.url);
        super.load(context, config, this.#oneMoreTry(context, config, this.#counted(callbacks)));
      };
      const wait = lease.fresh();
      if (!wait) {
        go();
        return;
      }
      wait.then(go, () => {
        if (!this.#stopped) callbacks.onError({ code: 0, text: 'no grant' }, context, null, this.stats);
      });
    }

    override abort(): void {
      this.#stop();
      super.abort();
    }

    override destroy(): void {
      this.#stop();
      super.destroy();
    }

    #stop(): void {
      if (!this.#stopped && !this.#done && this.context && this.stats) received(this.context, this.stats.loaded);
      this.#stopped = true;
    }

    #counted(callbacks: LoaderCallbacks<LoaderContext>): LoaderCallbacks<LoaderContext> {
      return {
        ...callbacks,
        onSuccess: (response, stats, context, details) => {
          this.#done = true;
          received(context, stats.loaded);
          callbacks.onSuccess(response, stats, context, details);
        },
      };
    }

    /** From memory, where the range was fetched ahead. */
    #answer(context: LoaderContext, callbacks: LoaderCallbacks<LoaderContext>): boolean {
      const { rangeStart, rangeEnd, responseType } = context;
      if (responseType !== 'arraybuffer' || rangeEnd === undefined) return false;
      const kept = ranges.part(new URL(context.url, location.href).pathname, rangeStart ?? 0, rangeEnd);
      if (!kept) return false;
      this.#done = true;
      const { stats } = this;
      const end = performance.now();
      // The time the network needed for it: the bandwidth estimate must not learn the speed of memory.
      stats.loading.start = end - kept.tookMs;
      stats.loading.first = stats.loading.start;
      stats.loading.end = end;
      stats.loaded = kept.bytes.length;
      stats.total = kept.bytes.length;
      queueMicrotask(() => {
        if (this.#stopped) return;
        callbacks.onSuccess({ url: context.url, data: kept.bytes.buffer, code: 206 }, stats, context, null);
      });
      return true;
    }

    /** A refusal of the grant itself is answered with a new grant, once. */
    #oneMoreTry(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): LoaderCallbacks<LoaderContext> {
      return {
        ...callbacks,
        onError: (error, ctx, details, stats) => {
          if (this.#stopped) return;
          const give = () => callbacks.onError(error, ctx, details, stats);
          if (error.code !== 401 && error.code !== 403) return give();
          lease.refresh().then(() => {
            if (this.#stopped) return;
            context.url = lease.current(context.url);
            this.stats.loading.start = 0; // hls.js lets a loader load once; this is still the same load.
            super.load(context, config, callbacks);
          }, give);
        },
      };
    }
  };
}
