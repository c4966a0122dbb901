import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { APIRequestContext } from '@playwright/test';
import { poster } from './clips.ts';
import { Producer, staff } from './house.ts';
import { expect, bare as test } from './test.ts';

const english = { viewport: { width: 1440, height: 900 }, locale: 'en' };
const title = { 'zh-CN': '长街灯火', en: 'The Lantern Street' };

async function post(request: APIRequestContext, path: string, data: object) {
  const answer = await request.post(`/api/console/v1/${path}`, { data });
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
  return answer.json();
}

test('the inbox shows one kind of matter, also when it is opened again, until all are asked for', async ({
  node,
  elsewhere,
  scratch,
}) => {
  const producer = await Producer.setUp(node);
  const page = await elsewhere(english);
  const entered = await page.request.post('/api/console/v1/sessions', {
    data: { email: staff.email, password: staff.password },
  });
  expect(entered.ok()).toBe(true);
  await page.goto('/console/inbox');
  const inbox = page.getByRole('region', { name: 'Inbox' });
  const kind = inbox.getByLabel('Kind');
  const items = inbox.getByRole('listitem');
  await expect(inbox).toContainText('Nothing waits for you');
  await expect(kind).toHaveCount(0); // nothing to choose among

  // A file that cannot be prepared, and a role that another administrator asks for.
  const broken = join(scratch, 'broken.mp4');
  await writeFile(broken, 'This is not a film.');
  await producer.draft(title, await poster(scratch), [broken]);
  const house = (await (await page.request.get('/api/console/v1/organisations')).json()).items[0].id;
  const hire = (who: APIRequestContext, name: string, role: string) =>
    post(who, 'staff', {
      name,
      email: `${name}@example.org`,
      roles: [role],
      organisation_id: house,
      reason: 'is needed',
    });
  const { password_link: link } = await hire(page.request, 'grace', 'admin');
  const other = await elsewhere(english);
  await post(other.request, 'password', { token: link.split('#')[1], new: 'harbour-waltz-7' });
  await hire(other.request, 'lin', 'reviewer');
  await expect(items).toHaveCount(2);
  await expect(kind.getByRole('option')).toHaveText(['All kinds', 'Role (1)', 'File (1)']);

  await kind.selectOption('File (1)');
  await expect(items).toHaveCount(1);
  await expect(items).toContainText('broken.mp4');
  await expect(page).toHaveURL(/\?kind=media\.failed$/);
  await page.reload();
  await expect(kind).toHaveValue('media.failed');
  await expect(items).toHaveCount(1);
  await kind.selectOption('Role (1)');
  await expect(items).toContainText('A role for lin waits for a second administrator');
  await expect(items).toHaveCount(1);

  await kind.selectOption('File (1)');
  await inbox.getByRole('button', { name: /^Done: / }).click();
  await expect(inbox).toContainText('Nothing of this kind');
  await inbox.getByRole('tab', { name: 'Ended' }).click();
  await expect(items).toContainText('broken.mp4');
  await inbox.getByRole('tab', { name: 'Open' }).click();
  await inbox.getByRole('button', { name: 'All kinds' }).click();
  await expect(page).toHaveURL(/\/console\/inbox$/);
  await expect(items).toHaveCount(1);
  await expect(items).toContainText('A role for lin');
  await producer.leave();
});
