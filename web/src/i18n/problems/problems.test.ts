import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { byCode, fieldWords, humane, Problem } from '../../api/problem.ts';
import { dateTime } from '../format.ts';
import { setLocale } from '../locale.svelte.ts';
import { sentence } from './index.svelte.ts';
import { fields, problems } from './zh-CN.ts';

const house = new URL('../../../../', import.meta.url);
const source = ['studio', 'trust', 'viewer', 'internal', 'app']
  .flatMap((part) =>
    readdirSync(new URL(part, house), { recursive: true, encoding: 'utf8' }).map((f) => `${part}/${f}`),
  )
  .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go') && !file.startsWith('internal/testkit/'))
  .map((file) => readFileSync(new URL(file, house), 'utf8'))
  .join('\n');
const all = (form: RegExp) => [...source.matchAll(form)].map((m) => m[1] ?? '');

/** Every way a code of a refusal is written, in the order of how common it is. */
const refusals = () =>
  new Set(
    [
      ...all(/fault\.New\(fault\.[A-Za-z]+, "([a-z]+\.[a-z_]*[a-z])"/g),
      ...all(/\bProblem\{"([a-z]+\.[a-z_]+)"/g), // what an encode ends in
      ...all(/\bCode[A-Z]\w* += "([a-z]+\.[a-z_]+)"/g), // the limits of a source
      ...all(/\bCode: +"([a-z]+\.[a-z_]+)", (?:Detail|Message):/g), // problems that are no faults
      ...all(/\bCode: +"([a-z]+\.[a-z_]+)",?$/gm),
      ...all(/\brefuse\("([a-z]+)"/g).map((rule) => `account.password_${rule}`),
      // Told at the command line only.
    ].filter((code) => !/^(?:demo|import|recover|verify)\./.test(code)),
  );

const fieldCodes = () =>
  new Set([
    ...all(/fault\.Field\{[^}\n]*Code: "([a-z_]+)"/g),
    ...all(/\bwrong\("[^\n]*?", "([a-z_]+)", /g),
    ...all(/\bwrong\(\w+(?:\+"[^"\n]*")?, "([a-z_]+)", /g),
    ...all(/\brefuse\("([a-z]+)"/g),
    ...all(/\bf\.Code(?:, f\.Msg)? = "([a-z_]+)"/g),
  ]);

const lacking = (wanted: Set<string>, there: string[]) => [...wanted].filter((code) => !there.includes(code)).sort();

describe('Chinese sentences', () => {
  it('are there for every refusal of the server', () => {
    expect(lacking(refusals(), [...Object.keys(problems), ...Object.keys(byCode)])).toEqual([]);
  });
  it('are there for no refusal that is no more', () => {
    expect(lacking(new Set([...Object.keys(problems), ...Object.keys(byCode)]), [...refusals()])).toEqual([]);
  });
  it('are not written twice', () => expect(Object.keys(byCode).filter((code) => code in problems)).toEqual([]));
  it('are there for every field', () => expect(lacking(fieldCodes(), Object.keys(fields))).toEqual([]));
  it('are there for no field that is no more', () => {
    const codes = Object.keys(fields).map((key) => key.split(':').at(-1) ?? '');
    expect(lacking(new Set(codes), [...fieldCodes()])).toEqual([]);
  });
  it('are Chinese, end as sentences do and do not shout', () => {
    for (const [code, text] of [...Object.entries(problems), ...Object.entries(fields)]) {
      expect([code, /[\u4e00-\u9fff].*。$/.test(text) && !/[!！,，]$|[!！]/.test(text)]).toEqual([code, true]);
    }
  });
});

describe('a refusal', () => {
  const full = new Problem(429, 'media.quota_exceeded', 'Used up.', [
    { path: 'name', code: 'invalid', message: 'has between 1 and 64 characters' },
    { path: 'genres[7]', code: 'genre_unknown', message: 'is not a genre' },
    { path: 'newer', code: 'newer', message: 'as said' },
  ]);

  beforeAll(async () => {
    vi.stubGlobal('document', { documentElement: {} });
    setLocale('zh-CN');
    expect(humane(full).detail).not.toMatch(/[A-Za-z]/); // our words for the status until the table has come
    await vi.waitUntil(() => humane(full).detail === problems['media.quota_exceeded']);
  });
  afterAll(() => {
    setLocale('en');
    vi.unstubAllGlobals();
  });

  it('is said in the language of the moment', () => {
    setLocale('en');
    expect(humane(full).detail).toBe('Used up.');
    setLocale('zh-CN');
    expect(humane(full).detail).toBe(problems['media.quota_exceeded']);
  });
  it('names the sizes the server names', () => {
    const told = 'Preparing this file takes about 41.2 GB of disk, and the server can use 900.0 MB in all.';
    setLocale('zh-CN');
    expect(sentence('media.disk_too_small', told)).toMatch(/^[^{}]* 41\.2 GB [^{}]* 900\.0 MB[^{}]*$/);
  });
  it('names the episodes and the moment the server names', () => {
    const told =
      'Episode 4 would come before episode 3, which comes at 2026-11-26 04:00 UTC. Choose a later time, or move episode 3 first.';
    const at = '2026-11-26T04:00:00Z';
    setLocale('en');
    expect(sentence('catalogue.release_order', told)).toContain(`which comes at ${dateTime(at)}. Choose`);
    setLocale('zh-CN');
    const when = dateTime(at);
    expect(sentence('catalogue.release_order', told)).toBe(
      `第 4 集会比第 3 集先上线，第 3 集的上线时间是 ${when}。选一个更晚的时间，或者先改第 3 集。`,
    );
  });
  it('keeps the words of the server for a newer code', () => {
    expect(humane(new Problem(409, 'media.newer', 'As said.')).detail).toBe('As said.');
    expect(fieldWords(full, 'newer')).toBe('as said');
  });
  it('is said while the server is short of something, not when it broke', () => {
    expect(humane(new Problem(503, 'db.busy', 'x')).detail).toBe(problems['db.busy']);
    expect(humane(new Problem(500, 'media.upload_failed', 'x')).detail).not.toBe(problems['media.upload_failed']);
  });
  it('names inputs by their path and code, then by their code', () => {
    expect(fieldWords(full, 'name')).toBe(fields['name:invalid']);
    expect(fieldWords(full, 'genres[7]')).toBe(fields.genre_unknown);
    expect(fieldWords(full, 'year')).toBeUndefined();
    expect(fieldWords(new TypeError('x'), 'name')).toBeUndefined();
  });
});
