/**
 * Reads again what was told of, one reading at a time: whatever is asked for during one is met by one more after it.
 * What is not known is read about once; news of it later changes nothing.
 */
export class Reader {
  readonly #met = new Set<string>();
  #busy = false;
  #again = false;

  constructor(private readonly read: () => Promise<unknown>) {}

  /** Something unknown was told of. */
  meet(key: string): void {
    if (this.#met.has(key)) return;
    this.#met.add(key);
    this.again();
  }

  again = async (): Promise<void> => {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.read();
      }
    } finally {
      this.#busy = false;
    }
  };
}
