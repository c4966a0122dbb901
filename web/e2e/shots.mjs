// Pictures of every screen, in every size, language and theme, of a running server:
//   npm run shots -- http://localhost:8080 [folder] [pattern of the names to take]
// The console's pages need somebody to sign in: CLIFFHANGER_EMAIL and CLIFFHANGER_PASSWORD. Nothing is changed on the
// server but what a viewer leaves behind; states it is not in are answered in its place.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { consoleScreens, doorScreens } from './console-screens.mjs';
import { settled } from './screens.mjs';
import { tvScreens } from './tv-screens.mjs';
import { watchScreens } from './watch-screens.mjs';

const [server, folder = 'test-results/shots', only = ''] = process.argv.slice(2);
if (!server) {
  console.error('usage: npm run shots -- <address of a running server> [folder] [pattern]');
  process.exit(2);
}
const wanted = new RegExp(only);
const staff = { email: process.env.CLIFFHANGER_EMAIL, password: process.env.CLIFFHANGER_PASSWORD };

const sizes = [
  { name: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true },
  { name: 'tablet', viewport: { width: 820, height: 1180 }, hasTouch: true },
  { name: 'desktop', viewport: { width: 1440, height: 900 }, hasTouch: false },
  { name: 'tv', viewport: { width: 1920, height: 1080 }, hasTouch: false, tv: true },
  { name: 'tv-small', viewport: { width: 1280, height: 720 }, hasTouch: false, tv: true },
];
const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio', '--disable-gpu'];

/** A drama to open, and its genre, as a viewer of that context finds them. */
async function something(context, locale) {
  const { request } = context;
  await request.post('/api/v1/sessions', { data: { locale, device: { name: 'Shots', form: 'desktop' } } });
  const headers = { 'accept-language': locale };
  const { items } = await (await request.get('/api/v1/dramas?limit=6', { headers })).json();
  const drama = items?.find((d) => d.people?.length || d.tags.length > 1) ?? items?.[0];
  if (!drama) throw new Error('nothing is published on this server');
  const { episodes } = await (await request.get(`/api/v1/dramas/${drama.id}`, { headers })).json();
  return { drama, episodes, others: items, genre: drama.genres[0]?.slug ?? '' };
}

/** Signs in, and answers what the console's screens are about. */
async function inside(context) {
  const { request } = context;
  const answer = await request.post('/api/console/v1/sessions', { data: staff });
  if (!answer.ok()) throw new Error(`sign in: ${answer.status()}`);
  const read = async (path) => (await request.get(`/api/console/v1/${path}`)).json();
  const [{ items: dramas }, { roles }] = [await read('dramas?limit=50'), await read('me')];
  return {
    operator: roles.includes('operator'),
    drama: dramas.find((d) => d.episodes.length) ?? dramas[0],
    draft: dramas.find((d) => d.state === 'draft'),
  };
}

async function shoot(context, screens, prefix) {
  for (const { name, path, ready, tall, before } of screens) {
    const file = `${prefix}-${name}`;
    if (!wanted.test(file)) continue;
    const page = await context.newPage();
    try {
      await before?.(page);
      await page.goto(path);
      await ready(page);
      if (tall) await grow(page);
      await page.screenshot({ path: join(folder, `${file}.png`), animations: 'disabled' });
    } catch (error) {
      process.exitCode = 1;
      console.error(`${file}: ${error.message.split('\n')[0]}`);
    } finally {
      await context.setOffline(false);
      await page.close();
    }
  }
}

/** Makes the window as high as what scrolls inside it. */
async function grow(page) {
  const more = await page.evaluate(() =>
    Math.max(0, ...[...document.querySelectorAll('main, .screen')].map((e) => e.scrollHeight - e.clientHeight)),
  );
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width, height: Math.min(4000, height + more) });
  await settled(page);
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
for (const { name, tv, ...size } of sizes) {
  for (const locale of ['zh-CN', 'en']) {
    const prefix = `${name}-${locale}`;
    const open = async (more) => {
      const context = await browser.newContext({ baseURL: server, locale, ...size, serviceWorkers: 'block', ...more });
      context.setDefaultTimeout(15_000);
      return context;
    };
    const viewer = await open();
    const face = { 'cliffhanger.face': 'tv', 'cliffhanger.greeted': '1' };
    if (tv) await viewer.addInitScript((kept) => Object.assign(localStorage, kept), face);
    const about = await something(viewer, locale);
    await shoot(viewer, tv ? tvScreens(about) : watchScreens(about, name), prefix);
    await viewer.close();
    for (const colorScheme of tv ? [] : ['light', 'dark']) {
      const worker = await open({ colorScheme });
      await shoot(worker, doorScreens, `${prefix}-${colorScheme}`);
      if (staff.email) await shoot(worker, consoleScreens(await inside(worker)), `${prefix}-${colorScheme}`);
      await worker.close();
    }
  }
}
await browser.close();
