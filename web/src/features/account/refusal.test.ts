import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { setLocale } from '../../i18n/locale.svelte.ts';
import { refusal } from './refusal.ts';

describe('what a refusal says', () => {
  beforeAll(() => void vi.stubGlobal('document', { documentElement: {} }));
  afterAll(() => {
    setLocale('zh-CN');
    vi.unstubAllGlobals();
  });
  const throttled = (seconds: number) => new Problem(429, 'account.pin_throttled', 'Too many.', [], seconds * 1000);

  it('says how long to wait, in seconds and then in minutes', () => {
    setLocale('en');
    expect(refusal(throttled(1))).toBe('Too many wrong PINs. Try again in 1 second.');
    expect(refusal(throttled(90))).toBe('Too many wrong PINs. Try again in 90 seconds.');
    expect(refusal(throttled(91))).toBe('Too many wrong PINs. Try again in 2 minutes.');
    expect(refusal(new Problem(429, 'httpx.rate_limited', 'Slow.', [], 1500))).toBe(
      'That was too often. Try again in 2 seconds.',
    );
    setLocale('zh-CN');
    expect(refusal(throttled(40))).toBe('密码输错的次数太多，40 秒后再试。');
    expect(refusal(throttled(300))).toBe('密码输错的次数太多，5 分钟后再试。');
  });

  it('is nothing for nothing, and the server’s word where it is for people', async () => {
    setLocale('zh-CN');
    expect(refusal(null)).toBe('');
    const wrong = new Problem(403, 'account.pin_wrong', 'This PIN is not right.');
    await vi.waitFor(() => expect(refusal(wrong)).toBe('密码不对，检查后再试。'));
    setLocale('en');
    expect(refusal(wrong)).toBe('This PIN is not right.');
    expect(refusal(new Problem(500, 'db.broken', 'secret'))).not.toContain('secret');
  });
});
