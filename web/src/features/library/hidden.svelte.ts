import { humane } from '../../api/problem.ts';
import type { DramaCard } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { Paged } from '../../kit/paged.svelte.ts';

/** The dramas the person does not want to see, last hidden first. */
export class Hidden extends Paged<DramaCard> {
  constructor() {
    super((after) => viewer.hidden(after));
  }

  /** Lets a drama be suggested again; answers the words of the refusal where there was one. */
  async restore(drama: string): Promise<string | null> {
    try {
      await viewer.hide(drama, false);
    } catch (error) {
      return humane(error).title;
    }
    this.items = (this.items ?? []).filter((d) => d.id !== drama);
    if (this.items.length === 0) await this.more(); // What is empty is empty to the end.
    return null;
  }
}
