import { locale } from './locale.svelte.ts';

/** 12.8万 in Chinese, 128K in English. */
export function compact(n: number): string {
  return new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(n);
}

/** A rating out of ten with one decimal. */
export function rating(n: number): string {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(n);
}

/** Bytes in the unit people read. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`; // Intl makes "0 byte" of it in English
  const units = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  const unit = units[step - 1] ?? 'kilobyte';
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(n / 1000 ** step);
}

/** How dates are written: the day before the month and 24 hours in English, too. */
const calendar = () => (locale() === 'en' ? 'en-GB' : locale());

/** A moment as date and time. */
export function dateTime(iso: string): string {
  return new Intl.DateTimeFormat(calendar(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function date(iso: string): string {
  return new Intl.DateTimeFormat(calendar(), { dateStyle: 'medium' }).format(new Date(iso));
}

/** A day of the year, as short as people write it. */
export function day(iso: string): string {
  return new Intl.DateTimeFormat(calendar(), { month: 'short', day: 'numeric' }).format(new Date(iso));
}

/** "5 minutes ago", "昨天", "just now". */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31536000],
    ['month', 2592000],
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ];
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return locale() === 'en' ? 'just now' : '刚刚';
}

/** A position in a video, 1:05 or 1:02:03. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const pad = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}

/** Whole minutes, never 0 for something that has a length. */
export function minutes(ms: number): number {
  return ms > 0 ? Math.max(1, Math.round(ms / 60_000)) : 0;
}

/** Names in one line: 、 in Chinese, a comma in English. */
export function names(list: string[]): string {
  return list.join(locale() === 'en' ? ', ' : '、');
}

/** The name of a country, by its two letters, in the language of the interface. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The name of a language in the language of the interface. */
export function languageName(tag: string): string {
  try {
    // People say the script of Chinese, not the country.
    const spoken = { 'zh-CN': 'zh-Hans', 'zh-SG': 'zh-Hans', 'zh-TW': 'zh-Hant', 'zh-HK': 'zh-Hant' }[tag] ?? tag;
    return new Intl.DisplayNames(locale(), { type: 'language' }).of(spoken) ?? tag;
  } catch {
    return tag;
  }
}
