import { asAnother } from '../../api/live.ts';
import { reporter } from '../../player/ui/view.svelte.ts';

/** Makes this device another viewer's, once what the one before has watched is told. */
export async function become<T>(change: () => Promise<T>): Promise<T> {
  await reporter.flush();
  return asAnother(change);
}
