import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Producer, staff } from './house.ts';
import { startNode } from './node.ts';
import { expect, bare as test } from './test.ts';

const indonesia = `code = "ID"
title = "Indonesia"
title_zh = "印度尼西亚"
version = "1"
from = "2026-01-01"
source = "read by our counsel"
territories = ["ID"]
currency = "IDR"
languages = ["id", "en"]
zone = "Asia/Jakarta"

[[review]]
from = "2026-01-01"
three_person = true
source = "our choice"
`;

test('an operator adds a market from a file, sees what it changes and puts it in force', async ({
  browser,
  scratch,
}) => {
  await writeFile(join(scratch, 'id.toml'), indonesia);
  await writeFile(join(scratch, 'wrong.toml'), indonesia.replace('"IDR"', '"rupiah"'));
  const node = await startNode(['--media.min-free=0', `--market.packs=${scratch}`]);
  const context = await browser.newContext({ baseURL: node.url, viewport: { width: 1440, height: 900 }, locale: 'en' });
  try {
    await (await Producer.setUp(node)).leave();
    const page = await context.newPage();
    await page.goto('/console');
    await page.getByLabel('Email').fill(staff.email);
    await page.getByLabel('Password').fill(staff.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Markets', exact: true }).click();
    const held = page.getByRole('region', { name: 'Rules in force' });
    await expect(held.getByRole('row', { name: /Mainland China/ })).toContainText('2026-07');
    await expect(held.getByRole('row', { name: /European Economic Area/ })).toContainText('30 countries');
    await expect(held).not.toContainText('Indonesia');

    const folder = page.getByRole('region', { name: 'Rules in the folder' });
    await expect(folder.getByRole('listitem').filter({ hasText: 'home.toml' })).toContainText('In force');
    const wrong = folder.getByRole('listitem').filter({ hasText: 'wrong.toml' });
    await expect(wrong).toContainText('Cannot be read');
    await expect(wrong).toContainText('8: currency: "rupiah": want a currency such as CNY');
    await expect(wrong.getByRole('button')).toHaveCount(0);
    await folder.getByRole('button', { name: 'Propose id.toml' }).click();

    await expect(page.getByRole('heading', { level: 1, name: 'Indonesia' })).toBeVisible();
    const changes = page.getByRole('region', { name: 'What it would change' });
    await expect(changes).toContainText('A new market, version 1');
    await expect(changes.getByRole('listitem').filter({ hasText: 'Review' })).toContainText('three_person');
    await page.getByRole('button', { name: 'Put in force' }).click();
    await expect(page.getByText(/^Decided\. In force from /)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Put in force' })).toHaveCount(0);

    await page
      .getByRole('navigation', { name: 'Sections' })
      .getByRole('link', { name: 'Markets', exact: true })
      .click();
    await expect(held.getByRole('row', { name: /Indonesia/ })).toContainText('ID');
    await expect(folder.getByRole('listitem').filter({ hasText: 'id.toml' })).toContainText('In force');

    const trial = page.getByRole('region', { name: 'Try a class' });
    const answer = trial.locator('[aria-live]');
    await trial.getByLabel('How it is made').selectOption('AI');
    await trial.getByLabel('Invested (yuan)').fill('800000');
    await trial.getByLabel('By the rules of').fill('2026-06-30');
    await trial.getByRole('button', { name: 'Try' }).click();
    await expect(answer).toContainText('By the rule cn-2026-01');
    await expect(answer).toContainText('Other');
    await trial.getByLabel('By the rules of').fill('2026-07-01');
    await trial.getByRole('button', { name: 'Try' }).click();
    await expect(answer).toContainText('By the rule cn-ai-2026-07');
    await expect(answer).toContainText('Key');
  } finally {
    await context.close();
    await node.stop();
  }
});
