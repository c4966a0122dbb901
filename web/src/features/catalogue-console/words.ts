import type { EpisodeAsset, Text } from '$/api/console.ts';
import { languageName } from '$/i18n/format.ts';

/** The words in a language, or in any there is. */
export function titleIn(text: Text, language: string): string {
  return text[language] ?? Object.values(text)[0] ?? '';
}

/** Whether a viewer could watch the file. */
export function isPlayable(asset: Pick<EpisodeAsset, 'state'> | null): boolean {
  return asset?.state === 'playable' || asset?.state === 'complete';
}

/** "a, b，c" → the tags, without doubles. */
export function tagsOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(/[,，、]/)
        .map((s) => s.trim())
        .filter(Boolean),
    ),
  ];
}

/** The languages offered for words and subtitles besides those a drama has. */
export const languages = [
  ...[
    'zh-CN',
    'en',
    'zh-TW',
    'ja',
    'ko',
    'th',
    'vi',
    'id',
    'ms',
    'fil',
    'hi',
    'ar',
    'tr',
    'ru',
    'es',
    'pt',
    'fr',
    'de',
  ],
  ...['it', 'pl'],
];

/** A file of subtitles and its language; '' where nobody has said it. */
export interface Spoken {
  file: File;
  lang: string;
}

/** The language a file name says, as in "01.zh-CN.vtt"; '' where it says none that is known. */
export function languageOf(filename: string): string {
  const tag = /\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.(?:vtt|srt)$/i.exec(filename)?.[1] ?? '';
  return tag && languageName(tag) !== tag ? tag : '';
}
