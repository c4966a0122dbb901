import type { Page } from '@playwright/test';
import type {} from '../src/player/ui/expose.ts';
import { type Stay, visit } from './dwell.ts';
import type { Run } from './main.ts';
import { phone, slowLine } from './phone.ts';
import { firstPicture } from './probe.ts';
import { number, print, say } from './report.ts';
import { swipe } from './swipe.ts';
import { mediaFiles, Traffic } from './traffic.ts';

const mb = (bytes: number) => `${number(bytes / 1e6)} MB`;

/** The share of media bytes that nobody saw, on a visit over a slow line. */
export async function measureWaste({ browser, url, quick, trace }: Run): Promise<void> {
  const { page, cdp, close } = await phone(browser, url);
  // Dramas of this catalogue share masters, which a cache would give away for nothing.
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  const traffic = new Traffic(cdp);
  await slowLine(cdp);
  await page.goto('/', { waitUntil: 'commit' });
  const stays = visit(quick ? 15 : 50, 2026);
  for (const [n, stay] of stays.entries()) {
    await firstPicture(page);
    await watch(page, stay);
    const { received, shown } = await bytes(page);
    say(`${n + 1} of ${stays.length}: ${mb(received)} received, ${mb(shown)} shown`);
    if (n < stays.length - 1) await swipe(page);
  }
  if (trace) traffic.tell();
  const told = await bytes(page);
  const seen = traffic.bytes(mediaFiles);
  await close();
  const differ = (100 * Math.abs(seen - told.received)) / seen;
  const parts = `${mb(told.received)} received: ${mb(told.shown)} shown, ${mb(told.wasted + told.ahead)} not, ${mb(told.overhead)} playlists and headers`;
  print({
    figure: 'Media bytes nobody saw',
    value: (100 * (told.wasted + told.ahead)) / told.received,
    unit: '%',
    target: 20,
    details: `5 Mbit/s, 80 ms; ${stays.length} videos, median stay 8 s, one in five continues; ${parts}`,
  });
  print({
    figure: 'Player’s count of bytes against the browser’s',
    value: differ,
    unit: '%',
    details: `the network saw ${mb(seen)} of media; ${traffic.count(/POST .*\/grants$/)} grants asked for`,
  });
}

function bytes(page: Page) {
  return page.evaluate(() => {
    if (!window.__cliffhanger) throw new Error('no player on this page');
    return window.__cliffhanger.bytes;
  });
}

/** Stays with a video as told; past its end, and through its next episode where it is continued. */
async function watch(page: Page, { seconds, next }: Stay): Promise<void> {
  const episode = () => page.evaluate(() => window.__cliffhanger?.episode);
  const first = await episode();
  const limit = next === undefined ? seconds * 1000 : 180_000;
  const over = (from: string | undefined) => {
    const player = window.__cliffhanger;
    return player?.state === 'ended' || player?.episode !== from;
  };
  await page.waitForFunction(over, first, { timeout: limit, polling: 100 }).catch(() => {});
  if (next === undefined) return;
  // The player goes on by itself.
  const another = (from: string | undefined) => {
    const player = window.__cliffhanger;
    return player?.episode !== from && player?.state === 'playing';
  };
  await page.waitForFunction(another, first, { timeout: 30_000, polling: 100 });
  await watch(page, { seconds: next });
}
