import { minors } from '../../api/minors.svelte.ts';
import { screens } from '../../player/ui/screens.svelte.ts';

/** The person was asked to rest and goes on: the next time is after as long again. */
export function goOn(): void {
  minors.passed = minors.status?.since_rest_ms ?? 0;
  screens.here.play();
}
