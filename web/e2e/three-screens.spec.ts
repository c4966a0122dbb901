import type { Page } from '@playwright/test';
import { encode } from 'uqr';
import { settled } from './remote.ts';
import { expect, test } from './test.ts';
import { glimpse, joinByCode, order, pause, screenVideo, seconds, watchFromTheMiddle } from './watching.ts';

// One person's phone, tablet and television: what begins on one goes on, to the second, on each of the others.

/** Seconds that two screens may lie apart. */
const near = 0.25;

test('an episode goes from the phone to the television, to the tablet and back, and nowhere loses a second', async ({
  browser,
  page: phone,
  house,
}) => {
  const { lantern } = house;
  const open = async (model: string, width: number, height: number) => {
    const userAgent = `Mozilla/5.0 (Linux; Android 15; ${model}) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36`;
    return (await browser.newContext({ baseURL: house.url, viewport: { width, height }, userAgent })).newPage();
  };
  const tablet = await open('Xiaomi Pad 7', 820, 1180);
  const tv = await open('Xiaomi TV S Pro 75', 1920, 1080);
  await joinByCode(phone, tablet);

  await test.step('the television is signed in by the link it shows', async () => {
    const link = await qrLink(tv);
    await phone.goto(link);
    await phone.getByRole('button', { name: '同意' }).click();
    await expect(phone.getByText('好了，看电视吧')).toBeVisible();
    await expect(tv.getByRole('navigation')).toBeVisible();
  });

  await test.step('what plays on the phone is sent to it', async () => {
    await watchFromTheMiddle(phone, lantern.id);
    await phone.getByRole('button', { name: '接力' }).click();
    const controlled = await glimpse(tv, '.controlled', '刚刚：开始播放');
    const begun = beginning(tv);
    const { asked } = await order(phone, '在“Xiaomi TV S Pro 75”上播放');
    await controlled();
    await expect(tv).toHaveURL(`/d/${lantern.id}/1`);
    await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
    expect(Math.abs((await begun) - asked.position_ms / 1000)).toBeLessThan(near);
  });

  const left = await test.step('the phone pauses it', async () => {
    const told = stop(tv);
    const controlled = await glimpse(tv, '.controlled', '刚刚：暂停');
    const { player } = await order(phone, '暂停');
    await controlled();
    await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
    await told;
    const at = await seconds(tv);
    expect(Math.abs(player.position_ms / 1000 - at)).toBeLessThan(near);
    for (const screen of [phone, tablet, tv]) await knows(screen, at);
    return at;
  });

  const further = await test.step('the tablet goes on from there', async () => {
    const begun = beginning(tablet);
    await bring(tablet, 'Xiaomi TV S Pro 75');
    await expect(tablet).toHaveURL(`/d/${lantern.id}/1`);
    await expect(screenVideo(tablet)).toHaveJSProperty('paused', false);
    expect(Math.abs((await begun) - left)).toBeLessThan(near);
    await expect.poll(() => seconds(tablet)).toBeGreaterThan(left + 1);
    await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
    expect(await seconds(tv)).toBe(left);
    const at = await pause(tablet);
    for (const screen of [phone, tablet, tv]) await knows(screen, at);
    return at;
  });

  await test.step('and the phone brings it back', async () => {
    const begun = beginning(phone);
    await bring(phone, 'Xiaomi Pad 7');
    await expect(phone).toHaveURL(`/d/${lantern.id}/1`);
    await expect(screenVideo(phone)).toHaveJSProperty('paused', false);
    expect(Math.abs((await begun) - further)).toBeLessThan(near);
    const at = await pause(phone);
    for (const screen of [phone, tablet, tv]) await knows(screen, at);
  });
  await tablet.context().close();
  await tv.context().close();
});

/** Opens a new television and answers the link in the square it shows. */
async function qrLink(tv: Page): Promise<string> {
  const codes = tv.waitForResponse((r) => r.url().endsWith('/api/v1/device-codes'));
  await tv.goto('/?face=tv');
  const { verification_uri_complete: link } = (await (await codes).json()) as { verification_uri_complete: string };
  await settled(tv);
  const drawn = await tv.getByRole('img', { name: '登录用的二维码' }).locator('path').getAttribute('d');
  const squares = encode(link, { ecc: 'M', border: 0 }).data;
  const expected = squares.flatMap((line, y) => line.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  expect(drawn).toBe(expected);
  return link;
}

/** Takes what another device shows over: it is controlled from here, and goes on here. */
async function bring(page: Page, from: string): Promise<void> {
  await page.goto('/me/devices');
  await page.getByRole('button', { name: `遥控“${from}”` }).click();
  await expect(page).toHaveURL('/remote');
  await page.getByRole('button', { name: '在这里接着看' }).click();
}

/** The second at which a page begins to play next. */
async function beginning(page: Page): Promise<number> {
  return (await report(page, 'start')) / 1000;
}

/** Settles when the server knows that a page has paused. */
const stop = (page: Page) => report(page, 'pause');

async function report(page: Page, event: string): Promise<number> {
  type Reports = { reports: { event: string; position_ms: number }[] };
  const of = (data: string | null) =>
    (JSON.parse(data ?? '{"reports":[]}') as Reports).reports.filter((r) => r.event === event).at(-1);
  const told = await page.waitForResponse(
    (r) => r.url().endsWith('/api/v1/progress') && r.ok() && !!of(r.request().postData()),
  );
  return of(told.request().postData())?.position_ms ?? Number.NaN;
}

/** Waits until the server tells a device to go on from a second. */
async function knows(page: Page, second: number): Promise<void> {
  const apart = async () => {
    const { items } = (await (await page.request.get('/api/v1/continue')).json()) as {
      items: { position_ms: number }[];
    };
    return Math.abs((items[0]?.position_ms ?? Number.NaN) / 1000 - second);
  };
  await expect.poll(apart).toBeLessThan(near);
}
