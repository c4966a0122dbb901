import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client } from './client.ts';
import { dramaApi } from './console.ts';
import { postOnce } from './once.ts';

/** A server that keeps its answers by key, behind a connection that can lose them. */
function server() {
  const made = new Map<string, string>();
  const keys: string[] = [];
  const script: ('lose the answer' | 'lose half the answer' | 'lose the request' | Response)[] = [];
  const fetched = vi.fn(async (_to: string, init: RequestInit) => {
    const key = (init.headers as Record<string, string>)['idempotency-key'] ?? '';
    keys.push(key);
    const next = script.shift();
    if (next instanceof Response) return next;
    if (next === 'lose the request') throw new TypeError('Failed to fetch');
    const id = made.get(key) ?? `drm_${made.size + 1}`;
    made.set(key, id);
    if (next === 'lose the answer') throw new TypeError('Failed to fetch');
    const text = JSON.stringify({ id });
    return new Response(next === 'lose half the answer' ? text.slice(0, 5) : text, { status: 201 });
  });
  vi.stubGlobal('fetch', fetched);
  return { made, keys, script };
}

const refusal = (status: number, code: string) => new Response(JSON.stringify({ code }), { status });
const draft = { title: { en: 'Twice' } };
const api = client('/api/console/v1');

describe('postOnce', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Lets every pause between tries pass. */
  async function done<T>(call: Promise<T>): Promise<T> {
    const settled = call.then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    await vi.runAllTimersAsync();
    const result = await settled;
    if ('error' in result) throw result.error;
    return result.value;
  }

  it('gives each intention a random key of its own, without needing HTTPS', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const { keys, made } = server();
    await done(dramaApi.create(draft));
    await done(dramaApi.create(draft));
    await done(dramaApi.addEpisode('drm_1', {}));
    expect(new Set(keys).size).toBe(3);
    expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
    expect(made.size).toBe(3);
  });

  it('tries again under the same key when the answer or the request is lost', async () => {
    const { keys, made, script } = server();
    script.push('lose half the answer', 'lose the request');
    expect(await done(dramaApi.create(draft))).toEqual({ id: 'drm_1' });
    expect(keys.length).toBe(3);
    expect(new Set(keys).size).toBe(1);
    expect(made.size).toBe(1);
  });

  it('gives up after a while, and goes on under the same key when the person tries again', async () => {
    const { keys, made, script } = server();
    script.push('lose the answer', 'lose the answer', 'lose the answer');
    await expect(done(dramaApi.create(draft))).rejects.toMatchObject({ status: 0 });
    expect(await done(dramaApi.create(draft))).toEqual({ id: 'drm_1' });
    expect(made.size).toBe(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('waits for its twin', async () => {
    const { keys, script } = server();
    script.push(refusal(409, 'httpx.idempotency_in_progress'));
    expect(await done(dramaApi.create(draft))).toEqual({ id: 'drm_1' });
    expect(keys[0]).toBe(keys[1]);
  });

  it('makes one of two that are asked for at once', async () => {
    const { made } = server();
    const both = await done(Promise.all([dramaApi.create(draft), dramaApi.create(draft)]));
    expect(both).toEqual([{ id: 'drm_1' }, { id: 'drm_1' }]);
    expect(made.size).toBe(1);
  });

  it('keeps the key through a failure of the server, and drops it with a refusal', async () => {
    const { keys, script } = server();
    script.push(refusal(502, ''), refusal(422, 'catalogue.title'));
    await expect(done(postOnce(api, '/dramas', draft))).rejects.toMatchObject({ status: 502 });
    await expect(done(postOnce(api, '/dramas', draft))).rejects.toMatchObject({ status: 422 });
    await done(postOnce(api, '/dramas', draft));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[1]).not.toBe(keys[2]);
  });
});
