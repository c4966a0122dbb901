import type { Browser, Page } from '@playwright/test';
import { expect, test } from './test.ts';
import { glimpse, joinByCode, order, pause, screenVideo, seconds, watchFromTheMiddle } from './watching.ts';

// One viewer, every screen: a phone and another browser of the same account.

test('an episode goes on elsewhere at its second, is controlled from the phone, and comes back', async ({
  browser,
  page: phone,
  house,
}) => {
  const { lantern } = house;
  const desk = await anotherScreen(browser, house.url);
  await joinByCode(phone, desk);
  await desk.goto('/theatre');
  await watchFromTheMiddle(phone, lantern.id);

  const left = await test.step('it is sent', async () => {
    await phone.getByRole('button', { name: '接力' }).click();
    const { asked, player } = await order(phone, /^在“.+”上播放$/);
    expect(asked.kind).toBe('play');
    expect(player.episode_id).toBe(lantern.episodes[0]);
    expect(player.position_ms).toBeGreaterThan(asked.position_ms - 250);
    await expect(phone).toHaveURL('/remote');
    await expect(desk).toHaveURL(`/d/${lantern.id}/1`);
    await expect(screenVideo(desk)).toHaveJSProperty('paused', false);
    return asked.position_ms / 1000;
  });

  await test.step('it is paused from the phone, and goes on ten seconds later', async () => {
    const { player } = await order(phone, '暂停');
    await expect(screenVideo(desk)).toHaveJSProperty('paused', true);
    const at = await seconds(desk);
    expect(at).toBeGreaterThan(left - 0.25);
    expect(Math.abs(player.position_ms / 1000 - at)).toBeLessThan(0.25);
    await order(phone, '前进 10 秒');
    await expect.poll(async () => Math.abs((await seconds(desk)) - at - 10)).toBeLessThan(0.25);
  });

  await test.step('a reload of the phone finds it again', async () => {
    await phone.reload();
    await expect(phone.getByRole('heading', { name: lantern.title['zh-CN'] })).toBeVisible();
    await expect(phone.getByRole('button', { name: '播放', exact: true })).toBeEnabled();
    await phone.goto('/theatre');
    await phone.getByRole('complementary', { name: '遥控器' }).getByRole('link').click();
    await expect(phone).toHaveURL('/remote');
  });

  await test.step('it comes back at the same second', async () => {
    await order(phone, '播放');
    await expect(screenVideo(desk)).toHaveJSProperty('paused', false);
    await phone.getByRole('button', { name: '在这里接着看' }).click();
    await expect(phone).toHaveURL(`/d/${lantern.id}/1`);
    await expect(screenVideo(desk)).toHaveJSProperty('paused', true);
    const at = await seconds(desk);
    await expect.poll(() => seconds(phone)).toBeGreaterThan(at - 0.25);
    await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
  });

  await test.step('played there again, it stops here', async () => {
    await desk.bringToFront();
    const told = await glimpse(phone, '.toast', '接着放了');
    await desk.keyboard.press(' ');
    await expect(screenVideo(phone)).toHaveJSProperty('paused', true);
    await told();
    await expect(screenVideo(desk)).toHaveJSProperty('paused', false);
  });
});

test('what one device watches is in the list of another by itself, and every place with it', async ({
  browser,
  page: phone,
  house: { url, lantern },
}) => {
  const desk = await anotherScreen(browser, url);
  await joinByCode(phone, desk);
  const listens = desk.waitForResponse((r) => r.url().endsWith('/api/v1/live') && r.ok());
  await desk.goto('/library');
  await listens;
  const entry = desk.getByRole('main').getByRole('link', { name: lantern.title['zh-CN'] });
  await expect(entry).toHaveCount(0);
  await watchFromTheMiddle(phone, lantern.id);
  const at = Math.floor(await pause(phone));
  await expect(entry).toContainText(`第 1 集 · 看到 0:${String(at).padStart(2, '0')}`);
  // Whoever wrote it reads it at once: not one answer is older than its report.
  const { items } = await (await phone.request.get('/api/v1/continue')).json();
  expect(Math.floor(items[0].position_ms / 1000)).toBe(at);
  await desk.context().close();
});

test('a device that does not answer moves nothing', async ({ browser, page: phone, house }) => {
  const desk = await anotherScreen(browser, house.url);
  await joinByCode(phone, desk);
  await desk.goto('/theatre');
  await watchFromTheMiddle(phone, house.lantern.id);
  await phone.getByRole('button', { name: '接力' }).click();
  const button = phone.getByRole('dialog').getByRole('button', { name: /^在“.+”上播放$/ });
  await expect(button).toBeEnabled();
  await desk.context().setOffline(true);
  await desk.context().close();
  await button.click();
  await expect(phone.getByRole('dialog').getByRole('alert')).toContainText('没有回应');
  await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
  await expect(phone).toHaveURL(`/d/${house.lantern.id}/1`);
});

test('a link opens the same second in another browser, once', async ({ browser, page: phone, house }) => {
  await watchFromTheMiddle(phone, house.lantern.id);
  await phone.getByRole('button', { name: '接力' }).click();
  const made = phone.waitForResponse((r) => r.url().endsWith('/api/v1/handoffs'));
  await phone.getByRole('dialog').getByRole('button', { name: '用链接在别处打开' }).click();
  const response = await made;
  const { url } = (await response.json()) as { url: string };
  const left = (response.request().postDataJSON() as { position_ms: number }).position_ms / 1000;

  const path = new URL(url).pathname + new URL(url).search;
  const guest = await anotherScreen(browser, house.url);
  await guest.goto(path);
  await expect(guest).toHaveURL(`/d/${house.lantern.id}/1`);
  await expect(screenVideo(guest)).toHaveJSProperty('paused', false);
  await expect.poll(() => seconds(guest)).toBeGreaterThan(left - 0.25);
  await expect(screenVideo(phone)).toHaveJSProperty('paused', true);

  await guest.goto(path);
  await expect(guest.getByRole('alert')).toBeVisible();
  await guest.getByRole('button', { name: '直接打开' }).click();
  await expect(screenVideo(guest)).toHaveJSProperty('paused', false);
});

/** A wide browser of its own. */
async function anotherScreen(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  return context.newPage();
}

test('a television is let in by its code, renamed, and signed out again', async ({
  playwright,
  page: phone,
  house,
}) => {
  const television = await playwright.request.newContext({ baseURL: house.url });
  const device = { name: '客厅电视', model: 'Xiaomi TV S Pro 75', form: 'tv' };
  const asked = await television.post('/api/v1/device-codes', { data: { device } });
  const { user_code, device_code } = (await asked.json()) as { user_code: string; device_code: string };

  await phone.goto('/me');
  await phone.getByRole('link', { name: '登录电视' }).click();
  await phone.getByRole('textbox', { name: '电视上的八位码' }).fill(user_code);
  await phone.getByRole('button', { name: '下一步' }).click();
  await expect(phone.getByRole('heading', { name: '让“客厅电视”登录？' })).toBeVisible();
  await expect(phone.getByText('Xiaomi TV S Pro 75')).toBeVisible();
  await phone.getByRole('button', { name: '同意' }).click();
  await expect(phone.getByText('好了，看电视吧')).toBeVisible();
  const redeem = () => television.post('/api/v1/device-codes/redeem', { data: { device_code } });
  expect((await redeem()).status()).toBe(201);
  expect((await television.get('/api/v1/me')).status()).toBe(200);

  await phone.goto('/me/devices');
  await phone.getByRole('button', { name: '给“客厅电视”改名' }).click();
  await phone.getByRole('textbox', { name: '设备名字' }).fill('卧室电视');
  await phone.getByRole('button', { name: '保存' }).click();
  const row = phone.getByRole('listitem').filter({ hasText: '卧室电视' });
  await row.getByRole('button', { name: '让“卧室电视”退出' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: '退出', exact: true }).click();
  await expect(row).toHaveCount(0);
  expect((await television.get('/api/v1/me')).status()).toBe(401);
  await television.dispose();
});

test('a device that is signed out stops, says who did it, and begins anew', async ({ browser, page: phone, house }) => {
  const desk = await anotherScreen(browser, house.url);
  await joinByCode(phone, desk);
  await desk.goto(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(desk)).toBeGreaterThan(0.2);
  const listens = desk.waitForResponse((r) => r.url().endsWith('/api/v1/live'));
  await desk.reload();
  await listens;
  await expect.poll(() => seconds(desk)).toBeGreaterThan(0.2);

  await phone.goto('/me/devices');
  await phone.getByRole('button', { name: '退出其他所有设备' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: '退出', exact: true }).click();
  await expect(desk.getByText('这台设备已退出')).toBeVisible();
  await expect(screenVideo(desk)).toHaveCount(0);
  await desk.getByRole('button', { name: '以新访客继续' }).click();
  await expect.poll(() => seconds(desk)).toBeGreaterThan(0.2);
  await desk.goto('/me');
  await expect(desk.getByRole('listitem').filter({ hasText: '这台设备' })).toBeVisible();
});

test('a device that slept while it was signed out says so when it wakes, and begins nothing by itself', async ({
  browser,
  page: phone,
  house,
}) => {
  const desk = await anotherScreen(browser, house.url);
  await joinByCode(phone, desk);
  await desk.goto('/library');
  const mine = async () => (await (await phone.request.get('/api/v1/me')).json()).account_id as string;
  const cookies = await desk.context().cookies();
  await desk.goto('about:blank'); // asleep
  await phone.goto('/me/devices');
  await phone.getByRole('button', { name: '退出其他所有设备' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: '退出', exact: true }).click();
  await expect(phone.getByText('这个账号只连着这台设备。')).toBeVisible();

  for (const path of ['/library', '/']) {
    await desk.goto(path);
    await expect(desk.getByText('这台设备已退出')).toBeVisible();
  }
  expect(await desk.context().cookies()).toEqual(cookies); // nobody new
  await desk.getByRole('button', { name: '以新访客继续' }).click();
  await expect.poll(() => seconds(desk)).toBeGreaterThan(0.2);
  const { account_id: other } = await (await desk.request.get('/api/v1/me')).json();
  expect(other).not.toBe(await mine());
});
