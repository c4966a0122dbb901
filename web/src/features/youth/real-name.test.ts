import { describe, expect, it } from 'vitest';
import { fits } from './real-name.ts';

describe('an identity number', () => {
  it.each([
    '11010519491231002X',
    '11010519491231002x',
    '440300199003070012',
    '110101 20241122 0036',
    '11010120081122001X',
  ])('fits: %s', (number) => expect(fits(number)).toBe(true));
  it.each([
    '',
    '11010519491231002',
    '110105194912310021',
    '11204416541220243X',
    '110105491231002',
    '11010519491231002XX',
  ])('does not: %s', (number) => expect(fits(number)).toBe(false));
});
