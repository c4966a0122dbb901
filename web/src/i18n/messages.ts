import type { Locale } from './locale.svelte.ts';
import { locale } from './locale.svelte.ts';

/** Values put into a message. Numbers are written the way the language writes them. */
export type Params = Record<string, string | number>;

/**
 * Makes the translate function of one area from its two message files. The type demands every key in both.
 *
 * `{name}` is replaced by a value, `{n|episode|episodes}` by the word for that number (one, other).
 */
export function messages<const K extends string>(
  zh: Record<K, string>,
  en: Record<K, string>,
): (key: K, params?: Params) => string {
  return (key, params) => fill((locale() === 'en' ? en : zh)[key], params ?? {}, locale());
}

/** Puts values into a message; pure. An unknown name stays visible, so that a mistake is seen. */
export function fill(message: string, params: Params, language: Locale): string {
  return message.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name: string, one?: string, other?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one !== undefined) {
      return new Intl.PluralRules(language).select(Number(value)) === 'one' ? one : (other ?? '');
    }
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}
