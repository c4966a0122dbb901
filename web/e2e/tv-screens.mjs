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
  await page.getByRole('alert').first().waitFor();
}
/** What the server says of the mode, of the person, or of who forgot the PIN, changed. */
const saying = (route, part) =>
  async function say(page) {
    await page.route(route, async (r) => {
      if (r.request().method() !== 'GET') return r.fulfill({ status: 204 });
      const response = await r.fetch();
      await r.fulfill({ status: 200, json: { ...(await response.json()), ...part } });
    });
  };
const mode = (part) =>
  saying('**/api/v1/youth', { on: true, band: '8-12', pin_set: true, time_zone: 'Asia/Shanghai', ...part });
const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const help = { ways: [], wait_ms: 86_400_000, leave_at: null };
const forgot = (part) =>
  async function forget(page) {
    await mode({ ...part })(page);
    await page.route('**/api/v1/youth/forgotten', (r) => r.fulfill({ json: { ...help, ...part } }));
    await page.route('**/api/v1/youth/forgotten/code', (r) => r.fulfill({ status: 204 }));
  };
const mail = { ways: [{ channel: 'email', hint: 'm•••@example.com' }] };
/** A family before it, of whom one has a PIN. */
async function family(page) {
  const person = (id, name, colour, more) => ({
    id,
    name,
    colour,
    pin_set: false,
    current: false,
    minor: false,
    ...more,
  });
  const items = [
    person('prf_1', '', 'coral', { current: true }),
    person('prf_2', '妈妈', 'rose', { pin_set: true }),
    person('prf_3', 'A child with a long name', 'green'),
    ...['blue', 'violet', 'amber'].map((colour, n) => person(`prf_${n + 4}`, `Aunt ${n}`, colour)),
  ];
  await page.route('**/api/v1/profiles', (r) => r.fulfill({ json: { items } }));
}
async function locked(page) {
  await page.locator('#lock-title').waitFor();
  await ready(page);
}
/** The account plays on more screens than it may. */
async function crowded(page) {
  await page.route('**/api/v1/progress', async (r) => {
    const response = await r.fetch();
    await r.fulfill({ response, json: { ...(await response.json()), stop: true } });
  });
}
/** The account has let it go. */
async function letGo(page) {
  await page.route('**/api/v1/live', (r) =>
    r.fulfill({
      contentType: 'text/event-stream',
      body: 'event: stop\ndata: {"reason":"signed_out","by":{"device_id":"dev_1","name":"Redmi K80"}}\n\n',
    }),
  );
}
/** A phone controls it. */
async function ordered(page) {
  const command = { id: 'cmd_1', kind: 'pause', from: { device_id: 'dev_1', name: 'Redmi K80' }, at: soon(0) };
  await page.route('**/api/v1/live', (r) =>
    r.fulfill({ contentType: 'text/event-stream', body: `event: command\ndata: ${JSON.stringify(command)}\n\n` }),
  );
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
    { name: 'me-subtitles', path: '/me', ready: keys(times(9, 'ArrowDown')) },
    { name: 'sign-in', path: '/sign-in', ready },
    {
      name: 'sign-in-denied',
      path: '/sign-in',
      before: answering('**/api/v1/device-codes/redeem', { code: 'account.access_denied' }, 400),
      ready: keys('ArrowRight', (p) => p.locator('.state').waitFor()),
    },
    { name: 'sign-in-error', path: '/sign-in', before: failing('**/api/v1/device-codes'), ready },
    { name: 'who', path: '/me/who', before: family, ready },
    { name: 'who-pin', path: '/me/who', before: family, ready: keys('ArrowRight Enter') },
    { name: 'name', path: '/me/name', ready: keys('ArrowRight') },
    { name: 'privacy', path: '/me/privacy', ready },
    { name: 'minors-off', path: '/me/minors', ready },
    { name: 'minors-on', path: '/me/minors', before: mode({ extra_ms: 900_000, curfew: '22:00-06:00' }), ready },
    { name: 'minors-leaving', path: '/me/minors', before: mode({ leave_at: soon(24) }), ready },
    { name: 'forgotten-wait', path: '/me/minors/forgotten', before: forgot({}), ready },
    { name: 'forgotten-waiting', path: '/me/minors/forgotten', before: forgot({ leave_at: soon(24) }), ready },
    { name: 'forgotten-address', path: '/me/minors/forgotten', before: forgot(mail), ready: keys('M E I @ e x') },
    {
      name: 'forgotten-code',
      path: '/me/minors/forgotten',
      before: forgot(mail),
      ready: keys('M E I ArrowLeft Enter ArrowDown'),
    },
    {
      name: 'lock-over',
      path: `${page}/1`,
      before: mode({ closed: 'time_over', extra_ms: 900_000, allowance_ms: 3_600_000, opens_at: soon(9) }),
      ready: locked,
    },
    { name: 'lock-night', path: `${page}/1`, before: mode({ closed: 'closed', opens_at: soon(9) }), ready: locked },
    { name: 'rest', path: `${page}/1`, before: mode({ break_due: true, since_rest_ms: 1_800_000 }), ready },
    {
      name: 'too-many',
      path: `${page}/1`,
      before: crowded,
      ready: (p) => p.locator('[data-group=stopped]').waitFor(),
    },
    { name: 'controlled', path: `${page}/1`, before: ordered, ready: (p) => p.locator('.controlled').waitFor() },
    { name: 'signed-out', path: '/library', before: letGo, ready: (p) => p.locator('.state').waitFor() },
    { name: 'arrive-spent', path: `${page}/1?h=spent`, ready },
    { name: 'library-error', path: '/library', before: failing('**/api/v1/continue*'), ready },
    { name: 'search-error', path: '/search?q=ab', before: failing('**/api/v1/search*'), ready },
    { name: 'not-found', path: '/nowhere', ready },
  ];
}
