import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { poster } from './clips.ts';
import { Producer, staff } from './house.ts';
import type { Node, Started } from './node.ts';
import { expect, bare as test } from './test.ts';

const english = { viewport: { width: 1440, height: 900 }, locale: 'en' };
const title = { 'zh-CN': '长街灯火', en: 'The Lantern Street' };
const failed = '“broken.mp4” could not be prepared';

async function enter(page: Page): Promise<void> {
  const { email, password } = staff;
  const answer = await page.request.post('/api/console/v1/sessions', { data: { email, password } });
  expect(answer.ok()).toBe(true);
}

/** The subjects and texts of the mails a node without a mail server wrote down. */
const mails = (node: Node) =>
  (node as Started)
    .log()
    .split('\n')
    .filter((line) => line.includes('mail written here'))
    .map((line) => JSON.parse(line) as { to: string; subject: string; text: string });

test('a failure counts at the bell and comes by mail; done, it counts no more', async ({
  node,
  elsewhere,
  scratch,
}) => {
  const producer = await Producer.setUp(node);
  const page = await elsewhere(english);
  await enter(page);
  await page.goto('/console/inbox');
  const inbox = page.getByRole('region', { name: 'Inbox' });
  const bell = (unread: number) => page.getByRole('link', { name: `Inbox, ${unread} unread` });
  await expect(inbox).toContainText('Nothing waits for you');
  await expect(bell(0)).toBeVisible();

  await page.getByRole('button', { name: 'By mail' }).click();
  const sheet = page.getByRole('dialog', { name: 'By mail' });
  await expect(sheet.getByLabel('Alarms and deadlines')).toHaveValue('at_once');
  await expect(sheet.getByLabel('Everything else')).toHaveValue('never');
  await sheet.getByLabel('Everything else').selectOption('daily');
  await sheet.getByLabel('Hour of the daily mail').selectOption('07:00');
  await sheet.getByLabel('Everything else').selectOption('at_once');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toHaveCount(0);

  await page.goto('/console/dramas');
  await expect(bell(0)).toBeVisible();
  const broken = join(scratch, 'broken.mp4');
  await writeFile(broken, 'This is not a film.');
  await producer.draft(title, await poster(scratch), [broken]);
  await expect(bell(1)).toBeVisible();
  await expect.poll(() => mails(node).map((m) => `${m.to}: ${m.subject}`)).toEqual([`${staff.email}: ${failed}`]);
  expect(mails(node)[0]?.text).toContain('/console/files?file=ast_');

  await bell(1).focus();
  await page.keyboard.press('Enter');
  await inbox.getByRole('link', { name: failed }).click();
  await expect(page).toHaveURL(/\/console\/files\?file=ast_/);
  await expect(page.getByRole('complementary')).toContainText('broken.mp4');
  await expect(bell(0)).toBeVisible(); // it was read

  await bell(0).click();
  await expect(inbox.getByRole('listitem')).toHaveCount(1);
  await inbox.getByRole('button', { name: `Done: ${failed}` }).click();
  await expect(inbox).toContainText('Nothing waits for you');
  await inbox.getByRole('tab', { name: 'Open' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(inbox.getByRole('listitem')).toContainText(`Done by ${staff.name}`);
  await inbox.getByRole('button', { name: `Open again: ${failed}` }).click();
  await expect(inbox).toContainText('Nothing has ended yet');
  await inbox.getByRole('tab', { name: 'Open' }).click();
  await expect(inbox.getByRole('listitem')).toContainText('File · just now');
  await producer.leave();
});

test('a role that waits is due, and goes from an open inbox when it is decided', async ({ node, elsewhere }) => {
  const first = await elsewhere(english);
  const post = async (path: string, data: object) => {
    const answer = await first.request.post(`${node.url}/api/console/v1/${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  await post('setup', { token: node.setup.split('#')[1], ...staff });
  const house = (await (await first.request.get(`${node.url}/api/console/v1/organisations`)).json()).items[0].id;
  const hire = (name: string, role: string) =>
    post('staff', { name, email: `${name}@example.org`, roles: [role], organisation_id: house, reason: 'is needed' });
  const link = (await hire('grace', 'admin')).password_link;
  const second = await elsewhere(english);
  const chosen = await second.request.post(`${node.url}/api/console/v1/password`, {
    data: { token: link.split('#')[1], new: 'harbour-waltz-7' },
  });
  expect(chosen.ok()).toBe(true);
  await second.goto('/console/inbox');
  const inbox = second.getByRole('region', { name: 'Inbox' });
  await expect(inbox).toContainText('Nothing waits for you');

  await hire('lin', 'reviewer');
  const item = inbox.getByRole('listitem');
  await expect(item).toContainText('A role for lin waits for a second administrator');
  await expect(item).toContainText('Due in 3 days');
  await expect(item.getByRole('button')).toHaveCount(0);
  await expect(second.getByRole('link', { name: 'Inbox, 1 unread' })).toBeVisible();
  await first.goto('/console/inbox'); // not for who asked
  await expect(first.getByRole('region', { name: 'Inbox' })).toContainText('Nothing waits for you');
  await first.goto('/console/staff');
  await first.getByRole('button', { name: 'Withdraw' }).click();
  await expect(inbox).toContainText('Nothing waits for you');
  await expect(second.getByRole('link', { name: 'Inbox, 0 unread' })).toBeVisible();
});
