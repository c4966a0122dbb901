import type { BrowserContext, Page } from '@playwright/test';
import { Producer, staff } from './house.ts';
import { bare, expect } from './test.ts';

/** Browsers make passkeys for names, not for numbers. */
const named = (url: string) => url.replace('127.0.0.1', 'localhost');

/** An authenticator in the browser of a page; `agrees` says whether its owner shows that it is them. */
async function authenticator(context: BrowserContext, page: Page) {
  const hand = await context.newCDPSession(page);
  await hand.send('WebAuthn.enable');
  const { authenticatorId } = await hand.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    agrees: (is: boolean) => hand.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: is }),
    keys: async () => (await hand.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
  };
}

bare('staff add a passkey, sign in with it, rename it and take it away', async ({ browser, node }) => {
  await (await Producer.setUp(node)).leave();
  const context = await browser.newContext({
    baseURL: named(node.url),
    locale: 'en',
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const device = await authenticator(context, page);
  const told = (text: string) => page.getByRole('alert').filter({ hasText: text });
  const mine = page.getByRole('button', { name: `Account: ${staff.name}` });
  const keys = page.getByRole('region', { name: 'Passkeys' });
  const withKey = page.getByRole('button', { name: 'Sign in with a passkey' });

  await page.goto('/console');
  await withKey.click(); // there is none
  await expect(told('It was not finished')).toBeVisible();
  await page.getByLabel('Email').fill(staff.email);
  await page.getByLabel('Password').fill(staff.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await mine.click();
  await page.getByRole('link', { name: 'Sign-in and security' }).click();
  await expect(keys.getByRole('listitem')).toHaveCount(0);

  // What is wrong is said before a device keeps anything.
  await keys.getByRole('button', { name: 'Add a passkey' }).click();
  const sheet = page.getByRole('dialog', { name: 'Add a passkey' });
  await sheet.getByLabel('Name').fill('  ');
  await sheet.getByLabel('Present password').fill('not my password');
  await sheet.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(sheet.getByText('Give the passkey a name.')).toBeVisible();
  await expect(sheet.getByLabel('Name')).toBeFocused();
  await sheet.getByLabel('Name').fill('Work laptop');
  await sheet.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(sheet.getByLabel('Present password')).toHaveAttribute('aria-invalid', 'true');
  await sheet.getByLabel('Present password').fill(staff.password);
  await device.agrees(false);
  await sheet.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(told('It was not finished. Nothing has changed.')).toBeVisible();
  expect(await device.keys()).toBe(0);
  await device.agrees(true);
  await sheet.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(sheet).toHaveCount(0);
  await expect(keys.getByRole('listitem')).toContainText(/Work laptop.*Added .+ · not used yet/);

  // One device holds one key of a person.
  await keys.getByRole('button', { name: 'Add a passkey' }).click();
  await sheet.getByLabel('Name').fill('Again');
  await sheet.getByLabel('Present password').fill(staff.password);
  await sheet.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(told('This device holds a passkey of yours already.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(keys.getByRole('listitem')).toHaveCount(1);

  await mine.click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  await device.agrees(false);
  await withKey.click();
  await expect(told('It was not finished')).toBeVisible();
  await device.agrees(true);
  await withKey.click();
  await expect(mine).toBeVisible();

  await page.goto('/console/security');
  await expect(keys.getByRole('listitem')).toContainText('last used');
  await keys.getByRole('button', { name: 'Rename “Work laptop”' }).click();
  const rename = page.getByRole('dialog', { name: 'Rename “Work laptop”' });
  await expect(rename.getByLabel('Name')).toHaveValue('Work laptop');
  await rename.getByLabel('Name').fill('Desk');
  await rename.getByRole('button', { name: 'Save' }).click();
  await expect(keys.getByRole('listitem')).toContainText('Desk');

  // A session that ends over a page goes on with it too.
  await context.clearCookies();
  await keys.getByRole('button', { name: 'Rename “Desk”' }).click();
  await page.getByRole('dialog', { name: 'Rename “Desk”' }).getByRole('button', { name: 'Save' }).click();
  const expired = page.getByRole('dialog', { name: 'Your session has ended' });
  await expired.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(expired).toBeHidden();
  await expect(page.getByText('Renamed', { exact: true })).toBeVisible();

  await keys.getByRole('button', { name: 'Remove “Desk”' }).click();
  await expect(told('You then sign in with your password')).toBeVisible();
  await keys.getByRole('button', { name: 'Keep' }).click();
  await keys.getByRole('button', { name: 'Remove “Desk”' }).click();
  await keys.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(keys.getByRole('listitem')).toHaveCount(0);
  await page.context().clearCookies();
  await page.goto('/console');
  await withKey.click();
  await expect(told('The console does not know this passkey, or no longer. Sign in with your password.')).toBeVisible();
  await context.close();
});

bare('where no passkey can be, none is offered and the page says why', async ({ browser, elsewhere, node }) => {
  await (await Producer.setUp(node)).leave();
  const number = await elsewhere({ locale: 'en' });
  const nameless = await browser.newContext({ baseURL: named(node.url), locale: 'en' });
  const old = await nameless.newPage();
  await old.addInitScript(() => Object.defineProperty(window, 'PublicKeyCredential', { value: undefined }));
  for (const at of [number, old]) {
    await at.goto('/console');
    await at.getByLabel('Email').fill(staff.email);
    await at.getByLabel('Password').fill(staff.password);
    await expect(at.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
    await at.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(at.getByRole('button', { name: `Account: ${staff.name}` })).toBeVisible();
    await at.goto('/console/security');
    const keys = at.getByRole('region', { name: 'Passkeys' });
    await expect(keys).toContainText('This browser cannot add one here');
    await expect(keys.getByRole('button')).toHaveCount(0);
  }
  await nameless.close();
});
