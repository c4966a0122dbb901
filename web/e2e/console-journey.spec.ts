import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { poster, trailer } from './clips.ts';
import { staff } from './house.ts';
import { startNode } from './node.ts';
import { stretchWire } from './wire.ts';

// The main job, as a producer and a viewer see it: a file goes in, with a connection that breaks on the way, and a
// swipe plays it.
test('a producer uploads an episode over a broken connection, publishes it, and a viewer sees it', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-journey-'));
  const art = join(folder, 'poster.jpg');
  await writeFile(art, await poster(folder));
  const master = await trailer(folder);
  const node = await startNode();
  const wire = await stretchWire(node.url);
  const context = await browser.newContext({ baseURL: wire.url, viewport: { width: 1440, height: 900 }, locale: 'en' });
  try {
    const page = await context.newPage();
    await page.goto(node.setup.replace(node.url, wire.url));
    await page.getByLabel('Organisation').fill(staff.organisation);
    await page.getByLabel('Your name').fill(staff.name);
    await page.getByLabel('Email').fill(staff.email);
    await page.getByLabel('Password').fill(staff.password);
    await page.getByRole('button', { name: 'Set up and sign in' }).click();

    await page.getByRole('button', { name: 'New drama' }).first().click();
    await page.getByLabel('Title in Chinese').fill('深海来电');
    await page.getByLabel('Title in English').fill('A Call from the Deep');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { name: 'A Call from the Deep' })).toBeVisible();
    await page.getByLabel('Synopsis in Chinese').fill('鲸鱼接了电话。');
    await page.getByLabel('Synopsis in English').fill('A whale answers the phone.');
    await page.getByLabel('Suspense').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved')).toBeVisible();
    await page.getByLabel(/Portrait/).setInputFiles(art);
    await expect(page.locator('#poster-portrait img')).toBeVisible();

    await page.getByRole('link', { name: 'Upload episodes' }).click();
    wire.stallAfter(2_000_000);
    await page.getByLabel('Add files').setInputFiles(master);
    const row = page.getByRole('row').filter({ hasText: master.split('/').at(-1) as string });
    const bar = row.getByRole('progressbar');
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(5);
    await row.getByRole('button', { name: /Pause/ }).click();
    await expect(bar).toHaveAttribute('aria-valuetext', 'Paused');
    wire.cut();
    await row.getByRole('button', { name: /Resume/ }).click();
    await expect(bar).toHaveAttribute('aria-valuetext', /Connection lost/);
    const rest = page.waitForRequest((r) => r.method() === 'PATCH' && r.url().includes('/uploads/'));
    wire.mend();
    expect(Number(await (await rest).headerValue('upload-offset'))).toBeGreaterThan(0);

    await expect(bar).toHaveAttribute('aria-valuetext', /Playable|Ready|Making higher/, { timeout: 150_000 });
    await row.getByRole('button').first().click();
    await expect(page.getByRole('heading', { name: 'Findings' })).toBeVisible();
    const preview = page.locator('aside video');
    await expect.poll(() => preview.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(1);

    await page.getByRole('link', { name: 'Back to the drama' }).click();
    await page.getByRole('button', { name: 'Mark ready' }).click();
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByText('Published', { exact: true })).toBeVisible();

    const phone = await browser.newContext({ baseURL: node.url, viewport: { width: 390, height: 844 }, locale: 'en' });
    const feed = await phone.newPage();
    await feed.goto('/');
    await expect(feed.getByRole('heading', { name: 'A Call from the Deep' })).toBeVisible();
    const video = feed.locator('video:not([aria-hidden])');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(1);
    await phone.close();
  } finally {
    await context.close();
    await wire.stop();
    await node.stop();
    await rm(folder, { recursive: true });
  }
});
