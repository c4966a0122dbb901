import { expect, it } from 'vitest';
import type { Drama } from '$/api/console.ts';
import { formOf } from './about.ts';
import { Draft, draftOf, leaveDraft } from './draft.svelte.ts';

const drama = (version: number, over: Partial<Drama> = {}): Drama => ({
  id: 'drm_1',
  organisation_id: 'org_1',
  key: 'rain',
  state: 'draft',
  reason: '',
  title: { 'zh-CN': '雨夜', en: 'Rain' },
  synopsis: {},
  original_language: 'zh-CN',
  genres: ['suspense'],
  tags: ['rain'],
  audience: 'all',
  year: 2026,
  people: [],
  credit: '',
  release: { mode: 'all' },
  markets: [],
  posters: { portrait: null, landscape: null, portraits: {}, landscapes: {} },
  publish_when_ready: false,
  version,
  episodes: [],
  missing: [],
  created_at: '',
  updated_at: '',
  published_at: null,
  ...over,
});

it('sends only what was changed, over the version it was typed over', () => {
  const draft = new Draft(drama(3));
  expect(draft.dirty).toBe(false);
  draft.form.title.en = 'Rain again ';
  expect(draft.changes).toEqual({ title: { en: 'Rain again', 'zh-CN': '雨夜' } });
  expect(draft.version).toBe(3);
});

it('keeps what was typed when only the version moved, as with every file that joins', () => {
  const draft = new Draft(drama(3));
  draft.form.synopsis.en = 'A night ';
  draft.follow(drama(4));
  expect(draft.version).toBe(4);
  expect(draft.form.synopsis.en).toBe('A night '); // also the space somebody is about to type after
  expect(draft.clashes).toEqual([]);
});

it('takes what others saved in other places, also in the other language of a title', () => {
  const draft = new Draft(drama(3));
  draft.form.title.en = 'Mine';
  draft.follow(drama(4, { title: { 'zh-CN': '他们的', en: 'Rain' }, year: 2027 }));
  expect(draft.changes).toEqual({ title: { en: 'Mine', 'zh-CN': '他们的' } });
  expect(draft.form.year).toBe('2027');
  expect(draft.clashes).toEqual([]);
});

it('tells where both changed the same, keeps mine, and gives theirs when asked', () => {
  const draft = new Draft(drama(3));
  draft.form.title.en = 'Mine';
  draft.follow(drama(4, { title: { 'zh-CN': '雨夜', en: 'Theirs' } }));
  expect(draft.form.title.en).toBe('Mine');
  expect(draft.clashes).toEqual([{ path: 'title.en', theirs: 'Theirs' }]);
  draft.follow(drama(5, { title: { 'zh-CN': '雨夜', en: 'Theirs' } }));
  expect(draft.clashes).toHaveLength(1);
  draft.takeTheirs('title.en');
  expect(draft.form.title.en).toBe('Theirs');
  expect(draft.clashes).toEqual([]);
  expect(draft.dirty).toBe(false);
});

it('does not go back to what is older', () => {
  const draft = new Draft(drama(3));
  draft.follow(drama(2, { year: 1999 }));
  expect(draft.form.year).toBe('2026');
});

it('keeps what was typed while it was being saved', () => {
  const draft = new Draft(drama(3));
  draft.form.tags = 'a，b';
  const sent = structuredClone(draft.form);
  draft.form.credit = 'Ada';
  draft.saved(sent, drama(4, { tags: ['a', 'b'] }));
  expect(draft.form.tags).toBe('a, b');
  expect(draft.changes).toEqual({ credit: 'Ada' });
});

it('waits for whoever comes back, until it is saved or discarded', () => {
  draftOf(drama(3)).form.title.en = 'Mine';
  expect(leaveDraft('drm_1')).toBe(true);
  const again = draftOf(drama(4));
  expect(again.form.title.en).toBe('Mine');
  expect(again.version).toBe(4);
  again.discard();
  expect(leaveDraft('drm_1')).toBe(false);
  expect(draftOf(drama(4)).form.title.en).toBe('Rain');
});

it('reads a form as it was given, whatever it says', () => {
  const full = drama(1, {
    title: { ja: '雨' },
    people: [{ role: 'writer', name: { en: 'Ada', ko: '에이다' } }],
    release: { mode: 'all', starts_at: '2026-12-01T12:30:00Z' },
  });
  const draft = new Draft(full);
  expect(draft.dirty).toBe(false);
  draft.form.year = '';
  expect(draft.changes).toEqual({ year: 0 });
  draft.form.release.mode = 'daily';
  expect(draft.changes.release).toEqual({ mode: 'daily', per_day: 1, starts_at: '2026-12-01T12:30:00Z' });
  expect(formOf(full).people[0]?.name.ko).toBe('에이다');
});

it('sends the markets that do not follow home', () => {
  const draft = new Draft(
    drama(1, { markets: [{ market: 'US', mode: 'daily', per_day: 2, time_zone: 'America/New_York' }] }),
  );
  expect(draft.dirty).toBe(false);
  draft.form.markets.push({ market: 'JP', mode: 'all', per_day: '1', starts_at: '', time_zone: 'Asia/Tokyo' });
  expect(draft.changes.markets).toEqual([
    { market: 'US', mode: 'daily', per_day: 2, time_zone: 'America/New_York' },
    { market: 'JP', mode: 'all' },
  ]);
  draft.form.markets.splice(0, 2);
  expect(draft.changes).toEqual({ markets: [] });
});
