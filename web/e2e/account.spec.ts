import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startNode } from './node.ts';
import { startProvider } from './provider.ts';
import { bare, expect, test } from './test.ts';
import { glimpse, pause, seconds, watchFromTheMiddle } from './watching.ts';

/** How many codes were sent to an address. */
const mailsTo = (log: () => string, to: string) =>
  log()
    .split('\n')
    .filter((line) => line.includes(to)).length;

/** The code that was sent last to an address, from the log of a node that has no mail server. */
async function codeFor(log: () => string, to: string): Promise<string> {
  let code = '';
  const find = () => {
    const mail = log()
      .split('\n')
      .filter((line) => line.includes(to));
    code = /\b\d{6}\b/.exec(mail.at(-1)?.replace(to, '') ?? '')?.[0] ?? '';
    return code;
  };
  await expect.poll(find).not.toBe('');
  return code;
}

async function accountOf(page: Page): Promise<string> {
  return (await (await page.request.get('/api/v1/me')).json()).account_id;
}

async function askCode(page: Page, to: string): Promise<void> {
  await page.goto('/me');
  await page.getByRole('link', { name: '账号', exact: true }).click();
  await page.getByRole('textbox', { name: '邮箱或手机号' }).fill(to);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await expect(page.getByText(`验证码已经发到 ${to}`)).toBeVisible();
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel('六位验证码').fill(code);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

test('an address makes a viewer of nobody known somebody, and one account of two devices', async ({
  page,
  browser,
  house,
}) => {
  const to = `m${randomBytes(4).toString('hex')}@example.com`;
  await watchFromTheMiddle(page, house.lantern.id);
  await pause(page);

  await askCode(page, to);
  const code = await codeFor(house.log, to);
  await enter(page, code === '123456' ? '654321' : '123456');
  await expect(page.getByRole('alert')).toHaveText('验证码不对，或者已经失效。检查一下，或者重新获取。');
  const told = await glimpse(page, '.toast', '这个账号是你的了');
  await enter(page, code);
  await told();
  await expect(page.getByText('m…@example.com')).toBeVisible();
  await page.getByRole('button', { name: '解除“m…@example.com”' }).click();
  await page.getByRole('button', { name: '解除', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('唯一方式');
  await page.getByRole('button', { name: '取消' }).click();

  // Another device has watched something else.
  const context = await browser.newContext({ baseURL: house.url, viewport: { width: 820, height: 1180 } });
  const tablet = await context.newPage();
  await watchFromTheMiddle(tablet, house.harbour.id);
  await pause(tablet);
  await tablet.goto('/me/account');
  await tablet.getByRole('textbox', { name: '邮箱或手机号' }).fill(to);
  const codes = mailsTo(house.log, to);
  await tablet.getByRole('button', { name: '获取验证码' }).click();
  await expect(tablet.getByText(`验证码已经发到 ${to}`)).toBeVisible();
  await expect.poll(() => mailsTo(house.log, to)).toBeGreaterThan(codes);
  const before = await accountOf(tablet);
  await enter(tablet, await codeFor(house.log, to));
  const ask = tablet.getByRole('dialog', { name: '把两个账号合成一个？' });
  await expect(ask).toContainText(`${to} 已经有账号了`);
  await ask.getByRole('button', { name: '取消' }).click();
  await expect(ask).toBeHidden();
  expect(await accountOf(tablet)).toBe(before); // Nothing becomes of it without a word.
  await tablet.getByRole('button', { name: '登录', exact: true }).click();
  const joined = await glimpse(tablet, '.toast', '两个账号合成了一个');
  await ask.getByRole('button', { name: '合并' }).click();
  await joined();
  expect(await accountOf(tablet)).toBe(await accountOf(page));
  for (const screen of [page, tablet]) {
    await screen.goto('/library?tab=history');
    for (const { title } of [house.lantern, house.harbour])
      await expect(screen.getByRole('main').getByRole('link', { name: title['zh-CN'] }).first()).toBeVisible();
  }
  await context.close();
});

test('an account with an address of its own is not swallowed: only the device goes over', async ({
  browser,
  house,
}) => {
  const hers = await browser.newContext({ baseURL: house.url });
  const mine = await browser.newContext({ baseURL: house.url });
  const [page, other] = [await mine.newPage(), await hers.newPage()];
  for (const [screen, to] of [[other, 'lin@example.com'] as const, [page, 'jun@example.com'] as const]) {
    await askCode(screen, to);
    await enter(screen, await codeFor(house.log, to));
    await expect(screen.getByRole('heading', { name: '登录方式' })).toBeVisible();
  }
  const left = await accountOf(page);
  const codes = mailsTo(house.log, 'lin@example.com');
  await askCode(page, 'lin@example.com');
  await expect.poll(() => mailsTo(house.log, 'lin@example.com')).toBeGreaterThan(codes);
  await enter(page, await codeFor(house.log, 'lin@example.com'));
  const ask = page.getByRole('dialog', { name: '换到另一个账号？' });
  await ask.getByRole('button', { name: '换过去' }).click();
  await expect(page.getByText('l…@example.com')).toBeVisible();
  expect(await accountOf(page)).toBe(await accountOf(other));
  expect(await accountOf(page)).not.toBe(left);
  await mine.close();
  await hers.close();
});

test('a code is tried five times, and another device spends none of them', async ({ browser, house }) => {
  const to = 'wei@example.com';
  const strange = await browser.newContext({ baseURL: house.url });
  const own = await browser.newContext({ baseURL: house.url });
  const [page, stranger] = [await own.newPage(), await strange.newPage()];
  await askCode(page, to);
  const code = await codeFor(house.log, to);
  const codes = mailsTo(house.log, to);
  await askCode(stranger, to);
  await expect.poll(() => mailsTo(house.log, to)).toBeGreaterThan(codes);
  const theirs = await codeFor(house.log, to);
  const wrong = ['111111', '222222', '333333'].find((c) => c !== code && c !== theirs) ?? '';
  for (let i = 0; i < 5; i++) {
    const judged = stranger.waitForResponse((r) => r.url().endsWith('/api/v1/sign-in'));
    await enter(stranger, wrong);
    expect((await judged).status()).toBe(422);
    await expect(stranger.getByRole('alert')).toContainText('验证码不对');
  }
  await enter(stranger, theirs);
  await expect(stranger.getByRole('alert')).toContainText('这个验证码输错的次数太多');
  await enter(page, code);
  await expect(page.getByText('w…@example.com')).toBeVisible();
  await own.close();
  await strange.close();
});

test('a passkey brings somebody back who is nobody known any more', async ({ browser, house }) => {
  // Browsers make passkeys for names, not for numbers.
  const context = await browser.newContext({ baseURL: house.url.replace('127.0.0.1', 'localhost') });
  const page = await context.newPage();
  const hand = await context.newCDPSession(page);
  await hand.send('WebAuthn.enable');
  await hand.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await watchFromTheMiddle(page, house.lantern.id);
  const left = await pause(page);
  await page.goto('/me/account');
  await page.getByRole('button', { name: '添加通行密钥' }).click();
  await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
  await page.getByRole('button', { name: /^重命名/ }).click();
  await page.getByRole('textbox', { name: '通行密钥的名称' }).fill('厨房的电脑');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: '厨房的电脑' })).toContainText('通行密钥');

  await context.clearCookies();
  await page.goto('/me/account');
  await expect(page.getByText('还没有登录')).toBeVisible();
  await page.getByRole('button', { name: '用通行密钥登录' }).click();
  const ask = page.getByRole('dialog', { name: '把两个账号合成一个？' });
  await expect(ask).toContainText('这个通行密钥 已经有账号了');
  await ask.getByRole('button', { name: '合并' }).click();
  await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
  await page.goto(`/d/${house.lantern.id}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(left - 1);
  await context.close();
});

bare('a service outside says who somebody is, or that they did not want to', async ({ browser }) => {
  const provider = await startProvider('42');
  const node = await startNode([
    `--sign-in.oidc-issuer=${provider.issuer}`,
    `--sign-in.oidc-client-id=${provider.clientId}`,
    '--sign-in.oidc-name=Harbour ID',
  ]);
  const context = await browser.newContext({ baseURL: node.url });
  const page = await context.newPage();
  try {
    provider.agrees = false;
    await page.goto('/me/account');
    await page.getByRole('button', { name: '用Harbour ID登录' }).click();
    await expect(page.getByRole('alert').filter({ hasText: '登录已经取消' })).toBeVisible();
    await expect(page).toHaveURL('/me/account');

    provider.agrees = true;
    await page.getByRole('button', { name: '用Harbour ID登录' }).click();
    await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
    const { account_id: account } = await (await page.request.get('/api/v1/me')).json();

    await context.clearCookies();
    await page.goto('/me/account');
    await expect(page.getByText('还没有登录')).toBeVisible();
    await page.getByRole('button', { name: '用Harbour ID登录' }).click();
    await page.getByRole('dialog', { name: '把两个账号合成一个？' }).getByRole('button', { name: '合并' }).click();
    await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
    expect((await (await page.request.get('/api/v1/me')).json()).account_id).toBe(account);
  } finally {
    await context.close();
    await node.stop();
    await provider.stop();
  }
});

test('where several people watch, a new device is asked whose it is, and told of no child', async ({
  browser,
  house,
}) => {
  const to = `h${randomBytes(4).toString('hex')}@example.com`;
  const own = await browser.newContext({ baseURL: house.url });
  const page = await own.newPage();
  await askCode(page, to);
  await enter(page, await codeFor(house.log, to));
  await expect(page.getByText('h…@example.com')).toBeVisible();
  const call = async (method: 'post' | 'put', path: string, data: object) => {
    const answer = await page.request[method](`/api/v1${path}`, { data });
    expect(answer.ok(), path).toBe(true);
    return answer;
  };
  const person = async (name: string): Promise<string> => (await (await call('post', '/profiles', { name })).json()).id;
  const [child, mother] = [await person('小满'), await person('妈妈')];
  await call('post', `/profiles/${mother}/choose`, {});
  await call('put', `/profiles/${mother}/pin`, { pin: '4711' });
  await call('post', `/profiles/${child}/choose`, {});
  await call('post', '/youth/on', { band: '8-12', pin: '2580' });

  const context = await browser.newContext({ baseURL: house.url });
  const tablet = await context.newPage();
  await watchFromTheMiddle(tablet, house.harbour.id);
  await pause(tablet);
  const codes = mailsTo(house.log, to);
  await askCode(tablet, to);
  await expect.poll(() => mailsTo(house.log, to)).toBeGreaterThan(codes);
  await enter(tablet, await codeFor(house.log, to));
  const ask = tablet.getByRole('dialog', { name: '把两个账号合成一个？' });
  await expect(ask.getByRole('group', { name: '这台设备上是谁在看？' })).toBeVisible();
  await expect(ask.getByRole('radio')).toHaveCount(3);
  await expect(ask.getByRole('button', { name: '合并' })).toBeDisabled();
  await ask.getByRole('radio', { name: '妈妈' }).check();
  await ask.getByRole('button', { name: '合并' }).click();
  const guard = tablet.getByRole('dialog', { name: '输入妈妈的数字密码' });
  const press = async (pin: string) => {
    for (const digit of pin) await guard.getByRole('button', { name: digit, exact: true }).click();
    await guard.getByRole('button', { name: '完成' }).click();
  };
  await press('0000');
  await expect(guard.getByRole('alert')).toHaveText('密码不对，检查后再试。');
  expect(await accountOf(tablet)).not.toBe(await accountOf(page));
  await press('4711');
  await expect(tablet.getByText('h…@example.com')).toBeVisible();
  await expect(guard).toBeHidden();
  expect(await accountOf(tablet)).toBe(await accountOf(page));
  await tablet.goto('/library?tab=history');
  await expect(
    tablet.getByRole('main').getByRole('link', { name: house.harbour.title['zh-CN'] }).first(),
  ).toBeVisible();
  await tablet.goto('/me/profiles');
  await expect(tablet.getByRole('listitem').filter({ hasText: '妈妈' })).toContainText('正在用这台设备看');
  await context.close();
  await own.close();
});

test('where together they would be more than six, that is said before anything is asked', async ({
  browser,
  house,
}) => {
  const to = `f${randomBytes(4).toString('hex')}@example.com`;
  const [own, other] = [
    await browser.newContext({ baseURL: house.url }),
    await browser.newContext({ baseURL: house.url }),
  ];
  const [page, tablet] = [await own.newPage(), await other.newPage()];
  await askCode(page, to);
  await enter(page, await codeFor(house.log, to));
  await expect(page.getByText('f…@example.com')).toBeVisible();
  await tablet.goto('/me/account');
  await expect(tablet.getByText('还没有登录')).toBeVisible(); // it has a session
  for (const [screen, names] of [[page, ['一', '二', '三', '四']] as const, [tablet, ['五', '六']] as const]) {
    for (const name of names)
      expect((await screen.request.post('/api/v1/profiles', { data: { name } })).ok()).toBe(true);
  }
  const codes = mailsTo(house.log, to);
  await askCode(tablet, to);
  await expect.poll(() => mailsTo(house.log, to)).toBeGreaterThan(codes);
  const before = await accountOf(tablet);
  await enter(tablet, await codeFor(house.log, to));
  const told = tablet.getByRole('dialog', { name: '一个账号放不下这么多人' });
  await expect(told).toContainText('超过 6 位观看者');
  await expect(told.getByRole('radio')).toHaveCount(0);
  await expect(told.getByRole('button', { name: '合并' })).toHaveCount(0);
  await told.getByRole('button', { name: '关闭' }).last().click();
  await expect(told).toBeHidden();
  expect(await accountOf(tablet)).toBe(before);
  await own.close();
  await other.close();
});
