import { afterEach, expect, it, vi } from 'vitest';
import { viewer } from '../../api/viewer.ts';
import type { WatchItem } from '../../player/ui/watch-item.ts';
import { feed } from '../feed/feed.svelte.ts';
import { clearHistory } from './history.ts';

afterEach(() => vi.unstubAllGlobals());

it('forgets places with the history, wherever they are kept', async () => {
  const answers: Response[] = [Response.json({ drama: { id: 'd' }, episodes: [] })];
  vi.stubGlobal('fetch', async () => answers.shift());
  vi.stubGlobal('localStorage', { getItem: () => '1', setItem: () => {} });
  await viewer.drama('d');
  feed.items = [{ slot: 'a', startMs: 60_000 } as WatchItem];
  answers.push(Response.json({ code: 'db.unavailable' }, { status: 503 }));
  await expect(clearHistory()).rejects.toMatchObject({ status: 503 });
  expect([viewer.seenDrama('d')?.drama.id, feed.items.length]).toEqual(['d', 1]);
  answers.push(new Response(null, { status: 204 }));
  await clearHistory();
  expect([viewer.seenDrama('d'), feed.items.length]).toEqual([undefined, 0]);
});
