import { describe, expect, it } from 'vitest';
import { dueWords, lasting } from './due.ts';

const minute = 60_000;

describe.each([
  ['en', ['1m', '40m', '1h 40m', '5h', '23h', '2d']],
  ['zh-CN', ['1分钟', '40分钟', '1小时40分钟', '5小时', '23小时', '2天']],
] as const)('a stretch of time in %s', (locale, words) => {
  it('is as short as a queue says it', () => {
    expect([0, 40, 100, 300, 23 * 60 + 20, 48 * 60].map((n) => lasting(n * minute, locale))).toEqual(words);
  });
});

it('a deadline has passed or has not', () => {
  const due = new Date(100 * minute).toISOString();
  expect(dueWords({ due }, 0)).toMatchObject({ late: false });
  expect(dueWords({ due }, 102 * minute)).toMatchObject({ late: true });
  expect(dueWords({ due: null }, 0)).toBeNull();
});
