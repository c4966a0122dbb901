import type { Page, Route } from '@playwright/test';
import { expect, test } from './test.ts';
import { linger, seconds } from './watching.ts';

// What one is told at the end of what there is, and where more did not come.

const onward = (page: Page) => page.keyboard.press('ArrowDown');
const title = (page: Page) => page.getByRole('heading', { level: 1 });

/** Hands out the two of a list one at a time; the second does not come until it is mended. */
async function piecemeal(page: Page, address: RegExp): Promise<{ mend: () => void }> {
  let away = true;
  let rest: unknown[] = [];
  await page.route(address, async (route: Route) => {
    if (route.request().url().includes('after=second')) {
      return away ? route.abort() : route.fulfill({ json: { items: rest } });
    }
    const response = await route.fetch();
    const { items } = await response.json();
    rest = items.slice(1);
    await route.fulfill({ response, json: { items: items.slice(0, 1), next: 'second' } });
  });
  return {
    mend: () => {
      away = false;
    },
  };
}

test('For You says where it ends, and begins again', async ({ page }) => {
  await linger(page);
  await page.goto('/');
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await onward(page);
  const before = page.getByRole('button', { name: '上一个' });
  await expect(before).toBeEnabled();
  await onward(page);
  const note = page.getByText('推荐看完了');
  await expect(note).toBeVisible();
  const bottom = await note.evaluate((e) => e.getBoundingClientRect().bottom);
  expect(bottom).toBeLessThan((page.viewportSize()?.height ?? 0) / 3); // It covers nothing one might press.
  await page.getByRole('button', { name: '从头再看' }).click();
  await expect(before).toBeDisabled();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
});

test('For You says when more does not come, and goes on when it does', async ({ page }) => {
  await linger(page);
  const feed = await piecemeal(page, /\/api\/v1\/feed\?/);
  await page.goto('/');
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  const first = (await title(page).textContent()) ?? '';
  await onward(page);
  const again = page.getByRole('button', { name: '再试一次' });
  await expect(again).toBeVisible();
  await expect(title(page)).toHaveText(first);
  feed.mend();
  await again.click();
  await expect(title(page)).not.toHaveText(first);
});

test('a list says when more does not come, and gets it when asked again', async ({ page }) => {
  const list = await piecemeal(page, /\/api\/v1\/dramas\?/);
  await page.goto('/dramas');
  const cards = page.getByRole('main').getByRole('link', { name: /集 · / });
  await expect(page.getByRole('alert')).toContainText('现在没有网络');
  await expect(cards).toHaveCount(1);
  list.mend();
  await page.getByRole('button', { name: '再试一次' }).click();
  await expect(cards).toHaveCount(2);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a drama that cannot be shown leaves a way back', async ({ page, house }) => {
  await page.goto('/theatre');
  await page.route(`**/api/v1/dramas/${house.lantern.id}`, (route) => route.abort());
  await page.getByRole('link', { name: house.lantern.title['zh-CN'] }).first().click();
  await expect(page.getByText('现在没有网络')).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: '推荐' })).toBeVisible();
  await page.getByRole('button', { name: '返回' }).click();
  await expect(page).toHaveURL('/theatre');
});

test('an episode that was refused is not said to play', async ({ page, house }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const refuse = (route: Route) => route.fulfill({ status: 404, json: { code: 'playback.not_watchable' } });
  await page.route('**/api/v1/grants', refuse);
  await page.goto(`/d/${house.lantern.id}/1`);
  await expect(page.getByRole('alert')).toBeVisible();
  const row = page.getByRole('complementary').getByRole('link', { name: /第 1 集/ });
  await expect(row).toHaveAttribute('aria-current', 'true');
  await expect(row).not.toContainText('正在播放');
  await page.unroute('**/api/v1/grants', refuse);
  await page.getByRole('main').getByRole('button', { name: '播放', exact: true }).click();
  await expect(row).toContainText('正在播放');
});

test('a page whose program did not come is asked for again', async ({ page, house }) => {
  const program = /\/assets\/pages-.*\.js/;
  await page.route(program, (route) => route.abort());
  await page.goto('/');
  const to = (name: string) => page.getByRole('link', { name }).first().click();
  await to('剧场');
  await expect(page.getByRole('alert')).toContainText('没有成功');
  await page.unroute(program);
  await to('推荐');
  await to('剧场');
  await expect(page.getByRole('link', { name: house.lantern.title['zh-CN'] }).first()).toBeVisible();
});
