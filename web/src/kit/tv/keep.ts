import { whenAnother } from '../../api/another.ts';
import { locale } from '../../i18n/locale.svelte.ts';
import { entryKey } from '../../router/index.svelte.ts';

const things = new Map<string, unknown>();

/**
 * Something that outlives a page for whoever comes back to it: made once for each place of the history and each
 * language. So a long list is as long as it was, and the focus finds its place in it.
 */
export function keep<T>(name: string, make: () => T): T {
  const key = `${entryKey()} ${locale()} ${name}`;
  if (!things.has(key)) things.set(key, make());
  return things.get(key) as T;
}

/** Nobody may come back to what belonged to another viewer. */
export function dropAll(): void {
  things.clear();
}
whenAnother(dropAll);
