import { expect, it } from 'vitest';
import { stride, togetherMs, Way } from './seek.ts';

it('goes farther the longer it is pressed, and never shorter', () => {
  const strides = Array.from({ length: 40 }, (_, n) => stride(n));
  expect(strides[0]).toBe(5000);
  expect([...strides].sort((a, b) => a - b)).toEqual(strides);
});

it('begins anew after a rest', () => {
  const way = new Way();
  let at = 0;
  const steps: number[] = [];
  for (const now of [0, 100, 200, 300, 300 + togetherMs]) {
    const to = way.press(1, at, 3_600_000, now);
    steps.push(to - at);
    at = to;
  }
  expect(steps).toEqual([5000, 5000, 10_000, 10_000, 5000]);
});

it('stays within the episode', () => {
  expect(new Way().press(-1, 3000, 60_000, 0)).toBe(0);
  expect(new Way().press(1, 58_000, 60_000, 0)).toBe(59_000);
  expect(new Way().press(1, 0, 0, 0)).toBe(0);
});
