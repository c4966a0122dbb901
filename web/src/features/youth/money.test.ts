import { expect, test } from 'vitest';
import { inUnits, toMinor, unitsOf } from './money.ts';

test('an amount is typed in whole units and sent in minor ones, as many as its currency has', () => {
  expect(unitsOf(5000, 'CNY')).toBe(50);
  expect(unitsOf(5000, 'JPY')).toBe(5000);
  expect(toMinor(19.99, 'CNY')).toBe(1999);
  expect(toMinor(0.29, 'CNY')).toBe(29);
  expect(toMinor(500, 'JPY')).toBe(500);
  expect(toMinor(null, 'CNY')).toBe(0);
  expect(inUnits(5000, 'CNY')).toMatch(/50$/);
  expect(inUnits(1950, 'CNY')).toMatch(/19\.50$/);
});
