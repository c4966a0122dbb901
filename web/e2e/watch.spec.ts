import { clipSeconds, expect, test } from './test.ts';
import {
  forceAnotherQuality,
  glimpse,
  glimpseCountdown,
  joinByCode,
  pause,
  pictures,
  resume,
  screenVideo,
  scrubTo,
  seconds,
  swipeUp,
} from './watching.ts';

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
  const heart = page.getByRole('button', { name: /^喜欢/ });
  const others = Number(/(\d+) 人喜欢/.exec((await heart.getAttribute('aria-label')) ?? '')?.[1]);
  const mine = page.getByRole('button', { name: `喜欢, ${others + 1} 人喜欢` });
  await heart.click();
  await expect(mine).toHaveAttribute('aria-pressed', 'true');

  await page.goto('/library?tab=follows');
  await expect(page.getByRole('main').getByRole('link', { name: liked })).toBeVisible();
  await page.getByRole('tab', { name: '喜欢' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: liked })).toBeVisible();

  await page.getByRole('main').getByRole('link', { name: liked }).click();
  await expect(mine).toHaveAttribute('aria-pressed', 'true');

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
  const sorted = page.waitForResponse(/\/api\/v1\/dramas\?.*sort=new/);
  await page.getByRole('tab', { name: '最新' }).click();
  await expect(page).toHaveURL(/sort=new/);
  await sorted;
  await expect(page.getByRole('main').getByRole('link', { name: harbour })).toBeVisible();
  expect(asked).toBe(2);

  await page.getByRole('link', { name: '男频', exact: true }).click();
  await expect(page).toHaveURL('/dramas?audience=male');
  await expect(page.getByRole('main').getByRole('link', { name: harbour })).toBeVisible();
  await page.getByRole('tab', { name: '最新' }).click();
  await expect(page).toHaveURL('/dramas?audience=male&sort=new');

  await page.goto('/search');
  await page.getByRole('searchbox').fill('港湾');
  await expect(page.getByRole('status').filter({ hasText: '找到 1 部' })).toBeAttached();
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

  await forceAnotherQuality(page);
  await scrubTo(page, 0.65);
  await expect.poll(() => seconds(page)).toBeGreaterThan(clipSeconds * 0.65 + 0.5);
  const counted = await glimpseCountdown(page);
  await scrubTo(page, 0.95);
  await counted();
  await expect(page).toHaveURL(`/d/${lantern.id}/2`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);

  // A key shows the picture it leads to.
  const previewed = await glimpse(page, '.preview .frame');
  await page.getByRole('slider').press('Home');
  await previewed();
});

test('the page of a drama shows how it begins, counts nothing of it, and the player goes on with it', async ({
  page,
  house,
}) => {
  const { lantern } = house;
  let grants = 0;
  let reports = 0;
  page.on('request', (r) => {
    if (r.url().endsWith('/api/v1/progress')) reports++;
    if (r.url().endsWith('/api/v1/grants') && r.postData()?.includes(first)) grants++;
  });
  const opened = page.waitForResponse(new RegExp(`/api/v1/dramas/${lantern.id}$`));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`/d/${lantern.id}`);
  const first: string = (await (await opened).json()).episodes[0].id;
  await expect(page.getByRole('link', { name: '从第 1 集开始' })).toBeVisible();
  const clip = page.locator('.clip video');
  await expect(clip).toHaveCount(0);

  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(() => clip.evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(0.2);
  await expect(clip).toHaveJSProperty('muted', true);
  expect(reports).toBe(0);
  await page.getByRole('link', { name: '从第 1 集开始' }).click();
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.2);
  expect(grants).toBe(1);
});

test('another device joins by its code and goes on where this one stopped', async ({ page, browser, house }) => {
  const { lantern } = house;
  await page.goto(`/d/${lantern.id}/2`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await scrubTo(page, 0.5);
  await expect.poll(() => seconds(page)).toBeGreaterThan(clipSeconds / 2 + 0.1); // It plays on from there.
  const left = await pause(page);

  const context = await browser.newContext({ baseURL: house.url, viewport: { width: 820, height: 1180 } });
  const other = await context.newPage();
  await joinByCode(page, other);
  await resume(other, lantern.title['zh-CN'], 2, left);
  await context.close();
});
