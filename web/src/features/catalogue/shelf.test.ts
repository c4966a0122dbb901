import { expect, it } from 'vitest';
import type { Shelf } from '../../api/types.ts';
import { allIn, allOf } from './shelf.ts';

it('leads to all dramas of an audience, in the order that was chosen', () => {
  expect(allIn({ audience: 'female' })).toBe('/dramas?audience=female');
  expect(allIn({ audience: 'male', sort: 'new' })).toBe('/dramas?audience=male&sort=new');
  expect(allIn({})).toBe('/dramas');
});

it('leads from a shelf to all that is on it', () => {
  const page = (key: string) => allOf({ key } as Shelf);
  expect(['genre:urban', 'top-rated', 'continue', 'other'].map(page)).toEqual([
    '/genre/urban',
    '/dramas?sort=rating',
    '/library',
    '/dramas',
  ]);
});
