import type { Page } from '@playwright/test';
import { expect, pictures, screenVideo, seconds, test } from './test.ts';

test('first launch plays at once, and a swipe plays the next', async ({ page, house }) => {
  await page.goto('/');
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);

  const title = page.getByRole('heading', { level: 1 });
  const titles = [house.lantern.title['zh-CN'], house.harbour.title['zh-CN']];
  await expect(title).toHaveText(new RegExp(`^(${titles.join('|')})$`));
  const first = (await title.textContent()) ?? '';

  await swipeUp(page);
  await expect(title).toHaveText(titles.find((t) => t !== first) ?? '');
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);

  await page.keyboard.press('ArrowUp');
  await expect(title).toHaveText(first);
  await expect(screenVideo(page)).toHaveJSProperty('paused', false);
});

test('follow and like stay', async ({ page, house }) => {
  await page.goto('/');
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toBeVisible();
  const liked = (await title.textContent()) ?? '';
  await page.getByRole('button', { name: '追剧', exact: true }).click();
  await expect(page.getByRole('button', { name: '在追', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: /^喜欢/ }).click();
  await expect(page.getByRole('button', { name: '喜欢, 1 人喜欢' })).toHaveAttribute('aria-pressed', 'true');

  await page.goto('/library?tab=follows');
  await expect(page.getByRole('main').getByRole('link', { name: liked })).toBeVisible();
  await page.getByRole('tab', { name: '喜欢' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: liked })).toBeVisible();

  const drama = [house.lantern, house.harbour].find((d) => d.title['zh-CN'] === liked);
  await page.goto(`/d/${drama?.id}`);
  await expect(page.getByRole('button', { name: '在追' })).toHaveAttribute('aria-pressed', 'true');
});

test('a genre and a search find a drama', async ({ page, house }) => {
  const harbour = house.harbour.title['zh-CN'];
  let asked = 0;
  page.on('request', (r) => {
    if (r.url().includes('/api/v1/dramas?')) asked++;
  });
  await page.goto('/theatre');
  await page.getByRole('link', { name: '悬疑', exact: true }).click();
  await expect(page).toHaveURL('/genre/suspense');
  await expect(page.getByRole('main').getByRole('link', { name: harbour })).toBeVisible();
  await page.getByRole('tab', { name: '最新' }).click();
  await expect(page).toHaveURL(/sort=new/);
  await expect(page.getByRole('main').getByRole('link', { name: harbour })).toBeVisible();
  expect(asked).toBe(2);

  await page.goto('/search');
  await page.getByRole('searchbox').fill('港湾');
  await page.getByRole('main').getByRole('link', { name: harbour }).click();
  await expect(page.getByRole('heading', { level: 1, name: harbour })).toBeVisible();
});

test('from the theatre to an episode, its quality, its places and its end', async ({ page, house }) => {
  const { lantern } = house;
  await page.goto('/theatre');
  await page.getByRole('link', { name: lantern.title['zh-CN'] }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: lantern.title['zh-CN'] })).toBeVisible();
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await expect(page).toHaveURL(`/d/${lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await expect(page.getByText('灯还亮着。')).toBeVisible();

  await page.getByRole('button', { name: '播放设置' }).click();
  const menu = page.getByRole('dialog', { name: '播放设置' });
  const quality = menu.getByRole('button', { name: /^\d+p$/ });
  await quality.first().click();
  await expect(quality.first()).toHaveAttribute('aria-pressed', 'true');
  const lines = Number.parseInt((await quality.first().textContent()) ?? '', 10);
  await menu.getByRole('button', { name: '关闭', exact: true }).click();
  await expect(menu).toBeHidden();
  await expect
    .poll(() => screenVideo(page).evaluate((v: HTMLVideoElement) => Math.min(v.videoWidth, v.videoHeight)))
    .toBe(lines);

  await scrubTo(page, 0.65);
  await expect.poll(() => seconds(page)).toBeGreaterThan(5.5);
  await scrubTo(page, 0.9);
  await expect(page.getByText(/秒后播放下一集/)).toBeVisible();
  await expect(page).toHaveURL(`/d/${lantern.id}/2`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
});

test('another device joins by its code and goes on where this one stopped', async ({ page, browser, house }) => {
  const { lantern } = house;
  await page.goto(`/d/${lantern.id}/2`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await scrubTo(page, 0.5);
  await expect.poll(() => seconds(page)).toBeGreaterThan(4.7);
  const reported = page.waitForResponse((r) => r.url().endsWith('/api/v1/progress') && r.ok());
  await page.keyboard.press(' ');
  await reported;
  const left = await seconds(page);

  await page.goto('/me');
  await page.getByRole('button', { name: '添加设备' }).click();
  const code = page.getByRole('dialog').getByText(/^[0-9A-Z]{8}$/);
  await expect(code).toBeVisible();

  const context = await browser.newContext({ baseURL: house.url, viewport: { width: 820, height: 1180 } });
  const other = await context.newPage();
  await other.goto('/me');
  await other.getByRole('button', { name: '输入连接码' }).click();
  await other.getByRole('textbox', { name: '八位连接码' }).fill((await code.textContent()) ?? '');
  await other.getByRole('button', { name: '连接', exact: true }).click();
  await expect(other.getByText('已经连上')).toBeVisible();
  await expect(other.getByRole('listitem').filter({ hasText: '这台设备' })).toBeVisible();

  await other.goto('/library');
  const entry = other.getByRole('main').getByRole('link', { name: lantern.title['zh-CN'] });
  await expect(entry).toContainText('第 2 集 · 看到 0:0');
  await entry.click();
  await expect(other).toHaveURL(`/d/${lantern.id}/2`);
  await expect.poll(() => pictures(other)).toBeGreaterThan(0);
  expect(await seconds(other)).toBeGreaterThan(left - 1);
  await context.close();
});

/** Drags a finger's way up the middle of the screen. */
async function swipeUp(page: Page): Promise<void> {
  await page.mouse.move(150, 600);
  await page.mouse.down();
  await page.mouse.move(150, 150, { steps: 8 });
  await page.mouse.up();
}

/** Presses the scrub bar at a share of its length. */
async function scrubTo(page: Page, share: number): Promise<void> {
  const bar = page.getByRole('slider', { name: '播放进度' });
  const box = await bar.boundingBox();
  if (!box) throw new Error('no scrub bar');
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
}
