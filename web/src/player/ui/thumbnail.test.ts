import { expect, it } from 'vitest';
import { thumbnail } from './thumbnail.ts';

const sprite = { url: '/s-{n}.jpg', interval_ms: 2000, columns: 10, rows: 6, width: 90, height: 160, count: 65 };

it.each([
  [-1, '/s-1.jpg', 0, 0],
  [1999, '/s-1.jpg', 0, 0],
  [22_000, '/s-1.jpg', 90, 160],
  [119_999, '/s-1.jpg', 810, 800],
  [120_000, '/s-2.jpg', 0, 0],
  [129_000, '/s-2.jpg', 360, 0],
  [999_000, '/s-2.jpg', 360, 0],
])('at %i ms shows what is in %s at %i, %i', (ms, url, x, y) => {
  expect(thumbnail(sprite, ms)).toEqual({ url, x, y });
});

it('keeps the address of a single picture, and shows nothing where there is none', () => {
  expect(thumbnail({ ...sprite, url: '/s.jpg', count: 5 }, 9000)?.url).toBe('/s.jpg');
  expect(thumbnail({ ...sprite, count: 0 }, 0)).toBeNull();
  expect(thumbnail(null, 0)).toBeNull();
});
