import type { Locator, Page } from '@playwright/test';
import { expect } from './test.ts';

/** The video on the screen, of the three that a player keeps. */
export function screenVideo(page: Page): Locator {
  return page.locator('video:not([aria-hidden])');
}

/** The seconds the video on the screen has reached. */
export function seconds(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => v.currentTime);
}

/** How many seconds the video on the screen has. */
export function length(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => v.duration);
}

/** How many pictures the video on the screen has presented. */
export function pictures(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames);
}

/** The short side of the picture on the screen: what its quality is called by. */
function lines(page: Page): Promise<number> {
  return screenVideo(page).evaluate((v: HTMLVideoElement) => Math.min(v.videoWidth, v.videoHeight));
}

/** Drags a finger up the middle of the screen, clear of the buttons at its foot, for the next video. */
export async function swipeUp(page: Page): Promise<void> {
  await drag(page, 440, 90);
}

/** And down, for the one before. */
export async function swipeDown(page: Page): Promise<void> {
  await drag(page, 150, 600);
}

/** The whole way is sent at once: were each step to wait for the one before, a busy machine would make the finger rest. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const hand = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove', y: number) =>
    hand.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x: 150, y }] });
  await Promise.all([
    touch('touchStart', from),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((step) => touch('touchMove', from + ((to - from) * step) / 8)),
    hand.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }),
  ]);
  await hand.detach();
}

/**
 * Looks out for what a page shows for a moment only, from now on: a poll from outside may come too late. What it
 * answers waits until it was there.
 */
export async function glimpse(page: Page, selector: string, text = ''): Promise<() => Promise<void>> {
  const lookout = await page.evaluateHandle(
    ([selector, text]) => {
      const shown = (e: Element) => !!e.textContent?.includes(text) && e.checkVisibility();
      const seen = new Promise<void>((done) => {
        const look = () => [...document.querySelectorAll(selector)].some(shown) && done();
        new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
        look();
      });
      return { seen };
    },
    [selector, text] as const,
  );
  return () => lookout.evaluate(({ seen }) => seen);
}

/** Makes what goes by itself stay until it is pressed: a second of a countdown, and a note, last a minute. */
export async function linger(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { setInterval: every, setTimeout: after } = window;
    const long = (ms = 0, brief: number) => (ms === brief ? 60_000 : ms);
    window.setInterval = ((run: () => void, ms?: number, ...rest: unknown[]) =>
      every(run, long(ms, 1000), ...rest)) as typeof setInterval;
    window.setTimeout = ((run: () => void, ms?: number, ...rest: unknown[]) =>
      after(run, long(ms, 5000), ...rest)) as typeof setTimeout;
  });
}

/** The words of the countdown to the next episode. */
export const countdown = /秒后播放下一集/;

/** Looks out for the countdown, which goes by itself. */
export function glimpseCountdown(page: Page): Promise<() => Promise<void>> {
  return glimpse(page, '.end [role="status"]', '秒后播放下一集');
}

/** Presses the scrub bar at a share of its length. */
export async function scrubTo(page: Page, share: number): Promise<void> {
  const bar = page.getByRole('slider', { name: '播放进度' });
  const box = await bar.boundingBox();
  if (!box) throw new Error('no scrub bar');
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
}

/** Forces a quality that does not play now, and waits until its pictures are on the screen. */
export async function forceAnotherQuality(page: Page): Promise<void> {
  let now = 0; // Where another video takes over just now, the one asked has none any more.
  await expect.poll(async () => (now = await lines(page))).toBeGreaterThan(0);
  await page.getByRole('button', { name: '播放设置' }).click();
  const menu = page.getByRole('dialog', { name: '播放设置' });
  const name = await menu
    .getByRole('button', { name: /^\d+p$/ })
    .filter({ hasNotText: `${now}p` })
    .first()
    .textContent();
  const choice = menu.getByRole('button', { name: name ?? '', exact: true });
  await choice.click();
  await expect(choice).toHaveAttribute('aria-pressed', 'true');
  await menu.getByRole('button', { name: '关闭', exact: true }).click();
  await expect(menu).toBeHidden();
  await expect.poll(() => lines(page)).toBe(Number.parseInt(name ?? '', 10));
}

/** Pauses, waits until the server knows where, and answers the seconds. */
export async function pause(page: Page): Promise<number> {
  const told = page.waitForResponse(
    (r) => r.url().endsWith('/api/v1/progress') && r.ok() && !!r.request().postData()?.includes('"pause"'),
  );
  await page.keyboard.press(' ');
  await told;
  return seconds(page);
}

/** Shows a code on one device and types it on another, which becomes one of the same account. */
export async function joinByCode(page: Page, other: Page): Promise<void> {
  await page.goto('/me');
  await page.getByRole('button', { name: '添加设备' }).click();
  const code = page.getByRole('dialog').getByText(/^[0-9A-Z]{8}$/);
  await expect(code).toBeVisible();

  await other.goto('/me');
  await other.getByRole('button', { name: '输入连接码' }).click();
  await other.getByRole('textbox', { name: '八位连接码' }).fill((await code.textContent()) ?? '');
  const told = await glimpse(other, '.toast', '已经连上');
  await other.getByRole('button', { name: '连接', exact: true }).click();
  await told();
  await expect(other.getByRole('listitem').filter({ hasText: '这台设备' })).toBeVisible();
}

/** Makes a television, or whatever else, one of a phone's account without any page of it; answers which device it is. */
export async function joinAs(form: 'tv' | 'tablet', page: Page, other: Page): Promise<string> {
  await page.goto('/me');
  await expect(page.getByRole('listitem').filter({ hasText: '这台设备' })).toBeVisible(); // It has a session.
  const { code } = await (await page.request.post('/api/v1/device-links')).json();
  const joined = await other.request.post('/api/v1/sessions/link', { data: { code, device: { name: form, form } } });
  expect(joined.status()).toBe(201);
  return (await joined.json()).device_id;
}

/** Opens a drama from the library, which goes on in its episode where it was left. */
export async function resume(page: Page, title: string, episode: number, left: number): Promise<void> {
  await page.goto('/library');
  const entry = page.getByRole('main').getByRole('link', { name: title });
  await expect(entry).toContainText(`第 ${episode} 集 · 看到 0:`);
  await entry.click();
  await expect(page).toHaveURL(new RegExp(`/d/[^/]+/${episode}$`));
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);
  expect(await seconds(page)).toBeGreaterThan(left - 1);
}

/** Watches the first episode of a drama from its middle on. */
export async function watchFromTheMiddle(page: Page, drama: string): Promise<void> {
  await page.goto(`/d/${drama}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  let whole = 0;
  await expect.poll(async () => (whole = await length(page))).toBeGreaterThan(0);
  await scrubTo(page, 0.4);
  await expect(screenVideo(page)).toHaveJSProperty('paused', false);
  await expect.poll(() => seconds(page)).toBeGreaterThan(whole * 0.4 - 0.5);
}

/** Presses what asks another device for something, until that device answers in time; answers what was asked and said. */
export async function order(page: Page, name: string | RegExp) {
  for (;;) {
    const answer = page.waitForResponse((r) => /\/players\/[^/]+\/commands$/.test(r.url()));
    await page.getByRole('button', { name, exact: true }).click();
    const response = await answer;
    if (response.status() === 503) continue;
    const asked = response.request().postDataJSON() as { kind: string; position_ms: number };
    const { player } = (await response.json()) as { player: { episode_id: string; position_ms: number } };
    return { asked, player };
  }
}
