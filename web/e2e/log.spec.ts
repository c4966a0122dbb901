import { readFile } from 'node:fs/promises';
import { staff } from './house.ts';
import { expect, bare as test } from './test.ts';

const regulator = { name: 'Rui', email: 'rui@example.org', password: 'harbour-waltz-7' };

test('a regulator finds what was done to a drama, takes the proof along and is written down', async ({
  elsewhere,
  node,
}) => {
  const house = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  const post = async (page: typeof house, path: string, data: object) => {
    const answer = await page.request.post(`${node.url}/api/console/v1/${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.status() === 204 ? null : answer.json();
  };
  await post(house, 'setup', { token: node.setup.split('#')[1], ...staff });
  const drama = (await post(house, 'dramas', { title: { en: 'A Lantern' } })).id as string;
  await post(house, 'dramas', { title: { en: 'Another' } });
  const org = (await (await house.request.get(`${node.url}/api/console/v1/organisations`)).json()).items[0].id;
  const link = (
    await post(house, 'staff', {
      name: regulator.name,
      email: regulator.email,
      roles: ['regulator'],
      organisation_id: org,
    })
  ).password_link;

  const page = await elsewhere({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await post(page, 'password', { token: link.split('#')[1], new: regulator.password });
  await page.goto('/console');
  await expect(page).toHaveURL(/\/console\/log$/);
  await expect(page.getByRole('heading', { name: 'Public log', level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Dramas' })).toHaveCount(0);
  const latest = page.getByRole('region', { name: 'Latest checkpoint' });
  const entries = page.getByRole('region', { name: 'Entries' });
  await expect(async () => {
    await page.reload();
    await expect(entries.getByRole('row', { name: /Drama changed/ })).toHaveCount(2, { timeout: 2000 });
  }).toPass({ timeout: 60_000 }); // a checkpoint comes every two seconds
  await expect(latest).toContainText('cliffhanger.log+');
  await page.getByLabel('Identifier of a drama').fill(drama);
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(entries.getByRole('row', { name: /Drama changed/ })).toHaveCount(1);
  await expect(entries.getByRole('row', { name: /Drama changed/ })).toContainText(drama);

  const saved = page.waitForEvent('download');
  await entries
    .getByRole('row', { name: /Drama changed/ })
    .getByRole('link', { name: /proof of entry/ })
    .click();
  const proof = JSON.parse(await readFile(await (await saved).path(), 'utf8'));
  expect(JSON.parse(proof.entry).drama).toBe(drama);
  expect(proof.checkpoint).toContain('cliffhanger.log');

  await page.getByLabel('Identifier of a drama').fill('the lantern');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(entries.getByRole('alert')).toContainText('drm_');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(async () => {
    await page.reload();
    await expect(entries.getByRole('row', { name: /Log read/ }).first()).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
});
