import { Problem } from '../../api/problem.ts';

/** What follows from an answer to “has somebody agreed?” (RFC 8628, 3.5). */
export interface Next {
  /** again: ask once more · fresh: this code is over, get another · denied: somebody said no · failed: it cannot go on. */
  what: 'again' | 'fresh' | 'denied' | 'failed';
  /** How long to wait before the next question. */
  intervalMs: number;
}

/** So much longer every question waits when the server finds them too frequent. */
const slowerMs = 5000;
const longestMs = 60_000;

export function following(refusal: unknown, intervalMs: number): Next {
  const next = (what: Next['what'], wait = intervalMs): Next => ({ what, intervalMs: wait });
  if (!(refusal instanceof Problem)) return next('failed');
  if (refusal.code === 'account.authorization_pending') return next('again');
  if (refusal.code === 'account.slow_down') return next('again', intervalMs + slowerMs);
  if (refusal.code === 'account.expired_token') return next('fresh');
  if (refusal.code === 'account.access_denied') return next('denied');
  // The network, or a server that cannot at the moment: later, and ever later.
  if (refusal.status === 0 || refusal.status === 429 || refusal.status >= 500)
    return next('again', Math.max(refusal.retryAfterMs, Math.min(intervalMs * 2, longestMs)));
  return next('failed');
}

/** A code as it is read aloud: in two halves. */
export function halves(code: string): [string, string] {
  const middle = Math.ceil(code.length / 2);
  return [code.slice(0, middle), code.slice(middle)];
}

/** An address as people type it: without what every browser adds. */
export function typed(uri: string): string {
  return uri.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** A secret and its digest, so that only who asked for the code can redeem it; none where the page has no digests. */
export async function proof(): Promise<{ code_verifier?: string; code_challenge?: string }> {
  if (!globalThis.crypto?.subtle) return {}; // Plain HTTP, as at home without a certificate.
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { code_verifier: verifier, code_challenge: base64url(new Uint8Array(digest)) };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}
