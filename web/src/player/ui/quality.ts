import type { Quality } from '../index.ts';

/**
 * The index, among an episode's renditions, of what a person forced on an earlier one: the same lines, else the most
 * below it. -1, automatic, where nothing was forced or everything is larger.
 */
export function forcedAmong(qualities: Quality[], lines: number | null): number {
  if (lines === null) return -1;
  let best: Quality | undefined;
  for (const q of qualities) if (q.lines <= lines && q.lines > (best?.lines ?? 0)) best = q;
  return best?.index ?? -1;
}
