// The screens of the TV face.
import { answering, failing, nothing, settled, waiting } from './screens.mjs';
import { many, playing } from './watch-screens.mjs';

/** The focus is on something, and what was asked for is there. */
async function ready(page) {
  await settled(page);
  await page.waitForFunction(() => document.activeElement?.matches('.tv a, .tv button, .tv [tabindex="0"]'));
  await page.waitForTimeout(500); // for what follows the focus
}

/** Presses keys of the remote, once there is something to press them on. */
const keys = (presses, first = ready) =>
  async function press(page) {
    await first(page);
    for (const key of presses.split(' ')) await page.keyboard.press(key);
    await page.waitForTimeout(700); // for what moves
  };
const times = (n, key) => Array(n).fill(key).join(' ');
async function shown(page) {
  await playing(page);
  await page.locator('.tv [data-group=list] button').first().waitFor();
}
async function ended(page) {
  await shown(page);
  await page.evaluate(() => {
    const video = document.querySelector('video:not([aria-hidden])');
    video.currentTime = video.duration - 0.5;
  });
  await page.locator('.tv [data-modal]').waitFor();
}
async function refused(page) {
  await page.getByRole('alert').waitFor();
}
/** Wider than high. */
async function wide(page) {
  await page.route(/\/api\/v1\/dramas\/drm_[^/]*$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    for (const e of body.episodes) [e.width, e.height] = [1920, 1080];
    await route.fulfill({ response, json: body });
  });
}

/** The screens of the TV face, in an order that begins with a viewer who has watched nothing. */
export function tvScreens({ drama, episodes, genre }) {
  const last = episodes.at(-1)?.number ?? 1;
  const page = `/d/${drama.id}`;
  return [
    { name: 'home-new', path: '/', ready },
    { name: 'library-none', path: '/library', ready },
    {
      name: 'home-loading',
      path: '/',
      before: waiting('**/api/v1/shelves*'),
      ready: (p) => p.locator('.wait').waitFor(),
    },
    { name: 'home-error', path: '/', before: failing('**/api/v1/shelves*'), ready },
    { name: 'theatre', path: '/theatre', ready },
    { name: 'theatre-tabs', path: '/theatre', ready: keys('ArrowUp') },
    { name: 'theatre-genre', path: `/genre/${genre}`, ready },
    { name: 'theatre-none', path: `/genre/${genre}`, before: answering('**/api/v1/dramas?*', nothing), ready },
    { name: 'search', path: '/search', ready },
    { name: 'search-found', path: `/search?q=${encodeURIComponent(drama.title.slice(0, 2))}`, ready },
    { name: 'search-none', path: '/search?q=zzqqxx', ready },
    { name: 'drama', path: page, ready },
    { name: 'drama-episodes', path: page, before: many, ready: keys(times(5, 'ArrowDown')) },
    { name: 'drama-similar', path: page, ready: keys(times(9, 'ArrowDown')) },
    { name: 'drama-error', path: page, before: failing(`**/api/v1/dramas/${drama.id}`), ready },
    { name: 'player', path: `${page}/1`, ready: shown },
    { name: 'player-list', path: `${page}/1`, ready: keys('ArrowDown', shown) },
    { name: 'player-many', path: `${page}/1`, before: many, ready: keys(times(14, 'ArrowDown'), shown) },
    { name: 'player-paused', path: `${page}/1`, ready: keys('Enter', shown) },
    { name: 'player-seek', path: `${page}/1`, ready: keys('ArrowRight', shown) },
    { name: 'player-wide', path: `${page}/1`, before: wide, ready: shown },
    { name: 'player-end', path: `${page}/1`, ready: ended },
    { name: 'player-last', path: `${page}/${last}`, ready: ended },
    { name: 'player-refused', path: `${page}/1`, before: failing('**/api/v1/grants'), ready: refused },
    { name: 'home', path: '/', ready },
    { name: 'home-row', path: '/', ready: keys(`ArrowDown ${times(9, 'ArrowRight')}`) },
    { name: 'home-hero', path: '/', ready: keys('ArrowUp') },
    { name: 'home-rail', path: '/', ready: keys('ArrowLeft ArrowDown') },
    { name: 'drama-begun', path: page, ready },
    { name: 'library', path: '/library', ready },
    { name: 'me', path: '/me', ready },
    { name: 'sign-in', path: '/sign-in', ready },
    { name: 'not-found', path: '/nowhere', ready },
  ];
}
