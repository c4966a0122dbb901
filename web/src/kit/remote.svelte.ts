/** One remote value with its four states: waiting, refused, empty (the page decides) and full. */
export class Remote<T> {
  value = $state.raw<T | null>(null);
  error = $state<unknown>(null);
  #ask = 0;

  /** load is called by reload, never by itself. */
  constructor(private readonly load: () => Promise<T>) {}

  /** Asks again; the old value stays on the screen until the new one is there. The last question wins. */
  async reload(): Promise<void> {
    const ask = ++this.#ask;
    this.error = null;
    try {
      const value = await this.load();
      if (ask === this.#ask) this.value = value;
    } catch (error) {
      if (ask === this.#ask) this.error = error;
    }
  }
}
