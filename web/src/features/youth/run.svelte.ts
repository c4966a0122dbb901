import type { Minors } from '../../api/minors.svelte.ts';
import { toast } from '../../kit/toast.svelte.ts';
import { hear } from './mode.ts';
import { refusalWords } from './words.ts';

/** One thing a guardian asks for at a time, and what was refused of the last. */
export class Asked {
  busy = $state(false);
  #problem = $state<unknown>(null);
  refused = $derived(refusalWords(this.#problem));

  /** Answers whether it was done; then it is said. */
  async run(what: () => Promise<Minors>, done: string): Promise<boolean> {
    this.busy = true;
    this.#problem = null;
    try {
      hear(await what());
      toast(done);
      return true;
    } catch (error) {
      this.#problem = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
