import type { Page } from '@playwright/test';
import { staff } from './house.ts';
import { startNode } from './node.ts';
import { startProvider } from './provider.ts';
import { bare, expect } from './test.ts';

bare('staff add who they are at a provider, sign in with it, and take it away', async ({ browser }) => {
  const provider = await startProvider('ada-of-the-company');
  const node = await startNode([
    `--staff.oidc-issuer=${provider.issuer}`,
    `--staff.oidc-client-id=${provider.clientId}`,
    '--staff.oidc-name=Company ID',
  ]);
  const context = await browser.newContext({ baseURL: node.url, locale: 'en', viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const told = (text: string) => page.getByRole('alert').filter({ hasText: text });
    const founded = await page.request.post('/api/console/v1/setup', {
      data: { token: node.setup.split('#')[1], ...staff },
    });
    expect(founded.ok()).toBe(true);
    const outside = page.getByRole('region', { name: 'Outside account' });

    // Nobody is made by a provider: a stranger is told so, and by whom to be known.
    await context.clearCookies();
    await page.goto('/console');
    await page.getByRole('button', { name: 'Sign in with Company ID' }).click();
    await expect(told('Nobody who works here goes by this account')).toBeVisible();
    await expect(page).toHaveURL('/console');

    await page.getByLabel('Email').fill(staff.email);
    await page.getByLabel('Password').fill(staff.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: `Account: ${staff.name}` }).click();
    await page.getByRole('link', { name: 'Sign-in and security' }).click();
    await expect(outside.getByRole('listitem')).toHaveCount(0);

    // Who says no there is who they were.
    const add = async () => {
      await outside.getByRole('button', { name: 'Add Company ID' }).click();
      const sheet = page.getByRole('dialog', { name: 'Add Company ID' });
      await sheet.getByLabel('Present password').fill(staff.password);
      await sheet.getByRole('button', { name: 'Go to Company ID' }).click();
    };
    provider.agrees = false;
    await add();
    await expect(told('You did not finish signing in there')).toBeVisible();
    await expect(page).toHaveURL('/console/security');
    provider.agrees = true;
    await add();
    await expect(page.getByText('Added. You can sign in with it from now on.')).toBeVisible();
    await expect(outside.getByRole('listitem')).toContainText('not used yet');
    await expect(outside.getByRole('button', { name: 'Add Company ID' })).toHaveCount(0);

    await context.clearCookies();
    await page.goto('/console');
    await page.getByRole('button', { name: 'Sign in with Company ID' }).click();
    await expect(page.getByRole('button', { name: `Account: ${staff.name}` })).toBeVisible();
    await page.goto('/console/staff');
    await expect(page.getByRole('region', { name: 'Record of roles' })).toContainText(
      'sign in with an outside account',
    );

    // An answer nobody here asked for opens nothing, and the page says so.
    const other: Page = await (await browser.newContext({ baseURL: node.url, locale: 'en' })).newPage();
    await other.goto('/api/console/v1/sessions/oidc/return?code=found&state=made-up');
    await expect(other.getByRole('alert').filter({ hasText: 'This sign-in has ended' })).toBeVisible();
    await expect(other).toHaveURL('/console');
    await other.context().close();

    await page.goto('/console/security');
    await expect(outside.getByRole('listitem')).toContainText('last used');
    await outside.getByRole('button', { name: 'Remove' }).click();
    await outside.getByRole('button', { name: 'Remove' }).click();
    await expect(outside.getByRole('listitem')).toHaveCount(0);
    await context.clearCookies();
    await page.goto('/console');
    await page.getByRole('button', { name: 'Sign in with Company ID' }).click();
    await expect(told('Nobody who works here goes by this account')).toBeVisible();
  } finally {
    await context.close();
    await node.stop();
    await provider.stop();
  }
});

bare('a house without a provider offers none', async ({ page, node }) => {
  const asked = page.waitForResponse((r) => r.url().endsWith('/sessions/oidc'));
  await page.goto(`${node.url}/console`);
  await (await asked).finished();
  await expect(page.getByRole('button', { name: '登录', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^用 / })).toHaveCount(0);
});
