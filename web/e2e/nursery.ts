import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { clip, poster } from './clips.ts';
import { onScreens, Producer } from './house.ts';
import { bare, clipSeconds, expect } from './test.ts';
import { startTurned, type Turned } from './turned.ts';
import { seconds } from './watching.ts';

export const pin = '4711';
export const forgottenPin = '忘记 PIN？';
export const story = { 'zh-CN': '小满的灯', en: 'A Lantern for Xiaoman' };
export const grown = { 'zh-CN': '港湾来信', en: 'Letters from the Harbour' };
/** China's hours, and a rest after a minute, so that nobody has to wait for half an hour. */
const rules = `
[[market]]
code = "*"
zone = "Asia/Shanghai"
[[market.rule]]
bands = ["0-3", "3-8", "8-12", "12-16", "16-18"]
from = "2024-11-15"
daily = 60
longest = 120
curfew = "22:00-06:00"
break = 1
rest = 5
spend = { currency = "CNY", payment = 5000, month = 20000 }
`;
/** What the systems of devices sign with. */
const key = randomBytes(32);

interface Nursery {
  node: Turned;
  /** The drama for minors, of three episodes, and the other, of one. */
  forAll: string;
  forGrown: string;
}

export const test = bare.extend<object, { nursery: Nursery }>({
  nursery: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its pattern.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'cliffhanger-youth-'));
      const file = join(folder, 'rules.toml');
      await writeFile(file, rules);
      const claims = `--youth.claim-keys=hmac:${key.toString('base64')}`;
      const node = await startTurned(folder, [`--youth.rules=${file}`, '--youth.home=*', claims]);
      try {
        await use({ node, ...(await season(node, folder)) });
      } finally {
        await node.stop();
        await rm(folder, { recursive: true });
      }
    },
    { scope: 'worker', timeout: 1_800_000 },
  ],
  node: async ({ nursery }, use) => use(nursery.node),
  baseURL: async ({ nursery }, use) => use(nursery.node.url),
});

async function season(node: Turned, folder: string): Promise<{ forAll: string; forGrown: string }> {
  const producer = await Producer.setUp(node);
  const art = await poster(folder);
  const clips = async (...numbers: number[]) => {
    const made: string[] = [];
    for (const n of numbers) made.push(await clip(folder, clipSeconds, n));
    return made;
  };
  const forAll = await producer.draft(story, art, await clips(1, 2, 3));
  const forGrown = await producer.draft(grown, art, await clips(4));
  for (const [id, episodes] of [[forAll, 3] as const, [forGrown, 1] as const]) {
    await producer.playable(id, episodes);
    await producer.publish(id);
  }
  await producer.forMinors(forAll, '3-8');
  await onScreens(node, [
    { id: forAll, title: story },
    { id: forGrown, title: grown },
  ]);
  await producer.leave();
  return { forAll, forGrown };
}

/** What the system of a device says, signed as docs/device-makers.md tells it. */
export function claim(node: Turned, band: string, device: string): string {
  const text = `v1;band=${band};exp=${Math.floor(node.now() / 1000) + 600};device=${device}`;
  return signed(text);
}

/** A statement as the system of a device signs it. */
export function signed(text: string): string {
  return `${text};sig=${createHmac('sha256', key).update(text).digest('base64url')}`;
}

export async function switchOn(page: Page): Promise<void> {
  await page.goto('/me');
  await page.getByRole('link', { name: '未成年人模式' }).click();
  await page.getByText('8–12 岁', { exact: true }).click();
  await page.getByLabel('设一个 PIN，四到六位数字').fill(pin);
  await page.getByLabel('再输一次').fill(pin);
  await page.getByRole('button', { name: '打开未成年人模式' }).click();
  await expect(page.getByRole('heading', { name: '8–12 岁' })).toBeVisible();
}

/** Where the mode is on, its day becomes short; making it less needs no PIN. */
export async function twoMinutesADay(page: Page): Promise<void> {
  await page.getByLabel('每天几分钟').fill('2');
  await page.getByRole('button', { name: '保存限制' }).click();
  await expect(page.getByText('一共可以看 2 分钟')).toBeVisible();
}

export async function leave(page: Page): Promise<void> {
  await page.goto('/me/minors');
  await page.getByLabel('家长的 PIN').fill(pin);
  await page.getByRole('button', { name: '关闭未成年人模式' }).click();
  await expect(page.getByRole('button', { name: '打开未成年人模式' })).toBeVisible();
}

export async function watchGrown(page: Page, drama: string): Promise<void> {
  await page.goto(`/d/${drama}/1`);
  await expect.poll(() => seconds(page)).toBeGreaterThan(0.5);
}

/** Plays an episode for some seconds on a device that is offline meanwhile, and tells it when that is over. */
export async function playOffline(page: Page, turned: Turned, episode: string, played: number): Promise<void> {
  const sitting = randomBytes(8).toString('hex');
  const tell = (event: string, seq: number, second: number) =>
    page.evaluate(
      async ({ event, seq, second, episode, sitting }) => {
        const at = new Date(Date.now() - 999_999_999).toISOString(); // whatever its clock says
        const report = { episode_id: episode, position_ms: second * 1000, at, seq, session: sitting, event };
        const answer = await fetch('/api/v1/progress', {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ sent_at: at, reports: [report] }),
        });
        return answer.status;
      },
      { event, seq, second, episode, sitting },
    );
  expect(await tell('start', 1, 0)).toBe(200);
  await turned.turn(60_000);
  expect(await tell('pause', 2, played)).toBe(200);
}

/** The code that was sent last to an address, from the log of a node that has no mail server. */
export async function codeFor(node: Turned, to: string): Promise<string> {
  let code = '';
  const find = () => {
    const mails = node
      .log()
      .split('\n')
      .filter((line) => line.includes(to));
    code = /\b\d{6}\b/.exec(mails.at(-1)?.replace(to, '') ?? '')?.[0] ?? '';
    return code;
  };
  await expect.poll(find).not.toBe('');
  return code;
}
