/** Digits by value, so that "ep 10" comes after "ep 9"; then by the words of the language. */
const natural = new Intl.Collator(['zh-CN', 'en'], { numeric: true, sensitivity: 'base' });

export function byName(a: string, b: string): number {
  return natural.compare(a, b);
}

const most = 500;
const marked = [
  /第\s*(\d{1,3})\s*[集话話回]/u,
  /(?:^|[^a-z])s\d{1,2}\s*e\s*(\d{1,3})(?!\d)/i,
  /(?:^|[^a-z])(?:episode|ep|e)[\s._-]*(\d{1,3})(?!\d)/i,
];

/** The number a file name says of itself, or null. Sizes, years and checksums are not numbers of episodes. */
export function numberIn(filename: string): number | null {
  const stem = filename.replace(/\.[^.]+$/, '');
  for (const pattern of marked) {
    const n = Number(pattern.exec(stem)?.[1]);
    if (n >= 1 && n <= most) return n;
  }
  const cleaned = stem.replace(
    /\d{3,4}\s*[x×]\s*\d{3,4}|\d+\s*(?:p|fps|bit|kbps|k)(?![a-z])|[hx]\.?26[45]|mp[34]/gi,
    ' ',
  );
  const bare = cleaned.match(/(?<![\p{L}\d])\d{1,3}(?!\d|[\p{L}])/gu);
  const n = Number(bare?.[bare.length - 1]);
  return n >= 1 && n <= most ? n : null;
}

/** Which file is to be which episode. */
export interface Numbered {
  name: string;
  number: number;
  /** The name says so; else it is a guess. */
  said: boolean;
}

/**
 * Gives every file name an episode number: what its name says, also where that episode has a video, which it is then
 * to replace. The rest, and what says the number of another of them, take the lowest numbers that are free of `taken`.
 * Answers in natural order of the names.
 */
export function assignNumbers(filenames: readonly string[], taken: ReadonlySet<number>): Numbered[] {
  const used = new Set<number>();
  const sorted = [...filenames].sort(byName);
  const said = sorted.map((name) => {
    const n = numberIn(name);
    if (n === null || used.has(n)) return 0;
    used.add(n);
    return n;
  });
  let free = 1;
  return sorted.map((name, i) => {
    const number = said[i] ?? 0;
    if (number) return { name, number, said: true };
    while (used.has(free) || taken.has(free)) free++;
    used.add(free);
    return { name, number: free, said: false };
  });
}

export type Trouble = 'impossible' | 'twice' | 'going';

/** Why these numbers cannot be used as they are, one answer for each; `going` are the numbers of files on their way. */
export function troubles(numbers: readonly number[], going: ReadonlySet<number>): (Trouble | null)[] {
  return numbers.map((n) => {
    if (!Number.isInteger(n) || n < 1 || n > most) return 'impossible';
    if (going.has(n)) return 'going';
    return numbers.filter((other) => other === n).length > 1 ? 'twice' : null;
  });
}
