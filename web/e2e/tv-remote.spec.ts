import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { illegible, openTv, settled } from './remote.ts';
import { expect, test } from './test.ts';
import { joinAs, order, screenVideo, seconds, watchFromTheMiddle } from './watching.ts';

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

  await order(phone, '暂停');
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

  // It loses the network: within the time somebody has patience for, the phone says so and goes on by itself.
  await tv.context().setOffline(true);
  await tv.context().close();
  await expect(phone.getByText('没有回应').first()).toBeVisible({ timeout: 15_000 });
  await phone.getByRole('button', { name: '在这里接着看' }).click();
  await expect(phone).toHaveURL(new RegExp(`/d/${lantern.id}/\\d$`));
  await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
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
    await joinAs('tv', phone, tv);
    await joinAs('tablet', phone, tablet);
    if (missed) await tv.route('**/api/v1/live', (route) => route.abort());
    await openTv(tv, `/d/${lantern.id}/1`);
    await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);
    // It is known to play before the others begin.
    await expect
      .poll(async () => (await (await phone.request.get('/api/v1/continue')).json()).items.length)
      .toBeGreaterThan(0);
    for (const screen of [phone, tablet]) await plays(screen, harbour.episodes[0] as string);
    const note = tv.getByRole('alert').filter({ hasText: '这里停了' });
    await expect(note).toBeVisible();
    if (!missed) await expect(note).toContainText('“tablet”');
    await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
    await settled(tv);
    await expect(tv.getByRole('button', { name: '在这里看', exact: true })).toBeFocused();
    expect(await illegible(tv)).toEqual([]);
    await tv.keyboard.press('Enter');
    await expect(note).toHaveCount(0);
    await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
    for (const screen of [tv, tablet]) await screen.context().close();
  });
}

/** A person begins an episode on a device, as far as the server is told. */
async function plays(page: Page, episode: string): Promise<void> {
  const at = new Date().toISOString();
  const report = { episode_id: episode, position_ms: 1000, at, seq: 1, session: randomBytes(8).toString('hex') };
  const told = await page.request.put('/api/v1/progress', {
    data: { sent_at: at, reports: [{ ...report, event: 'start' }] },
  });
  expect(told.status()).toBe(200);
}
