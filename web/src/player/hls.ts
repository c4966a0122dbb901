import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js';
import workerPath from 'hls.js/dist/hls.worker.js?url';
import type { Lease } from './lease.ts';
import type { Ranges } from './ranges.ts';

export type HlsModule = typeof import('hls.js');
export type HlsConstructor = HlsModule['default'];

let loading: Promise<HlsConstructor> | undefined;

/** The player engine, fetched once; call it early so that it arrives beside the application. */
export function loadHls(): Promise<HlsConstructor> {
  loading ??= import('hls.js').then(
    (m) => m.default,
    (error) => {
      loading = undefined; // Asked for again when the network is back.
      throw error;
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

/** Enough to start at once, and little to regret. */
export const warmReach: Reach = { maxBufferLength: 4, maxMaxBufferLength: 4, maxBufferSize: 700_000 };
/** Through a tunnel of a few seconds, without loading an episode nobody finishes. */
export const activeReach: Reach = { maxBufferLength: 14, maxMaxBufferLength: 24, maxBufferSize: 12_000_000 };
export const saverReach: Reach = { maxBufferLength: 8, maxMaxBufferLength: 12, maxBufferSize: 3_000_000 };

export function configure(Hls: HlsConstructor, lease: Lease, ranges: Ranges, startMs: number): Partial<HlsConfig> {
  return {
    ...warmReach,
    workerPath,
    startPosition: startMs / 1000,
    startLevel: 0,
    startFragPrefetch: true,
    capLevelToPlayerSize: true,
    backBufferLength: 10,
    loader: leasedLoader(Hls, lease, ranges),
    // Captions are drawn by the page, clear of its own controls.
    enableWebVTT: false,
    enableIMSC1: false,
    enableCEA708Captions: false,
    renderTextTracksNatively: false,
  };
}

/** A loader that asks with the newest grant, waits for it when it must, and answers from ranges fetched ahead. */
export function leasedLoader(Hls: HlsConstructor, lease: Lease, ranges: Ranges): HlsConfig['loader'] {
  const Base = Hls.DefaultConfig.loader;
  return class Leased extends Base implements Loader<LoaderContext> {
    #stopped = false;

    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      if (this.#answer(context, callbacks)) return;
      const go = () => {
        if (this.#stopped) return;
        context.url = lease.current(context.url);
        super.load(context, config, this.#oneMoreTry(context, config, callbacks));
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
      this.#stopped = true;
      super.abort();
    }

    override destroy(): void {
      this.#stopped = true;
      super.destroy();
    }

    /** From memory, where the range was fetched ahead. */
    #answer(context: LoaderContext, callbacks: LoaderCallbacks<LoaderContext>): boolean {
      const { rangeStart, rangeEnd, responseType } = context;
      if (responseType !== 'arraybuffer' || rangeEnd === undefined) return false;
      const kept = ranges.part(new URL(context.url, location.href).pathname, rangeStart ?? 0, rangeEnd);
      if (!kept) return false;
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
