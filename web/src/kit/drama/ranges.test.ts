import { expect, it } from 'vitest';
import { pages } from './ranges.ts';

it.each([
  [0, []],
  [1, [[1, 1]]],
  [30, [[1, 30]]],
  [
    62,
    [
      [1, 30],
      [31, 62],
    ],
  ],
  [
    66,
    [
      [1, 30],
      [31, 60],
      [61, 66],
    ],
  ],
])('%i episodes', (count, expected) => expect(pages(count)).toEqual(expected));
