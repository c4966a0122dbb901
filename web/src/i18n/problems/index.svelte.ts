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

/** Our words with the sizes the server's own sentence names: `{1}` is the first of them. */
function withSizes(words: string, detail: string): string {
  const sizes = detail.match(/\d+\.\d [MG]B/g) ?? [];
  return words.replace(/\{(\d)\}/g, (_, n) => sizes[Number(n) - 1] ?? '…');
}

/** What a refusal says in the reader's language, else as the server said it; '' for the moment the words are on their way. */
export function sentence(code: string, detail: string): string {
  if (locale() === 'en') return detail;
  const known = chinese();
  return known ? withSizes(known.problems[code] ?? detail, detail) : '';
}

/** What is said of one input, the same way. */
export function fieldSentence(path: string, code: string, message: string): string {
  if (locale() === 'en') return message;
  const known = chinese();
  return known ? (known.fields[`${path}:${code}`] ?? known.fields[code] ?? message) : '';
}
