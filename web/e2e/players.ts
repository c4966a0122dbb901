import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** What the players' scripts leave in the page. */
interface Scripts {
  Hls: typeof import('hls.js').default;
  shaka: {
    Player: new () => { attach: (video: HTMLVideoElement) => Promise<void>; load: (url: string) => Promise<void> };
  };
  dashjs: typeof import('dashjs');
}
/** Where an episode is to be had, for a while. */
export type Grant = { hls: string; dash: string; duration_ms: number };

const modules = join(import.meta.dirname, '../node_modules');

/** The players of the field, and how each is given an address; attach runs in the page. */
export const players = [
  {
    name: 'hls.js',
    script: 'hls.js/dist/hls.js',
    manifest: 'hls',
    attach: (video: HTMLVideoElement, url: string) => {
      const { Hls } = globalThis as unknown as Scripts;
      const hls = new Hls();
      hls.loadSource(url);
      hls.attachMedia(video);
    },
  },
  {
    name: 'shaka-player',
    script: 'shaka-player/dist/shaka-player.compiled.js',
    manifest: 'dash',
    attach: async (video: HTMLVideoElement, url: string) => {
      const { shaka } = globalThis as unknown as Scripts;
      const player = new shaka.Player();
      await player.attach(video);
      await player.load(url);
    },
  },
  {
    name: 'dash.js',
    script: 'dashjs/dist/modern/umd/dash.all.min.js',
    manifest: 'dash',
    attach: (video: HTMLVideoElement, url: string) => {
      const { dashjs } = globalThis as unknown as Scripts;
      dashjs.MediaPlayer().create().initialize(video, url, false);
    },
  },
] as const;

type Player = (typeof players)[number];

/** Opens a bare page of a house, without the policy of its app, as a new viewer. */
export async function openBarePage(page: Page): Promise<void> {
  await page.route('/players', (route) =>
    route.fulfill({ path: join(import.meta.dirname, 'players.html'), contentType: 'text/html' }),
  );
  await page.goto('/players');
  const device = { name: 'Player', form: 'desktop' };
  const session = await page.request.post('/api/v1/sessions', { data: { locale: 'en', device } });
  expect(session.ok()).toBe(true);
}

/** Asks for an episode in the name of a page's viewer. */
export async function granted(page: Page, episode: string): Promise<Grant> {
  const grant = await page.request.post('/api/v1/grants', { data: { episode_id: episode } });
  expect(grant.ok()).toBe(true);
  return grant.json();
}

/** Plays the beginning, then the end, of an episode with another player than the app's. */
export async function playToEnd(page: Page, { script, manifest, attach }: Player, episode: string): Promise<void> {
  await openBarePage(page);
  const grant = await granted(page, episode);
  await page.addScriptTag({ path: join(modules, script) });
  const video = page.locator('video');
  await video.evaluate(attach as (video: HTMLVideoElement, url: string) => void, grant[manifest]);
  // Until the player has given it something, a start would be interrupted.
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
  await video.evaluate((v: HTMLVideoElement) => v.play());
  await expect(video).toHaveJSProperty('error', null);
  await expect.poll(() => time(page)).toBeGreaterThan(2);

  const late = grant.duration_ms / 1000 - 4;
  await video.evaluate((v: HTMLVideoElement, to) => {
    v.currentTime = to;
  }, late);
  await expect(video).toHaveJSProperty('seeking', false);
  await expect.poll(() => time(page)).toBeGreaterThan(late + 0.5);
  await expect(video).toHaveJSProperty('ended', true);
  expect(Math.abs((await time(page)) * 1000 - grant.duration_ms)).toBeLessThan(200);
  expect(await video.evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames)).toBeGreaterThan(
    50,
  );
}

function time(page: Page): Promise<number> {
  return page.locator('video').evaluate((v: HTMLVideoElement) => v.currentTime);
}
