import type { Page } from '@playwright/test';
import {
  codeFor,
  forgottenPin,
  grown,
  leave,
  pin,
  playOffline,
  story,
  switchOn,
  test,
  twoMinutesADay,
} from './nursery.ts';
import { choose, crawl, focused, illegible, openTv, settled } from './remote.ts';
import { clipSeconds, expect } from './test.ts';
import type { Turned } from './turned.ts';
import { joinAs, screenVideo, seconds } from './watching.ts';

// A child before a television, and its guardian with the remote in hand.

const set = { viewport: { width: 1920, height: 1080 } };

test('a television of the same profile obeys within seconds, and is opened with the keys of its remote', async ({
  page,
  elsewhere,
  node,
  nursery: { forAll, forGrown },
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tv = await elsewhere(set);
  await joinAs('tv', page, tv);
  await openTv(tv, `/d/${forGrown}/1`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);

  await switchOn(page);
  await expect(screenVideo(tv)).toHaveCount(0);
  await tv.goto('/theatre');
  await expect(tv.getByRole('link', { name: story['zh-CN'] }).first()).toBeVisible();
  await expect(tv.getByRole('link', { name: grown['zh-CN'] })).toHaveCount(0);
  await expect(tv.getByText('最新', { exact: true })).toBeVisible();
  await expect(tv.getByText('最热', { exact: true })).toHaveCount(0);
  await tv.goto('/');
  await settled(tv);
  await expect(tv.locator(`[data-key="${forAll}"]`).first()).toBeVisible();
  await expect(tv.locator(`[data-key="${forGrown}"]`)).toHaveCount(0);
  // Nor is it found, by its name or by the letters of its sounds.
  for (const [letters, title, found] of [
    ['xmd', story, true],
    ['gwl', grown, false],
    [grown['zh-CN'], grown, false],
  ] as const) {
    await tv.goto(`/search?q=${encodeURIComponent(letters)}`);
    await settled(tv);
    if (found) await expect(tv.getByRole('link', { name: title['zh-CN'] })).toBeVisible();
    else await expect(tv.getByRole('heading', { name: `没有找到` })).toBeVisible();
    await expect(tv.getByRole('link', { name: grown['zh-CN'] })).toHaveCount(0);
  }

  await twoMinutesADay(page);
  await tv.goto(`/d/${forAll}/1`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);
  const { episodes } = await (await tv.request.get(`/api/v1/dramas/${forAll}`)).json();
  for (const n of [0, 1]) await playOffline(page, turned, episodes[n].id, 38);
  await expect(tv.getByText('休息一下')).toBeVisible();
  await expect(tv.getByRole('button', { name: '接着看' })).toBeFocused();
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('休息一下')).toHaveCount(0);
  await expect(screenVideo(tv)).toHaveJSProperty('paused', false);
  for (const n of [0, 1]) await playOffline(page, turned, episodes[n].id, 38);
  const over = tv.getByRole('heading', { name: '今天就看到这里' });
  await expect(over).toBeVisible();
  await settled(tv);
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  for (const digit of '0000') await tv.keyboard.press(digit);
  await tv.keyboard.press('Enter');
  await expect(tv.getByRole('alert')).toContainText('PIN');
  for (const digit of pin) await tv.keyboard.press(digit);
  await tv.keyboard.press('Enter');
  await expect(over).toHaveCount(0);
  await expect(tv.getByRole('button', { name: '接着看' })).toBeFocused(); // a minute has passed once more
  await expect(screenVideo(tv)).toHaveJSProperty('paused', true);
  await tv.keyboard.press('Enter');
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);

  // An episode goes on to the next by itself once; after that somebody has to say so.
  const toItsEnd = () =>
    screenVideo(tv).evaluate((v: HTMLVideoElement) => {
      v.currentTime = v.duration - 0.5;
    });
  await toItsEnd();
  await expect(tv).toHaveURL(`/d/${forAll}/2`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);
  await expect.poll(() => seconds(tv)).toBeLessThan(clipSeconds / 2); // the second one, from its beginning
  await toItsEnd();
  await expect(tv.getByRole('button', { name: '现在播放' })).toBeVisible();
  await expect(tv.getByText('秒后播放下一集')).toHaveCount(0);
  await leave(page);
});

/** A guardian's PIN, or a code, with the figures of the remote. */
async function type(tv: Page, digits: string): Promise<void> {
  await expect(tv.getByRole('group', { name: '数字密码' })).toBeVisible();
  for (const digit of digits) await tv.keyboard.press(digit);
  await tv.keyboard.press('Enter');
}

/** Opens minors' mode from the page that stands in a player's place. */
async function toMode(tv: Page): Promise<void> {
  await choose(tv, 'mode');
  await expect(tv).toHaveURL('/me/minors');
  await settled(tv);
}

test('at night a television stops by itself and says until when, and only the PIN ends that', async ({
  page,
  elsewhere,
  node,
  nursery: { forAll },
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tv = await elsewhere(set);
  await joinAs('tv', page, tv);
  await switchOn(page);
  await openTv(tv, `/d/${forAll}/1`);
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);

  await turned.turnTo(22);
  const night = tv.getByRole('heading', { name: '现在是休息时间' });
  await expect(night).toBeVisible({ timeout: 90_000 }); // it asks every minute, should nothing have told it
  await expect(screenVideo(tv)).toHaveCount(0);
  await expect(tv.getByRole('status').filter({ hasText: /^明天 .*6:00 可以接着看/ })).toBeVisible();
  await expect(tv.getByRole('group', { name: '数字密码' })).toHaveCount(0);
  await settled(tv);
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  await tv.reload();
  await expect(night).toBeVisible();
  await settled(tv);

  await toMode(tv);
  await type(tv, '0000');
  await expect(tv.getByRole('alert')).toContainText('PIN 不对');
  await tv.keyboard.press('Escape');
  await expect(night).toBeVisible();
  await settled(tv);
  await expect.poll(() => focused(tv)).toMatch(/^page acts mode|^acts mode/);
  await toMode(tv);
  await type(tv, pin);
  await expect(tv.getByRole('heading', { name: '孩子的年龄' })).toBeVisible();
  await tv.keyboard.press('Escape');
  await expect.poll(() => seconds(tv)).toBeGreaterThan(0.5);
});

test('a PIN forgotten before a television is set anew there by a code to the owner', async ({ elsewhere, node }) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tv = await elsewhere(set);
  const owner = 'o1@e.cn';
  await openTv(tv, '/me');
  const call = (path: string, data: object) => tv.request.post(`/api/v1${path}`, { data });
  expect((await call('/codes', { channel: 'email', to: owner })).status()).toBe(202);
  const code = await codeFor(turned, owner);
  expect((await call('/sign-in', { channel: 'email', to: owner, code })).status()).toBe(200);
  await turned.turn(60_000);
  expect((await call('/youth/on', { band: '8-12', pin })).status()).toBe(200);

  await openTv(tv, '/me/minors');
  await choose(tv, 'forgotten');
  await expect(tv.getByRole('heading', { name: forgottenPin })).toBeVisible();
  await settled(tv);
  for (const key of ['O', '1', '@', 'E', '.', 'C', 'N']) await choose(tv, key);
  await expect(tv.getByRole('status').filter({ hasText: owner })).toBeVisible();
  await choose(tv, 'send');
  await expect(tv.getByRole('heading', { name: '验证码' })).toBeVisible();
  await expect.poll(() => codeFor(turned, owner)).not.toBe(code);
  await type(tv, '1234');
  await expect(tv.getByRole('alert')).toHaveText('验证码是六位数字。');
  for (const [digits, then] of [
    ['000000', '设一个 PIN'],
    ['0815', '再输一次'],
    ['0816', '设一个 PIN'],
    ['0815', '再输一次'],
    ['0815', '验证码'],
    [await codeFor(turned, owner), '设一个 PIN'],
    ['0815', '再输一次'],
  ] as const) {
    await type(tv, digits);
    await expect(tv.getByRole('heading', { name: then })).toBeVisible();
  }
  await type(tv, '0815');
  await expect(tv).toHaveURL(/\/me\/minors(\?|$)/);
  await settled(tv);
  await type(tv, pin);
  await expect(tv.getByRole('alert')).toContainText('PIN 不对');
  await type(tv, '0815');
  await expect(tv.getByRole('heading', { name: '孩子的年龄' })).toBeVisible();
});

test('where the account has no address a television waits a day, told on every screen, each of which can stop it', async ({
  page,
  elsewhere,
  node,
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tv = await elsewhere(set);
  await joinAs('tv', page, tv);
  await switchOn(page);
  const waits = (screen: Page) => screen.getByRole('region', { name: '有人忘记了 PIN' });

  await openTv(tv, '/me/minors/forgotten');
  await choose(tv, 'wait');
  await expect(waits(tv)).toBeVisible();
  await waits(page).getByRole('button', { name: '停止等待' }).click();
  await expect(waits(tv)).toHaveCount(0);
  await settled(tv);
  await choose(tv, 'wait');
  await expect(waits(page)).toBeVisible();
  await tv.keyboard.press('Escape');
  await expect(tv).toHaveURL('/me/minors');
  await settled(tv);
  await choose(tv, 'stop');
  await expect(waits(page)).toHaveCount(0);
  await choose(tv, 'forgotten');
  await settled(tv);
  await choose(tv, 'wait');
  await expect(waits(page)).toBeVisible();
  await expect(waits(tv).getByRole('button')).toHaveCount(1);

  await turned.turn(24 * 3_600_000);
  await tv.reload();
  await settled(tv);
  await choose(tv, 'leave');
  await tv.goto('/me/minors');
  await expect(tv.getByRole('heading', { name: '孩子的年龄' })).toBeVisible();
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
});
