import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { expect, test } from './test.ts';
import { joinByCode, pictures } from './watching.ts';
import { unzip } from './zip.ts';

/** A page in a browser of its own, as another device would have it. */
const another = async (browser: Browser, options: BrowserContextOptions) =>
  (await browser.newContext({ viewport: { width: 820, height: 1180 }, ...options })).newPage();

/** Downloads everything by the page; answers the zip. */
async function downloaded(page: Page): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载全部数据' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('cliffhanger-export.zip');
  return readFile(await file.path());
}

/** Everything in a zip that was downloaded, as text. */
const all = (zip: Buffer) => [...unzip(zip)].map(([name, content]) => `${name}\n${content.toString()}`).join('\n');

/** Whether what this viewer did has a part in the order of the first page of the feed. */
async function personal(page: Page): Promise<boolean> {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => /\/api\/v1\/feed(\?|$)/.test(r.url())),
    page.getByRole('link', { name: '推荐' }).click(),
  ]);
  const { items } = (await answer.json()) as { items: { why: { personal: boolean } }[] };
  expect(items.length).toBeGreaterThan(0);
  return items.some((i) => i.why.personal);
}

test('a consent is given and taken back, and the feed obeys at once', async ({ page }) => {
  const says = async () => (await page.request.get('/api/v1/me/privacy')).json();
  await page.goto('/me');
  await page.getByRole('link', { name: '隐私' }).click();
  const analytics = page.getByRole('switch', { name: '使用统计' });
  await expect(analytics).not.toBeChecked(); // here it waits to be given
  await expect(analytics).toContainText('还没有选过');
  await analytics.click();
  await expect(analytics).toBeChecked();
  expect(await says()).toMatchObject({ analytics: { state: 'on', chosen_at: expect.any(String) } });
  await page.reload();
  await expect(analytics).toBeChecked();
  await analytics.click();
  await expect(analytics).not.toBeChecked();
  expect(await says()).toMatchObject({ analytics: { state: 'off' } });

  const feed = page.getByRole('switch', { name: '个性化推荐' });
  await expect(feed).toBeChecked(); // here it holds until it is refused
  expect(await personal(page)).toBe(true);
  await page.getByRole('link', { name: '我的' }).click();
  await page.getByRole('link', { name: '隐私' }).click();
  await feed.click();
  await expect(feed).not.toBeChecked();
  expect(await personal(page)).toBe(false); // in the same page, which had a feed already
});

test('the texts can be read, with the day from which they hold', async ({ page }) => {
  await page.goto('/me/privacy');
  for (const [name, words] of [
    ['使用条款', '观看无需提供姓名'],
    ['隐私政策', '我们不保存网络地址'],
  ] as const) {
    await page.getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await expect(page.getByText(/^\d{4}年\d+月\d+日起生效$/)).toBeVisible();
    await expect(page.getByRole('article')).toContainText(words);
    await page.getByRole('button', { name: '返回' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '隐私' })).toBeVisible();
  }
});

test('what was done is in the download; what is erased opens nothing any more and leaves nothing', async ({
  page,
  browser,
  house: { url, lantern },
}) => {
  const tablet = await another(browser, { baseURL: url });
  await joinByCode(page, tablet);
  await page.goto(`/d/${lantern.id}/1`);
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);
  await page.request.put(`/api/v1/library/follows/${lantern.id}`, { data: {} });
  const before = await (await page.request.get('/api/v1/me')).json();
  const cookie = await page.context().storageState();

  await page.goto('/me/privacy');
  await page.getByRole('switch', { name: '使用统计' }).click();
  await expect(page.getByRole('switch', { name: '使用统计' })).toBeChecked();
  const zip = await downloaded(page);
  expect([...unzip(zip).keys()]).toEqual(expect.arrayContaining(['account.json', 'playback.json', 'library.json']));
  const kept = unzip(zip);
  expect(kept.get('playback.json')?.toString()).toContain(lantern.episodes[0]);
  expect(kept.get('library.json')?.toString()).toContain(lantern.id);
  expect(kept.get('account.json')?.toString()).toContain('"what": "analytics"');
  for (const { id, name } of before.devices) expect(all(zip), id).toContain(name);

  await tablet.goto(`/d/${lantern.id}/1`);
  await expect.poll(() => pictures(tablet)).toBeGreaterThan(0);
  await page.getByRole('button', { name: '删除账号' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText('会留下的');
  await sheet.getByRole('button', { name: '继续' }).click();
  await sheet.getByRole('button', { name: '全部删除' }).click();
  await expect(page.getByText('账号已经删除')).toBeVisible();
  await expect(tablet.getByText('这台设备已退出')).toBeVisible(); // what played there has stopped

  // The session that was is refused, and has nothing to give.
  const old = await another(browser, { baseURL: url, storageState: cookie });
  expect((await old.request.get('/api/v1/me/export')).status()).toBe(401);
  await old.context().close();

  await page.getByRole('button', { name: '重新开始' }).click();
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);
  const after = await (await page.request.get('/api/v1/me')).json();
  expect(after.account_id).not.toBe(before.account_id);
  expect(after.devices).toHaveLength(1);
  await page.goto('/me/privacy');
  await expect(page.getByRole('switch', { name: '使用统计' })).not.toBeChecked();
  const anew = await downloaded(page); // it holds what plays since, and nothing of before
  for (const gone of [before.account_id, ...before.devices.map((d: { id: string }) => d.id)])
    expect(all(anew)).not.toContain(gone);
  expect(unzip(anew).get('library.json')?.toString() ?? '').not.toContain(lantern.id);
  expect(unzip(anew).get('account.json')?.toString()).not.toContain('"what": "analytics"');
  await tablet.context().close();
});
