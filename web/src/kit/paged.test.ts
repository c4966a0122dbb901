import { describe, expect, it, vi } from 'vitest';
import type { Page } from '../api/types.ts';
import { Paged } from './paged.svelte.ts';

describe('Paged', () => {
  it('asks on after a page that is empty and not the last', async () => {
    const pages: Record<string, Page<number>> = {
      '': { items: [], next: 'a' },
      a: { items: [], next: 'b' },
      b: { items: [1, 2], next: 'c' },
      c: { items: [], next: undefined },
    };
    const load = vi.fn(async (after: string | null) => pages[after ?? ''] as Page<number>);
    const list = new Paged<number>(load);
    await list.reload();
    expect([list.items, list.ended]).toEqual([[1, 2], false]);
    await list.more();
    expect([list.items, list.ended]).toEqual([[1, 2], true]);
    expect(load.mock.calls.map(([after]) => after)).toEqual([null, 'a', 'b', 'c']);
  });

  it('asks for the page that failed again, without showing anything twice', async () => {
    const load = vi.fn(
      async (after: string | null): Promise<Page<number>> => (after ? { items: [2] } : { items: [1], next: 'a' }),
    );
    const list = new Paged<number>(load);
    await list.reload();
    load.mockRejectedValueOnce(new Error('away'));
    await list.more();
    expect([list.items, list.error]).toEqual([[1], new Error('away')]);
    await list.more();
    expect([list.items, list.error, list.ended]).toEqual([[1, 2], null, true]);

    load.mockRejectedValueOnce(new Error('away'));
    await list.reload();
    expect(list.items).toEqual([1, 2]);
    await list.more();
    expect(list.items).toEqual([1]);
  });
});
