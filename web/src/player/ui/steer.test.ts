import { expect, it } from 'vitest';
import { nearest, type Way } from './steer.ts';

const box = (left: number, top: number, width = 44, height = 44) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
// A header with Back and search, a rail of two at the right, a bar of three below.
const places = {
  back: box(0, 0),
  search: box(340, 0),
  like: box(340, 300),
  share: box(340, 360),
  play: box(16, 700),
  next: box(64, 700),
  full: box(330, 700),
};
type Name = keyof typeof places;
const names = Object.keys(places) as Name[];

it.each<[Name, Way, Name | undefined]>([
  ['play', 'right', 'next'],
  ['next', 'right', 'full'],
  ['full', 'up', 'share'],
  ['share', 'up', 'like'],
  ['like', 'up', 'search'],
  ['search', 'left', 'back'],
  ['back', 'down', 'play'],
  ['play', 'up', 'back'],
  ['back', 'left', undefined],
  ['back', 'up', undefined],
])('from %s %s to %s', (from, way, to) => {
  const others = names.filter((n) => n !== from);
  expect(
    others[
      nearest(
        places[from],
        others.map((n) => places[n]),
        way,
      )
    ],
  ).toBe(to);
});

it('stays in the picture on its way up, and leaves it for what is straight ahead', () => {
  const big = box(230, 316, 88, 88);
  const rail = box(6, 232, 60, 56);
  const back = box(76, 4);
  const panel = box(520, 330);
  const full = box(430, 660);
  expect(nearest(big, [rail, back], 'up', [true, false])).toBe(1);
  expect(nearest(big, [full, panel], 'right', [false, true])).toBe(1);
});
