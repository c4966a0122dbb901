import { clipSeconds, expect, test } from './test.ts';
import { countdown, linger, screenVideo, scrubTo, seconds, swipeUp } from './watching.ts';

// Back leads where one came from, whatever was looked at in between.

test('after a swipe Back leads to the drama, and then to where it was found', async ({ page, house }) => {
  const { lantern } = house;
  await page.goto('/theatre');
  await page.getByRole('link', { name: lantern.title['zh-CN'] }).first().click();
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await swipeUp(page);
  await expect(page).toHaveURL(`/d/${lantern.id}/2`);
  await page.getByRole('button', { name: '返回' }).click();
  await expect(page).toHaveURL(`/d/${lantern.id}`);
  await page.getByRole('button', { name: '返回' }).click();
  await expect(page).toHaveURL('/theatre');
});

test('an episode chosen from the sheet takes the place of the one before', async ({ page, house }) => {
  const { lantern } = house;
  await page.goto(`/d/${lantern.id}`);
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await page.getByRole('button', { name: /^选集/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('link', { name: '第 2 集' }).click();
  await expect(page).toHaveURL(`/d/${lantern.id}/2`);
  await expect(sheet).toBeHidden();
  await page.getByRole('button', { name: /^选集/ }).click();
  await expect(sheet).toBeVisible();
  await page.goBack();
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(`/d/${lantern.id}/2`);
  await page.goBack();
  await expect(page).toHaveURL(`/d/${lantern.id}`);
});

test('a search opened from For You leads back to it', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: '搜索' }).first().click();
  await page.getByRole('searchbox').fill('港湾');
  await expect(page).toHaveURL(/\/search\?q=/);
  await page.getByRole('button', { name: '返回' }).click();
  await expect(page).toHaveURL('/');
});

test('a list is where it was left, with the focus on what was opened', async ({ page, house }) => {
  await page.setViewportSize({ width: 390, height: 400 });
  await page.goto('/theatre');
  const link = page.getByRole('link', { name: house.harbour.title['zh-CN'] }).last();
  await link.scrollIntoViewIfNeeded();
  const top = () => page.locator('.screen').evaluate((s) => s.scrollTop);
  const left = await top();
  expect(left).toBeGreaterThan(100);
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: house.harbour.title['zh-CN'] })).toBeVisible();
  await page.goBack();
  await expect.poll(top).toBe(left);
  await expect(page.locator(`a[href="/d/${house.harbour.id}"]:focus`)).toHaveCount(1);
});

test('what is not out yet is listed with its day and leads nowhere', async ({ page, house }) => {
  const { lantern } = house;
  await page.route(`**/api/v1/dramas/${lantern.id}`, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const out = {
      title: '',
      duration_ms: 0,
      width: 0,
      height: 0,
      released: false,
      released_at: '2030-02-01T12:00:00Z',
    };
    body.episodes[1] = { ...body.episodes[1], ...out };
    await route.fulfill({ response, json: body });
  });
  await page.goto(`/d/${lantern.id}`);
  await expect(page.getByText('第 2 集, 2月1日上线')).toBeAttached();
  await expect(page.getByRole('link', { name: '第 2 集' })).toHaveCount(0);
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await swipeUp(page);
  await expect(page).toHaveURL(`/d/${lantern.id}/1`);
  await page.goto(`/d/${lantern.id}/2`);
  await expect(page.getByText('这一集 2030年2月1日')).toBeVisible();
});

test('a video the browser does not let play shows a button, and plays at its press', async ({ page }) => {
  await page.addInitScript(() => {
    const play = HTMLMediaElement.prototype.play;
    const told = window as unknown as { allowed?: boolean };
    HTMLMediaElement.prototype.play = function () {
      return told.allowed ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'));
    };
    addEventListener('click', () => (told.allowed = true), true);
  });
  await page.goto('/');
  const button = page.getByRole('main').getByRole('button', { name: '播放', exact: true });
  await expect(button).toBeVisible();
  await button.click();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.3);
  await expect(async () => {
    // Another player may have taken over since the page was asked which one is on the screen.
    await screenVideo(page).evaluate((v: HTMLVideoElement) => v.pause());
    await expect(button).toBeVisible({ timeout: 1000 });
  }).toPass();
});

test('a remote control pauses with OK, finds its way with the arrows and ends that with Back', async ({
  page,
  house,
}) => {
  const { lantern } = house;
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`/d/${lantern.id}`);
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  const press = (key: string) => page.keyboard.press(key);
  const focused = (name: string | RegExp) => page.getByRole('button', { name }).and(page.locator(':focus'));
  const video = page.locator('video:not([aria-hidden])');

  await expect(page.getByRole('button', { name: '暂停' })).toBeVisible();
  await press('Enter');
  await expect(focused('暂停')).toHaveCount(1);
  await press('Enter');
  await expect(video).toHaveJSProperty('paused', true);
  await press('ArrowRight');
  await expect(focused('下一集')).toHaveCount(1);

  const now = page.getByRole('complementary').getByRole('link', { name: /第 1 集/ });
  await expect(now).toBeVisible();
  const walk = async (...keys: string[]) => {
    for (const key of keys) await press(`Arrow${key}`);
  };
  await walk('Up', 'Up');
  await expect(focused('播放')).toHaveCount(1);
  await walk('Up');
  await expect(focused('返回')).toHaveCount(1);
  await walk('Right', 'Right', 'Right');
  await expect(focused(/^喜欢/)).toHaveCount(1);
  await walk('Down');
  await expect(now.and(page.locator(':focus'))).toHaveCount(1);
  await page.goBack();
  await expect(page.locator(':focus')).toHaveCount(0);
  await expect(page).toHaveURL(`/d/${lantern.id}/1`);
});

test('the countdown ends when one goes back, and the episode goes on', async ({ page, house }) => {
  const { lantern } = house;
  await linger(page);
  await page.goto(`/d/${lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  await scrubTo(page, 0.95);
  const counting = page.getByText(countdown);
  await expect(counting).toBeVisible();
  await scrubTo(page, 0.1);
  await expect(counting).toBeHidden();
  await expect.poll(() => seconds(page)).toBeLessThan(clipSeconds / 2);
  await expect(page.locator('video:not([aria-hidden])')).toHaveJSProperty('paused', false);
  await expect(page).toHaveURL(`/d/${lantern.id}/1`);
});
