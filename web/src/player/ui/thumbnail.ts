import type { Sprite } from '../../api/types.ts';

/** The picture that holds the thumbnail of a moment, and where in it; none where there are no thumbnails. */
export function thumbnail(sprite: Sprite | null, ms: number): { url: string; x: number; y: number } | null {
  if (!sprite || sprite.interval_ms <= 0 || sprite.count <= 0) return null;
  const n = Math.min(sprite.count - 1, Math.max(0, Math.floor(ms / sprite.interval_ms)));
  const each = sprite.columns * sprite.rows;
  const at = n % each;
  return {
    url: sprite.url.replace('{n}', String(Math.floor(n / each) + 1)), // Long work has several, counted from 1.
    x: (at % sprite.columns) * sprite.width,
    y: Math.floor(at / sprite.columns) * sprite.height,
  };
}
