export type KeyAction = 'next' | 'previous' | 'toggle' | 'forward' | 'back' | 'mute' | 'like' | 'menu' | 'fullscreen';

const actions: Record<string, KeyAction> = {
  ArrowDown: 'next',
  PageDown: 'next',
  ArrowUp: 'previous',
  PageUp: 'previous',
  ' ': 'toggle',
  k: 'toggle',
  MediaPlayPause: 'toggle',
  ArrowRight: 'forward',
  ArrowLeft: 'back',
  m: 'mute',
  l: 'like',
  s: 'menu',
  f: 'fullscreen',
};

/** What a key does to the player; null where it belongs to something else. */
export function keyAction(event: KeyboardEvent): KeyAction | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  const on = event.target as Element | null;
  if (on?.closest?.('input, textarea, select, dialog')) return null;
  // Space and arrows keep their meaning on controls and inside scrolling panels.
  if (event.key === ' ' && on?.closest?.('button, a')) return null;
  if (/^(Arrow|Page)/.test(event.key) && on?.closest?.('aside, [role="tablist"]')) return null;
  return actions[event.key] ?? null;
}
