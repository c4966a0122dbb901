import type { Page } from '../api/types.ts';

/** A remote list that grows page by page. `items` is null until the first page is there. */
export class Paged<T> {
  items = $state.raw<T[] | null>(null);
  error = $state<unknown>(null);
  loading = $state(false);
  ended = $state(false);
  #next: string | null = null;
  #ask = 0;

  constructor(private readonly load: (after: string | null) => Promise<Page<T>>) {}

  /** Starts over from the first page. */
  async reload(): Promise<void> {
    this.#ask++;
    this.#next = null;
    this.ended = false;
    this.loading = false;
    await this.more();
  }

  /** Gets the next page; after a failure the same one again. */
  async more(): Promise<void> {
    if (this.loading || this.ended) return;
    const ask = this.#ask;
    this.loading = true;
    this.error = null;
    try {
      let { items, next } = await this.load(this.#next);
      // A page may be empty and yet not be the last.
      while (items.length === 0 && next && ask === this.#ask) ({ items, next } = await this.load(next));
      if (ask !== this.#ask) return;
      this.items = this.#next === null ? items : [...(this.items ?? []), ...items];
      this.#next = next ?? null;
      this.ended = !next;
    } catch (error) {
      if (ask === this.#ask) this.error = error;
    } finally {
      if (ask === this.#ask) this.loading = false;
    }
  }
}

/** Calls when an element comes near the screen: the end of a list asks for more. */
export function nearby(node: Element, call: () => void): { destroy: () => void } {
  const seen = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && call(), {
    rootMargin: '600px',
  });
  seen.observe(node);
  return { destroy: () => seen.disconnect() };
}
