import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { clip, poster } from './clips.ts';
import { onScreens, Producer } from './house.ts';
import { bare, clipSeconds, expect } from './test.ts';
import { startTurned, type Turned } from './turned.ts';
import { pictures } from './watching.ts';

const day = 86_400_000;
const version = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** A house where both consents wait to be given, and whose terms are others from tomorrow on. */
const test = bare.extend<object, { turned: Turned }>({
  turned: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its pattern.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-notice-'));
      const texts = join(folder, 'texts');
      await mkdir(texts);
      for (const lang of ['zh-CN', 'en']) {
        await writeFile(join(texts, `terms.2020-01-01.${lang}.md`), '# Terms\n\nThe first terms.\n');
        await writeFile(join(texts, `terms.${version(Date.now() + day)}.${lang}.md`), '# Terms\n\nThe other terms.\n');
        await writeFile(join(texts, `privacy.2020-01-01.${lang}.md`), '# Privacy\n\nThe privacy text.\n');
      }
      const node = await startTurned(folder, [`--consent.texts=${texts}`, '--youth.home=DE']);
      try {
        await season(node, folder);
        await use(node);
      } finally {
        await node.stop();
        await rm(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  node: async ({ turned }, use) => use(turned),
  baseURL: async ({ turned }, use) => use(turned.url),
});

async function season(node: Turned, folder: string): Promise<void> {
  const producer = await Producer.setUp(node);
  const title = { 'zh-CN': '长街灯火', en: 'The Lantern Street' };
  const id = await producer.draft(title, await poster(folder), [await clip(folder, clipSeconds, 1)]);
  await producer.playable(id, 1);
  await producer.publish(id);
  await onScreens(node, [{ id, title }]);
  await producer.leave();
}

const notice = (page: Page) => page.getByRole('complementary', { name: '隐私' });
const said = async (page: Page) => (await page.request.get('/api/v1/me/privacy')).json();
/** Opens the feed, and waits until whatever comes after the first picture has had its say. */
async function feedPlays(page: Page): Promise<void> {
  const asked = page.waitForResponse((r) => r.url().endsWith('/api/v1/me/privacy'));
  await page.goto('/');
  await expect.poll(() => pictures(page)).toBeGreaterThan(0);
  await (await asked).finished();
}

test('nothing is asked before the first drama plays, and then beside the controls; no is an answer', async ({
  page,
}) => {
  let release = () => {};
  const held = new Promise<void>((go) => {
    release = go;
  });
  await page.route(/\.(m4s|mp4|ts)(\?|$)/, async (route) => {
    await held;
    await route.continue();
  });
  const ready = page.waitForResponse((r) => r.url().endsWith('/api/v1/youth')); // the pages are there
  await page.goto('/');
  await ready;
  await expect(page.getByRole('button', { name: '播放设置' })).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  release();
  await expect(notice(page)).toBeVisible();
  expect(await pictures(page)).toBeGreaterThan(0);

  const top = (await notice(page).boundingBox())?.y ?? 0;
  for (const control of await page.getByRole('main').getByRole('button').all()) {
    const box = (await control.isVisible()) ? await control.boundingBox() : null;
    if (box) expect(box.y + box.height).toBeLessThanOrEqual(top);
  }
  await notice(page).getByRole('button', { name: '仅必要的' }).click();
  await expect(notice(page)).toHaveCount(0);
  expect(await said(page)).toMatchObject({
    personalised: { state: 'off', chosen_at: expect.any(String) },
    analytics: { state: 'off', chosen_at: expect.any(String) },
    terms: { agreed: '2020-01-01', due: false },
    privacy: { agreed: '2020-01-01', due: false },
  });
  await feedPlays(page);
  await expect(notice(page)).toHaveCount(0);
});

test('yes gives what was asked; a new text is told once', async ({ page, turned }) => {
  await feedPlays(page);
  const saves = /\/api\/v1\/me\/privacy$/;
  await page.route(saves, (route) => (route.request().method() === 'GET' ? route.fallback() : route.abort()));
  await notice(page).getByRole('button', { name: '同意' }).click();
  await expect(notice(page).getByRole('alert')).toHaveText(/^你的选择没有保存。.+。$/);
  await page.unroute(saves);
  await notice(page).getByRole('button', { name: '同意' }).click();
  await expect(notice(page)).toHaveCount(0);
  expect(await said(page)).toMatchObject({ personalised: { state: 'on' }, analytics: { state: 'on' } });

  await page.goto('/me/terms');
  await expect(page.getByText('The first terms.')).toBeVisible();
  await page.getByRole('link', { name: '看新版本' }).click();
  await expect(page.getByText('The other terms.')).toBeVisible();

  await turned.turn(day);
  await feedPlays(page);
  await expect(notice(page)).toContainText('有新版本');
  await notice(page).getByRole('link', { name: '使用条款' }).click();
  await expect(page.getByText('The other terms.')).toBeVisible();
  await feedPlays(page);
  await notice(page).getByRole('button', { name: '知道了' }).click();
  await expect(notice(page)).toHaveCount(0);
  expect(await said(page)).toMatchObject({ terms: { due: false }, personalised: { state: 'on' } });
  await feedPlays(page);
  await expect(notice(page)).toHaveCount(0);
});
