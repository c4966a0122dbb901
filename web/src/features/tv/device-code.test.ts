import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { following, halves, proof, typed } from './device-code.ts';

describe('after an answer', () => {
  it.each([
    ['account.authorization_pending', 400, { what: 'again', intervalMs: 3000 }],
    ['account.slow_down', 400, { what: 'again', intervalMs: 8000 }],
    ['account.expired_token', 400, { what: 'fresh', intervalMs: 3000 }],
    ['account.access_denied', 400, { what: 'denied', intervalMs: 3000 }],
    ['', 0, { what: 'again', intervalMs: 6000 }],
    ['httpx.internal', 500, { what: 'again', intervalMs: 6000 }],
    ['account.input_invalid', 422, { what: 'failed', intervalMs: 3000 }],
  ])('%s (%i)', (code, status, next) => expect(following(new Problem(status, code, ''), 3000)).toEqual(next));

  it('waits as long as the server says, and no longer than a minute of its own accord', () => {
    expect(following(new Problem(429, '', '', [], 90_000), 3000).intervalMs).toBe(90_000);
    expect(following(new Problem(0, '', ''), 59_000).intervalMs).toBe(60_000);
  });

  it('does not go on after a mistake of its own', () =>
    expect(following(new TypeError('x'), 3000).what).toBe('failed'));
});

it('is written for people', () => {
  expect(halves('K7QM42XD')).toEqual(['K7QM', '42XD']);
  expect(typed('https://watch.example/tv')).toBe('watch.example/tv');
});

it('proves who asked', async () => {
  const { code_verifier = '', code_challenge } = await proof();
  expect(code_verifier).toMatch(/^[\w-]{43}$/);
  expect(createHash('sha256').update(code_verifier).digest('base64url')).toBe(code_challenge);
});
