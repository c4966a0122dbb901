import type { Page } from '@playwright/test';
import { crawl, crawlAndReturn, focused, illegible, openTv, settled, until } from './remote.ts';
import { expect, type House, test } from './test.ts';
import { screenVideo, seconds } from './watching.ts';

// Every page and note of the TV face: the arrows lead to everything on it and out again, Back returns to where one was,
// and every word can be read across the room. In English on a small set here, in Chinese on a large one; what a page is
// for is told in the other stories.

/** Everything there is can be reached and read; where something leads elsewhere, the focus is there again afterwards. */
async function proved(page: Page, returns = true): Promise<void> {
  await settled(page);
  await (returns ? crawlAndReturn : crawl)(page);
  expect(await illegible(page)).toEqual([]);
}

/** Answers what the server says, changed. */
async function changed(page: Page, path: string, part: object): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...part } });
  });
}

async function ended(page: Page, path: string): Promise<void> {
  await openTv(page, path);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await screenVideo(page).evaluate((v: HTMLVideoElement) => {
    // The countdown to the next episode waits for whoever looks around.
    const every = window.setInterval;
    window.setInterval = ((run: () => void, ms: number) => every(run, ms === 1000 ? 2 ** 31 - 1 : ms)) as typeof every;
    v.currentTime = v.duration - 0.3;
  });
  await expect.poll(() => focused(page)).toMatch(/^end/);
}

const pin = '4711';
const opens_at = new Date(Date.now() + 3_600_000).toISOString();
const night = { on: true, band: '8-12', pin_set: true, time_zone: 'Asia/Shanghai', opens_at };

/** What a television shows, one after the other, to somebody who begins with a new one. */
const pages: Record<string, (page: Page, house: House) => Promise<void>> = {
  async 'the code to sign in'(page) {
    await page.goto('/?face=tv');
    await expect(page.locator('[data-code]')).toHaveAttribute('data-code', /^\w{8}$/);
    await proved(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('navigation')).toBeVisible();
  },
  async home(page) {
    await openTv(page);
    await proved(page);
  },
  async theatre(page) {
    await openTv(page, '/theatre');
    await proved(page);
    await openTv(page, '/genre/suspense');
    await proved(page);
  },
  async search(page) {
    await openTv(page, '/search');
    await proved(page);
    await openTv(page, '/search?q=gw');
    await proved(page);
    await openTv(page, '/search?q=zzqqxx');
    await proved(page);
  },
  async library(page, { lantern }) {
    await openTv(page, '/library');
    await proved(page);
    expect((await page.request.put(`/api/v1/library/follows/${lantern.id}`, { data: {} })).ok()).toBe(true);
    await openTv(page, '/library?tab=follows');
    await proved(page);
  },
  async 'a drama'(page, { lantern }) {
    await openTv(page, `/d/${lantern.id}`);
    await proved(page);
  },
  async 'an episode, its end and the last one'(page, { lantern }) {
    await openTv(page, `/d/${lantern.id}/1`);
    await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
    await page.keyboard.press('Enter'); // or it ends meanwhile
    await proved(page);
    await ended(page, `/d/${lantern.id}/1`);
    await until(page, 'ArrowRight', /^end stay/);
    await proved(page);
    await ended(page, `/d/${lantern.id}/2`);
    await proved(page);
  },
  async 'too many screens'(page, { lantern }) {
    await page.route('**/api/v1/progress', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), stop: true } });
    });
    await openTv(page, `/d/${lantern.id}/1`);
    await expect.poll(() => focused(page), { timeout: 120_000 }).toMatch(/^stopped/);
    await proved(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  },
  async 'nothing there, and nothing answers'(page) {
    await openTv(page, '/nowhere');
    await proved(page);
    await page.route('**/api/v1/shelves', (route) => route.fulfill({ status: 500, json: {} }));
    await openTv(page);
    await proved(page, false);
    await page.unroute('**/api/v1/shelves');
  },
  async 'Me and what lies under it'(page) {
    for (const path of ['/me', '/me/devices', '/me/name', '/me/privacy', '/me/minors', '/sign-in']) {
      await openTv(page, path);
      await proved(page);
    }
  },
  async 'who is watching'(page) {
    for (const [name, colour] of [
      ['Mother', 'rose'],
      ['A child with a rather long name', 'green'],
    ])
      expect((await page.request.post('/api/v1/profiles', { data: { name, colour } })).ok()).toBe(true);
    const { id } = (await (await page.request.get('/api/v1/me')).json()).profile;
    expect((await page.request.put(`/api/v1/profiles/${id}/pin`, { data: { pin } })).ok()).toBe(true);
    await openTv(page);
    await expect.poll(() => focused(page)).toMatch(/^people/);
    await proved(page);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^pin/);
    await proved(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toMatch(new RegExp(`^people ${id}`));
  },
  async 'minors’ mode, and a forgotten PIN'(page) {
    const on = await page.request.post('/api/v1/youth/on', { data: { band: '8-12', pin } });
    expect(on.ok()).toBe(true);
    await openTv(page, '/me/minors');
    await proved(page);
    // Without an address one waits.
    await openTv(page, '/me/minors/forgotten');
    await proved(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^leaving stop/);
    await proved(page);
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/\/me\/minors$/);
    await proved(page);
    expect((await page.request.delete('/api/v1/youth/forgotten/wait')).ok()).toBe(true);
    // With one a code is asked for.
    const ways = [{ channel: 'email', hint: 'm•••@example.com' }];
    await changed(page, '**/api/v1/youth/forgotten', { ways });
    await page.route('**/api/v1/youth/forgotten/code', (route) => route.fulfill({ status: 204 }));
    await openTv(page, '/me/minors/forgotten');
    await proved(page);
    await page.keyboard.type('a-guardian.with-a-long-address@mail.example.com');
    await until(page, 'ArrowLeft', /^page send/);
    expect(await illegible(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^pin 1/);
    await proved(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect((await page.request.post('/api/v1/youth/off', { data: { pin } })).ok()).toBe(true);
  },
  async 'the end of a minor’s day, the night, and a rest'(page, { lantern }) {
    await changed(page, '**/api/v1/youth', { ...night, closed: 'time_over', extra_ms: 900_000 });
    await openTv(page, `/d/${lantern.id}/1`);
    await expect(page.locator('#lock-title')).toBeVisible();
    await proved(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await changed(page, '**/api/v1/youth', { ...night, closed: 'closed', extra_ms: 0 });
    await openTv(page, `/d/${lantern.id}/1`);
    await expect(page.locator('#lock-title')).toBeVisible();
    await proved(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await changed(page, '**/api/v1/youth', { ...night, closed: '', break_due: true, since_rest_ms: 1_800_000 });
    await openTv(page, `/d/${lantern.id}/1`);
    await expect.poll(() => focused(page)).toMatch(/^rest/);
    await proved(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  },
};

for (const [locale, width, height] of [
  ['en', 1280, 720],
  ['zh-CN', 1920, 1080],
] as const) {
  test.describe(`in ${locale} on ${width} × ${height}`, () => {
    test.use({ locale, viewport: { width, height } });
    test('every page is reached by the arrows, left by Back and read across the room', async ({ page, house }) => {
      for (const [name, prove] of Object.entries(pages)) await test.step(name, () => prove(page, house));
    });
  });
}
