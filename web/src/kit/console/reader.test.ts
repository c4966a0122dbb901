import { expect, it, vi } from 'vitest';
import { eventually } from '$/testing/eventually.ts';
import { Reader } from './reader.ts';

it('reads about what is unknown once, however often it is told of', async () => {
  const read = vi.fn(async () => undefined);
  const reader = new Reader(read);
  for (let i = 0; i < 50; i++) {
    reader.meet('ast_foreign');
    await Promise.resolve();
  }
  expect(read).toHaveBeenCalledTimes(1);
});

it('meets everything told of during a reading with one more', async () => {
  const ends: (() => void)[] = [];
  const read = vi.fn(() => new Promise<void>((end) => ends.push(end)));
  const reader = new Reader(read);
  for (const key of ['a', 'b', 'c', 'd']) reader.meet(key);
  expect(read).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await eventually(() => expect(read).toHaveBeenCalledTimes(2));
  ends[1]?.();
  await Promise.resolve();
  expect(read).toHaveBeenCalledTimes(2);
});

it('goes on after a reading that failed', async () => {
  const read = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
  const reader = new Reader(read);
  await expect(reader.again()).rejects.toThrow('away');
  await reader.again();
  expect(read).toHaveBeenCalledTimes(2);
});
