import { afterAll, describe, expect, it, vi } from 'vitest';
import { setLocale } from '$/i18n/locale.svelte.ts';
import { localTime, moment, readOut, zone } from './times.ts';

describe('an input of date and time', () => {
  vi.stubGlobal('document', { documentElement: {} });
  afterAll(() => {
    setLocale('en');
    vi.unstubAllGlobals();
  });

  it('holds a moment in the time zone of the reader, and gives it back', () => {
    expect(moment(localTime('2026-12-01T04:30:00Z'))).toBe('2026-12-01T04:30:00Z');
    expect([localTime(null), moment(''), moment('12026-01-01T00:00')]).toEqual(['', '', '']);
  });
  it('is read out in the language of the interface, with the time zone', () => {
    setLocale('en');
    expect(readOut('2026-12-01T20:05')).toBe(`1 Dec 2026, 20:05 · ${zone()}`);
    setLocale('zh-CN');
    expect(readOut('2026-12-01T20:05')).toBe(`2026年12月1日 20:05 · ${zone()}`);
    expect([readOut(''), readOut('12026-01-01T00:00')]).toEqual(['', '']);
  });
});
