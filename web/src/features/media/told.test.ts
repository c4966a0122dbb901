import { expect, it } from 'vitest';
import { findingIn } from './told.ts';

const at = { severity: 'warn', at_ms: 0, until_ms: 0, unit: '' } as const;

it('tells a finding with its figures', () => {
  const loud = { ...at, code: 'loudness', measured: -37.46, limit: -16, message: '' };
  expect(findingIn(loud)).toBe('The sound is −37.46 LUFS; −16 LUFS is wanted');
});

it('keeps the words of the server for what it does not know', () => {
  expect(findingIn({ ...at, code: 'newer', measured: 1, limit: 2, message: 'as said' })).toBe('as said');
});
