import { expect, it } from 'vitest';
import type { Use } from '$/api/console.ts';
import { Uses } from './uses.svelte.ts';

const use = (asset: string, number: number): Use => ({
  asset_id: asset,
  drama_id: 'drm_1',
  title: { en: 'X' },
  number,
});

it('asks about each master once per state, in one go', async () => {
  const asked: string[][] = [];
  let shown = [use('a', 1), use('a', 7)];
  const uses = new Uses(async (assets) => {
    asked.push(assets);
    return { items: shown };
  });
  const list = [
    { id: 'a', state: 'complete' },
    { id: 'b', state: 'uploaded' },
  ];
  await uses.ask(list);
  await uses.ask(list);
  expect(asked).toEqual([['a', 'b']]);
  expect(uses.of.get('a')?.map((u) => u.number)).toEqual([1, 7]);
  expect(uses.of.get('b')).toEqual([]);
  shown = [use('b', 2)];
  await uses.ask([list[0] as { id: string; state: string }, { id: 'b', state: 'probing' }]);
  expect(asked.at(-1)).toEqual(['b']);
  expect(uses.of.get('b')?.map((u) => u.number)).toEqual([2]);
  expect(uses.of.get('a')?.length).toBe(2);
});

it('asks again after a refusal', async () => {
  let refused = true;
  const uses = new Uses(async () => {
    if (refused) throw new Error('away');
    return { items: [use('a', 1)] };
  });
  await uses.ask([{ id: 'a', state: 'complete' }]);
  expect(uses.of.has('a')).toBe(false);
  refused = false;
  await uses.ask([{ id: 'a', state: 'complete' }]);
  expect(uses.of.get('a')?.length).toBe(1);
});
