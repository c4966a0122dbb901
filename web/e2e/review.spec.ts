import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from '@playwright/test';
import { clip, poster } from './clips.ts';
import { Producer, staff } from './house.ts';
import { startNode } from './node.ts';
import { bare, expect } from './test.ts';

// A drama on its way through the hands of three people, none of whom has another part in it, until it may be published.

const length = 12;
const title = { 'zh-CN': '地下赌场', en: 'The House of Cards' };
const desk = { viewport: { width: 1440, height: 900 }, locale: 'en' };

/** A house that publishes only what was cleared. */
const test = bare.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its pattern.
  node: async ({}, use) => {
    const node = await startNode(['--review.required']);
    await use(node);
    await node.stop();
  },
});

/** The video of the version, and where it is. */
const at = (page: Page) =>
  page.getByLabel('Episode 1', { exact: true }).evaluate((v: HTMLVideoElement) => v.currentTime);

/** Opens the episode at twice the pace. */
async function watch(page: Page): Promise<void> {
  await page.getByLabel('Speed').selectOption('2');
  await page.getByRole('button', { name: 'Open the episode' }).click();
  await expect.poll(() => at(page)).toBeGreaterThan(0.5);
}

test('three people take a version through, and only then is it published', async ({ node, scratch, elsewhere }) => {
  test.setTimeout(300_000);
  const producing = await Producer.setUp(node);
  const drama = await producing.draft(title, await poster(scratch), [await clip(scratch, length, 1)]);
  await producing.playable(drama, 1);

  const api = `${node.url}/api/console/v1`;
  const house = await elsewhere({ viewport: { width: 1440, height: 900 } });
  const sign = { email: staff.email, password: staff.password };
  expect((await house.request.post(`${api}/sessions`, { data: sign })).ok()).toBe(true);
  const org = (await (await house.request.get(`${api}/organisations`)).json()).items[0].id;
  const recruit = async (name: string, role: string, options: BrowserContextOptions = desk) => {
    const data = { name, email: `${name}@example.org`, roles: [role], organisation_id: org, reason: 'is needed' };
    const hired = await house.request.post(`${api}/staff`, { data });
    expect(hired.ok(), await hired.text()).toBe(true);
    const page = await elsewhere(options);
    const token = (await hired.json()).password_link.split('#')[1];
    expect((await page.request.post(`${api}/password`, { data: { token, new: 'harbour-waltz-7' } })).ok()).toBe(true);
    return page;
  };
  const lin = await recruit('lin', 'reviewer');
  const chen = await recruit('chen', 'reviewer');
  const wu = await recruit('wu', 'editor');

  await test.step('who made it submits it', async () => {
    await house.goto(`/console/dramas/${drama}`);
    const review = house.locator('#review');
    await expect(review).toContainText('还没有提交审核');
    await review.getByRole('button', { name: '提交审核' }).click();
    await expect(review).toContainText('初审');
  });

  const decision = (page: Page) =>
    page.locator('section').filter({ has: page.getByRole('heading', { name: 'Decision' }) });
  const findings = (page: Page) => page.getByRole('region', { name: 'Automatic findings' });
  const send = (page: Page) => decision(page).getByRole('button', { name: 'Send the decision' });
  const pass = async (page: Page) => {
    await decision(page).getByRole('radio', { name: 'Pass' }).check();
    await send(page).click();
  };

  await test.step('the first reviewer answers what was found, watches all of it and marks a moment', async () => {
    await lin.goto('/console');
    await expect(lin).toHaveURL(/\/console\/reviews$/);
    await expect(lin.getByRole('listitem')).toContainText('left');
    await lin.getByRole('link', { name: /The House of Cards/ }).click();
    const way = decision(lin).getByRole('radio', { name: 'Pass' });
    await expect(way).toBeDisabled();
    for (const colorScheme of ['dark', 'light'] as const) {
      await lin.emulateMedia({ colorScheme });
      await lin.reload();
      await expect(findings(lin)).toBeVisible();
      const { violations } = await new AxeBuilder({ page: lin }).analyze();
      expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')).toEqual([]);
    }
    await expect(decision(lin)).toContainText(/wait.* for an answer/);
    await expect(send(lin)).toBeDisabled();

    await expect(findings(lin)).toContainText('Gambling');
    for (const button of await findings(lin).getByRole('button', { name: 'Answer: Gambling' }).all()) {
      await button.click();
      const form = findings(lin).getByRole('form');
      await expect(form.getByRole('button', { name: 'Answer' })).toBeDisabled();
      await form.getByLabel('No harm').check();
      await form.getByLabel('Why').fill('It is the name of a house that burns down.');
      await form.getByRole('button', { name: 'Answer' }).click();
      await expect(form).toHaveCount(0);
    }
    await expect(findings(lin)).toContainText('All answered');
    await expect(decision(lin)).toContainText('Watch 98% more to pass it');

    // Jumping over it is not watching it.
    await watch(lin);
    await lin.getByRole('slider', { name: 'Place in the episode' }).fill('9');
    await expect.poll(() => at(lin)).toBeGreaterThan(9);
    await lin.keyboard.press('m');
    const mark = lin.getByRole('region', { name: 'Marks' });
    await expect(mark.getByRole('form', { name: /^Mark episode 1 at 0:(09|10|11)$/ })).toBeVisible();
    await mark.getByLabel('What').selectOption({ label: 'Copyright of music' });
    await mark.getByLabel('Note').fill('Ask for the paper');
    await mark.getByRole('button', { name: 'Keep the mark' }).click();
    await expect(mark.getByRole('listitem')).toContainText('Ask for the paper');
    await expect(way).toBeDisabled();

    // What was jumped over is gone to by its key, once the rest is seen.
    await lin.locator('h1').click();
    await expect(async () => {
      await lin.keyboard.press('n');
      await expect(way).toBeEnabled({ timeout: 7000 });
    }).toPass({ timeout: 90_000 });
    await pass(lin);
    await expect(decision(lin)).toContainText('Second review');
    // Who passed it has no second say.
    await expect(decision(lin)).toContainText('You have already had a part in this version');
  });

  await test.step('the second one watches what the first one marked', async () => {
    await chen.goto('/console/reviews');
    await chen.getByRole('link', { name: /The House of Cards/ }).click();
    const way = decision(chen).getByRole('radio', { name: 'Pass' });
    await expect(decision(chen)).toContainText('Watch 30% more to pass it');
    await watch(chen);
    await expect(way).toBeEnabled({ timeout: 60_000 });
    await pass(chen);
    await expect(decision(chen)).toContainText('Final review');
  });

  await test.step('it is not published before the editor passes it', async () => {
    const published = await house.request.post(`${api}/dramas/${drama}/ready`, { data: {} });
    expect(published.ok(), await published.text()).toBe(true);
    const refused = await house.request.post(`${api}/dramas/${drama}/publish`, { data: {} });
    expect(refused.status()).toBeGreaterThanOrEqual(400);
    expect(await refused.text()).toContain('review.not_cleared');
    await wu.goto('/console/reviews');
    await wu.getByRole('link', { name: /The House of Cards/ }).click();
    await expect(decision(wu).getByRole('listitem').filter({ hasText: 'Second review' })).toContainText('Passed');
    await pass(wu);
    await expect(wu.locator('.head')).toContainText('Cleared');
    await house.reload();
    await expect(house.locator('#review')).toContainText('已通过');
    const now = await house.request.post(`${api}/dramas/${drama}/publish`, { data: {} });
    expect(now.ok(), await now.text()).toBe(true);
  });

  await test.step('another video is reviewed beside the one that was cleared, and comes back with the reason', async () => {
    await producing.replace(drama, 1, await clip(scratch, length, 2));
    await producing.leave();
    await house.goto(`/console/dramas/${drama}`);
    const review = house.locator('#review');
    await review.getByRole('button', { name: '提交现在的版本' }).click();
    await expect(review).toContainText('初审');
    await review.getByRole('button', { name: '撤回' }).click();
    await review.getByRole('group').getByRole('button', { name: '撤回' }).click();
    await expect(review).toContainText('已撤回');
    await review.getByRole('button', { name: '提交现在的版本' }).click();
    await expect(review).toContainText('初审');

    await chen.goto('/console/reviews');
    await chen.getByRole('link', { name: /The House of Cards/ }).click();
    const changes = chen.getByRole('region', { name: 'Against the version that was cleared' });
    await expect(changes).toContainText('Episode 1 has another video');
    await watch(chen);
    await changes.getByRole('button', { name: 'Episode 1 beside the version that was cleared' }).click();
    const before = chen.getByLabel('Cleared version', { exact: true });
    await expect.poll(() => before.evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(0.5);
    await chen.getByRole('button', { name: 'Pause', exact: true }).click();
    await chen.getByRole('slider', { name: 'Place in the episode' }).fill('7');
    await expect.poll(() => before.evaluate((v: HTMLVideoElement) => v.currentTime)).toBe(7);
    await changes.getByRole('button', { name: 'Only the new one' }).click();
    await expect(before).toHaveCount(0);
    await decision(chen).getByRole('radio', { name: 'Return for change' }).check();
    await expect(send(chen)).toBeDisabled();
    await decision(chen).getByLabel('Reason, sent as written').fill('The sound is one long tone.');
    await send(chen).click();
    await expect(chen.locator('.head')).toContainText('Returned');
    await house.reload();
    await expect(review).toContainText('已退回');
    await expect(review).toContainText('The sound is one long tone.');
  });
});
