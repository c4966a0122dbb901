import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en as accountEn } from './account/en.ts';
import { zh as accountZh } from './account/zh-CN.ts';
import { en as auditEn } from './audit/en.ts';
import { zh as auditZh } from './audit/zh-CN.ts';
import { en as commonEn } from './common/en.ts';
import { zh as commonZh } from './common/zh-CN.ts';
import { en as consoleEn } from './console/en.ts';
import { zh as consoleZh } from './console/zh-CN.ts';
import * as format from './format.ts';
import { en as inboxEn } from './inbox/en.ts';
import { zh as inboxZh } from './inbox/zh-CN.ts';
import { en as laterEn } from './later/en.ts';
import { zh as laterZh } from './later/zh-CN.ts';
import { negotiate } from './locale.svelte.ts';
import { en as marketsEn } from './markets/en.ts';
import { zh as marketsZh } from './markets/zh-CN.ts';
import { fill } from './messages.ts';
import { en as minorsEn } from './minors/en.ts';
import { zh as minorsZh } from './minors/zh-CN.ts';
import { en as privacyEn } from './privacy/en.ts';
import { zh as privacyZh } from './privacy/zh-CN.ts';
import { en as profilesEn } from './profiles/en.ts';
import { zh as profilesZh } from './profiles/zh-CN.ts';
import { en as realnameEn } from './realname/en.ts';
import { zh as realnameZh } from './realname/zh-CN.ts';
import { en as regionEn } from './region/en.ts';
import { zh as regionZh } from './region/zh-CN.ts';
import { en as reviewEn } from './review/en.ts';
import { zh as reviewZh } from './review/zh-CN.ts';
import { en as signinEn } from './signin/en.ts';
import { zh as signinZh } from './signin/zh-CN.ts';
import { en as tvEn } from './tv/en.ts';
import { zh as tvZh } from './tv/zh-CN.ts';
import { en as watchEn } from './watch/en.ts';
import { zh as watchZh } from './watch/zh-CN.ts';

type Messages = Record<string, string>;
const areas: [name: string, zh: Messages, en: Messages][] = [
  ['common', commonZh, commonEn],
  ['watch', watchZh, watchEn],
  ['tv', tvZh, tvEn],
  ['console', consoleZh, consoleEn],
  ['inbox', inboxZh, inboxEn],
  ['later', laterZh, laterEn],
  ['account', accountZh, accountEn],
  ['audit', auditZh, auditEn],
  ['markets', marketsZh, marketsEn],
  ['minors', minorsZh, minorsEn],
  ['privacy', privacyZh, privacyEn],
  ['signin', signinZh, signinEn],
  ['profiles', profilesZh, profilesEn],
  ['realname', realnameZh, realnameEn],
  ['region', regionZh, regionEn],
  ['review', reviewZh, reviewEn],
];
const values = (message: string) => [...new Set([...message.matchAll(/\{(\w+)/g)].map((m) => m[1]))].sort();

describe.each(areas)('messages of %s', (_name, zh, en) => {
  it('are in both languages', () => expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort()));

  it('use the same values and are not empty', () => {
    for (const key of Object.keys(zh)) {
      expect([key, values(en[key] ?? '')]).toEqual([key, values(zh[key] ?? '')]);
      expect([key, zh[key]?.trim() !== '' && en[key]?.trim() !== '']).toEqual([key, true]);
    }
  });

  it('are written in their own language', () => {
    for (const [key, text] of Object.entries(en)) expect([key, /[\u4e00-\u9fff]/.test(text)]).toEqual([key, false]);
  });

  it('do not shout', () => {
    for (const [key, text] of Object.entries({ ...zh, ...en })) expect([key, /[!！]/.test(text)]).toEqual([key, false]);
  });
});

it('all of them are looked at here', () => {
  const rooms = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((f) => f.isDirectory());
  const own = rooms.map((r) => r.name).filter((name) => name !== 'problems'); // whose English is the server's
  expect(areas.map(([name]) => name).sort()).toEqual(own.sort());
});

describe('the guides', () => {
  const words = new Set(areas.flatMap(([, , en]) => Object.values(en)));
  it.each(['guide-viewer', 'guide-producer', 'guide-operator', 'device-makers'])(
    '%s lead along what is there',
    (name) => {
      const text = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
      // As **Me → Privacy**; one is a sentence of its own, with its full stop.
      const stressed = [...text.matchAll(/(\*{1,2})(?=\S)([^*]+?)\.?\1/g)].map((m) => m[2] ?? '');
      const ways = stressed.filter((words) => words.includes('→'));
      expect(ways).not.toEqual([]);
      const steps = ways.flatMap((way) => way.replace(/\s+/g, ' ').replaceAll("'", '’').split(' → '));
      expect(steps.filter((step) => !words.has(step))).toEqual([]);
    },
  );
});

describe('fill', () => {
  it('puts values in and writes numbers as the language does', () => {
    expect(fill('{n} of {total}', { n: 3, total: 12000 }, 'en')).toBe('3 of 12,000');
  });
  it('chooses the word for a number', () => {
    const message = '{n} {n|episode|episodes}';
    expect([0, 1, 2].map((n) => fill(message, { n }, 'en'))).toEqual(['0 episodes', '1 episode', '2 episodes']);
  });
  it('shows a mistake instead of hiding it', () => expect(fill('{who}', {}, 'en')).toBe('{who}'));
  it('does not take a value for a message', () => expect(fill('{q}', { q: '{n}' }, 'en')).toBe('{n}'));
});

describe('negotiate', () => {
  it.each([
    [['zh-TW', 'en'], 'zh-CN'],
    [['de', 'EN-gb', 'zh'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ] as const)('%j → %s', (wanted, expected) => expect(negotiate(wanted)).toBe(expected));
});

describe('format', () => {
  it('writes positions', () => {
    expect([0, 999, 65_000, 3_723_000, -5].map(format.clock)).toEqual(['0:00', '0:00', '1:05', '1:02:03', '0:00']);
  });
  it('never calls something short nothing', () => {
    expect([0, 1, 29_000, 90_000].map(format.minutes)).toEqual([0, 1, 1, 2]);
  });
  it('says how long ago', () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    expect(format.ago('2026-11-24T11:55:00Z', now)).toBe('5 minutes ago');
    expect(format.ago('2026-11-23T11:00:00Z', now)).toBe('yesterday');
  });
  it('writes the day before the month', () => {
    expect(format.date('2026-10-26T12:00:00Z')).toBe('26 Oct 2026');
  });
  it('writes bytes in the unit people read', () => {
    expect([512, 1500, 2_340_000, 7e13].map(format.bytes)).toEqual(['512 B', '2 kB', '2.3 MB', '70 TB']);
  });
  it('keeps a language it does not know', () => expect(format.languageName('not a tag')).toBe('not a tag'));
});
