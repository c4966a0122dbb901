import { staff } from './house.ts';
import { expect, bare as test } from './test.ts';

const second = { name: 'Grace', email: 'grace@example.org', password: 'harbour-waltz-7' };

test('a role takes a second administrator, who sees it wait, approves it and finds it in the record', async ({
  elsewhere,
  node,
}) => {
  const first = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  const post = async (path: string, data: object) => {
    const answer = await first.request.post(`${node.url}/api/console/v1/${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  await post('setup', { token: node.setup.split('#')[1], ...staff });
  const house = (await (await first.request.get(`${node.url}/api/console/v1/organisations`)).json()).items[0].id;
  const link = (
    await post('staff', { name: second.name, email: second.email, roles: ['admin'], organisation_id: house })
  ).password_link;

  const other = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  const chosen = await other.request.post(`${node.url}/api/console/v1/password`, {
    data: { token: link.split('#')[1], new: second.password },
  });
  expect(chosen.ok()).toBe(true);

  await first.goto('/console/staff');
  await first.getByRole('button', { name: 'Invite a person' }).click();
  const sheet = first.getByRole('dialog');
  await sheet.getByLabel('Name').fill('Lin');
  await sheet.getByLabel('Email').fill('lin@example.org');
  await sheet.getByLabel('Producer').uncheck();
  await sheet.getByLabel('Reviewer').check();
  await sheet.getByLabel(/Reason/).fill('Reads the winter slate');
  await sheet.getByRole('button', { name: 'Create link' }).click();
  const waiting = (page: typeof first) => page.getByRole('region', { name: 'Waiting for approval' });
  await expect(waiting(first)).toContainText('Lin: Reviewer');
  await expect(waiting(first).getByRole('button', { name: 'Approve' })).toHaveCount(0);

  let asked = 0;
  other.on('request', (r) => void (r.url().includes('/staff-log') && asked++));
  await other.goto('/console/staff');
  const record = other.getByRole('region', { name: 'Record of roles' });
  await expect(record).toContainText(`${staff.name} asked for Lin: Reviewer`);
  await expect(waiting(other)).toContainText('Reads the winter slate');
  expect(asked).toBe(1);
  await waiting(other).getByRole('button', { name: 'Approve' }).click();
  await expect(record).toContainText(`Lin is now Reviewer (${second.name})`);
  await expect(waiting(other)).toHaveCount(0);
  await expect(other.getByRole('row', { name: /Lin/ })).toContainText('Reviewer');
  expect(asked).toBe(2);
});
