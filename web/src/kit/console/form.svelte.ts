import { fieldWords, humane, Problem } from '$/api/problem.ts';

/** One attempt to send a form: busy while it runs, and what was refused, by field or as a whole. */
export class Attempt {
  busy = $state(false);
  error = $state<unknown>(null);

  async run(send: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await send();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What the server said of one field. */
  field(path: string): string | undefined {
    return fieldWords(this.error, path);
  }

  /** One sentence for the whole form. */
  get words(): string {
    return this.error ? humane(this.error).detail : '';
  }

  get code(): string {
    return this.error instanceof Problem ? this.error.code : '';
  }
}
