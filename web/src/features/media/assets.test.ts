import { expect, it, vi } from 'vitest';
import type { AssetSummary } from '$/api/console.ts';
import { Assets } from './assets.svelte.ts';

const master = (n: number, percent = 0) => ({ id: `ast_${String(n).padStart(3, '0')}`, percent }) as AssetSummary;
const ids = (list: Assets) => list.items?.map((a) => Number(a.id.slice(4)));

/** A hundred masters, the newest first, ten a page. */
function house() {
  const all = Array.from({ length: 100 }, (_, i) => master(100 - i));
  const read = vi.fn(async (after?: string | null) => {
    const from = after ? Number(after) : 0;
    return { items: all.slice(from, from + 10), next: from + 10 < all.length ? String(from + 10) : undefined };
  });
  return { all, read, list: new Assets(read) };
}

it('takes news of what it shows, without reading', async () => {
  const { list, read } = house();
  await list.load();
  list.told(master(95, 40));
  expect(list.items?.find((a) => a.id === 'ast_095')?.percent).toBe(40);
  expect(read).toHaveBeenCalledTimes(1);
});

it('puts a new one first and leaves one further down to its page', async () => {
  const { list, read } = house();
  await list.load();
  list.told(master(101));
  list.told(master(3));
  expect(ids(list)).toEqual([101, 100, 99, 98, 97, 96, 95, 94, 93, 92, 91]);
  expect(read).toHaveBeenCalledTimes(1);
});

it('keeps what was shown more when the first page is read again', async () => {
  const { all, list } = house();
  await list.load();
  await list.load(list.next);
  all.unshift(master(101));
  await list.load();
  expect(list.items).toHaveLength(21);
  expect(list.next).toBe('20');
});

it('begins anew when more came than a page holds: nothing is left out between', async () => {
  const { all, list } = house();
  await list.load();
  for (let n = 101; n <= 130; n++) all.unshift(master(n));
  await list.load();
  expect(ids(list)?.[0]).toBe(130);
  expect(list.items).toHaveLength(10);
  expect(list.next).toBe('10');
});

it('lets nothing that was deleted come back', async () => {
  const { list } = house();
  await list.load();
  list.drop('ast_095');
  list.told(master(95, 40)); // told before, heard after
  expect(ids(list)).toEqual([100, 99, 98, 97, 96, 94, 93, 92, 91]);
  await list.load(); // read before, answered after
  expect(list.has('ast_095')).toBe(false);
});
