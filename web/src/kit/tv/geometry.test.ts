import { describe, expect, it } from 'vitest';
import { closest, type Entries, type Spot, shifted, step, type Way } from './geometry.ts';

const none: Entries = new Map();
const spot = (key: string, left: number, top: number, groups: string[], width = 210, height = 280): Spot => ({
  key,
  box: { left, top, right: left + width, bottom: top + height },
  groups,
});

/** A home: a rail, two buttons, and two rows of which the second is longer. */
const rail = ['search', 'home', 'me'].map((key, i) => spot(key, 24, 170 + 92 * i, ['rail'], 72, 72));
const hero = [spot('play', 136, 380, ['page', 'hero'], 340, 72), spot('list', 496, 380, ['page', 'hero'], 160, 72)];
const row = (name: string, top: number, n: number) =>
  Array.from({ length: n }, (_, i) => spot(`${name}${i}`, 136 + 240 * i, top, ['page', name]));
const home = [...rail, ...hero, ...row('a', 650, 3), ...row('b', 1052, 8)];
const at = (key: string) => home.find((s) => s.key === key) as Spot;
const go = (from: string, way: Way, entries = none) => step(at(from), home, way, entries)?.key ?? null;

describe('a step', () => {
  it('goes along a row and ends with it', () => {
    expect(go('a0', 'right')).toBe('a1');
    expect(go('a1', 'left')).toBe('a0');
    expect(go('a2', 'right')).toBeNull(); // Though the longer row below reaches farther.
    expect(go('b7', 'right')).toBeNull();
    expect(go('list', 'right')).toBeNull();
  });

  it('goes from row to row straight ahead, and to what is nearest where nothing is', () => {
    expect(go('a1', 'down')).toBe('b1');
    expect(go('b1', 'up')).toBe('a1');
    expect(go('b7', 'up')).toBe('a2');
    expect(go('a0', 'up')).toBe('play');
    expect(go('play', 'up')).toBeNull();
    expect(go('b0', 'down')).toBeNull();
  });

  it('remembers where it was in a row', () => {
    expect(go('a0', 'down', new Map([['b', 'b5']]))).toBe('b5');
    expect(go('b5', 'up', new Map([['a', 'a2']]))).toBe('a2');
    expect(go('a0', 'down', new Map([['b', 'gone']]))).toBe('b0');
    expect(go('b2', 'right', new Map([['b', 'b7']]))).toBe('b3'); // Nothing is entered.
  });

  it('leaves the page for the rail and comes back to where it was', () => {
    const kept = new Map([
      ['rail', 'home'],
      ['page', 'b3'],
      ['b', 'b3'],
    ]);
    expect(go('b0', 'left', kept)).toBe('home');
    expect(go('search', 'right', kept)).toBe('b3');
    expect(go('home', 'down', kept)).toBe('me');
    expect(go('me', 'down', kept)).toBeNull();
  });

  it('goes through a grid whose last line is short, and out of it', () => {
    const cells = Array.from({ length: 8 }, (_, i) =>
      spot(`c${i}`, 136 + 240 * (i % 5), 300 + 330 * Math.floor(i / 5), ['page', 'grid']),
    );
    const tabs = [0, 1, 2].map((i) => spot(`t${i}`, 136 + 180 * i, 150, ['page', 'tabs'], 160, 72));
    const all = [...rail, ...tabs, ...cells];
    const from = (key: string, way: Way, entries = none) =>
      step(all.find((s) => s.key === key) as Spot, all, way, entries)?.key ?? null;
    expect(from('c4', 'down')).toBe('c7');
    expect(from('c7', 'right')).toBeNull();
    expect(from('c7', 'up')).toBe('c2');
    expect(from('c3', 'up', new Map([['tabs', 't1']]))).toBe('t1');
    expect(from('t2', 'down')).toBe('c1');
    expect(from('c5', 'left')).not.toBeNull();
  });

  it('skips no row because a farther one reaches closer', () => {
    const button = spot('follow', 496, 380, ['page', 'hero'], 160, 72);
    const cell = spot('cell', 136, 660, ['page', 'cells'], 128, 84);
    const card = spot('card', 136, 880, ['page', 'similar']);
    expect(step(button, [button, cell, card], 'down', none)?.key).toBe('cell');
  });

  it('leads from everywhere to everything', () => {
    const ways: Way[] = ['up', 'down', 'left', 'right'];
    for (const start of home) {
      const seen = new Set([start.key]);
      for (const key of seen) for (const way of ways) seen.add(go(key, way) ?? key);
      expect(seen.size).toBe(home.length);
    }
  });
});

it('what has gone leaves the focus to its neighbour', () => {
  const left = home.filter((s) => s.key !== 'a1');
  expect(['a0', 'a2']).toContain(closest(at('a1'), left)?.key);
  expect(closest(at('a2'), [...rail, ...hero])?.key).toBe('list');
  expect(closest(at('a2'), [])).toBeNull();
});

describe('a long row', () => {
  // Cards of 210 every 240, in a view of 1784 that cuts the eighth in half, and 72 after the last.
  const card = (i: number) => ({ start: 240 * i, end: 240 * i + 210 });
  const whole = (n: number) => 240 * n - 30 + 72;
  const to = (i: number, now: number, n = 20) => shifted(now, card(i), 1784, whole(n), 135);

  it('stays while the next card is seen by half', () => {
    for (let i = 0; i < 7; i++) expect(to(i, 0)).toBeLessThanOrEqual(1);
  });
  it('moves so that the next card is cut in half', () => {
    const now = to(9, 0);
    expect(now + 1784 - card(10).start).toBe(105);
  });
  it('moves back so that the one before is cut in half', () => {
    const now = to(4, to(12, 0));
    expect(card(3).end - now).toBe(105);
  });
  it('ends at its ends', () => {
    expect(to(19, 0)).toBe(whole(20) - 1784);
    expect(to(0, 900)).toBe(0);
    expect(to(2, 0, 3)).toBe(0);
  });
});
