export type Does = 'back' | 'toggle' | 'on' | 'unseen' | 'mark';

const keys: Record<string, Does> = { j: 'back', k: 'toggle', ' ': 'toggle', l: 'on', n: 'unseen', m: 'mark' };

/** What a key does at the desk; nothing where somebody writes or chooses, or presses a button with the space bar. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>,
): Does | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.target as Element | null;
  if (target?.closest('input:not([type="range"]), textarea, select, [contenteditable], dialog')) return undefined;
  if (event.key === ' ' && target?.closest('button, a, [role="radio"], label')) return undefined;
  return keys[event.key.toLowerCase()];
}
