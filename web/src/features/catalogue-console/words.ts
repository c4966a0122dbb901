import type { EpisodeAsset, Text } from '$/api/console.ts';

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
