import { expect, it } from 'vitest';
import { forcedAmong } from './quality.ts';

const ladder = (...lines: number[]) => lines.map((n, index) => ({ index, lines: n, bitrate: n * 1000 }));

it('finds in another ladder what was forced, else what comes next below it', () => {
  expect(forcedAmong(ladder(360, 540, 720), 540)).toBe(1);
  expect(forcedAmong(ladder(360, 480, 720), 540)).toBe(1);
  expect(forcedAmong(ladder(720, 1080), 540)).toBe(-1);
  expect(forcedAmong(ladder(360, 540), null)).toBe(-1);
  expect(forcedAmong([], 540)).toBe(-1);
});
