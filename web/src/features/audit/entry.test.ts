import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it, vi } from 'vitest';
import { setLocale } from '$/i18n/locale.svelte.ts';
import { lineOf } from './entry.ts';

const house = new URL('../../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, house), 'utf8');

const line = (said: object) =>
  lineOf({ seq: 3, entry: `${JSON.stringify({ at: '2026-03-01T12:00:00Z', ...said })}\n` });

beforeAll(() => {
  vi.stubGlobal('document', { documentElement: {} });
  setLocale('en');
});

it('says in words what an entry is about', () => {
  expect(
    line({
      act: 'catalogue.drama_published',
      actor_id: 'stf_1',
      object: { type: 'drama', id: 'drm_1' },
      drama: 'drm_1',
    }),
  ).toEqual({
    seq: 3,
    at: '2026-03-01T12:00:00Z',
    what: 'Drama published',
    who: 'stf_1',
    about: 'drm_1',
  });
  expect(line({ act: 'media.asset_playable', to: 'blocked', object: { type: 'asset', id: 'ast_1' } }).what).toBe(
    'Video stopped by its checks',
  );
});

it('shows what it has no words for as it stands', () => {
  expect(line({ act: 'review.case_closed' })).toMatchObject({
    what: 'review.case_closed',
    who: 'Not recorded',
    about: '',
  });
  expect(line({ act: 'toString' }).what).toBe('toString');
  expect(line({ act: 'x', actor_id: 'house:import' }).who).toBe('The house (import)');
  expect(line({ act: 'x', actor_id: `viewer:${'ab'.repeat(16)}` }).who).toBe('A viewer (abababab)');
});

it('has words for every fact the log keeps', () => {
  const facts = readdirSync(new URL('event', house))
    .filter((f) => f.endsWith('.go'))
    .map((f) => read(`event/${f}`))
    .join('\n');
  const heard = [...read('trust/audit/events.go').matchAll(/hear\[event\.(\w+)\]/g)].map((m) => m[1]);
  expect(heard.length).toBeGreaterThan(10);
  for (const name of heard) {
    const act =
      facts.match(new RegExp(`func \\(${name}\\) Fact\\(\\) string +{ return "([^"]+)" }`))?.[1] ??
      `${name} has no name`;
    expect(line({ act }).what).not.toBe(act);
  }
});
