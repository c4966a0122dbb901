import { describe, expect, it, vi } from 'vitest';
import { Lease } from './lease.ts';
import { grantOf } from './testing/fakes.ts';

const renewed = (n: number, expiresAt: number) =>
  grantOf('e1', { hls: `/media/v1/token-${n}/e1/master.m3u8` }, expiresAt);

describe('Lease', () => {
  it('asks for nothing while the grant is fresh', () => {
    const renew = vi.fn();
    expect(new Lease(grantOf('e1'), renew, () => 74_000).fresh()).toBeUndefined();
    expect(renew).not.toHaveBeenCalled();
  });

  it('renews behind the back of a running stream, once', async () => {
    let answer: (g: ReturnType<typeof renewed>) => void = () => {};
    const renew = vi.fn(() => new Promise<ReturnType<typeof renewed>>((resolve) => (answer = resolve)));
    const lease = new Lease(grantOf('e1'), renew, () => 80_000);
    expect(lease.fresh()).toBeUndefined();
    expect(lease.fresh()).toBeUndefined();
    expect(renew).toHaveBeenCalledTimes(1);
    answer(renewed(2, 300_000));
    await lease.refresh();
    expect(lease.grant.hls).toContain('token-2');
  });

  it('makes requests wait after an hour of pause, then sends them to the new address', async () => {
    const lease = new Lease(
      grantOf('e1'),
      async () => renewed(2, 7_600_000),
      () => 3_700_000,
    );
    const wait = lease.fresh();
    expect(wait).toBeInstanceOf(Promise);
    await wait;
    expect(lease.current('/media/v1/token-1/e1/v360.mp4')).toBe('/media/v1/token-2/e1/v360.mp4');
    expect(lease.current('http://host/media/v1/token-1/e1/audio.m3u8')).toBe(
      'http://host/media/v1/token-2/e1/audio.m3u8',
    );
    expect(lease.current('/media/v1/token-2/e1/v360.mp4')).toBe('/media/v1/token-2/e1/v360.mp4');
    expect(lease.current('/img/poster.jpg')).toBe('/img/poster.jpg');
  });

  it('rewrites addresses of every earlier grant', async () => {
    let n = 1;
    const lease = new Lease(
      grantOf('e1'),
      async () => renewed(++n, 1),
      () => 0,
    );
    await lease.refresh();
    await lease.refresh();
    expect(lease.current('/media/v1/token-1/e1/a.mp4')).toBe('/media/v1/token-3/e1/a.mp4');
    expect(lease.current('/media/v1/token-2/e1/a.mp4')).toBe('/media/v1/token-3/e1/a.mp4');
  });

  it('keeps serving the old grant when a renewal fails before the end', async () => {
    const renew = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce(renewed(2, 300_000));
    const lease = new Lease(grantOf('e1'), renew, () => 80_000);
    expect(lease.fresh()).toBeUndefined();
    await expect(renew.mock.results[0]?.value).rejects.toThrow('away');
    await Promise.resolve();
    await lease.refresh();
    expect(lease.grant.hls).toContain('token-2');
  });
});
