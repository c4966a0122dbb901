import type { Shelf } from '../../api/types.ts';

/** The page that shows all of a shelf: its genre, or everything in its order. */
export function allOf(shelf: Shelf): string {
  if (shelf.key.startsWith('genre:')) return `/genre/${encodeURIComponent(shelf.key.slice(6))}`;
  const sort = { popular: 'popular', new: 'new', 'top-rated': 'rating' }[shelf.key];
  if (shelf.key === 'continue') return '/library';
  return `/dramas${sort ? `?sort=${sort}` : ''}`;
}
