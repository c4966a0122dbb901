import { arrows, crawl, focused, illegible, openTv, settled, thereAndBack, until } from './remote.ts';
import { clipSeconds, expect, test } from './test.ts';
import { joinAs, pause, pictures, screenVideo, seconds, watchFromTheMiddle } from './watching.ts';

const home = /^http:\/\/[^/]+\/(\?face=tv)?$/;

test.use({ viewport: { width: 1920, height: 1080 } });

test('the arrows lead from home to everything, and Back to where one was', async ({ page, house }) => {
  await openTv(page);
  await crawl(page);
  expect(await illegible(page)).toEqual([]);

  // Every place of the rail, one after the other.
  for (const place of ['/search', '/theatre', '/library', '/me']) {
    await until(page, 'ArrowLeft', /^rail/);
    await until(page, 'ArrowUp', /\/search$/);
    await until(page, 'ArrowDown', new RegExp(`${place}$`));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`${place}$`));
    await settled(page);
    await crawl(page);
    expect(await illegible(page), place).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(home);
    await expect.poll(() => focused(page)).toBe(`rail ${place} ${place}`);
  }

  // A drama far down, its episodes, and the way back to it.
  await until(page, 'ArrowRight', /\/d\//);
  for (let rows = 0; rows < 8; rows++) await page.keyboard.press('ArrowDown');
  await thereAndBack(page);
  await page.keyboard.press('Enter');
  await settled(page);
  await crawl(page);
  expect(await illegible(page)).toEqual([]);
  await until(page, 'ArrowUp', /^hero/);
  await until(page, 'ArrowDown', /^cells/);
  await thereAndBack(page);

  await openTv(page, `/d/${house.lantern.id}/1`);
  await crawl(page);
  expect(await illegible(page)).toEqual([]);
  // Who came by a link goes up level by level, and stays at the top.
  await until(page, 'ArrowLeft', /^stage/);
  await page.keyboard.press('Backspace');
  await expect(page).toHaveURL(new RegExp(`/d/${house.lantern.id}$`));
  await page.keyboard.press('Backspace');
  await expect(page).toHaveURL(home);
  await settled(page);
  await page.keyboard.press('Backspace');
  await expect(page).toHaveURL(home);
});

test('a long row shows the focused card whole and cuts the last in half', async ({ page }) => {
  await page.route('**/api/v1/shelves', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const [shelf] = body.shelves;
    const many = Array.from({ length: 20 }, (_, n) => ({ ...shelf.items[0], id: `${shelf.items[0].id}${n}` }));
    await route.fulfill({ response, json: { shelves: [{ ...shelf, items: many }, ...body.shelves.slice(1)] } });
  });
  await openTv(page);
  await expect.poll(() => focused(page)).toMatch(/0$/);
  for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowRight');
  const card = (k: number) => page.locator('section').first().locator('a').nth(k);
  // The row moves a little longer than the focus.
  await expect.poll(async () => Math.round(((await card(13).boundingBox())?.x ?? 0) / 5)).toBe((1920 - 105) / 5);
  const whole = await card(12).boundingBox();
  expect(whole?.x).toBeGreaterThan(136);
  expect((whole?.x ?? 0) + (whole?.width ?? 0)).toBeLessThan(1848);
  for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await card(19).boundingBox())?.x).toBe(1920 - 72 - 210);
});

test('an episode is found, played, sought in and followed by the next with the keys of a remote', async ({
  page,
  house,
}) => {
  const { lantern, harbour } = house;
  const entered = page.waitForRequest('**/api/v1/sessions');
  await openTv(page);
  expect(JSON.parse((await entered).postData() ?? '').device.form).toBe('tv');
  await page.goto('/'); // It is remembered.
  await settled(page);

  await until(page, 'ArrowLeft', /^rail/);
  await until(page, 'ArrowUp', /\/search$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search$/);
  await settled(page);
  // 港湾来信 by the first letters of its sounds.
  for (const letter of 'GW') {
    await toKey(page, letter);
    await page.keyboard.press('Enter');
  }
  await expect(page).toHaveURL(/q=gw$/);
  await expect(page.getByRole('link', { name: harbour.title['zh-CN'] })).toBeVisible();
  await until(page, 'ArrowRight', /^grid/);
  await thereAndBack(page);

  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(home);
  await settled(page);
  await until(page, 'ArrowRight', /\/d\//);
  await until(page, 'ArrowRight', new RegExp(lantern.id));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/d/${lantern.id}$`));
  await expect(page.getByRole('heading', { level: 1, name: lantern.title['zh-CN'] })).toBeVisible();
  await expect.poll(() => focused(page)).toMatch(/^hero play/);
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(new RegExp(`/d/${lantern.id}/1$`));
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);
  await expect(page.getByText('灯还亮着。')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(screenVideo(page)).toHaveJSProperty('paused', true);
  const paused = await seconds(page);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => seconds(page)).toBeGreaterThan(paused + 4);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => seconds(page)).toBeLessThan(paused + 1);
  await page.keyboard.press('Enter');
  await expect(screenVideo(page)).toHaveJSProperty('paused', false);

  // To the end: the next one is offered, and begins by itself.
  for (let n = 0; n < clipSeconds / 5; n++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => focused(page)).toMatch(/^end next/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/d/${lantern.id}/2$`));
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
  await expect.poll(() => focused(page)).toMatch(/^stage/);

  // Into the list and back to the first, then out of the list, and out of the player.
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toMatch(new RegExp(`^list ${lantern.episodes[0]}`));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/d/${lantern.id}/1$`));
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused(page)).toMatch(/^list/);
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toMatch(/^stage/);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(new RegExp(`/d/${lantern.id}$`));
  await expect.poll(() => focused(page)).toMatch(/^hero play/);
});

test('a new set is signed in by the code it shows', async ({ page, browser, house }) => {
  await page.goto('/?face=tv');
  await settled(page);
  const code = page.locator('[data-code]');
  await expect(code).toHaveAttribute('data-code', /^\w{8}$/);
  expect(await illegible(page)).toEqual([]);
  await crawl(page);

  // A phone agrees, and the set is of its account from then on.
  const phone = await browser.newContext({ baseURL: house.url });
  const asked = await phone.request.post('/api/v1/sessions', { data: { device: { name: '手机', form: 'phone' } } });
  const { account_id } = await asked.json();
  const seen = `/api/v1/device-codes/${await code.getAttribute('data-code')}`;
  expect((await (await phone.request.get(seen)).json()).device.form).toBe('tv');
  expect((await phone.request.post(`${seen}/approve`)).status()).toBe(204);
  await expect(page.getByRole('navigation')).toBeVisible();
  await phone.close();
  expect((await (await page.request.get('/api/v1/me')).json()).account_id).toBe(account_id);
  await settled(page);
  await page.reload(); // It greets once.
  await settled(page);
  await expect(page.getByRole('navigation')).toBeVisible();
});

/** Finds a key of the keyboard on the screen: down its lines, then along. */
async function toKey(page: Parameters<typeof focused>[0], letter: string): Promise<void> {
  const line = Math.floor((letter.charCodeAt(0) - 65) / 6);
  await until(page, 'ArrowUp', /^keys [A-F] /);
  for (let n = 0; n < line; n++) await page.keyboard.press('ArrowDown');
  const [left, right] = [arrows[2], arrows[3]];
  for (let n = 0; n < 6; n++) if (!(await focused(page)).startsWith(`keys ${letter}`)) await page.keyboard.press(right);
  for (let n = 0; n < 6; n++) if (!(await focused(page)).startsWith(`keys ${letter}`)) await page.keyboard.press(left);
  expect(await focused(page)).toMatch(new RegExp(`^keys ${letter}`));
}

test('a television that its account lets go says so, and begins as a new one', async ({
  page: phone,
  browser,
  house,
}) => {
  const context = await browser.newContext({ baseURL: house.url, viewport: { width: 1920, height: 1080 } });
  const tv = await context.newPage();
  const device = await joinAs('tv', phone, tv);
  await phone.request.patch(`/api/v1/devices/${device}`, { data: { name: '客厅电视' } });
  await tv.goto('/library?face=tv'); // not greeted before
  await settled(tv);
  const row = phone.getByRole('listitem').filter({ hasText: '客厅电视' });
  await phone.goto('/me/devices');
  await row.getByRole('button', { name: '让“客厅电视”退出' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: '退出', exact: true }).click();
  await expect(tv.getByText('这台设备已退出')).toBeVisible();
  await settled(tv);
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  await tv.keyboard.press('Escape'); // nowhere to go back to
  await expect(tv.getByText('这台设备已退出')).toBeVisible();
  await tv.keyboard.press('Enter');
  await expect(tv.getByRole('img', { name: '登录用的二维码' })).toBeVisible();
  await context.close();
});

test('a link from the phone opens the same second on a television, once', async ({ page: tv, browser, house }) => {
  const phone = await (await browser.newContext({ baseURL: house.url })).newPage();
  await watchFromTheMiddle(phone, house.lantern.id);
  const at = await pause(phone);
  const made = await phone.request.post('/api/v1/handoffs', {
    data: { episode_id: house.lantern.episodes[0], position_ms: Math.round(at * 1000) },
  });
  const { url } = (await made.json()) as { url: string };
  const { pathname, search } = new URL(url, house.url);
  await openTv(tv, `${pathname}${search}`);
  await expect(tv).toHaveURL(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(at - 0.25);
  expect(await seconds(tv)).toBeLessThan(at + 20);
  await openTv(tv, `${pathname}${search}`);
  await expect(tv.getByText('这个链接已经用过或过期')).toBeVisible();
  await crawl(tv);
  await phone.context().close();
});
