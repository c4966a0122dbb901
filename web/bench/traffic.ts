import type { CDPSession } from '@playwright/test';
import { say } from './report.ts';

interface Exchange {
  path: string;
  range: string;
  sent: number;
  answered: number;
  ended: number;
  bytes: number;
  failed: string;
}

/** Every request of a page as the browser's network service sees it. */
export class Traffic {
  #exchanges = new Map<string, Exchange>();

  constructor(cdp: CDPSession) {
    cdp.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      const { pathname } = new URL(request.url);
      const range = request.headers.Range ?? request.headers.range ?? '';
      const path = `${request.method} ${pathname}`;
      this.#exchanges.set(requestId, { path, range, sent: timestamp, answered: 0, ended: 0, bytes: 0, failed: '' });
    });
    const on = (requestId: string, change: (exchange: Exchange) => void) => {
      const exchange = this.#exchanges.get(requestId);
      if (exchange) change(exchange);
    };
    cdp.on('Network.responseReceived', ({ requestId, timestamp, response }) =>
      on(requestId, (e) => {
        e.answered = timestamp;
        e.range ||= (response.headers['content-range'] ?? response.headers['Content-Range'] ?? '') as string;
      }),
    );
    // What came from the cache has no encoded length.
    cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
      on(requestId, (e) => {
        e.bytes += encodedDataLength;
      }),
    );
    cdp.on('Network.loadingFinished', ({ requestId, timestamp }) =>
      on(requestId, (e) => {
        e.ended = timestamp;
      }),
    );
    cdp.on('Network.loadingFailed', ({ requestId, timestamp, errorText }) =>
      on(requestId, (e) => {
        e.ended = timestamp;
        e.failed = errorText;
      }),
    );
  }

  /** Bytes of answers' bodies by the kind of file they belong to. */
  bytes(kind: RegExp): number {
    let sum = 0;
    for (const { path, bytes } of this.#exchanges.values()) if (kind.test(path)) sum += bytes;
    return sum;
  }

  count(kind: RegExp): number {
    return [...this.#exchanges.values()].filter(({ path }) => kind.test(path)).length;
  }

  clear(): void {
    this.#exchanges.clear();
  }

  /** Tells when each request went out, was answered and ended, in milliseconds since the first. */
  tell(): void {
    const all = [...this.#exchanges.values()];
    const start = all[0]?.sent ?? 0;
    const ms = (seconds: number) => String(seconds ? Math.round((seconds - start) * 1000) : '…').padStart(6);
    for (const { path, range, sent, answered, ended, bytes, failed } of all) {
      const name = path.replace(/\/media\/v1\/[^/]+\/ast_[^/]+/, '…');
      say(`${ms(sent)}${ms(answered)}${ms(ended)}${String(bytes).padStart(9)}  ${name} ${range} ${failed}`);
    }
  }
}

/** The files a picture or its sound comes from, with their playlists. */
export const mediaFiles = /\/media\/v1\/.*\.(mp4|m4a|m3u8)$/;
