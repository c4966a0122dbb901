import type { Page } from '@playwright/test';
import type { Run } from './main.ts';
import { phone } from './phone.ts';
import { begun, firstPicture } from './probe.ts';
import { median, print, quantile, say, spread } from './report.ts';

/** Lifts the finger after a swipe up. */
export async function swipe(page: Page): Promise<void> {
  await page.mouse.move(195, 500);
  await page.mouse.down();
  for (const y of [450, 380, 300]) await page.mouse.move(195, y);
  await page.mouse.up();
}

/** The video after the one on the screen can play without the network. */
export async function warmed(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const at = (video: HTMLVideoElement) => Number.parseFloat(video.style.top);
    const videos = [...document.querySelectorAll('video')];
    const shown = videos.find((v) => !v.hasAttribute('aria-hidden'));
    return shown && videos.some((v) => at(v) === at(shown) + 100 && v.readyState >= v.HAVE_FUTURE_DATA);
  });
}

/**
 * From lifting the finger until a video that was ready before runs. Its first picture stands on the screen while it
 * is swiped in; beside it, how long the second one takes.
 */
export async function measureSwipe({ browser, url, quick }: Run): Promise<void> {
  const took: number[] = [];
  const second: number[] = [];
  const { page, close } = await phone(browser, url);
  await page.goto('/');
  await firstPicture(page);
  while (took.length < (quick ? 12 : 40)) {
    await warmed(page);
    await page.waitForTimeout(1000); // A glance; nothing of the last swipe is still going on.
    await swipe(page);
    second.push(await firstPicture(page));
    took.push(await begun(page));
  }
  await close();
  say(`swipes: ${took.map(Math.round).join(' ')}`);
  const details = `${took.length} swipes, finger lifted → the first picture, on the screen already, begins to move; min / quartiles / max ${spread(took)} ms`;
  print({ figure: 'Warmed swipe, p50', value: median(took), unit: 'ms', target: 100, details });
  print({ figure: 'Warmed swipe, p95', value: quantile(took, 0.95), unit: 'ms', details: 'the same swipes' });
  const later = `the same swipes → the second picture, one of 24 a second; min / quartiles / max ${spread(second)} ms`;
  print({ figure: 'Warmed swipe, second picture, p50', value: median(second), unit: 'ms', details: later });
}
