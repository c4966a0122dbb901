import { expect, test } from 'vitest';
import { isPlayable, tagsOf, titleIn } from './words.ts';

test('tags are split at Latin and Chinese commas, without doubles', () => {
  expect(tagsOf(' rain, 重生，rain、 ,x ')).toEqual(['rain', '重生', 'x']);
  expect(tagsOf('')).toEqual([]);
});

test('words fall back to a language there is', () => {
  expect(titleIn({ 'zh-CN': '雨夜归来' }, 'en')).toBe('雨夜归来');
  expect(titleIn({}, 'en')).toBe('');
});

test('a file in its first qualities can be watched', () => {
  expect(isPlayable({ state: 'playable' })).toBe(true);
  expect(isPlayable({ state: 'transcoding' })).toBe(false);
  expect(isPlayable(null)).toBe(false);
});
