import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type APIRequestContext, type APIResponse, expect, request } from '@playwright/test';
import type { Node } from './node.ts';

export const staff = { organisation: 'Test House', name: 'Ada', email: 'ada@example.org', password: 'lantern-opera-9' };

interface Draft {
  id: string;
  episodes: {
    id: string;
    number: number;
    asset: { id: string; state: string; problem: { code: string } | null } | null;
  }[];
}

/** A client of a node's API that waits for it as long as a busy machine may need. */
function client(node: Node, path: string): Promise<APIRequestContext> {
  return request.newContext({ baseURL: `${node.url}${path}`, timeout: 120_000 });
}

/** Waits until viewers come across dramas that were published: the feed and the search hear of them a little later. */
export async function onScreens(node: Node, dramas: { id: string; title: { 'zh-CN': string } }[]): Promise<void> {
  const api = await client(node, '/api/v1/');
  ok(await api.post('sessions', { data: { locale: 'zh-CN', device: { name: 'Screen', form: 'desktop' } } }));
  const found = async (path: string, id: string) => (await (await api.get(path)).text()).includes(id);
  for (const { id, title } of dramas) {
    for (const path of ['feed', `search?q=${encodeURIComponent(title['zh-CN'])}`])
      await expect.poll(() => found(path, id), { message: `${id} in ${path}`, timeout: 120_000 }).toBe(true);
  }
  await api.dispose();
}

/** The producer's side of a house, over the console's API. */
export class Producer {
  readonly #api: APIRequestContext;
  private constructor(api: APIRequestContext) {
    this.#api = api;
  }

  /** Founds the house with the link its node printed. */
  static async setUp(node: Node): Promise<Producer> {
    const producer = new Producer(await client(node, '/api/console/v1/'));
    await producer.#call('post', 'setup', { token: node.setup.split('#')[1], ...staff });
    return producer;
  }

  /** Begins a drama of which nothing but its title is known. */
  async begin(title: { 'zh-CN': string; en: string }): Promise<string> {
    return (await this.#call<Draft>('post', 'dramas', { title, original_language: 'zh-CN' })).id;
  }

  /** Begins a drama with a poster and one upload per master, in the order of its episodes. */
  async draft(title: { 'zh-CN': string; en: string }, poster: Buffer, masters: string[]): Promise<string> {
    const { id } = await this.#call<Draft>('post', 'dramas', {
      title,
      synopsis: { 'zh-CN': '一盏灯，两个人，三个谎。', en: 'One lantern, two people, three lies.' },
      original_language: 'zh-CN',
      genres: ['suspense'],
      tags: ['test'],
      audience: 'all',
      year: 2026,
      people: [{ role: 'cast', name: { 'zh-CN': '阿达', en: 'Ada' } }],
      release: { mode: 'all' },
    });
    const headers = { 'content-type': 'image/jpeg' };
    ok(await this.#api.put(`dramas/${id}/posters/portrait`, { data: poster, headers }));
    for (const [i, master] of masters.entries()) await this.#upload(id, i + 1, master);
    return id;
  }

  /** Puts another master in the place of an episode's, and waits until it is there. */
  async replace(drama: string, number: number, master: string): Promise<void> {
    const shown = async () => {
      const { episodes } = await this.#call<Draft>('get', `dramas/${drama}`);
      return episodes.find((e) => e.number === number)?.asset;
    };
    const before = await shown();
    await this.#upload(drama, number, master);
    const replaced = async () => {
      const now = await shown();
      return now?.id !== before?.id && /^(playable|complete)$/.test(now?.state ?? '');
    };
    await expect.poll(replaced, { message: 'the other master', timeout: 120_000, intervals: [250] }).toBe(true);
  }

  /** Waits until every episode can be watched. */
  async playable(drama: string, episodes: number, timeout = 600_000): Promise<Draft> {
    let now: Draft | undefined;
    const watchable = async () => {
      now = await this.#call<Draft>('get', `dramas/${drama}`);
      for (const { asset } of now.episodes) if (asset?.problem) throw new Error(`failed: ${asset.problem.code}`);
      return now.episodes.filter((e) => e.asset && /^(playable|complete)$/.test(e.asset.state)).length;
    };
    await expect.poll(watchable, { message: 'playable episodes', timeout, intervals: [250] }).toBe(episodes);
    return now as Draft;
  }

  async subtitle(episode: string, lang: string, vtt: string): Promise<void> {
    const headers = { 'content-type': 'text/vtt' };
    ok(await this.#api.put(`episodes/${episode}/subtitles/${lang}`, { data: vtt, headers }));
  }

  async publish(drama: string): Promise<void> {
    await this.#call('post', `dramas/${drama}/ready`, {});
    await this.#call('post', `dramas/${drama}/publish`, {});
  }

  /** Puts a drama into the minors' pool. */
  async forMinors(drama: string, band: string): Promise<void> {
    ok(await this.#api.put(`dramas/${drama}/minors`, { data: { from_band: band } }));
  }

  async leave(): Promise<void> {
    await this.#api.dispose();
  }

  /** Sends a master by tus, in one piece. */
  async #upload(drama: string, episode: number, file: string): Promise<void> {
    const content = await readFile(file);
    const metadata = { filename: basename(file), drama_id: drama, episode_number: String(episode) };
    const tus = { 'tus-resumable': '1.0.0' };
    const created = await this.#api.post('uploads/', {
      headers: {
        ...tus,
        'upload-length': String(content.length),
        'upload-metadata': Object.entries(metadata)
          .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
          .join(),
      },
    });
    ok(created);
    const headers = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    ok(await this.#api.patch(created.headers().location ?? '', { data: content, headers }));
  }

  async #call<T>(method: 'get' | 'post', path: string, data?: object): Promise<T> {
    const response = await this.#api[method](path, { data });
    ok(response);
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

function ok(response: APIResponse): void {
  if (!response.ok()) throw new Error(`${response.url()}: ${response.status()} ${response.statusText()}`);
}
