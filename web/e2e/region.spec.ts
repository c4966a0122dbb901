import { expect, test } from './test.ts';

test('a viewer says where they are, and for this sign-in it counts once', async ({ page }) => {
  await page.goto('/me');
  await page.getByRole('link', { name: '国家与规则' }).click();
  await expect(page.getByRole('heading', { name: '这里适用本站自己的规则' })).toBeVisible();
  const mine = page.getByRole('combobox', { name: '我所在的国家' });
  await mine.selectOption({ label: '新加坡' });
  await expect(page.getByRole('heading', { name: '这里适用新加坡的规则' })).toBeVisible();
  await page.reload(); // whatever is asked for next decides
  await expect(page.getByText('这台设备已经判断过')).toBeVisible();
  await mine.selectOption({ label: '德国' });
  await expect(mine).toBeEnabled();
  await page.reload();
  await expect(page.getByRole('heading', { name: '这里适用新加坡的规则' })).toBeVisible();
  await expect(mine).toHaveValue('DE');
});
