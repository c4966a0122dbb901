import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startNode } from './node.ts';
import { startProvider } from './provider.ts';
import { bare, expect, test } from './test.ts';
import { glimpse, pause, seconds, watchFromTheMiddle } from './watching.ts';

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

async function askCode(page: Page, to: string): Promise<void> {
  await page.goto('/me');
  await page.getByRole('link', { name: '账号', exact: true }).click();
  await page.getByLabel('邮箱或手机号').fill(to);
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
  await tablet.getByLabel('邮箱或手机号').fill(to);
  const refused = tablet.getByText('刚刚发过验证码');
  const sent = tablet.getByText(`验证码已经发到 ${to}`);
  await expect(async () => {
    await tablet.getByRole('button', { name: '获取验证码' }).click();
    await expect(refused.or(sent)).toBeVisible();
    await expect(sent).toBeVisible({ timeout: 1 });
  }).toPass({ timeout: 60_000, intervals: [5_000] });
  const joined = await glimpse(tablet, '.toast', '两个账号合成了一个');
  await enter(tablet, await codeFor(house.log, to));
  await joined();
  for (const screen of [page, tablet]) {
    await screen.goto('/library?tab=history');
    for (const { title } of [house.lantern, house.harbour])
      await expect(screen.getByRole('main').getByRole('link', { name: title['zh-CN'] }).first()).toBeVisible();
  }
  await context.close();
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

  await context.clearCookies();
  await page.goto('/me/account');
  await expect(page.getByText('还没有登录')).toBeVisible();
  await page.getByRole('button', { name: '用通行密钥登录' }).click();
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
    await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
    expect((await (await page.request.get('/api/v1/me')).json()).account_id).toBe(account);
  } finally {
    await context.close();
    await node.stop();
    await provider.stop();
  }
});
