import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { staff } from './house.ts';
import { openTv } from './remote.ts';
import { expect, type House, test } from './test.ts';
import { screenVideo, seconds } from './watching.ts';

// What keeps people out: what axe finds serious or worse on every page of the three faces, a page without a heading, and
// what is cut off where letters are large, which is the same as a narrow screen.

/** What axe finds serious or worse, as lines that say where. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
}

/** Words and controls that reach beyond the edge of the screen, where nothing scrolls to them. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // What scrolls sideways on purpose may go on beyond the edge; a page may not.
    const scrolls = (e: Element | null): boolean =>
      e !== null &&
      ((/auto|scroll/.test(getComputedStyle(e).overflowX) &&
        e.scrollWidth > e.clientWidth &&
        !e.matches('.screen, main')) ||
        scrolls(e.parentElement));
    const faults: string[] = [];
    const root = document.scrollingElement as Element;
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide`);
    for (const e of document.querySelectorAll('h1, h2, h3, p, a, button, input, label, li, small, b')) {
      if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || e.closest('.quiet')) continue;
      const { left, right, width } = e.getBoundingClientRect();
      if (width === 0 || scrolls(e.parentElement) || e.closest('[aria-hidden="true"], [inert]')) continue;
      if (left < -1 || right > innerWidth + 1)
        faults.push(`${e.tagName} “${e.textContent?.trim().slice(0, 30)}” at ${Math.round(left)}–${Math.round(right)}`);
    }
    return faults;
  });
}

/** Controls of a page that does not scroll of which something else has the middle. */
function covered(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main a, main button')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((e) => {
        const { left, top, width, height } = e.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        return y > 0 && y < innerHeight && !e.contains(document.elementFromPoint(x, y));
      })
      .map((e) => e.getAttribute('aria-label') ?? e.textContent?.trim() ?? e.tagName),
  );
}

async function complete(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached();
  await expect(page.locator('main').locator('.skeleton, [aria-busy="true"]')).toHaveCount(0);
}

async function plays(page: Page): Promise<void> {
  await expect(screenVideo(page)).toHaveJSProperty('paused', false);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
}

const viewing = (house: House): Record<string, (page: Page) => Promise<unknown>> => ({
  '/': plays,
  [`/d/${house.lantern.id}`]: (page) => expect(page.getByRole('link', { name: /第 1 集/ }).first()).toBeVisible(),
  [`/d/${house.lantern.id}/1`]: plays,
  ...Object.fromEntries(
    [
      '/theatre /following /library /library?tab=follows /library?tab=history /dramas /genre/suspense /search?q=gw',
      '/search?q=zzqqxx /remote /tv /nowhere /me /me/account /me/profiles /me/devices /me/privacy /me/minors',
      '/me/real-name /me/terms /me/privacy-text /me/about /d/drm_nothing',
    ]
      .join(' ')
      .split(' ')
      .map((path) => [path, complete]),
  ),
});

for (const [name, width, height] of [
  ['a phone', 390, 844],
  ['a wide screen', 1440, 900],
] as const)
  test(`no page of the watch app has barriers on ${name}`, async ({ page, house }) => {
    await page.setViewportSize({ width, height });
    for (const [path, ready] of Object.entries(viewing(house)))
      await test.step(path, async () => {
        await page.goto(path);
        await ready(page);
        await complete(page);
        expect.soft(await barriers(page), path).toEqual([]);
      });
  });

for (const [name, width, height] of [
  ['a phone whose letters are large', 320, 640],
  ['a desk at 200 %', 720, 450],
] as const)
  test(`every page of the watch app finds room on ${name}`, async ({ page, house }) => {
    await page.setViewportSize({ width, height });
    for (const [path, ready] of Object.entries(viewing(house)))
      await test.step(path, async () => {
        await page.goto(path);
        await ready(page);
        await complete(page);
        expect.soft(await cutOff(page), path).toEqual([]);
      });
  });

for (const [locale, menu] of [
  ['zh-CN', '播放设置'],
  ['en-GB', 'Playback settings'],
] as const)
  test(`the notice leaves every control of the feed its place on a narrow phone, in ${locale}`, async ({
    browser,
    house: { url },
  }) => {
    const context = await browser.newContext({ baseURL: url, locale, viewport: { width: 320, height: 568 } });
    const page = await context.newPage();
    await page.goto('/');
    await plays(page);
    await expect(page.getByRole('complementary')).toBeVisible();
    await expect(page.getByRole('button', { name: menu })).toBeVisible();
    await expect.poll(() => covered(page)).toEqual([]);
    expect(await cutOff(page)).toEqual([]);
    await context.close();
  });

test('no page of the television has barriers', async ({ page, house }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  const { id } = house.lantern;
  const under = '/me/who /me/name /me/devices /me/privacy /me/minors /me/minors/forgotten'.split(' ');
  for (const path of [
    '/',
    '/theatre',
    '/search',
    '/library',
    '/nowhere',
    `/d/${id}`,
    `/d/${id}/1`,
    '/me',
    ...under,
    '/sign-in',
  ])
    await test.step(path, async () => {
      await openTv(page, path);
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached();
      expect.soft(await barriers(page), path).toEqual([]);
    });
});

test('no page of the console has barriers, by day and by night', async ({ page, house }) => {
  await page.goto('/console');
  await complete(page);
  expect.soft(await barriers(page), 'signing in').toEqual([]);
  const { email, password } = staff;
  expect((await page.request.post('/api/console/v1/sessions', { data: { email, password } })).ok()).toBe(true);
  const { id } = house.lantern;
  const paths = `dramas dramas/${id} dramas/${id}/delivery files reviews inbox staff system security nowhere`.split(
    ' ',
  );
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1440, 390])
      for (const path of paths)
        await test.step(`${path}, ${colorScheme}, ${width}`, async () => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`/console/${path}`);
          await complete(page);
          expect.soft(await barriers(page), `${path}, ${colorScheme}, ${width}`).toEqual([]);
          if (width === 390) expect.soft(await cutOff(page), path).toEqual([]);
        });
});
