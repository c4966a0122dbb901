/**
 * First ranges of files, fetched ahead and answered from memory when the player asks for a part of them.
 * Small and bounded: the oldest goes when there are too many bytes.
 */
export class Ranges {
  #kept = new Map<string, { bytes: Uint8Array<ArrayBuffer>; tookMs: number }>();

  constructor(private readonly limit = 6_000_000) {}

  /** Keeps the bytes of a file from its start. */
  put(url: string, bytes: Uint8Array<ArrayBuffer>, tookMs: number): void {
    this.#kept.delete(url);
    this.#kept.set(url, { bytes, tookMs });
    let size = 0;
    for (const { bytes: b } of this.#kept.values()) size += b.length;
    for (const [oldest, { bytes: b }] of this.#kept) {
      if (size <= this.limit || oldest === url) break;
      this.#kept.delete(oldest);
      size -= b.length;
    }
  }

  /** The part [from, to) where it is wholly kept. tookMs: how long the network needed for it, in proportion. */
  part(url: string, from: number, to: number): { bytes: Uint8Array<ArrayBuffer>; tookMs: number } | null {
    const kept = this.#kept.get(url);
    if (!kept || to <= from || to > kept.bytes.length) return null;
    return { bytes: kept.bytes.slice(from, to), tookMs: (kept.tookMs * (to - from)) / kept.bytes.length };
  }

  has(url: string): boolean {
    return this.#kept.has(url);
  }

  drop(url: string): void {
    this.#kept.delete(url);
  }
}
