// Pictures of every screen, in every size and language, of a running server:
//   npm run shots -- http://localhost:8080 [folder]
// The console's pages need somebody to sign in: CLIFFHANGER_EMAIL and CLIFFHANGER_PASSWORD.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const [server, folder = 'test-results/shots'] = process.argv.slice(2);
if (!server) {
  console.error('usage: npm run shots -- <address of a running server> [folder]');
  process.exit(2);
}
const staff = { email: process.env.CLIFFHANGER_EMAIL, password: process.env.CLIFFHANGER_PASSWORD };

const sizes = [
  { name: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true },
  { name: 'tablet', viewport: { width: 820, height: 1180 }, hasTouch: true },
  { name: 'desktop', viewport: { width: 1440, height: 900 }, hasTouch: false },
];
const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio', '--disable-gpu'];

/** The video on the screen shows a picture. */
async function playing(page) {
  await page.waitForFunction(() => document.querySelector('video:not([aria-hidden])')?.currentTime > 0.5);
}

/** Skeletons are gone and pictures are there. */
async function settled(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'));
  await page.waitForFunction(() =>
    [...document.images].every((i) => i.complete || i.loading === 'lazy' || !i.checkVisibility()),
  );
}

/** Opens a sheet by its key or button over what is there. */
const pressed = (key) => async (page) => {
  await playing(page);
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
};

/** The screens of the watch app: name, path, and what to wait for. */
function watchScreens({ drama, genre, title }) {
  const search = `/search?q=${encodeURIComponent(title)}`;
  return [
    ['for-you', '/', playing],
    ['for-you-menu', '/', pressed('s')],
    ['following', '/following', settled],
    ['theatre', '/theatre', settled],
    ['genre', `/genre/${genre}`, settled],
    ['dramas', '/dramas', settled],
    ['search', '/search', settled],
    ['search-found', search, settled],
    ['drama', `/d/${drama}`, settled],
    ['player', `/d/${drama}/1`, playing],
    ['library-continue', '/library', settled],
    ['library-follows', '/library?tab=follows', settled],
    ['library-likes', '/library?tab=likes', settled],
    ['library-history', '/library?tab=history', settled],
    ['me', '/me', settled],
    ['about', '/me/about', settled],
    ['not-found', '/nowhere', settled],
  ];
}

const consoleScreens = [
  ['console-sign-in', '/console', settled],
  ['console-set-up', '/console/setup', settled],
  ['console-password', '/console/password', settled],
];

/** The console's pages for whoever is signed in: every place its own navigation names. */
async function inside(context) {
  const page = await context.newPage();
  const answer = await page.request.post('/api/console/v1/sessions', { data: staff });
  if (!answer.ok()) throw new Error(`sign in: ${answer.status()}`);
  await page.goto('/console');
  await page.locator('main#main').waitFor();
  const links = await page
    .locator('nav a[href^="/console/"]')
    .evaluateAll((all) => all.map((a) => new URL(a.href).pathname));
  await page.close();
  const paths = [...new Set(['/console', ...links])];
  return paths.map((path) => [path.slice(1).replaceAll('/', '-'), path, settled]);
}

/** A drama to open, and its genre, as a viewer of that context finds them. */
async function something(context, locale) {
  const { request } = context;
  await request.post('/api/v1/sessions', { data: { locale, device: { name: 'Shots', form: 'desktop' } } });
  const { items } = await (
    await request.get('/api/v1/dramas?limit=1', { headers: { 'accept-language': locale } })
  ).json();
  if (!items?.length) throw new Error('nothing is published on this server');
  return { drama: items[0].id, genre: items[0].genres[0]?.slug ?? '', title: items[0].title };
}

async function shoot(context, screens, prefix) {
  for (const [name, path, ready] of screens) {
    const page = await context.newPage();
    try {
      await page.goto(path);
      await ready(page);
      await page.screenshot({ path: join(folder, `${prefix}-${name}.png`), animations: 'disabled' });
    } catch (error) {
      process.exitCode = 1;
      console.error(`${prefix} ${name}: ${error.message.split('\n')[0]}`);
    } finally {
      await page.close();
    }
  }
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
for (const { name, ...size } of sizes) {
  for (const locale of ['zh-CN', 'en']) {
    const context = await browser.newContext({ baseURL: server, locale, ...size });
    context.setDefaultTimeout(15_000);
    await shoot(context, watchScreens(await something(context, locale)), `${name}-${locale}`);
    await shoot(context, consoleScreens, `${name}-${locale}`);
    if (staff.email) await shoot(context, await inside(context), `${name}-${locale}-staff`);
    await context.close();
  }
}
await browser.close();
