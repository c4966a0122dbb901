import { expect, it } from 'vitest';
import { blockersFirst, missingIn, placeOf } from './missing.ts';

it.each([
  ['title.zh-CN', { id: 'drama-title', lang: 'zh-CN', episode: 0 }],
  ['synopsis.en', { id: 'drama-synopsis', lang: 'en', episode: 0 }],
  ['genres', { id: 'drama-genres', episode: 0 }],
  ['posters.portrait', { id: 'poster-portrait', episode: 0 }],
  ['episodes', { id: 'episodes', episode: 0 }],
  ['episodes[3]', { id: 'episode-3', episode: 3 }],
  ['episodes[12].asset', { id: 'episode-12', episode: 12 }],
  ['episodes[2].subtitles.zh-CN', { id: 'episode-2', episode: 2 }],
  ['something.newer', { id: 'episodes', episode: 0 }],
])('%s has a place', (path, place) => expect(placeOf(path)).toEqual(place));

it('puts what blocks first and keeps the order', () => {
  const m = (code: string, severity: 'block' | 'warn') => ({ code, path: '', message: '', severity });
  const sorted = blockersFirst([m('a', 'warn'), m('b', 'block'), m('c', 'warn'), m('d', 'block')]);
  expect(sorted.map((x) => x.code)).toEqual(['b', 'd', 'a', 'c']);
});

it.each([
  ['video_missing', 'episodes[3].asset', 'Episode 3 has no video.'],
  ['poster_missing', 'posters.portrait', 'The portrait poster is missing.'],
  ['something_newer', 'somewhere', 'as the server says it'],
])('%s is told in words', (code, path, told) => {
  expect(missingIn({ code, path, message: 'as the server says it', severity: 'block' })).toBe(told);
});
