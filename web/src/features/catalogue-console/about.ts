import type { About, Drama, Text } from '$/api/console.ts';
import { localTime, moment } from './times.ts';
import { tagsOf } from './words.ts';

/** What a person types about a drama, as the inputs hold it. An empty word says nothing in its language. */
export interface Form {
  title: Text;
  synopsis: Text;
  original_language: string;
  genres: string[];
  tags: string;
  audience: string;
  year: string;
  credit: string;
  people: { role: 'cast' | 'director' | 'writer'; name: Text }[];
  release: Plan;
  markets: (Plan & { market: string; time_zone: string })[];
}

/** When and how fast episodes appear. */
export interface Plan {
  mode: 'all' | 'daily';
  per_day: string;
  starts_at: string;
}

export function formOf(d: Drama): Form {
  return {
    title: { ...d.title },
    synopsis: { ...d.synopsis },
    original_language: d.original_language,
    genres: [...d.genres],
    tags: d.tags.join(', '),
    audience: d.audience,
    year: d.year ? String(d.year) : '',
    credit: d.credit,
    people: d.people.map((p) => ({ role: p.role, name: { ...p.name } })),
    release: planOf(d.release),
    markets: d.markets.map((m) => ({ market: m.market, time_zone: m.time_zone ?? '', ...planOf(m) })),
  };
}

function planOf(kept: Drama['release']): Plan {
  return { mode: kept.mode, per_day: String(kept.per_day ?? 1), starts_at: localTime(kept.starts_at) };
}

function sentOf(p: Plan): About['release'] {
  const starts = moment(p.starts_at);
  return {
    mode: p.mode,
    ...(p.mode === 'daily' ? { per_day: Math.max(1, Number.parseInt(p.per_day, 10) || 1) } : {}),
    ...(starts ? { starts_at: starts } : {}),
  };
}

/** What is sent of a form. */
export function aboutOf(f: Form): About {
  return {
    title: said(f.title),
    synopsis: said(f.synopsis),
    original_language: f.original_language,
    genres: f.genres,
    tags: tagsOf(f.tags),
    audience: f.audience,
    year: Number.parseInt(f.year, 10) || 0,
    credit: f.credit.trim(),
    people: f.people.map((p) => ({ role: p.role, name: said(p.name) })).filter((p) => Object.keys(p.name).length),
    release: sentOf(f.release),
    markets: f.markets.map((m) => ({
      market: m.market.trim(),
      ...sentOf(m),
      ...(m.mode === 'daily' ? { time_zone: m.time_zone.trim() } : {}),
    })),
  };
}

/** Only what differs, so that two people can work on different fields. */
export function changes(before: Form, now: Form): Partial<About> {
  const [old, fresh] = [aboutOf(before), aboutOf(now)];
  return Object.fromEntries(
    Object.entries(fresh).filter(([key, value]) => !same(value, old[key as keyof About])),
  ) as Partial<About>;
}

/** Every language a form says something in, or is about to. */
export function languagesOf(f: Form): string[] {
  const texts = [f.title, f.synopsis, ...f.people.map((p) => p.name)];
  return [...new Set(['zh-CN', 'en', ...texts.flatMap((text) => Object.keys(text))])];
}

/**
 * Brings what was typed over from the form it began with to what others have saved since. What only one side changed
 * is taken from that side; where both did, what was typed stays and the place is told, such as `title.en`.
 */
export function rebase(base: Form, mine: Form, theirs: Form): { form: Form; clashes: string[] } {
  const form = copy(mine);
  const clashes: string[] = [];
  for (const path of new Set([...placesOf(base), ...placesOf(mine), ...placesOf(theirs)])) {
    const [b, m, t] = [at(base, path), at(mine, path), at(theirs, path)];
    if (same(m, t) || same(b, t)) continue;
    if (same(m, b)) put(form, path, copy(t));
    else clashes.push(path);
  }
  return { form, clashes };
}

/** The same once more, sharing nothing. Not structuredClone, which Chrome 90 lacks. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)])) as T;
}

/** The titles and synopses by language, everything else as a whole. */
function placesOf(f: Form): string[] {
  return Object.entries(f).flatMap(([key, value]) =>
    key === 'title' || key === 'synopsis' ? Object.keys(value).map((tag) => `${key}.${tag}`) : [key],
  );
}

/** What a form says in one place. */
export function at(f: Form, path: string): unknown {
  const [key = '', tag] = path.split('.', 2);
  const value = f[key as keyof Form];
  return tag === undefined ? value : ((value as Text)[tag] ?? '');
}

export function put(f: Form, path: string, value: unknown): void {
  const [key = '', tag] = path.split('.', 2);
  if (tag === undefined) Object.assign(f, { [key]: value });
  else (f[key as 'title' | 'synopsis'] as Text)[tag] = value as string;
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Only the languages that say something, always in the same order. */
function said(words: Text): Text {
  const spoken = Object.entries(words).map(([tag, w]) => [tag, w.trim()] as const);
  return Object.fromEntries(spoken.filter(([, w]) => w).sort(([a], [b]) => (a < b ? -1 : 1)));
}
