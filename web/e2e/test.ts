import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type Locator, type Page } from '@playwright/test';
import { clip, poster } from './clips.ts';
import { Producer } from './house.ts';
import { startNode } from './node.ts';

export { expect } from '@playwright/test';

/** A house with something on: where it is, and what plays. */
export interface House {
  url: string;
  /** Two episodes of ten seconds with subtitles; the first in several qualities. */
  lantern: Drama;
  /** One episode of six seconds. */
  harbour: Drama;
}
export interface Drama {
  id: string;
  title: { 'zh-CN': string; en: string };
  episodes: string[];
}

const subtitles = `WEBVTT

00:00:00.500 --> 00:00:09.500
灯还亮着。
`;

/** Tests begin with a published house, one for the whole run, and a browser that knows its address. */
export const test = base.extend<{ scratch: string }, { house: House }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its pattern.
  scratch: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-clips-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-clips-'));
      const node = await startNode();
      try {
        await use({ url: node.url, ...(await season(await Producer.setUp(node), folder)) });
      } finally {
        await node.stop();
        await rm(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  baseURL: async ({ house }, use) => use(house.url),
});

/** Makes and publishes the two dramas. */
async function season(producer: Producer, folder: string): Promise<Omit<House, 'url'>> {
  const art = await poster(folder);
  const lantern = { 'zh-CN': '长街灯火', en: 'The Lantern Street' };
  const harbour = { 'zh-CN': '港湾来信', en: 'Letters from the Harbour' };
  const first = await producer.draft(lantern, art, [await clip(folder, 10, 1, 720), await clip(folder, 10, 2)]);
  const second = await producer.draft(harbour, art, [await clip(folder, 6, 3)]);
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

/** The video on the screen, of the three that a player keeps. */
export function screenVideo(page: Page): Locator {
  return page.locator('video:not([aria-hidden])');
}

/** The seconds the video on the screen has reached. */
export function seconds(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => v.currentTime);
}

/** How many pictures the video on the screen has presented. */
export function pictures(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames);
}
