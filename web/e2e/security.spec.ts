import type { Page } from '@playwright/test';
import { Producer, staff } from './house.ts';
import { expect, bare as test } from './test.ts';

const desk = { viewport: { width: 1440, height: 900 }, locale: 'en' };
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0';

async function signIn(page: Page, who: { email: string; password: string } = staff) {
  await page.goto('/console');
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Account: / })).toBeVisible();
}
const sessions = (page: Page) => page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem');
const ended = (page: Page) => page.getByRole('dialog', { name: 'Your session has ended' });

test('somebody signs out everywhere else, and is asked to sign in there', async ({ elsewhere, node }) => {
  await (await Producer.setUp(node)).leave();
  const here = await elsewhere(desk);
  const there = await elsewhere({ ...desk, userAgent: firefox });
  await signIn(here);
  await signIn(there);
  await there.getByRole('link', { name: 'System' }).click();
  await expect(there.getByRole('heading', { level: 1, name: 'System' })).toBeVisible();

  await here.getByRole('button', { name: 'Account: Ada' }).click();
  await here.getByRole('link', { name: 'Sign-in and security' }).click();
  await expect(here.getByRole('heading', { level: 1, name: 'Sign-in and security' })).toBeVisible();
  await expect(sessions(here)).toHaveCount(3); // with the one that set the house up
  await expect(sessions(here).first()).toContainText(/^Chrome · /);
  await expect(sessions(here).first()).toContainText('This session');
  const firefoxes = sessions(here).filter({ hasText: 'Firefox · Windows' });
  await expect(firefoxes).toHaveCount(1);
  await expect(firefoxes).not.toContainText('This session');

  await here.getByRole('button', { name: 'Sign out all others' }).click();
  await here.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(here.getByText('You are signed in only here now')).toBeVisible();
  await expect(sessions(here)).toHaveCount(1);

  await there.getByRole('link', { name: 'Dramas' }).click();
  await expect(ended(there)).toBeVisible();
  await ended(there).getByLabel('Password').fill(staff.password);
  await ended(there).getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(ended(there)).toBeHidden();

  await here.reload();
  await here.getByRole('button', { name: 'Sign out Firefox · Windows' }).click();
  await expect(sessions(here)).toHaveCount(1);
  await there.getByRole('link', { name: 'People' }).click();
  await expect(ended(there)).toBeVisible();
});

test('a page that only watches asks to sign in once its session is ended', async ({ elsewhere, node }) => {
  const producer = await Producer.setUp(node);
  await producer.begin({ 'zh-CN': '灯', en: 'Lantern' });
  await producer.leave();
  const [here, there] = [await elsewhere(desk), await elsewhere(desk)];
  await signIn(here);
  const watching = there.waitForResponse((r) => r.url().endsWith('/api/console/v1/live') && r.ok());
  await signIn(there);
  await there.getByRole('link', { name: 'Files' }).click();
  await watching;
  const answer = await here.request.delete(`${node.url}/api/console/v1/me/sessions`);
  expect(answer.status()).toBe(204);
  await expect(ended(there)).toBeVisible(); // nobody touches it
});

test('an administrator signs somebody out everywhere, which the record says', async ({ elsewhere, node }) => {
  await (await Producer.setUp(node)).leave();
  const admin = await elsewhere(desk);
  await signIn(admin);
  const post = async (path: string, data: object) => {
    const answer = await admin.request.post(`${node.url}/api/console/v1/${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const house = (await (await admin.request.get(`${node.url}/api/console/v1/organisations`)).json()).items[0].id;
  const lin = { name: 'Lin', email: 'lin@example.org' };
  const link = (await post('staff', { ...lin, roles: ['producer'], organisation_id: house })).password_link;
  const away = await elsewhere(desk);
  const password = 'harbour-waltz-7';
  const chosen = await away.request.post(`${node.url}/api/console/v1/password`, {
    data: { token: link.split('#')[1], new: password },
  });
  expect(chosen.ok()).toBe(true);
  await away.goto('/console/security');
  await expect(sessions(away)).toHaveCount(1);

  await admin.goto('/console/staff');
  const row = admin.getByRole('row', { name: /^Lin/ });
  await row.getByRole('button', { name: 'Sign out everywhere' }).click();
  await row.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(admin.getByRole('region', { name: 'Record of roles' })).toContainText('Ada signed Lin out everywhere');

  await away.getByRole('link', { name: 'Dramas' }).click();
  await expect(ended(away)).toBeVisible();
});
