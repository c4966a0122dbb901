import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { setLocale } from './locale.svelte.ts';
import { tagName } from './tags.ts';

const house = new URL('../../../', import.meta.url);
const tags = ['demo/story/stories.toml', 'demo/film.go']
  .flatMap((file) => [
    ...readFileSync(new URL(file, house), 'utf8').matchAll(/^tags = \[(.*)\]|Tags: \[\]string\{([^}]*)\}/gm),
  ])
  .flatMap((m) => [...(m[1] ?? m[2] ?? '').matchAll(/"([^"]+)"/g)].map((t) => t[1] ?? ''));

beforeAll(() => vi.stubGlobal('document', { documentElement: {} }));
afterAll(() => {
  setLocale('en');
  vi.unstubAllGlobals();
});

it('names every tag of the demo in both languages', () => {
  expect(tags.length).toBeGreaterThan(20);
  setLocale('zh-CN');
  expect(tags.filter((tag) => !/^[\u4e00-\u9fff]+$/.test(tagName(tag)))).toEqual([]);
  setLocale('en');
  expect(tags.filter((tag) => !/^[A-Za-z ]+$/.test(tagName(tag)))).toEqual([]);
});

it('shows any other tag as it was written', () => {
  expect(tagName('sci-fi')).toBe('sci-fi');
});
