import { expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem.ts';
import type { DramaCard } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { Hidden } from './hidden.svelte.ts';

const cards = (...ids: string[]) => ids.map((id) => ({ id })) as DramaCard[];

it('lists what was hidden, and keeps in the list what could not be restored', async () => {
  vi.spyOn(viewer, 'hidden').mockImplementation(async (after) =>
    after ? { items: cards('c') } : { items: cards('a', 'b'), next: 'p2' },
  );
  const hide = vi.spyOn(viewer, 'hide').mockResolvedValue({});
  const list = new Hidden();
  await list.reload();
  hide.mockRejectedValueOnce(new Problem(503, '', ''));
  expect(await list.restore('a')).not.toBeNull();
  expect(list.items?.map((d) => d.id)).toEqual(['a', 'b']);
  expect(await list.restore('a')).toBeNull();
  expect(list.items?.map((d) => d.id)).toEqual(['b']);
  // The last one of a page gives way to the next page.
  expect(await list.restore('b')).toBeNull();
  expect(list.items?.map((d) => d.id)).toEqual(['c']);
  expect(await list.restore('c')).toBeNull();
  expect([list.items, list.ended]).toEqual([[], true]);
  expect(hide.mock.calls.at(-1)).toEqual(['c', false]);
});
