import { createHmac, randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { codeFor, forgottenPin, pin, switchOn } from './nursery.ts';
import { choose, crawl, illegible, openTv, settled } from './remote.ts';
import { expect, bare as test } from './test.ts';
import { startTurned, type Turned } from './turned.ts';
import { joinByCode } from './watching.ts';

const key = randomBytes(32);

/** A house in China, where whoever is known to be a minor is in the mode. */
const guarded = test.extend({
  node: async ({ scratch }, use) => {
    const claims = `--youth.claim-keys=hmac:${key.toString('base64')}`;
    const node = await startTurned(scratch, ['--youth.home=CN', claims]);
    await node.turnTo(12);
    await use(node);
    await node.stop();
  },
  baseURL: async ({ node }, use) => use(node.url),
});

/** Gives the account of a page an address. */
async function own(page: Page, node: Turned, owner: string): Promise<void> {
  const call = (path: string, data: object) => page.request.post(`/api/v1${path}`, { data });
  expect((await call('/codes', { channel: 'email', to: owner })).status()).toBe(202);
  const code = await codeFor(node, owner);
  expect((await call('/sign-in', { channel: 'email', to: owner, code })).status()).toBe(200);
  await node.turn(60_000);
}

/** Has the shell of a device say, once it is asked, what an app store says of the age. */
const shell = (page: Page) =>
  page.addInitScript(() => {
    (window as { CliffhangerDevice?: object }).CliffhangerDevice = { age: () => sessionStorage.getItem('age') ?? '' };
  });
async function sayAge(page: Page, node: Turned, ages: string): Promise<void> {
  const { devices } = await (await page.request.get('/api/v1/me')).json();
  const text = `v1;from=store;ages=${ages};exp=${Math.floor(node.now() / 1000) + 600};device=${devices[0].id}`;
  const statement = `${text};sig=${createHmac('sha256', key).update(text).digest('base64url')}`;
  await page.evaluate((s) => sessionStorage.setItem('age', s), statement);
}

guarded('of a range of ages the owner of the account says which is meant, and sets a PIN', async ({ page, node }) => {
  const turned = node as Turned;
  const owner = `owner-${randomBytes(4).toString('hex')}@example.com`;
  await shell(page);
  await page.goto('/me/minors');
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
  await own(page, turned, owner);
  await sayAge(page, turned, '0-12');
  const said = page.getByRole('region', { name: '已知是未成年人' });
  await expect(said).toContainText('0–12 岁');
  await expect(said).toContainText('按最小的算');
  await expect(page.getByRole('heading', { name: '0–3 岁' })).toBeVisible();

  // A code leads to both.
  const send = async (what: string) => {
    const before = await codeFor(turned, owner);
    await said.getByRole('button', { name: what }).click();
    const sheet = page.getByRole('dialog', { name: what });
    await sheet.getByLabel('邮箱或手机号').fill(owner);
    await sheet.getByRole('button', { name: '获取验证码' }).click();
    await expect.poll(() => codeFor(turned, owner)).not.toBe(before);
    await sheet.getByLabel('验证码').fill(await codeFor(turned, owner));
    return sheet;
  };
  const which = await send('说明实际年龄段');
  await expect(which.getByRole('radio')).toHaveCount(4);
  await which.getByText('8–12 岁', { exact: true }).click();
  await which.getByRole('button', { name: '就是这个年龄段' }).click();
  await expect(which).toHaveCount(0);
  await expect(page.getByRole('heading', { name: '8–12 岁' })).toBeVisible();
  await expect(said).not.toContainText('按最小的算');

  await turned.turn(60_000);
  await expect(page.getByLabel('家长的 PIN')).toHaveCount(0);
  const first = await send('设家长的 PIN');
  await first.getByLabel('设一个 PIN，四到六位数字').fill(pin);
  await first.getByLabel('再输一次').fill(pin);
  await first.getByRole('button', { name: '设新的 PIN' }).click();
  await expect(first).toHaveCount(0);
  await page.getByLabel('家长的 PIN').fill(pin);
  await page.getByRole('button', { name: '今天延长 15 分钟' }).click();
  await expect(page.getByText('一共可以看 75 分钟')).toBeVisible();
  await expect(page.getByRole('button', { name: '关闭未成年人模式' })).toHaveCount(0);
});

guarded('the same with the keys of a remote: which age is meant, and the first PIN', async ({ elsewhere, node }) => {
  const turned = node as Turned;
  const owner = 'o1@e.cn';
  const tv = await elsewhere({ viewport: { width: 1920, height: 1080 } });
  await shell(tv);
  await openTv(tv, '/me/minors');
  const band = (words: string) => tv.getByRole('heading', { name: words });
  const press = async (digits: string) => {
    for (const digit of digits) await tv.keyboard.press(digit);
    await tv.keyboard.press('Enter');
  };
  const proved = async () => {
    await settled(tv);
    await crawl(tv);
    expect(await illegible(tv)).toEqual([]);
  };

  // Where nobody could be asked, that is said.
  await own(tv, turned, owner);
  await sayAge(tv, turned, '0-12');
  await expect(band('0–3 岁')).toBeVisible();
  await expect(tv.getByText('按最小的算')).toBeVisible();
  const ways = '**/api/v1/youth/forgotten';
  await tv.route(ways, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ways: [] } });
  });
  await settled(tv);
  await choose(tv, 'confirm');
  await expect(tv.getByText('没有邮箱或手机号')).toBeVisible();
  await proved();
  await tv.unroute(ways);
  await choose(tv, 'mode');
  await expect(band('0–3 岁')).toBeVisible();

  // A code leads to both.
  const prove = async (what: string) => {
    await openTv(tv, '/me/minors');
    await proved();
    const before = await codeFor(turned, owner);
    await choose(tv, what);
    await settled(tv);
    for (const letter of owner.toUpperCase()) await choose(tv, letter);
    await expect(tv.getByRole('status').filter({ hasText: owner })).toBeVisible();
    await choose(tv, 'send');
    await expect(band('验证码')).toBeVisible();
    await expect.poll(() => codeFor(turned, owner)).not.toBe(before);
    await press(await codeFor(turned, owner));
  };
  await prove('confirm');
  await expect(tv.getByRole('group', { name: '孩子的年龄' }).getByRole('button')).toHaveCount(4);
  await proved();
  await choose(tv, '8-12');
  await expect(tv).toHaveURL(/\/me\/minors(\?|$)/);
  await expect(band('8–12 岁')).toBeVisible();
  await expect(tv.getByText('按最小的算')).toHaveCount(0);

  await turned.turn(60_000);
  await prove('first-pin');
  await expect(band('设一个 PIN')).toBeVisible();
  await press(pin);
  await expect(band('再输一次')).toBeVisible();
  await press(pin);
  await expect(tv).toHaveURL(/\/me\/minors(\?|$)/);
  await proved();
  // It makes the day longer; it does not end the mode.
  await expect(tv.locator('[data-key="off"]')).toHaveCount(0);
  await press(pin);
  await expect(tv.getByText('一共可以看 75 分钟')).toBeVisible();
});

guarded(
  'an adult of the account stops, on another device, the wait of a child who has no PIN',
  async ({ page, elsewhere, node }) => {
    const tablet = await elsewhere({ viewport: { width: 820, height: 1180 } });
    await joinByCode(page, tablet);
    const added = await tablet.request.post('/api/v1/profiles', { data: { name: '妈妈', locale: 'zh-CN' } });
    expect(added.ok(), await added.text()).toBe(true);
    await tablet.goto('/me/profiles');
    await tablet.getByRole('button', { name: '换成妈妈看' }).click();
    await expect(tablet.getByRole('listitem').filter({ hasText: '妈妈' })).toContainText('正在用这台设备看');
    await tablet.goto('/me/minors');
    await expect(tablet.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();

    await switchOn(page);
    const begin = async () => {
      await page.getByRole('button', { name: forgottenPin }).click();
      const sheet = page.getByRole('dialog', { name: forgottenPin });
      await sheet.getByRole('button', { name: '开始等待' }).click();
      await expect(sheet).toHaveCount(0);
    };
    const waits = tablet.getByRole('region', { name: /正在等待退出未成年人模式/ });
    const mine = page.getByRole('region', { name: '有人忘记了 PIN' });
    await begin();
    await expect(mine).toBeVisible();
    await expect(waits).toContainText('不用 PIN 就能退出未成年人模式'); // told, without asking
    await waits.getByRole('button', { name: '停止等待' }).click();
    await expect(waits).toHaveCount(0);
    await expect(mine).toHaveCount(0);
    await expect(page.getByRole('heading', { name: '8–12 岁' })).toBeVisible();

    // A wait that is over long ago was stopped all the same: the mode stays.
    await (node as Turned).turn(25 * 3_600_000);
    await page.reload();
    await expect(page.getByRole('heading', { name: '8–12 岁' })).toBeVisible();
    await expect(mine).toHaveCount(0);
    expect((await page.request.post('/api/v1/youth/forgotten/leave')).status()).toBe(403);
  },
);
