import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test.ts';

const row = (page: Page, name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
const here = (page: Page, name: string) => expect(row(page, name)).toContainText('正在用这台设备看');

/** Presses the digits of a PIN in the sheet that asks for it, and the tick. */
async function enter(page: Page, title: RegExp, pin: string): Promise<void> {
  const sheet = page.getByRole('dialog', { name: title });
  await expect(sheet).toBeVisible();
  for (const digit of pin) await sheet.getByRole('button', { name: digit, exact: true }).click();
  await sheet.getByRole('button', { name: '完成' }).click();
}

async function add(page: Page, name: string, colour: string): Promise<void> {
  await page.getByRole('button', { name: '添加观看者' }).click();
  const sheet = page.getByRole('dialog', { name: '添加观看者' });
  await sheet.getByRole('textbox', { name: '名字' }).fill(name);
  await sheet.getByRole('radio', { name: colour }).check();
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(row(page, name)).toBeVisible();
}

test('people are added, changed and switched between, each with what is theirs', async ({
  page,
  house: { lantern },
}) => {
  await page.goto('/me');
  await page.getByRole('region', { name: '谁在看' }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: '观看者' })).toBeVisible();
  await here(page, '观看者');
  await add(page, '小满', '绿色');
  await page.getByRole('button', { name: '修改小满' }).click();
  await page.getByRole('textbox', { name: '名字' }).fill('阿满');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(row(page, '阿满')).toBeVisible();

  // What one follows is not what the other does.
  await page.request.put(`/api/v1/library/follows/${lantern.id}`, { data: {} });
  await page.goto('/library?tab=follows');
  const followed = page.getByRole('main').getByRole('link', { name: lantern.title['zh-CN'] });
  await expect(followed).toBeVisible();
  await page.getByRole('link', { name: '我的' }).click();
  await page.getByRole('region', { name: '谁在看' }).getByRole('link').click();
  await page.getByRole('button', { name: '换成阿满看' }).click();
  await here(page, '阿满');
  await page.getByRole('link', { name: '片单' }).click();
  await page.getByRole('tab', { name: '追剧' }).click();
  await expect(page.getByRole('main').getByText('还没有追的剧')).toBeVisible();
  await expect(followed).toHaveCount(0);

  // And whoever is not watching can be deleted.
  await page.goto('/me/profiles');
  await page.getByRole('button', { name: '换成观看者看' }).click();
  await here(page, '观看者');
  await page.getByRole('button', { name: '修改阿满' }).click();
  await page.getByRole('button', { name: '删除观看者' }).click();
  await page.getByRole('dialog', { name: '删除阿满？' }).getByRole('button', { name: '删除' }).click();
  await expect(row(page, '阿满')).toHaveCount(0);
});

test('a PIN is set, changed and removed, and without it nobody becomes who it guards', async ({ page }) => {
  await page.goto('/me/profiles');
  await add(page, '妈妈', '粉色');
  await page.getByRole('button', { name: '换成妈妈看' }).click();
  await here(page, '妈妈');
  const own = () => page.getByRole('button', { name: '修改妈妈' }).click();

  await own();
  await page.getByRole('button', { name: '设数字密码' }).click();
  await enter(page, /新的数字密码/, '4711');
  await enter(page, /再输一次/, '4712');
  await expect(page.getByRole('alert')).toHaveText('两次不一样，重新输入。');
  await enter(page, /新的数字密码/, '4711');
  await enter(page, /再输一次/, '4711');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('button', { name: '换成观看者看' }).click();
  await here(page, '观看者');
  await expect(row(page, '妈妈')).toContainText('有数字密码');
  await expect(page.getByRole('button', { name: '修改妈妈' })).toHaveCount(0);
  await page.getByRole('button', { name: '换成妈妈看' }).click();
  await enter(page, /输入妈妈的数字密码/, '4712');
  await expect(page.getByRole('alert')).toContainText('密码不对');
  expect((await (await page.request.get('/api/v1/me')).json()).profile.name).toBe('');
  await enter(page, /输入妈妈的数字密码/, '4711');
  await here(page, '妈妈');

  await own();
  await page.getByRole('button', { name: '换数字密码' }).click();
  await enter(page, /现在的数字密码/, '4711');
  await enter(page, /新的数字密码/, '081500');
  await enter(page, /再输一次/, '081500');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await own();
  await page.getByRole('button', { name: '去掉数字密码' }).click();
  await enter(page, /现在的数字密码/, '081500');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: '换成观看者看' }).click();
  await here(page, '观看者');
  await page.getByRole('button', { name: '换成妈妈看' }).click(); // nothing is asked
  await here(page, '妈妈');
});

test('six is the most', async ({ page }) => {
  await page.goto('/me/profiles');
  for (const [i, colour] of ['粉色', '黄色', '绿色', '青色', '蓝色'].entries()) await add(page, `第${i + 2}位`, colour);
  await expect(page.getByRole('button', { name: '添加观看者' })).toBeDisabled();
  await expect(page.getByText('最多 6 位观看者')).toBeVisible();
});

test('what is refused says why, and how long to wait', async ({ page }) => {
  await page.goto('/me/profiles');
  await add(page, '妈妈', '粉色');
  const { items } = await (await page.request.get('/api/v1/profiles')).json();
  const mother = items.find((p: { name: string }) => p.name === '妈妈').id;

  // Another device has deleted somebody meanwhile.
  await add(page, '爷爷', '绿色');
  const all = await (await page.request.get('/api/v1/profiles')).json();
  const grandfather = all.items.find((p: { name: string }) => p.name === '爷爷').id;
  expect((await page.request.delete(`/api/v1/profiles/${grandfather}`)).ok()).toBe(true);
  await page.getByRole('button', { name: '换成爷爷看' }).click();
  await expect(page.getByRole('alert')).toHaveText('没有找到这位观看者，刷新后再看。');
  await expect(row(page, '爷爷')).toHaveCount(0);

  await page.request.post(`/api/v1/profiles/${mother}/choose`, { data: {} });
  await page.request.put(`/api/v1/profiles/${mother}/pin`, { data: { pin: '4711' } });
  const own = items.find((p: { id: string }) => p.id !== mother).id;
  await page.request.post(`/api/v1/profiles/${own}/choose`, { data: {} });
  const guess = () => page.request.post(`/api/v1/profiles/${mother}/choose`, { data: { pin: '0000' } });
  let slowed = await guess();
  while (slowed.status() === 403) slowed = await guess();
  const wait = Number(slowed.headers()['retry-after']);
  expect(wait).toBeGreaterThan(0);
  // The wait may be over before a person has typed: the page is shown the same answer again.
  await page.route('**/choose', (route) => route.fulfill({ response: slowed }));
  await page.reload();
  await page.getByRole('button', { name: '换成妈妈看' }).click();
  await enter(page, /输入妈妈的数字密码/, '4711');
  await expect(page.getByRole('alert')).toHaveText(`密码输错的次数太多，${wait} 秒后再试。`);
});
