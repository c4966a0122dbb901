import type { Page } from '@playwright/test';
import { startNode } from './node.ts';
import { bare, expect } from './test.ts';
import { linger } from './watching.ts';
import { startXiaomi } from './xiaomi.ts';

const account = async (page: Page) => (await (await page.request.get('/api/v1/me')).json()).account_id as string;
const outcome = (page: Page, text: string) => page.getByText(text);

bare('a Xiaomi account makes two devices of one person one account', async ({ browser }) => {
  const xiaomi = await startXiaomi('openid-of-mei');
  const node = await startNode([
    `--sign-in.xiaomi-host=${xiaomi.host}`,
    `--sign-in.xiaomi-client-id=${xiaomi.clientId}`,
    `--sign-in.xiaomi-secret=${xiaomi.secret}`,
  ]);
  const contexts = [await browser.newContext({ baseURL: node.url }), await browser.newContext({ baseURL: node.url })];
  try {
    const [phone, tablet] = (await Promise.all(contexts.map((c) => c.newPage()))) as [Page, Page];
    for (const page of [phone, tablet]) await linger(page);
    await phone.goto('/me/account');
    await phone.getByRole('button', { name: '用小米账号登录' }).click();
    await expect(outcome(phone, '已经登录，这个账号是你的了')).toBeVisible();
    await expect(phone).toHaveURL('/me/account');
    await expect(phone.getByRole('heading', { name: '登录方式' })).toBeVisible();
    await expect(phone.getByRole('listitem').filter({ hasText: '小米账号' })).toHaveCount(1);

    await tablet.goto('/me/account');
    await expect(tablet.getByText('加入之前会先问你').last()).toBeVisible();
    const before = await account(tablet);
    const ask = tablet.getByRole('dialog', { name: '把两个账号合成一个？' });
    await tablet.getByRole('button', { name: '用小米账号登录' }).click();
    await expect(ask).toContainText('小米账号 …-mei 已经有账号了');
    await expect(tablet).toHaveURL('/me/account');
    await ask.getByRole('button', { name: '取消' }).click();
    await expect(ask).toBeHidden();
    expect(await account(tablet)).toBe(before); // Nothing becomes of it without a word.
    expect((await tablet.request.get('/api/v1/me/credentials').then((r) => r.json())).credentials).toEqual([]);
    await tablet.getByRole('button', { name: '用小米账号登录' }).click();
    await ask.getByRole('button', { name: '合并' }).click();
    await expect(outcome(tablet, '已经登录，两个账号合成了一个')).toBeVisible();
    await expect(ask).toBeHidden();
    expect(await account(tablet)).toBe(await account(phone));
    expect(await account(tablet)).not.toBe(before);

    // An answer that nobody here has asked for opens nothing, and the page says so.
    const mine = await account(tablet);
    for (const path of ['/hooks/sign-in/xiaomi?code=found&state=made-up', '/me/account?sign-in=ask&proof=made-up']) {
      await tablet.goto(path);
      await expect(tablet.getByRole('alert').filter({ hasText: '这次登录已经过期' })).toBeVisible();
      await expect(tablet).toHaveURL('/me/account');
      expect(await account(tablet)).toBe(mine);
    }
  } finally {
    for (const context of contexts) await context.close();
    await node.stop();
    await xiaomi.stop();
  }
});

bare('a browser that knows no JSON of passkeys makes and shows them all the same', async ({ browser, node }) => {
  // Browsers make passkeys for names, not for numbers.
  const context = await browser.newContext({ baseURL: node.url.replace('127.0.0.1', 'localhost') });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const known = PublicKeyCredential as unknown as Record<string, unknown>;
    delete known.parseCreationOptionsFromJSON;
    delete known.parseRequestOptionsFromJSON;
    delete (PublicKeyCredential.prototype as unknown as Record<string, unknown>).toJSON;
  });
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
  await page.goto('/me/account');
  expect(await page.evaluate(() => 'parseCreationOptionsFromJSON' in PublicKeyCredential)).toBe(false);
  await page.getByRole('button', { name: '添加通行密钥' }).click();
  await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
  const mine = await account(page);

  await context.clearCookies();
  await page.goto('/me/account');
  await expect(page.getByText('还没有登录')).toBeVisible();
  expect(await account(page)).not.toBe(mine);
  const nobody = await account(page);
  const ask = page.getByRole('dialog', { name: '把两个账号合成一个？' });
  await page.getByRole('button', { name: '用通行密钥登录' }).click();
  await expect(ask).toBeVisible();
  expect(await account(page)).toBe(nobody);
  await ask.getByRole('button', { name: '合并' }).click();
  await expect(page.getByRole('heading', { name: '登录方式' })).toBeVisible();
  expect(await account(page)).toBe(mine);
  await context.close();
});
