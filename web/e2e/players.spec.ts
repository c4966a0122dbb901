import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

/** What the players' scripts leave in the page. */
interface Scripts {
  Hls: typeof import('hls.js').default;
  shaka: {
    Player: new () => { attach: (video: HTMLVideoElement) => Promise<void>; load: (url: string) => Promise<void> };
  };
  dashjs: typeof import('dashjs');
}
type Grant = { hls: string; dash: string; duration_ms: number };

const modules = join(import.meta.dirname, '../node_modules');

/** How each player of the field is given an address; run in the page. */
const players = [
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

for (const { name, script, manifest, attach } of players) {
  test(`${name} plays an episode to its end`, async ({ page, house }) => {
    const grant = await open(page, house.lantern.episodes[0] ?? '');
    await page.addScriptTag({ path: join(modules, script) });
    const video = page.locator('video');
    await video.evaluate(attach as (video: HTMLVideoElement, url: string) => void, grant[manifest]);
    await video.evaluate((v: HTMLVideoElement) => v.play());
    await expect(video).toHaveJSProperty('error', null);
    await expect.poll(() => time(page)).toBeGreaterThan(2);

    await video.evaluate((v: HTMLVideoElement) => {
      v.currentTime = 6;
    });
    await expect(video).toHaveJSProperty('seeking', false);
    await expect.poll(() => time(page)).toBeGreaterThan(6.5);
    await expect(video).toHaveJSProperty('ended', true);
    expect(Math.abs((await time(page)) * 1000 - grant.duration_ms)).toBeLessThan(200);
    expect(await video.evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames)).toBeGreaterThan(
      50,
    );
  });
}

/** A bare page of the same origin, without the policy of the app, and a grant to watch an episode. */
async function open(page: Page, episode: string): Promise<Grant> {
  await page.route('/players', (route) =>
    route.fulfill({ path: join(import.meta.dirname, 'players.html'), contentType: 'text/html' }),
  );
  await page.goto('/players');
  const device = { name: 'Player', form: 'desktop' };
  const session = await page.request.post('/api/v1/sessions', { data: { locale: 'en', device } });
  expect(session.ok()).toBe(true);
  const grant = await page.request.post('/api/v1/grants', { data: { episode_id: episode } });
  expect(grant.ok()).toBe(true);
  return grant.json();
}

function time(page: Page): Promise<number> {
  return page.locator('video').evaluate((v: HTMLVideoElement) => v.currentTime);
}
