import { SvelteMap } from 'svelte/reactivity';
import { whenAnother } from './another.ts';
import { humane } from './problem.ts';
import { viewer } from './viewer.ts';

/**
 * Follows and likes as the person sees them: changed at once, confirmed by the server, taken back when it refuses.
 * One place for the whole app, so that every screen shows the same.
 */
interface Mark {
  on: boolean;
  count: number;
}

type Kind = 'follow' | 'like';
const marks: Record<Kind, SvelteMap<string, Mark>> = { follow: new SvelteMap(), like: new SvelteMap() };

/** What the server said with a list or a page; what the person changed here since then stays. */
export function learn(kind: Kind, id: string, on: boolean, count = 0): void {
  if (!marks[kind].has(id)) marks[kind].set(id, { on, count });
}

whenAnother(() => {
  marks.follow.clear();
  marks.like.clear();
});

export function mark(kind: Kind, id: string): Mark {
  return marks[kind].get(id) ?? { on: false, count: 0 };
}

/** Switches; answers the words of the refusal where there was one. */
export async function setMark(kind: Kind, id: string, on: boolean): Promise<string | null> {
  const before = mark(kind, id);
  if (before.on === on) return null;
  marks[kind].set(id, { on, count: Math.max(0, before.count + (on ? 1 : -1)) });
  try {
    const { count } = await viewer[kind](id, on);
    marks[kind].set(id, { on, count });
    return null;
  } catch (error) {
    marks[kind].set(id, before);
    return humane(error).title;
  }
}
