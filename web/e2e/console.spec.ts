import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { clip, poster } from './clips.ts';
import { Producer, staff } from './house.ts';
import { signIn } from './producing.ts';
import { clipSeconds, expect, bare as test } from './test.ts';

test('the set-up link opens the console once; staff sign out and in again', async ({ elsewhere, node }) => {
  const page = await elsewhere({ viewport: { width: 1440, height: 900 } });
  await page.goto(node.setup);
  await page.getByLabel('机构').fill(staff.organisation);
  await page.getByLabel('姓名').fill(staff.name);
  await page.getByLabel('邮箱').fill(staff.email);
  await page.getByLabel('密码').fill('short');
  await page.getByRole('button', { name: '完成初始化' }).click();
  await expect(page.getByLabel('密码')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('密码')).toBeFocused();
  await page.getByLabel('密码').fill(staff.password);
  await page.getByRole('button', { name: '完成初始化' }).click();
  const account = page.getByRole('button', { name: `账号: ${staff.name}` });
  await expect(account).toBeVisible();

  await account.click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByLabel('邮箱').fill(staff.email);
  await page.getByLabel('密码').fill('not the password');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByText('邮箱或密码不对。')).toBeVisible();
  await page.getByLabel('密码').fill(staff.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(account).toBeVisible();
  await page.reload();
  await expect(account).toBeVisible();

  await page.goto('/console/setup#used');
  await expect(page.getByRole('heading', { name: '这里已经初始化过了' })).toBeVisible();
});

test('a table is sorted by its heads, keeps its order in the address, and is saved as CSV', async ({
  elsewhere,
  node,
}) => {
  const producer = await Producer.setUp(node);
  for (const title of ['Lantern 10', '=1+1', 'Lantern 9']) await producer.begin({ 'zh-CN': '灯', en: title });
  await producer.leave();
  const page = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await signIn(page);
  const titles = page.locator('tbody .name b');
  const head = page.getByRole('columnheader', { name: 'Title' });
  await head.getByRole('button').click();
  await expect(titles).toHaveText(['=1+1', 'Lantern 9', 'Lantern 10']);
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await head.getByRole('button').press('Enter');
  await expect(titles).toHaveText(['Lantern 10', 'Lantern 9', '=1+1']);
  await page.reload();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(titles).toHaveText(['Lantern 10', 'Lantern 9', '=1+1']);

  await page.getByRole('searchbox').fill('Lantern');
  await expect(titles).toHaveCount(2);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save “Dramas” as CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^Dramas-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFFTitle,/);
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['Lantern 10', 'Lantern 9', '']);
});

test('the keyboard keeps its place: in the account menu, at what is asked, at a session that has ended', async ({
  elsewhere,
  node,
}) => {
  const producer = await Producer.setUp(node);
  await producer.begin({ 'zh-CN': '灯', en: 'Lantern' });
  await producer.leave();
  const page = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await signIn(page);
  const account = page.getByRole('button', { name: 'Account: Ada' });
  await account.press('Enter');
  await page.getByRole('button', { name: 'Change password' }).press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(account).toBeFocused();

  await page.context().clearCookies();
  await page.getByRole('tab', { name: 'Draft' }).click();
  const door = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(door).toBeVisible();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await expect(door.getByLabel('Password')).toBeFocused();
  await door.getByLabel('Password').fill(staff.password);
  await door.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(door).toBeHidden();
  await expect(page.getByText('Lantern')).toBeVisible();
});

test('a file is deleted once no episode shows it', async ({ elsewhere, node, scratch }) => {
  test.setTimeout(900_000);
  const producer = await Producer.setUp(node);
  const master = await clip(scratch, clipSeconds, 1);
  const drama = await producer.draft({ 'zh-CN': '灯', en: 'Lantern' }, await poster(scratch), [master]);
  await producer.playable(drama, 1);
  await producer.leave();
  const page = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await signIn(page);
  const file = page.getByRole('button', { name: basename(master), exact: true });
  const sheet = page.getByRole('dialog', { name: 'Delete file' });
  const ask = async () => {
    await page.getByRole('link', { name: 'Files' }).click();
    await file.click();
    await page.getByRole('button', { name: 'Delete file' }).click();
  };
  await ask();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.getByRole('button', { name: 'Delete file' }).click();
  await sheet.getByRole('button', { name: 'Delete file' }).click();
  await expect(sheet.getByRole('alert')).toContainText('Episodes show this file.');
  await sheet.getByRole('link', { name: 'Lantern · episode 1' }).click();

  await page.getByRole('button', { name: 'Remove episode 1' }).click();
  await page
    .getByRole('group', { name: /episode 1/ })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect(page.getByText('No episodes yet', { exact: true })).toBeVisible();
  await ask();
  await sheet.getByRole('button', { name: 'Delete file' }).click();
  await expect(page.getByText('No files yet')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No files yet')).toBeVisible();
});

test('an episode has a time of its own, and other markets theirs', async ({ elsewhere, node, scratch }) => {
  test.setTimeout(900_000);
  const producer = await Producer.setUp(node);
  const masters = [await clip(scratch, clipSeconds, 1), await clip(scratch, clipSeconds, 2)];
  const drama = await producer.draft({ 'zh-CN': '灯', en: 'Lantern' }, await poster(scratch), masters);
  await producer.playable(drama, 2);
  const page = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await signIn(page);
  await page.getByRole('link', { name: 'Lantern' }).click();
  await page.getByRole('button', { name: 'Add a market' }).click();
  await page.getByLabel('Country code').fill('us');
  const market = page.getByRole('group', { name: 'US' });
  await market.getByLabel('Release', { exact: true }).selectOption('A few a day');
  await market.getByLabel('Time zone of its days').fill('America/New_York');
  await market.getByLabel('Release starts').fill('2099-01-02T10:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved')).toBeVisible();

  const [first, second] = [page.locator('#episode-1'), page.locator('#episode-2')];
  const asks = second.getByRole('button', { name: 'Release time of episode 2' });
  const sheet = page.getByRole('dialog', { name: 'Release time of episode 2' });
  await asks.click();
  await sheet.getByLabel('Release time', { exact: true }).fill('2098-12-24T20:00');
  await expect(sheet.getByText(/^24 Dec 2098, 20:00 · /)).toBeVisible();
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toBeHidden();
  await expect(second).toContainText('Planned for 24 Dec 2098, 20:00 · its own time');

  await producer.publish(drama);
  await producer.leave();
  await page.reload();
  await expect(first).toContainText(/Released .*United States · Planned for 2 Jan 2099, 10:00/);
  await expect(second).toContainText(
    /Planned for 24 Dec 2098, 20:00 · its own time.*United States · Planned for 3 Jan 2099, 10:00/,
  );
  await expect(first.getByRole('button', { name: 'Release time of episode 1' })).toBeHidden();

  await asks.click();
  await expect(sheet.getByLabel('Release time', { exact: true })).toHaveValue('2098-12-24T20:00');
  await sheet.getByRole('button', { name: 'Back to the plan' }).click();
  await expect(second).toContainText(/Released .*United States · Planned for 3 Jan 2099, 10:00/);
  await expect(asks).toBeHidden();
});
