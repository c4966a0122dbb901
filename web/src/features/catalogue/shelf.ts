import type { Shelf } from '../../api/types.ts';

/** Whose taste a drama is made for; what is for everybody is among both. */
export const audiences = ['male', 'female'] as const;
export type Audience = (typeof audiences)[number];

/** The page of all dramas, of one audience and in an order where they are given. */
export function allIn({ audience, sort }: { audience?: Audience; sort?: string }): string {
  const query = [audience && `audience=${audience}`, sort && `sort=${sort}`].filter(Boolean).join('&');
  return query ? `/dramas?${query}` : '/dramas';
}

/** The page that shows all of a shelf: its genre, or everything in its order. */
export function allOf(shelf: Shelf): string {
  if (shelf.key.startsWith('genre:')) return `/genre/${encodeURIComponent(shelf.key.slice(6))}`;
  const sort = { popular: 'popular', new: 'new', 'top-rated': 'rating' }[shelf.key];
  if (shelf.key === 'continue') return '/library';
  return allIn({ sort });
}
