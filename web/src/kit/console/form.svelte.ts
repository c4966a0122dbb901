import { humane, Problem } from '$/api/problem.ts';

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
    if (!(this.error instanceof Problem)) return undefined;
    const found = this.error.fields.find((f) => f.path === path || f.path === `body.${path}`);
    return found?.message;
  }

  /** One sentence for the whole form. */
  get words(): string {
    if (!this.error) return '';
    const { title, detail } = humane(this.error);
    return detail || title;
  }

  get code(): string {
    return this.error instanceof Problem ? this.error.code : '';
  }
}
