import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, test as base, type Page } from '@playwright/test';
import { clip, poster } from './clips.ts';
import { onScreens, Producer } from './house.ts';
import { type Node, startNode } from './node.ts';
import { stretchWire, type Wire } from './wire.ts';

export { expect } from '@playwright/test';

/** A house with something on: where it is, and what plays. */
export interface House {
  url: string;
  /** What its node has logged so far: codes, too, because it has no mail server. */
  log: () => string;
  /** Two episodes with subtitles; the first in several qualities. */
  lantern: Drama;
  /** One episode. */
  harbour: Drama;
}
/** The length of every episode: no test is still at its beginning when it ends, on however slow a machine. */
export const clipSeconds = 40;
export interface Drama {
  id: string;
  title: { 'zh-CN': string; en: string };
  episodes: string[];
}

const subtitles = `WEBVTT

00:00:00.500 --> 00:00:${clipSeconds}.000
灯还亮着。
`;

interface Tools {
  /** A folder for clips. */
  scratch: string;
  /** A house with nothing in it. */
  node: Node;
  /** A wire to it that can be cut. */
  wire: Wire;
  /** Opens a page of it in a browser of its own, as another person or device would. */
  elsewhere: (options?: BrowserContextOptions) => Promise<Page>;
}

/** The pixels of a phone are finer than those of a test's screen, which would cost time to draw. */
const finer = (context: BrowserContext) =>
  context.addInitScript(() => Object.defineProperty(globalThis, 'devicePixelRatio', { get: () => 3 }));

/** Tests begin with what they ask for, and a house of their own. */
export const bare = base.extend<Tools>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its pattern.
  scratch: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-clips-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  node: async ({}, use) => {
    const node = await startNode();
    await use(node);
    await node.stop();
  },
  wire: async ({ node }, use) => {
    const wire = await stretchWire(node.url);
    await use(wire);
    await wire.stop();
  },
  elsewhere: async ({ browser, node }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext({ baseURL: node.url, ...options });
      await finer(context);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
  context: async ({ context }, use) => {
    await finer(context);
    await use(context);
  },
});

/** Tests begin with a published house, one for the whole run, and a browser that knows its address. */
export const test = base.extend<object, { house: House }>({
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-clips-'));
      const node = await startNode();
      try {
        const dramas = await season(await Producer.setUp(node), folder);
        await onScreens(node, [dramas.lantern, dramas.harbour]);
        await use({ url: node.url, log: node.log, ...dramas });
      } finally {
        await node.stop();
        await rm(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  baseURL: async ({ house }, use) => use(house.url),
  context: async ({ context }, use) => {
    await finer(context);
    await use(context);
  },
});

/** Makes and publishes the two dramas. */
async function season(producer: Producer, folder: string): Promise<Omit<House, 'url' | 'log'>> {
  const art = await poster(folder);
  const lantern = { 'zh-CN': '长街灯火', en: 'The Lantern Street' };
  const harbour = { 'zh-CN': '港湾来信', en: 'Letters from the Harbour' };
  const first = await producer.draft(lantern, art, [
    await clip(folder, clipSeconds, 1, 540),
    await clip(folder, clipSeconds, 2),
  ]);
  const second = await producer.draft(harbour, art, [await clip(folder, clipSeconds, 3)]);
  const made: Drama[] = [];
  for (const [id, title, count] of [[first, lantern, 2] as const, [second, harbour, 1] as const]) {
    const { episodes } = await producer.playable(id, count);
    for (const { id: episode } of episodes) await producer.subtitle(episode, 'zh-CN', subtitles);
    await producer.publish(id);
    made.push({ id, title, episodes: episodes.map((e) => e.id) });
  }
  await producer.leave();
  return { lantern: made[0] as Drama, harbour: made[1] as Drama };
}
