import { expect, test } from 'vitest';
import { isPlayable, languageOf, tagsOf, titleIn } from './words.ts';

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

test('a file of subtitles says its language, or does not', () => {
  expect(languageOf('01.zh-CN.vtt')).toBe('zh-CN');
  expect(languageOf('01.en.srt')).toBe('en');
  expect(languageOf('01.vtt')).toBe('');
  expect(languageOf('final.cut.srt')).toBe('');
});
