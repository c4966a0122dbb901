import { viewer } from '../../api/viewer.ts';
import { feed } from '../feed/feed.svelte.ts';

/** Forgets what was watched, here too: the visit of For You knows places of before. */
export async function clearHistory(): Promise<void> {
  await viewer.clearHistory();
  feed.reset();
}
