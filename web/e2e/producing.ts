import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { staff } from './house.ts';
import { expect } from './test.ts';
import type { Wire } from './wire.ts';

/** What the producer's browser does, in the English console. */
export async function signIn(page: Page): Promise<void> {
  await page.goto('/console');
  await page.getByLabel('Email').fill(staff.email);
  await page.getByLabel('Password').fill(staff.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Begins a drama with a poster, and stays on its page. */
export async function beginDrama(page: Page, title: { 'zh-CN': string; en: string }, art: Buffer): Promise<void> {
  await page.getByRole('button', { name: 'New drama' }).first().click();
  await page.getByLabel('Title in Chinese').fill(title['zh-CN']);
  await page.getByLabel('Title in English').fill(title.en);
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: title.en })).toBeVisible();
  await page.getByLabel('Synopsis in Chinese').fill('鲸鱼接了电话。');
  await page.getByLabel('Synopsis in English').fill('A whale answers the phone.');
  await page.getByLabel('Suspense').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved')).toBeVisible();
  await page.getByLabel(/Portrait/).setInputFiles({ name: 'portrait.jpg', mimeType: 'image/jpeg', buffer: art });
  await expect(page.locator('#poster-portrait img')).toBeVisible();
}

/** Uploads a master that is paused on its way, and loses its connection when it goes on. */
export async function uploadOverBrokenWire(page: Page, wire: Wire, master: string): Promise<void> {
  await page.getByRole('link', { name: 'Upload episodes' }).click();
  const stalled = wire.stallAfter(2_000_000);
  await page.getByLabel('Add files').setInputFiles(master);
  // Its name says no number: the page asks before it sends anything.
  await expect(page.getByLabel(`Episode of ${basename(master)}`)).toHaveValue('1');
  await page.getByRole('button', { name: 'Upload 1 file' }).click();
  const row = page.getByRole('row').filter({ hasText: basename(master) });
  const bar = row.getByRole('progressbar');
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(5);
  await stalled;
  await row.getByRole('button', { name: /Pause/ }).click();
  await expect(bar).toHaveAttribute('aria-valuetext', 'Paused');
  wire.cut();
  await row.getByRole('button', { name: /Resume/ }).click();
  await expect(bar).toHaveAttribute('aria-valuetext', /Connection lost/);
  const rest = page.waitForRequest((r) => r.method() === 'PATCH' && r.url().includes('/uploads/'));
  wire.mend();
  expect(Number(await (await rest).headerValue('upload-offset'))).toBeGreaterThan(0);

  await expect(bar).toHaveAttribute('aria-valuetext', /Playable|Ready|Making higher/, { timeout: 600_000 });
  await row.getByRole('button').first().click();
  await expect(page.getByRole('heading', { name: 'Findings' })).toBeVisible();
  const preview = page.locator('aside video');
  await expect.poll(() => preview.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(1);
}

/** From the files of a drama back to it, and out to everybody. */
export async function publish(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Back to the drama' }).click();
  await page.getByRole('button', { name: 'Mark ready' }).click();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Published', { exact: true })).toBeVisible();
}
