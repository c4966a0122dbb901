import { minors } from '../../api/minors.svelte.ts';
import { minutes } from '../../i18n/format.ts';
import { hear, youth } from './mode.ts';
import { refusalWords } from './words.ts';

const step = 15;

/** Minutes that a guardian's PIN adds to a day that is over. */
export class Extension {
  pin = $state('');
  busy = $state(false);
  #problem = $state<unknown>(null);
  refused = $derived(refusalWords(this.#problem));
  /** The day is over; else it is night, and nothing helps. */
  over = $derived(minors.status?.closed === 'time_over');
  possible = $derived(this.over && minors.status?.pin_set === true && minors.status.extra_ms > 0);
  added = $derived(Math.min(step, minutes(minors.status?.extra_ms ?? 0)));

  async ask(): Promise<void> {
    this.busy = true;
    this.#problem = null;
    try {
      hear(await youth.extend(this.pin, step));
    } catch (error) {
      this.#problem = error;
    } finally {
      this.pin = '';
      this.busy = false;
    }
  }
}
