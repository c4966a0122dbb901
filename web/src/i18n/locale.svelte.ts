/** The language of the interface: chosen by the person, else the first of the browser's that we speak. */
export type Locale = 'zh-CN' | 'en';

export const locales: { locale: Locale; name: string }[] = [
  { locale: 'zh-CN', name: '简体中文' },
  { locale: 'en', name: 'English' },
];

const key = 'cliffhanger.locale';

/** The best of ours for a list of language tags. Any Chinese reads zh-CN, everything else English. */
export function negotiate(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'zh') return 'zh-CN';
    if (language === 'en') return 'en';
  }
  return 'en';
}

function initial(): Locale {
  const kept = globalThis.localStorage?.getItem(key);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return negotiate(globalThis.navigator?.languages ?? []);
}

let current = $state<Locale>(initial());

export function locale(): Locale {
  return current;
}

/** Switches the interface at once and remembers the choice on this device. */
export function setLocale(next: Locale): void {
  current = next;
  globalThis.localStorage?.setItem(key, next);
  applyLocale();
}

/** Tells the document its language, for fonts, hyphenation and screen readers. */
export function applyLocale(): void {
  document.documentElement.lang = current;
}
