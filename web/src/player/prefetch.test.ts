import { afterEach, describe, expect, it, vi } from 'vitest';
import { Budget } from './budget.ts';
import { Prefetcher } from './prefetch.ts';
import { Ranges } from './ranges.ts';
import { grantOf } from './testing/fakes.ts';

const first = { url: '/media/v1/token-1/e2/v360.mp4', length: 500 };

function setup(limit = 10_000, now = 0) {
  const budget = new Budget(limit);
  const ranges = new Ranges();
  const ask = vi.fn(async (e: string) =>
    grantOf(e, { first_bytes: { ...first, url: `/media/v1/token-1/${e}/v360.mp4` } }),
  );
  const fetched = vi.fn(async (_url: string, init: RequestInit) => {
    const range = (init.headers as Record<string, string>).range;
    expect(range).toBe('bytes=0-499');
    return new Response(new Uint8Array(500), { status: 206 });
  });
  vi.stubGlobal('fetch', fetched);
  return { prefetch: new Prefetcher(ask, budget, ranges, () => now), budget, ranges, ask, fetched };
}

describe('Prefetcher', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('gets the first range of the next episode and gives its grant out once', async () => {
    const { prefetch, ranges, ask, budget } = setup();
    await prefetch.ahead('e2', 'e1');
    expect(ranges.part(first.url, 100, 200)?.bytes).toHaveLength(100);
    expect(budget.totals()).toMatchObject({ received: 500, ahead: 500 });
    await prefetch.grant('e2');
    expect(ask).toHaveBeenCalledTimes(1);
    await prefetch.grant('e2');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('stays inside the budget', async () => {
    const { prefetch, fetched } = setup(499);
    await prefetch.ahead('e2', 'e1');
    expect(fetched).not.toHaveBeenCalled();
  });

  it('counts as wasted what was fetched for an episode nobody went to', async () => {
    const { prefetch, ranges, budget } = setup();
    await prefetch.ahead('e2', 'e1');
    await prefetch.ahead('e9', 'e8');
    expect(ranges.has(first.url)).toBe(false);
    expect(budget.totals()).toMatchObject({ wasted: 500, ahead: 500 });
  });

  it('does not give out a grant that is due for renewal', async () => {
    const { prefetch, ask } = setup(10_000, 80_000);
    prefetch.offer(grantOf('e2'));
    await prefetch.grant('e2');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('takes a refusal or a whole file for nothing', async () => {
    const { prefetch, ask, ranges, budget } = setup();
    ask.mockRejectedValueOnce(new Error('not out yet'));
    await prefetch.ahead('e2', 'e1');
    vi.stubGlobal('fetch', async () => new Response(new Uint8Array(9), { status: 200 }));
    await prefetch.ahead('e2', 'e1');
    expect(ranges.has(first.url)).toBe(false);
    expect(budget.totals().received).toBe(0);
  });
});

describe('Ranges', () => {
  it('answers only what it has whole, and forgets the oldest', () => {
    const ranges = new Ranges(250);
    ranges.put('a', new Uint8Array(100), 10);
    ranges.put('b', new Uint8Array(100), 10);
    expect(ranges.part('a', 50, 101)).toBeNull();
    expect(ranges.part('a', 50, 50)).toBeNull();
    expect(ranges.part('a', 0, 50)?.tookMs).toBe(5);
    ranges.put('c', new Uint8Array(100), 10);
    expect(ranges.has('a')).toBe(false);
    expect(ranges.has('c')).toBe(true);
  });
});
