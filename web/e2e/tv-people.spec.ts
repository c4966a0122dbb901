import type { Page } from '@playwright/test';
import { crawl, focused, illegible, openTv, settled, until } from './remote.ts';
import { expect, test } from './test.ts';
import { joinAs } from './watching.ts';

// The account's people and settings, with nothing but the keys of a remote.

const pin = '4711';
const me = /\/me(\?face=tv)?$/;
test.use({ viewport: { width: 1920, height: 1080 } });

const faces = (tv: Page) => tv.getByRole('heading', { name: '谁在看？' });
const watching = async (page: Page) => (await (await page.request.get('/api/v1/me')).json()).profile.name as string;

/** What a person says with the figures of the remote. */
async function type(tv: Page, digits: string): Promise<void> {
  await expect.poll(() => focused(tv)).toMatch(/^pin/);
  for (const digit of digits) await tv.keyboard.press(digit);
  await tv.keyboard.press('Enter');
}

/** A person's phone whose account has two people, one of them with a PIN, and its television. */
async function household(phone: Page, tv: Page): Promise<{ mother: string; child: string }> {
  await joinAs('tv', phone, tv);
  const add = async (name: string, colour: string) =>
    (await (await phone.request.post('/api/v1/profiles', { data: { name, colour } })).json()).id as string;
  const [mother, child] = [await add('妈妈', 'rose'), await add('小满', 'green')];
  expect((await phone.request.post(`/api/v1/profiles/${mother}/choose`, { data: {} })).status()).toBe(200);
  expect((await phone.request.put(`/api/v1/profiles/${mother}/pin`, { data: { pin } })).status()).toBe(204);
  return { mother, child };
}

test('a television asks who watches when it starts, and again where a PIN guards them', async ({
  page: tv,
  browser,
  house: { url, lantern },
}) => {
  const phone = await (await browser.newContext({ baseURL: url })).newPage();
  const { child } = await household(phone, tv);
  const followed = await tv.request.put(`/api/v1/library/follows/${lantern.id}`, { data: {} });
  expect(followed.ok()).toBe(true);

  await test.step('a link to an episode is not held up by it', async () => {
    await openTv(tv, '/library?tab=follows');
    await expect(tv.getByRole('main').getByRole('link', { name: lantern.title['zh-CN'] })).toBeVisible();
  });
  await test.step('everybody is there, and the one who watches is focused', async () => {
    await openTv(tv);
    await expect(faces(tv)).toBeVisible();
    await expect(tv.getByRole('main').getByRole('button')).toHaveCount(3);
    await crawl(tv);
    expect(await illegible(tv)).toEqual([]);
  });
  await test.step('a wrong PIN lets nobody in, and says how long to wait after many', async () => {
    await to(tv, '妈妈');
    await tv.keyboard.press('Enter');
    await expect(tv.getByRole('heading', { name: '输入妈妈的数字密码' })).toBeVisible();
    await settled(tv);
    await crawl(tv);
    expect(await illegible(tv)).toEqual([]);
    for (const tries of ['4712', '4713', '4714', '4715']) {
      const refused = tv.waitForResponse((r) => r.url().endsWith('/choose'));
      await type(tv, tries);
      expect((await refused).status()).toBe(403);
      await expect(tv.getByRole('alert')).toContainText('密码不对');
    }
    await type(tv, '4716');
    await expect(tv.getByRole('alert')).toContainText(/再试。$/);
    await expect(tv.getByRole('alert')).toContainText(/\d+ (秒|分钟)后/);
    expect(await watching(tv)).toBe('');
  });
  await test.step('Back chooses somebody else', async () => {
    await tv.keyboard.press('Escape');
    await expect(faces(tv)).toBeVisible();
    await expect.poll(() => tv.evaluate(() => document.activeElement?.textContent)).toContain('妈妈');
    await to(tv, '小满');
    await tv.keyboard.press('Enter');
    await expect(tv.getByRole('navigation')).toBeVisible();
    expect(await watching(tv)).toBe('小满');
  });
  await test.step('nothing of the one before is left', async () => {
    await tv.goto('/library?tab=follows');
    await settled(tv);
    await expect(tv.getByText('还没有追的剧')).toBeVisible();
    await tv.goto('/'); // and who was chosen here is not asked for again
    await settled(tv);
    await expect(tv.getByRole('navigation')).toBeVisible();
    await expect(faces(tv)).toHaveCount(0);
    expect((await (await tv.request.get('/api/v1/me')).json()).profile.id).toBe(child);
  });
  await phone.context().close();
});

test('somebody else watches from Me on, with what is theirs and nothing that was kept of the one before', async ({
  page: tv,
  browser,
  house: { url, lantern },
}) => {
  const phone = await (await browser.newContext({ baseURL: url })).newPage();
  await household(phone, tv);
  await tv.request.put(`/api/v1/library/follows/${lantern.id}`, { data: {} });
  await openTv(tv);
  await expect(faces(tv)).toBeVisible();
  await tv.keyboard.press('Enter'); // the one who watches goes on
  await expect(tv.getByRole('navigation')).toBeVisible();
  await settled(tv);

  const place = async (path: string) => {
    await until(tv, 'ArrowLeft', /^rail/);
    await until(tv, 'ArrowUp', /\/search$/);
    await until(tv, 'ArrowDown', new RegExp(`${path}$`));
    await tv.keyboard.press('Enter');
    await expect(tv).toHaveURL(new RegExp(`${path}$`));
    await settled(tv);
  };
  await place('/library');
  await until(tv, 'ArrowUp', /^tabs/);
  await until(tv, 'ArrowRight', /^tabs follows/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByRole('main').getByRole('link', { name: lantern.title['zh-CN'] })).toBeVisible();
  await place('/me');
  await expect.poll(() => focused(tv)).toMatch(/^lines who/);
  await tv.keyboard.press('Enter');
  await expect(tv).toHaveURL('/me/who');
  await settled(tv);
  await tv.keyboard.press('Escape'); // Back changes nothing
  await expect(tv).toHaveURL(me);
  await settled(tv);
  await tv.keyboard.press('Enter');
  await expect(faces(tv)).toBeVisible();
  await settled(tv);
  await to(tv, '妈妈');
  await tv.keyboard.press('Enter');
  await type(tv, pin);
  await expect(tv).toHaveURL('/');
  await expect(tv.getByRole('navigation')).toBeVisible();
  await settled(tv);
  expect(await watching(tv)).toBe('妈妈');
  await place('/me');
  await expect(tv.getByRole('main').getByRole('link', { name: '妈妈' })).toBeVisible();
  await place('/library');
  await until(tv, 'ArrowUp', /^tabs/);
  await until(tv, 'ArrowRight', /^tabs follows/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('还没有追的剧')).toBeVisible();

  // Whom a PIN guards a shared screen asks for at each start.
  await tv.goto('/');
  await expect(faces(tv)).toBeVisible();
  await settled(tv);
  await tv.keyboard.press('Enter');
  await type(tv, pin);
  await expect(tv.getByRole('navigation')).toBeVisible();
  await phone.context().close();
});

test('a television is renamed, and told what is allowed, with its remote', async ({
  page: tv,
  browser,
  house: { url },
}) => {
  const phone = await (await browser.newContext({ baseURL: url })).newPage();
  const device = await joinAs('tv', phone, tv);
  const named = async () => {
    const { devices } = await (await phone.request.get('/api/v1/me')).json();
    return devices.find((d: { id: string }) => d.id === device).name as string;
  };
  await openTv(tv, '/me');
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  const open = async (line: string, path: string) => {
    await until(tv, 'ArrowUp', /^lines who/);
    await until(tv, 'ArrowDown', new RegExp(`^lines ${line}`));
    await tv.keyboard.press('Enter');
    await expect(tv).toHaveURL(path);
    await settled(tv);
    await crawl(tv);
    expect(await illegible(tv), path).toEqual([]);
  };

  await open('name', '/me/name');
  await until(tv, 'ArrowLeft', /^usual/);
  await until(tv, 'ArrowUp', /^usual nameLiving/);
  await tv.keyboard.press('Enter');
  await until(tv, 'ArrowDown', /^usual save/);
  await tv.keyboard.press('Enter');
  await expect(tv).toHaveURL(me);
  await settled(tv);
  await expect.poll(() => focused(tv)).toMatch(/^lines name/);
  expect(await named()).toBe('客厅电视');
  await expect(tv.getByRole('main').getByRole('link', { name: '客厅电视' })).toBeVisible();

  // Letter by letter, too.
  await open('name', '/me/name');
  await until(tv, 'ArrowRight', /^keys/);
  await until(tv, 'ArrowDown', /^keys (space|erase|clear)/);
  await until(tv, 'ArrowRight', /^keys clear/);
  await tv.keyboard.press('Enter');
  await until(tv, 'ArrowUp', /^keys [A-F] /);
  await until(tv, 'ArrowLeft', /^keys A/);
  await tv.keyboard.press('Enter');
  await until(tv, 'ArrowRight', /^keys B/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByRole('status').filter({ hasText: /^Ab$/ })).toBeVisible();
  await until(tv, 'ArrowLeft', /^usual/);
  await until(tv, 'ArrowDown', /^usual save/);
  await tv.keyboard.press('Enter');
  await expect(tv).toHaveURL(me);
  expect(await named()).toBe('Ab');
  await settled(tv);

  await open('privacy', '/me/privacy');
  const said = async () => (await (await tv.request.get('/api/v1/me/privacy')).json()).personalised.state as string;
  const before = await said();
  const line = tv.getByRole('switch', { name: '个性化推荐' });
  await expect(line).toHaveAttribute('aria-checked', String(before === 'on'));
  await until(tv, 'ArrowUp', /^choices personalised/);
  for (const now of [before === 'on' ? 'off' : 'on', before]) {
    await tv.keyboard.press('Enter');
    await expect(line).toHaveAttribute('aria-checked', String(now === 'on'));
    await expect.poll(said).toBe(now);
  }
  await until(tv, 'ArrowDown', /^choices analytics/);
  const counts = tv.getByRole('switch', { name: '使用统计' });
  const counted = await counts.getAttribute('aria-checked');
  await tv.keyboard.press('Enter');
  await expect(counts).toHaveAttribute('aria-checked', counted === 'true' ? 'false' : 'true');
  await tv.keyboard.press('Escape');
  await expect(tv).toHaveURL(me);
  await expect.poll(() => focused(tv)).toMatch(/^lines privacy/);
  await phone.context().close();
});

test('a television lists the devices of its account, and signs one out with its remote', async ({
  page: tv,
  browser,
  house: { url },
}) => {
  const phone = await (await browser.newContext({ baseURL: url })).newPage();
  const tablet = await (await browser.newContext({ baseURL: url })).newPage();
  await joinAs('tv', phone, tv);
  const away = await joinAs('tablet', phone, tablet);
  await openTv(tv, '/me');
  await until(tv, 'ArrowDown', /^lines devices/);
  await tv.keyboard.press('Enter');
  await expect(tv).toHaveURL('/me/devices');
  await settled(tv);
  await expect.poll(() => focused(tv)).toMatch(/^devices this/);
  const listed = tv.getByRole('main').getByRole('button');
  await expect(listed.filter({ hasText: '在线' })).toHaveCount(1); // the phone, which has a page open
  await expect(listed.filter({ hasText: 'tablet' })).toContainText('刚刚');
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);

  const line = new RegExp(`^devices ${away}`);
  await until(tv, 'ArrowUp', /^devices this/);
  await until(tv, 'ArrowDown', line);
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('让“tablet”退出账号？')).toBeVisible();
  await expect.poll(() => focused(tv)).toMatch(/^out cancel/);
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  await tv.keyboard.press('Escape'); // Back signs nobody out
  await expect.poll(() => focused(tv)).toMatch(line);
  expect((await tablet.request.get('/api/v1/me')).status()).toBe(200);
  await tv.keyboard.press('Enter');
  await expect.poll(() => focused(tv)).toMatch(/^out cancel/);
  await until(tv, 'ArrowRight', /^out yes/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('“tablet”已退出')).toBeVisible();
  await expect(listed.filter({ hasText: 'tablet' })).toHaveCount(0);
  await expect.poll(() => focused(tv)).toMatch(/^devices /);
  expect((await tablet.request.get('/api/v1/me')).status()).toBe(401);

  // All the others at once: the phone goes, and this television stays.
  await until(tv, 'ArrowDown', /^devices others/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('退出其他 1 台设备？')).toBeVisible();
  await until(tv, 'ArrowRight', /^out yes/);
  await tv.keyboard.press('Enter');
  await expect(tv.getByText('这个账号只连着这台设备。')).toBeVisible();
  await expect.poll(() => focused(tv)).toMatch(/^devices this/);
  await tv.keyboard.press('Escape');
  await expect(tv).toHaveURL(me);
  await expect.poll(() => focused(tv)).toMatch(/^lines devices/);
  for (const page of [phone, tablet]) await page.context().close();
});

test('a guardian begins and ends minors’ mode at the television', async ({ page: tv }) => {
  await openTv(tv, '/me/minors');
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);
  await until(tv, 'ArrowRight', /^pin/);
  await until(tv, 'ArrowLeft', /^bands/);
  await until(tv, 'ArrowLeft', /^bands 0-3/);
  await until(tv, 'ArrowRight', /^bands 3-8/);
  await tv.keyboard.press('Enter');
  await until(tv, 'ArrowRight', /^pin/);
  await type(tv, pin);
  await expect(tv.getByRole('heading', { name: '再输一次' })).toBeVisible();
  await type(tv, '4712');
  await expect(tv.getByRole('alert')).toHaveText('两次输入的不一样');
  await type(tv, pin);
  await expect(tv.getByRole('heading', { name: '再输一次' })).toBeVisible();
  // By the arrows this time.
  await until(tv, 'ArrowDown', /^pin (erase|0|done)/);
  await until(tv, 'ArrowUp', /^pin 1 |^pin 2 |^pin 3 /);
  for (const digit of pin) await digitByArrows(tv, digit);
  await digitByArrows(tv, 'done');
  await expect(tv.getByRole('heading', { name: '3–8 岁' })).toBeVisible();
  const mode = async () => (await (await tv.request.get('/api/v1/youth')).json()) as { on: boolean; band: string };
  expect(await mode()).toMatchObject({ on: true, band: '3-8' });
  await settled(tv);
  await crawl(tv);
  expect(await illegible(tv)).toEqual([]);

  // The switches rest while a minor watches.
  await tv.goto('/me/privacy');
  await settled(tv);
  await expect(tv.getByText('未成年人模式里，这些都关着，也不能修改。')).toBeVisible();
  await tv.keyboard.press('Enter');
  await expect(tv.getByRole('switch', { name: '个性化推荐' })).toHaveAttribute('aria-checked', 'false');

  await tv.goto('/me/minors');
  await settled(tv);
  await until(tv, 'ArrowRight', /^pin/);
  for (const tries of ['0000', '0001', '0002', '0003']) {
    const refused = tv.waitForResponse((r) => r.url().endsWith('/youth/off'));
    await type(tv, tries);
    expect((await refused).status()).toBeGreaterThanOrEqual(400);
    await expect(tv.getByRole('alert')).toContainText('PIN 不对');
  }
  await type(tv, '0004');
  await expect(tv.getByRole('alert')).toContainText(/\d+ (秒|分钟)后再试/);
  expect(await mode()).toMatchObject({ on: true });
});

test('and ends it with the PIN', async ({ page: tv }) => {
  await openTv(tv, '/me');
  await tv.request.post('/api/v1/youth/on', { data: { band: '8-12', pin } });
  await tv.goto('/me/minors');
  await expect(tv.getByRole('heading', { name: '8–12 岁' })).toBeVisible();
  await settled(tv);
  await until(tv, 'ArrowRight', /^pin/);
  await type(tv, pin);
  await expect(tv.getByRole('heading', { name: '孩子的年龄' })).toBeVisible();
  expect(await (await tv.request.get('/api/v1/youth')).json()).toMatchObject({ on: false });
});

/** To somebody, whoever was focused before. */
async function to(tv: Page, name: string): Promise<void> {
  const at = () => tv.evaluate(() => document.activeElement?.textContent ?? '');
  for (let n = 0; n < 6; n++) await tv.keyboard.press('ArrowLeft');
  for (let n = 0; n < 6 && !(await at()).includes(name); n++) await tv.keyboard.press('ArrowRight');
  expect(await at()).toContain(name);
}

/** Finds a key of the pad and presses OK on it. */
async function digitByArrows(tv: Page, key: string): Promise<void> {
  const order = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'erase', '0', 'done'];
  const to = order.indexOf(key);
  const now = async () => order.indexOf(/^pin (\S+)/.exec(await focused(tv))?.[1] ?? '');
  for (let n = 0; n < 5 && Math.floor((await now()) / 3) !== Math.floor(to / 3); n++)
    await tv.keyboard.press((await now()) < to ? 'ArrowDown' : 'ArrowUp');
  for (let n = 0; n < 3 && (await now()) !== to; n++)
    await tv.keyboard.press((await now()) < to ? 'ArrowRight' : 'ArrowLeft');
  expect(await now()).toBe(to);
  await tv.keyboard.press('Enter');
}
