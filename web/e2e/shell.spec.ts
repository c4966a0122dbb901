import type { Page } from '@playwright/test';
import { focused, settled } from './remote.ts';
import { expect, test } from './test.ts';
import { screenVideo, seconds } from './watching.ts';

// A television set whose maker has put the app into a program of its own (docs/device-shell.md).

interface Told {
  level: string;
  left: number;
}

/** The page begins within a shell, which says how bright the room is and counts how often it is asked to leave. */
async function within(page: Page, broken = false): Promise<void> {
  await page.addInitScript((broken) => {
    const told: Told = { level: '100', left: 0 };
    const fails = () => {
      throw new Error('gone');
    };
    const shell = {
      face: () => 'tv',
      name: broken ? fails : () => '客厅的大电视',
      region: broken ? () => 7 : () => 'sg',
      minor: broken ? fails : () => '',
      age: broken ? () => ({}) : () => '',
      level: broken ? () => 'dark' : () => told.level,
      leave: () => void told.left++,
    };
    Object.assign(window, { told, CliffhangerDevice: shell });
    localStorage.setItem('cliffhanger.greeted', '1');
  }, broken);
}

/** What both sides see. */
type Both = { told: Told; Cliffhanger: { back(): boolean; changed(): void } };

const left = (page: Page) => page.evaluate(() => (window as unknown as Both).told.left);
const back = (page: Page) => page.evaluate(() => (window as unknown as Both).Cliffhanger.back());
const brighten = (page: Page, to: string) =>
  page.evaluate((to) => {
    const both = window as unknown as Both;
    both.told.level = to;
    both.Cliffhanger.changed();
  }, to);

test('the shell of a device chooses the face, names it, dims its pages, and is left by its back key', async ({
  page,
  house: { lantern },
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await within(page);
  await page.goto('/'); // and no word of the face in the address
  await settled(page);
  await expect(page.getByRole('navigation')).toBeVisible();
  const { devices } = await (await page.request.get('/api/v1/me')).json();
  expect(devices[0]).toMatchObject({ name: '客厅的大电视', form: 'tv' });

  // Its back key goes a level up, closes what lies over a page, and at home leaves the app.
  await page.goto('/me');
  await settled(page);
  await expect(page.getByText('新加坡')).toBeVisible();
  expect(await back(page)).toBe(true);
  await expect(page).toHaveURL(/\/$/);
  await settled(page);
  expect(await left(page)).toBe(0);
  await expect.poll(async () => ((await back(page)) === false ? left(page) : 0)).toBeGreaterThan(0);

  // In a dark room pages are darker, down to three fifths; what plays is as it was made.
  const dusk = page.locator('.dusk');
  await expect(dusk).toHaveCount(0);
  await brighten(page, '50');
  await expect(dusk).toHaveCSS('opacity', '0.2');
  await brighten(page, '0');
  await expect(dusk).toHaveCSS('opacity', '0.4');
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `/d/${lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await expect(dusk).toHaveCount(0);
  await expect(screenVideo(page)).toBeVisible();
  expect(await back(page)).toBe(true);
  await expect(dusk).toHaveCSS('opacity', '0.4');
  await brighten(page, '100');
  await expect(dusk).toHaveCount(0);
});

test('a shell that fails, or answers nonsense, takes nothing with it', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await within(page, true);
  await page.goto('/me');
  await settled(page);
  expect(await focused(page)).not.toBe('');
  await expect(page.locator('.dusk')).toHaveCount(0);
  const { devices } = await (await page.request.get('/api/v1/me')).json();
  expect(devices).toHaveLength(1);
});
