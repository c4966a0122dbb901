import { staff } from './house.ts';
import { expect, bare as test } from './test.ts';

test('the set-up link opens the console once; staff sign out and in again', async ({ elsewhere, node }) => {
  const page = await elsewhere({ viewport: { width: 1440, height: 900 } });
  await page.goto(node.setup);
  await page.getByLabel('机构').fill(staff.organisation);
  await page.getByLabel('姓名').fill(staff.name);
  await page.getByLabel('邮箱').fill(staff.email);
  await page.getByLabel('密码').fill('short');
  await page.getByRole('button', { name: '完成初始化' }).click();
  await expect(page.getByLabel('密码')).toHaveAttribute('aria-invalid', 'true');
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
