import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';
import { screenVideo } from './watching.ts';

/** What axe finds serious or worse, as lines that say where. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
}

test('For You has no barriers', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(screenVideo(page)).toHaveJSProperty('paused', false);
  expect(await barriers(page)).toEqual([]);
});

test('the drama page has no barriers', async ({ page, house }) => {
  await page.goto(`/d/${house.lantern.id}`);
  await expect(page.getByRole('link', { name: '从第 1 集开始' })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
});

for (const [name, path, heading] of [
  ['the theatre', '/theatre', '剧场'],
  ['the library', '/library', '片单'],
  ['Me', '/me', '我的'],
  ['signing in to the console', '/console', '登录'],
] as const) {
  test(`${name} has no barriers`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expect(page.getByRole('main').locator('.skeleton, [aria-busy="true"]')).toHaveCount(0);
    expect(await barriers(page)).toEqual([]);
  });
}
