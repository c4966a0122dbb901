import { dateTime } from '../format.ts';
import { locale } from '../locale.svelte.ts';

interface Table {
  problems: Record<string, string>;
  fields: Record<string, string>;
}

let table = $state.raw<Table | undefined>();
let asked = false;

/** The Chinese sentences, fetched when the first refusal is shown; undefined until they have come. */
function chinese(): Table | undefined {
  if (!asked) {
    asked = true;
    import('./zh-CN.ts').then(
      (found) => (table = found),
      // Without them the server's own words are better than none.
      () => (table = { problems: {}, fields: {} }),
    );
  }
  return table;
}

/** A sentence of the server with its moments as the reader's clock shows them. */
function inOurTime(detail: string): string {
  return detail.replace(/(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g, (_, day, time) => dateTime(`${day}T${time}Z`));
}

/** The sizes, episodes and moments a sentence of the server names, in their order. */
function valuesOf(detail: string): string[] {
  const named = /\d+\.\d [MG]B|episode (\d+)|\d{4}-\d\d-\d\d \d\d:\d\d UTC/gi;
  return [...detail.matchAll(named)].map(([value, episode]) => episode ?? inOurTime(value));
}

/** Our words with the values the server's own sentence names: `{1}` is the first of them. */
function withValues(words: string, detail: string): string {
  const values = valuesOf(detail);
  return words.replace(/\{(\d)\}/g, (_, n) => values[Number(n) - 1] ?? '…');
}

/** What a refusal says in the reader's language, else as the server said it; '' for the moment the words are on their way. */
export function sentence(code: string, detail: string): string {
  if (locale() === 'en') return inOurTime(detail);
  const known = chinese();
  if (!known) return '';
  const words = known.problems[code];
  return words ? withValues(words, detail) : inOurTime(detail);
}

/** What is said of one input, the same way. */
export function fieldSentence(path: string, code: string, message: string): string {
  if (locale() === 'en') return message;
  const known = chinese();
  return known ? (known.fields[`${path}:${code}`] ?? known.fields[code] ?? known.problems[code] ?? message) : '';
}
