import type { Found } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { Paged } from '../../kit/paged.svelte.ts';

/** One question and what it found so far, page by page. */
export class Search extends Paged<Found> {
  /** A title that was perhaps meant. */
  suggestion = $state('');
  /** The server's index is still being made: likeness was not considered, so that there may be more. */
  catchingUp = $state(false);

  constructor(q: string, signal: AbortSignal) {
    super(async (after) => {
      const answer = await viewer.search(q, after, signal);
      if (!after) this.suggestion = answer.suggestion ?? '';
      this.catchingUp = answer.source === 'sql';
      return answer;
    });
  }
}
