import { expect, it, vi } from 'vitest';
import { viewer } from '../../api/viewer.ts';
import { Search } from './search.svelte.ts';

type Answer = Awaited<ReturnType<typeof viewer.search>>;
const found = (...ids: string[]) => ids.map((id) => ({ id })) as Answer['items'];

it('goes on where the page before ended, and says when the index is still being made', async () => {
  const pages: Record<string, Answer> = {
    '': { items: found('a', 'b'), next: 'p2', source: 'sql', suggestion: 'x' },
    p2: { items: found('c'), source: 'index' },
  };
  const ask = vi.spyOn(viewer, 'search').mockImplementation(async (_q, after) => pages[after ?? ''] as Answer);
  const search = new Search('港', new AbortController().signal);
  await search.reload();
  expect([search.items?.length, search.ended, search.catchingUp, search.suggestion]).toEqual([2, false, true, 'x']);
  await search.more();
  expect([search.items?.length, search.ended, search.catchingUp, search.suggestion]).toEqual([3, true, false, 'x']);
  expect(ask.mock.calls.map(([q, after]) => [q, after])).toEqual([
    ['港', null],
    ['港', 'p2'],
  ]);
});
