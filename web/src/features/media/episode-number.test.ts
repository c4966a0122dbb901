import { describe, expect, it } from 'vitest';
import { assignNumbers, byName, numberIn, troubles } from './episode-number.ts';

describe('numberIn', () => {
  it.each([
    ['深海来电 - 第21集.mov', 21],
    ['第 3 话.mp4', 3],
    ['Show S01E07 1080p.mkv', 7],
    ['show_ep012.mp4', 12],
    ['Episode 4.mp4', 4],
    ['03.mp4', 3],
    ['drama-12-1080x1920.mp4', 12],
    ['sintel_trailer_720p.mp4', null],
    ['2026 trailer.mp4', null],
    ['第900集.mp4', null],
    ['', null],
  ])('%s → %s', (name, n) => expect(numberIn(name)).toBe(n));
});

describe('assignNumbers', () => {
  it('believes the names and orders them as people do', () => {
    expect(assignNumbers(['ep10.mp4', 'ep9.mp4', 'ep1.mp4'], new Set())).toEqual([
      { name: 'ep1.mp4', number: 1, said: true },
      { name: 'ep9.mp4', number: 9, said: true },
      { name: 'ep10.mp4', number: 10, said: true },
    ]);
  });
  it('lets a mended file replace the video of its episode', () => {
    expect(assignNumbers(['ep03_v2.mp4'], new Set([1, 2, 3]))).toEqual([
      { name: 'ep03_v2.mp4', number: 3, said: true },
    ]);
  });
  it('guesses the lowest free number where a name says nothing', () => {
    const given = assignNumbers(['ep3.mp4', 'intro.mp4', 'outro.mp4'], new Set([1]));
    expect(given.filter((g) => !g.said).map((g) => g.number)).toEqual([2, 4]);
  });
  it('never gives one number twice', () => {
    const given = assignNumbers(['a 5.mp4', 'b 5.mp4', 'c 5.mp4'], new Set([1, 2]));
    expect(given.map((g) => g.number)).toEqual([5, 3, 4]);
    expect(given.map((g) => g.said)).toEqual([true, false, false]);
  });
});

it('tells which numbers cannot be used', () => {
  expect(troubles([1, 2, 2, 0, 501, Number.NaN, 7], new Set([7]))).toEqual([
    null,
    'twice',
    'twice',
    'impossible',
    'impossible',
    'impossible',
    'going',
  ]);
});

it('sorts digits by value', () => {
  expect(['第10集', '第2集', '第1集'].sort(byName)).toEqual(['第1集', '第2集', '第10集']);
});
