import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { illegible, openTv, settled } from './remote.ts';
import { expect, test } from './test.ts';
import { glimpse, joinAs, order, screenVideo, seconds, watchFromTheMiddle } from './watching.ts';

// A television and the phone that controls it, and a television that has to stop for another screen.

const size = { width: 1920, height: 1080 };

test('a television obeys every command of the phone, and when it is lost blocks nobody', async ({
  page: phone,
  browser,
  house: { url, lantern },
}) => {
  const tv = await (await browser.newContext({ baseURL: url, viewport: size })).newPage();
  await joinAs('tv', phone, tv);
  await openTv(tv, '/theatre');
  await watchFromTheMiddle(phone, lantern.id);
  await phone.getByRole('button', { name: '接力' }).click();
  await order(phone, /^在“.+”上播放$/);
  await expect(tv).toHaveURL(`/d/${lantern.id}/1`);
  await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
  await expect(phone).toHaveURL('/remote');

  // The television says who it is, by the name of the person and of what is in their hand.
  const { profile } = await (await phone.request.get('/api/v1/me')).json();
  expect((await phone.request.patch(`/api/v1/profiles/${profile.id}`, { data: { name: '林楠' } })).status()).toBe(200);
  const named = await glimpse(tv, '.controlled', '林楠，刚刚：暂停');
  await order(phone, '暂停');
  await named();
  await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
  const at = await seconds(tv);
  await order(phone, '前进 10 秒');
  await expect.poll(async () => Math.abs((await seconds(tv)) - at - 10)).toBeLessThan(0.25);
  await order(phone, '播放');
  await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
  await phone.getByRole('slider', { name: '音量' }).fill('30');
  await expect(screenVideo(tv)).toHaveJSProperty('volume', 0.3);
  await order(phone, '下一集');
  await expect(tv).toHaveURL(`/d/${lantern.id}/2`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.2);

  // It loses the network: the phone says so and goes on by itself.
  await tv.context().setOffline(true);
  await tv.context().close();
  await expect(phone.getByText('没有回应').first()).toBeVisible();
  await phone.getByRole('button', { name: '在这里接着看' }).click();
  await expect(phone).toHaveURL(new RegExp(`/d/${lantern.id}/\\d$`));
  await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
});

test('a television that hears and never answers is shown as silent, and holds nobody up', async ({
  page: phone,
  browser,
  house: { url, lantern, harbour },
}) => {
  const [tv, tablet] = await Promise.all([
    browser.newContext({ baseURL: url, viewport: size }).then((c) => c.newPage()),
    browser.newContext({ baseURL: url, viewport: { width: 820, height: 1180 } }).then((c) => c.newPage()),
  ]);
  await call(phone, await joinAs('tv', phone, tv), '客厅电视');
  const other = await joinAs('tablet', phone, tablet);
  await openTv(tv, '/theatre');
  await watchFromTheMiddle(phone, lantern.id);
  await phone.getByRole('button', { name: '接力' }).click();
  await order(phone, '在“客厅电视”上播放');
  await expect(tv).toHaveURL(`/d/${lantern.id}/1`);
  await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
  await expect(phone).toHaveURL('/remote');
  await tablet.goto('/me/devices');
  await expect(tablet.getByRole('listitem').filter({ hasText: '这台设备' })).toBeVisible();

  // It is still there, listens and obeys: but nothing it says arrives any more.
  await tv.route('**/api/v1/players/current', () => {});
  const silent = phone.waitForResponse((r) => /\/players\/[^/]+\/commands$/.test(r.url()));
  const shown = expect(phone.getByText('可以在这里接着看')).toBeVisible({ timeout: 15_000 });
  await phone.getByRole('button', { name: '暂停', exact: true }).click();
  await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
  // Meanwhile another screen is asked, and does what it is told.
  const commands = `/api/v1/players/${other}/commands`;
  const play = { kind: 'play', episode_id: harbour.episodes[0] };
  await expect.poll(async () => (await phone.request.post(commands, { data: play })).status()).toBe(200);
  await expect(tablet).toHaveURL(`/d/${harbour.id}/1`);
  expect(await (await silent).json()).toMatchObject({ status: 503, code: 'playback.device_silent' });
  await shown;

  // Neither is it offered to whoever has not heard it yet.
  await phone.goto(`/d/${lantern.id}/1`);
  await expect.poll(() => seconds(phone)).toBeGreaterThan(0.2);
  await phone.getByRole('button', { name: '接力' }).click();
  const row = phone.getByRole('dialog').getByRole('listitem').filter({ hasText: '客厅电视' });
  await expect(row).toContainText('离线', { timeout: 15_000 });
  await phone.keyboard.press('Escape');

  await phone.goto('/remote');
  await phone.getByRole('button', { name: '在这里接着看' }).click();
  await expect(phone).toHaveURL(`/d/${lantern.id}/1`);
  await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
  for (const screen of [tv, tablet]) await screen.context().close();
});

for (const missed of [false, true]) {
  test(`a television that stops for other screens says so${missed ? ', also when it missed being told' : ''}, and goes on when asked`, async ({
    page: phone,
    browser,
    house: { url, lantern, harbour },
  }) => {
    const [tv, tablet] = await Promise.all([
      browser.newContext({ baseURL: url, viewport: size }).then((c) => c.newPage()),
      browser.newContext({ baseURL: url }).then((c) => c.newPage()),
    ]);
    await call(phone, await joinAs('tv', phone, tv), '客厅电视');
    await joinAs('tablet', phone, tablet);
    if (missed) await tv.route('**/api/v1/live', (route) => route.abort());
    await openTv(tv, `/d/${lantern.id}/1`);
    await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);
    // It is known to play before the others begin.
    await expect.poll(() => begun(phone)).toBe(1);
    await phone.goto(`/d/${harbour.id}/1`);
    await expect.poll(() => seconds(phone)).toBeGreaterThan(0.5);
    await expect.poll(() => begun(phone)).toBe(2);
    const onTablet = sitting(tablet, harbour.episodes[0] as string);
    await onTablet('start');
    const note = tv.getByRole('alert').filter({ hasText: '这里停了' });
    await expect(note).toBeVisible();
    if (!missed) await expect(note).toContainText('“tablet”');
    await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
    await settled(tv);
    await expect(tv.getByRole('button', { name: '在这里看', exact: true })).toBeFocused();
    expect(await illegible(tv)).toEqual([]);
    expect(await onTablet('tick')).toBe(false);
    await tv.keyboard.press('Enter');
    await expect(note).toHaveCount(0);
    await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
    // The one that has played longest of the others makes room for it, and the later one goes on.
    const sheet = phone.getByRole('dialog', { name: '这里停了' });
    await expect(sheet).toContainText('“客厅电视”');
    await expect(screenVideo(phone)).toHaveJSProperty('paused', true);
    expect(await onTablet('tick')).toBe(false);
    await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
    for (const screen of [tv, tablet]) await screen.context().close();
  });
}

/** Gives a device a name that it keeps, whatever it says of itself. */
async function call(page: Page, device: string, name: string): Promise<void> {
  expect((await page.request.patch(`/api/v1/devices/${device}`, { data: { name } })).ok()).toBe(true);
}

/** How many dramas the person has begun. */
const begun = async (page: Page) => (await (await page.request.get('/api/v1/continue')).json()).items.length as number;

/** A person plays an episode on a device, as far as the server is told; it answers whether the device has to stop. */
function sitting(page: Page, episode: string): (event: 'start' | 'tick') => Promise<boolean> {
  const session = randomBytes(8).toString('hex');
  let seq = 0;
  return async (event) => {
    const at = new Date().toISOString();
    const report = { episode_id: episode, position_ms: 1000 * ++seq, at, seq, session, event };
    const told = await page.request.put('/api/v1/progress', { data: { sent_at: at, reports: [report] } });
    expect(told.status()).toBe(200);
    return (await told.json()).stop === true;
  };
}
