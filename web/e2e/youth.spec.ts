import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import {
  claim,
  codeFor,
  forgottenPin,
  grown,
  leave,
  pin,
  playOffline,
  signed,
  story,
  switchOn,
  test,
  twoMinutesADay,
  watchGrown,
} from './nursery.ts';
import { signIn } from './producing.ts';
import { expect } from './test.ts';
import type { Turned } from './turned.ts';
import { joinByCode, screenVideo, seconds } from './watching.ts';

test('whoever switches the mode on, another device or the system of this one, what plays stops and the pool is all there is', async ({
  page,
  elsewhere,
  node,
  nursery: { forGrown },
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tablet = await elsewhere({ viewport: { width: 820, height: 1180 } });
  const offered = (screen: Page, title: { 'zh-CN': string }) => screen.getByRole('link', { name: title['zh-CN'] });

  await joinByCode(page, tablet);
  await watchGrown(tablet, forGrown);
  await switchOn(page);
  await expect(screenVideo(tablet)).toHaveCount(0);
  await tablet.goto('/theatre');
  await expect(offered(tablet, story).first()).toBeVisible();
  await expect(offered(tablet, grown)).toHaveCount(0);
  await leave(page);
  await expect(offered(tablet, grown).first()).toBeVisible(); // without being asked

  // A device whose own system says that a child has it now, and later that it has not.
  const shell = await elsewhere();
  await shell.addInitScript(() => {
    (window as { CliffhangerDevice?: object }).CliffhangerDevice = {
      minor: () => sessionStorage.getItem('claim') ?? '',
    };
  });
  await watchGrown(shell, forGrown);
  const { devices } = await (await shell.request.get('/api/v1/me')).json();
  const says = (band: string) =>
    shell.evaluate((text) => sessionStorage.setItem('claim', text), claim(turned, band, devices[0].id));
  await says('3-8');
  await expect(screenVideo(shell)).toHaveCount(0);
  await shell.goto('/me/minors');
  await expect(shell.getByText('这是设备自己打开的')).toBeVisible();
  await turned.turn(60_000);
  await says('off');
  await expect(shell.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
});

async function press(page: Page, digits: string): Promise<void> {
  const pad = page.getByRole('group', { name: '数字密码' });
  for (const digit of digits) await pad.getByRole('button', { name: digit, exact: true }).click();
  await pad.getByRole('button', { name: '完成' }).click();
}

test('the day ends after its minutes on all devices together and at night, whatever a clock says, and the PIN alone opens it', async ({
  page,
  elsewhere,
  node,
  nursery: { forAll },
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tablet = await elsewhere({ viewport: { width: 820, height: 1180 } });
  await tablet.addInitScript(() => {
    // The child has set the clock back, to the morning.
    const real = Date.now;
    Date.now = () => real() - 5 * 3_600_000;
  });
  await joinByCode(page, tablet);
  const plays = () => expect.poll(() => seconds(tablet)).toBeGreaterThan(0.5);
  const over = tablet.getByRole('heading', { name: '今天就看到这里' });
  const night = tablet.getByRole('heading', { name: '现在是休息时间' });

  // A guardian switches the mode on; two minutes a day. Making it less needs no PIN.
  await switchOn(page);
  await twoMinutesADay(page);

  // The child watches on the tablet, and on the phone where there is no network.
  await tablet.goto(`/d/${forAll}/1`);
  await plays();
  const { episodes } = await (await tablet.request.get(`/api/v1/dramas/${forAll}`)).json();
  for (const n of [0, 1, 2]) await playOffline(page, turned, episodes[n].id, 38);
  await expect(tablet.getByRole('dialog', { name: '休息一下' })).toBeVisible();
  await tablet.getByRole('button', { name: '接着看' }).click();
  await expect(screenVideo(tablet)).toHaveJSProperty('paused', false);
  await expect(over).toHaveCount(0);
  await playOffline(page, turned, episodes[0].id, 20);
  await expect(over).toBeVisible();
  await expect(screenVideo(tablet)).toHaveCount(0);
  await tablet.reload(); // starting anew does not help
  await expect(over).toBeVisible();
  await tablet.getByRole('button', { name: forgottenPin }).click();
  await expect(tablet.getByRole('dialog', { name: forgottenPin })).toBeVisible();
  await tablet.keyboard.press('Escape');
  await expect(tablet.getByRole('dialog', { name: forgottenPin })).toHaveCount(0);
  await expect(over).toBeVisible();

  // Only the PIN gives more.
  await press(tablet, '0000');
  await expect(tablet.getByRole('alert')).toContainText('PIN');
  await expect(over).toBeVisible();
  await press(tablet, pin);
  await expect(over).toHaveCount(0);
  await plays();

  // At ten it is night. Nothing gives more of that, and leaving takes the PIN.
  await turned.turnTo(22);
  await tablet.reload();
  await expect(night).toBeVisible();
  await expect(tablet.getByRole('group', { name: '数字密码' })).toHaveCount(0);
  await page.goto('/me/minors');
  await page.getByLabel('家长的 PIN').fill('9999');
  await page.getByRole('button', { name: '关闭未成年人模式' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'PIN' })).toBeVisible();
  await expect(night).toBeVisible();

  // The next morning the day is new, and as short as it was.
  await turned.turnTo(7);
  await tablet.reload();
  await plays();
  await page.reload();
  await expect(page.getByText('今天看了 0 分钟，一共可以看 2 分钟')).toBeVisible();
  await leave(page);
  await tablet.goto('/theatre');
  await expect(tablet.getByRole('link', { name: grown['zh-CN'] }).first()).toBeVisible();
});

test('what a minor may pay is lowered freely and raised with the PIN, as far as the rule goes', async ({
  page,
  node,
}) => {
  await (node as Turned).turnTo(12);
  await page.goto('/');
  await switchOn(page);
  const paying = page.getByRole('form', { name: '付款' });
  const [payment, month] = [paying.getByLabel('每次最多'), paying.getByLabel('每月最多')];
  const save = paying.getByRole('button', { name: '保存付款限制' });
  const holds = async () => (await (await page.request.get('/api/v1/youth')).json()).spending;
  await expect(payment).toHaveValue('50');
  await expect(month).toHaveValue('200');
  await expect(paying.getByLabel('家长的 PIN')).toHaveCount(0);
  await payment.fill('20');
  await month.fill('99.5');
  await save.click();
  await expect(save).toBeDisabled();
  await expect(month).toHaveValue('99.5');
  expect(await holds()).toMatchObject({ currency: 'CNY', payment_minor: 2000, month_minor: 9950 });

  await payment.fill('30');
  await expect(save).toBeDisabled();
  await paying.getByLabel('家长的 PIN').fill('0000');
  await save.click();
  await expect(paying.getByRole('alert')).toContainText('PIN');
  expect(await holds()).toMatchObject({ payment_minor: 2000 });
  await paying.getByLabel('家长的 PIN').fill(pin);
  await save.click();
  await expect(paying.getByLabel('家长的 PIN')).toHaveCount(0);
  expect(await holds()).toMatchObject({ payment_minor: 3000, most_payment_minor: 5000 });

  // Of whom nobody says that they are a minor nobody asks how much.
  await leave(page);
  await expect(paying).toHaveCount(0);
});

test('an operator says from which age on a drama is shown, and a minor sees it or does not', async ({
  page,
  elsewhere,
  node,
  nursery: { forGrown },
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  await page.goto('/');
  await switchOn(page); // eight to twelve
  const desk = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await signIn(desk);
  await expect(desk.getByRole('heading', { name: 'Dramas' })).toBeVisible();
  await desk.goto(`/console/dramas/${forGrown}`);
  const shownTo = desk.getByLabel('Shown to');
  const choose = async (option: string) => {
    const saved = desk.waitForResponse((r) => r.url().endsWith('/minors') && r.request().method() === 'PUT');
    await shownTo.selectOption({ label: option });
    expect((await saved).status()).toBe(200);
    await desk.reload();
    await expect(shownTo.locator('option:checked')).toHaveText(option);
    await turned.turn(20_000); // shelves are made anew every 15 seconds
  };
  const minorSees = async (shown: boolean) => {
    // A shelf that is old is shown once more while it is made anew.
    await expect(async () => {
      await page.goto('/theatre');
      await expect(page.getByRole('link', { name: story['zh-CN'] }).first()).toBeVisible();
      expect((await page.getByRole('link', { name: grown['zh-CN'] }).count()) > 0).toBe(shown);
    }).toPass({ timeout: 60_000 });
    expect((await page.request.get(`/api/v1/dramas/${forGrown}`)).status()).toBe(shown ? 200 : 404);
  };
  await expect(shownTo.locator('option:checked')).toHaveText('Not for minors');
  await minorSees(false);
  await choose('Age 8–12 and older');
  await minorSees(true);
  await choose('Age 12–16 and older');
  await minorSees(false);
  await choose('Age 0–3 and older');
  await minorSees(true);
  await choose('Not for minors');
  await minorSees(false);
  await leave(page);
});

test('a forgotten PIN is set anew by a code to the owner of the account', async ({ page, node }) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const owner = `owner-${randomBytes(4).toString('hex')}@example.com`;
  await page.goto('/');
  const call = (path: string, data: object) => page.request.post(`/api/v1${path}`, { data });
  expect((await call('/codes', { channel: 'email', to: owner })).status()).toBe(202);
  expect((await call('/sign-in', { channel: 'email', to: owner, code: await codeFor(turned, owner) })).status()).toBe(
    200,
  );
  await turned.turn(60_000);
  await switchOn(page);
  await page.getByRole('button', { name: forgottenPin }).click();
  const sheet = page.getByRole('dialog', { name: forgottenPin });
  await sheet.getByLabel('邮箱或手机号').fill(owner);
  const before = await codeFor(turned, owner);
  await sheet.getByRole('button', { name: '获取验证码' }).click();
  await expect.poll(() => codeFor(turned, owner)).not.toBe(before);
  await sheet.getByLabel('验证码').fill('000000');
  await sheet.getByLabel('设一个 PIN，四到六位数字').fill('0815');
  await sheet.getByLabel('再输一次').fill('0815');
  await sheet.getByRole('button', { name: '设新的 PIN' }).click();
  await expect(sheet.getByRole('alert')).toContainText('验证码');
  await sheet.getByLabel('验证码').fill(await codeFor(turned, owner));
  await sheet.getByRole('button', { name: '设新的 PIN' }).click();
  await expect(sheet).toHaveCount(0);
  await page.getByLabel('家长的 PIN').fill(pin);
  await page.getByRole('button', { name: '关闭未成年人模式' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'PIN' })).toBeVisible();
  await page.getByLabel('家长的 PIN').fill('0815');
  await page.getByRole('button', { name: '关闭未成年人模式' }).click();
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
});

test('an account without an address waits a day, told on all its screens, where it can be stopped', async ({
  page,
  elsewhere,
  node,
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  const tablet = await elsewhere({ viewport: { width: 820, height: 1180 } });
  await joinByCode(page, tablet);
  await switchOn(page);
  await tablet.goto('/me/minors');
  const begin = async () => {
    await page.getByRole('button', { name: forgottenPin }).click();
    const sheet = page.getByRole('dialog', { name: forgottenPin });
    await sheet.getByRole('button', { name: '开始等待' }).click();
    await expect(sheet).toHaveCount(0);
  };
  const waits = (screen: Page) => screen.getByRole('region', { name: '有人忘记了 PIN' });
  await begin();
  await expect(waits(page)).toBeVisible();
  await waits(tablet).getByRole('button', { name: '停止等待' }).click();
  await expect(waits(page)).toHaveCount(0);
  await begin();
  await expect(waits(tablet)).toBeVisible();
  await expect(waits(page).getByRole('button', { name: '关闭未成年人模式' })).toHaveCount(0);
  await turned.turn(24 * 3_600_000);
  await page.reload();
  await waits(page).getByRole('button', { name: '关闭未成年人模式' }).click();
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
  await expect(tablet.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
});

test('what the shell of a device says of an age is told with who said it, and corrected where it was said', async ({
  page,
  node,
}) => {
  const turned = node as Turned;
  await turned.turnTo(12);
  await page.addInitScript(() => {
    (window as { CliffhangerDevice?: object }).CliffhangerDevice = { age: () => sessionStorage.getItem('age') ?? '' };
  });
  await page.goto('/me/minors');
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
  const { devices } = await (await page.request.get('/api/v1/me')).json();
  const says = (ages: string, proven: boolean) => {
    const text = `v1;from=store;ages=${ages};exp=${Math.floor(turned.now() / 1000) + 600};device=${devices[0].id}`;
    return page.evaluate((statement) => sessionStorage.setItem('age', statement), proven ? signed(text) : text);
  };
  const said = page.getByRole('region', { name: '已知是未成年人' });
  await says('13-15', true);
  await expect(said).toContainText('应用商店里的年龄是 13–15 岁');
  await expect(said).toContainText('请和家长一起在这里打开未成年人模式');
  await says('0-12', false);
  await expect(said).toContainText('0–12 岁');
  await turned.turn(60_000);
  const refused = page.waitForResponse((r) => r.url().endsWith('/youth/age') && r.status() === 403);
  await says('18+', false);
  await refused;
  await expect(said).toContainText('0–12 岁');
  await says('16+', true);
  await expect(said).toContainText('16+ 岁');
  await turned.turn(60_000);
  await says('18+', true);
  await expect(said).toHaveCount(0);
});
