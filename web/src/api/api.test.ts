import { afterEach, describe, expect, it, vi } from 'vitest';
import { client } from './client.ts';
import { formOf, modelOf } from './device.ts';
import { displayText } from './display.ts';
import { humane, notOut, Problem, problemOf } from './problem.ts';
import { viewer } from './viewer.ts';

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

describe('client', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('sends queries without what is missing, and JSON as JSON', async () => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => json(200, { ok: true }));
    vi.stubGlobal('fetch', fetched);
    const api = client('/api/v1');
    await api.get('/feed', { query: { after: null, limit: 5, q: '雨 夜' } });
    await api.post('/grants', { body: { episode_id: 'e' } });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/v1/feed?limit=5&q=%E9%9B%A8+%E5%A4%9C');
    expect(fetched.mock.calls[1]?.[1]).toMatchObject({ method: 'POST', body: '{"episode_id":"e"}' });
  });

  it('sends what every call has, which a call may say otherwise', async () => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => json(200, {}));
    vi.stubGlobal('fetch', fetched);
    const api = client('/api/v1', undefined, undefined, () => ({ 'x-display': '1080x2400_turns' }));
    await api.get('/feed');
    await api.get('/feed', { headers: { 'x-display': '1x1' } });
    expect(fetched.mock.calls.map((c) => (c[1].headers as Record<string, string>)['x-display'])).toEqual([
      '1080x2400_turns',
      '1x1',
    ]);
  });

  it('opens a session on 401 and tries once more, once', async () => {
    const fetched = vi.fn(async () => json(401, { code: 'httpx.unauthenticated' }));
    vi.stubGlobal('fetch', fetched);
    const renew = vi.fn(async () => true);
    await expect(client('/api/v1', renew).get('/me')).rejects.toMatchObject({ status: 401 });
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('waits for what a first call needs, and asks at once where nothing is needed', async () => {
    const fetched = vi.fn(async () => json(200, {}));
    vi.stubGlobal('fetch', fetched);
    let ready: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const call = client('/api/v1', undefined, () => waiting).get('/feed');
    await Promise.resolve();
    expect(fetched).not.toHaveBeenCalled();
    ready?.();
    await call;
    void client('/api/v1', undefined, () => undefined).put('/progress', { keepalive: true });
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('turns a lost network into a problem of status 0', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    await expect(client('/api/v1').get('/me')).rejects.toMatchObject({ name: 'Problem', status: 0 });
  });

  it('answers nothing for 204', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    expect(await client('/api/v1').delete('/history')).toBeUndefined();
  });
});

describe('viewer', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('says with a report what its own clock shows, right or wrong', async () => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => json(200, { positions: [] }));
    vi.stubGlobal('fetch', fetched);
    vi.stubGlobal('localStorage', { getItem: () => '1' });
    vi.useFakeTimers({ now: 60_000 });
    await viewer.progress([], false);
    expect(fetched.mock.calls[0]?.[1]?.body).toBe('{"sent_at":"1970-01-01T00:01:00.000Z","reports":[]}');
  });
});

describe('problems', () => {
  it('reads what the server says', async () => {
    const problem = await problemOf(
      json(429, { code: 'httpx.too_fast', detail: 'Slow down.', fields: [] }, { 'retry-after': '3' }),
    );
    expect(problem).toMatchObject({ status: 429, code: 'httpx.too_fast', detail: 'Slow down.', retryAfterMs: 3000 });
  });
  it.each(['<html>', 'null', '[1]', '{"code": 7, "fields": "x"}'])('survives %s', async (body) => {
    expect(await problemOf(new Response(body, { status: 502 }))).toMatchObject({ status: 502, code: '', fields: [] });
  });
  it('prefers our words for a code, then the words of the server, then those for the status', () => {
    expect(humane(new Problem(403, 'playback.not_watchable', 'x')).title).toBe('This episode cannot be played now');
    const late = [{ path: 'episode_id', code: 'comes_later', message: 'comes out on 2098-12-24T12:00:00.5Z' }];
    expect(humane(new Problem(404, 'playback.not_released', 'x', late)).detail).toMatch(
      /on 2[45] Dec 2098, \d\d:\d\d\.$/,
    );
    expect(humane(notOut(null)).title).toBe('This episode cannot be played now');
    expect(humane(new Problem(409, 'catalogue.other', 'Someone else published it.')).detail).toBe(
      'Someone else published it.',
    );
    expect(humane(new Problem(500, 'x.y', 'stack trace')).detail).not.toContain('stack');
    expect(humane(new TypeError('undefined is not a function')).title).toBe('That did not work');
  });
});

describe('device', () => {
  it('tells forms apart', () => {
    expect([formOf(390, true), formOf(820, true), formOf(390, false)]).toEqual(['phone', 'tablet', 'desktop']);
  });
  it.each([
    ['Mozilla/5.0 (Linux; Android 15; 24129PN74C) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36', '24129PN74C'],
    ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36', 'Android · Chrome'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605', 'Mac · Safari'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140', 'Windows · Edge'],
    ['', 'Browser'],
  ])('%s → %s', (agent, model) => expect(modelOf(agent)).toBe(model));
});

describe('display', () => {
  it('is said in the words the server reads', () => {
    const plain = {
      width: 1080,
      height: 2400,
      turns: true,
      av1: false,
      hevc: false,
      hlg: false,
      pq: false,
      fast: false,
    };
    expect(displayText(plain)).toBe('1080x2400_turns');
    expect(displayText({ ...plain, turns: false, av1: true, hlg: true, fast: true })).toBe('1080x2400_av1_hlg_60');
  });
});
