import { answering, failing, loading, nothing, opened, settled, waiting } from './screens.mjs';

/** The video on the screen shows a picture. */
export async function playing(page) {
  await page.waitForFunction(() => document.querySelector('video:not([aria-hidden])')?.currentTime > 0.5);
}

/** Opens a sheet by its key over what plays. */
const pressed = (key) =>
  async function press(page) {
    await playing(page);
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
  };

/** Holds the knob in the middle of the bar, where the picture of that moment shows. */
async function scrubbing(page) {
  await playing(page);
  await page.waitForFunction(() => Number(document.querySelector('[role=slider]')?.ariaValueMax) > 0);
  const bar = await page.getByRole('slider').boundingBox();
  await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height - 3);
  await page.mouse.down();
  await page.locator('.preview .frame').waitFor();
  await page.waitForTimeout(500); // for the sprite, which is a background
}

/** Goes to the end of the episode and waits for what is offered there. */
async function ended(page) {
  await playing(page);
  await page.waitForFunction(() => Number(document.querySelector('[role=slider]')?.ariaValueMax) > 0);
  await page.getByRole('slider').press('End');
  await page.locator('.end .title').waitFor();
}

/** The screens of the watch app. */
export function watchScreens({ drama, episodes, others, genre }, size) {
  const last = episodes.at(-1)?.number ?? 1;
  const mark = async (page) => {
    const { request } = page.context();
    for (const d of others.slice(0, 4)) await request.put(`/api/v1/library/follows/${d.id}`, { data: {} });
    for (const e of episodes.slice(0, 3)) await request.put(`/api/v1/library/likes/${e.id}`, { data: {} });
  };
  const hidden = async (page) => {
    for (const { id } of others.slice(3, 6))
      await page.context().request.put(`/api/v1/library/hidden/${id}`, { data: {} });
  };
  const phone = [
    { name: 'for-you-episodes', path: '/', ready: opened('button.episodes', playing) },
    { name: 'for-you-devices', path: '/', ready: opened('.rail button:last-child', playing) },
  ];
  return [
    { name: 'library-continue-none', path: '/library', ready: settled },
    { name: 'library-history-none', path: '/library?tab=history', ready: settled },
    { name: 'library-follows-none', path: '/library?tab=follows', ready: settled },
    { name: 'library-likes-none', path: '/library?tab=likes', ready: settled },
    { name: 'library-hidden-none', path: '/library?tab=hidden', ready: settled },
    { name: 'following-none', path: '/following', ready: settled },
    { name: 'for-you', path: '/', ready: playing },
    { name: 'for-you-menu', path: '/', ready: pressed('s') },
    { name: 'for-you-why', path: '/', ready: opened('button.why', playing) },
    ...(size === 'phone' ? phone : []),
    { name: 'for-you-loading', path: '/', before: waiting('**/api/v1/feed*'), ready: loading },
    { name: 'theatre-loading', path: '/theatre', before: waiting('**/api/v1/shelves*'), ready: loading },
    { name: 'dramas-loading', path: '/dramas', before: waiting('**/api/v1/dramas?*'), ready: loading },
    { name: 'drama-loading', path: `/d/${drama.id}`, before: waiting(`**/api/v1/dramas/${drama.id}`), ready: loading },
    { name: 'library-loading', path: '/library', before: waiting('**/api/v1/continue*'), ready: loading },
    { name: 'me-loading', path: '/me', before: waiting('**/api/v1/me'), ready: loading },
    { name: 'for-you-none', path: '/', before: answering('**/api/v1/feed*', nothing), ready: settled },
    { name: 'for-you-error', path: '/', before: failing('**/api/v1/feed*'), ready: settled },
    { name: 'for-you-end', path: '/', before: onlyOne, ready: beyond },
    { name: 'for-you-cut', path: '/', before: oneThenNone, ready: beyond },
    { name: 'following', path: '/following', before: mark, ready: settled },
    { name: 'theatre', path: '/theatre', ready: settled },
    { name: 'theatre-tall', path: '/theatre', ready: settled, tall: true },
    {
      name: 'theatre-none',
      path: '/theatre',
      before: answering('**/api/v1/shelves*', { shelves: [] }),
      ready: settled,
    },
    { name: 'theatre-error', path: '/theatre', before: failing('**/api/v1/shelves*'), ready: settled },
    { name: 'theatre-offline', path: '/theatre', ready: offline },
    { name: 'genre', path: `/genre/${genre}`, ready: settled },
    { name: 'genre-none', path: `/genre/${genre}`, before: answering('**/api/v1/dramas?*', nothing), ready: settled },
    { name: 'dramas', path: '/dramas', ready: settled },
    { name: 'dramas-cut', path: '/dramas', before: cut, ready: failed },
    { name: 'search', path: '/search', ready: settled },
    { name: 'search-found', path: `/search?q=${encodeURIComponent(drama.title)}`, ready: found },
    { name: 'search-none', path: '/search?q=zzqqxx', ready: found },
    { name: 'drama', path: `/d/${drama.id}`, ready: settled },
    { name: 'drama-tall', path: `/d/${drama.id}`, ready: settled, tall: true },
    { name: 'drama-many', path: `/d/${drama.id}`, before: many, ready: settled, tall: true },
    { name: 'drama-rated', path: `/d/${drama.id}`, before: rated, ready: settled, tall: true },
    { name: 'drama-rate', path: `/d/${drama.id}`, before: rated, ready: opened('.story button') },
    { name: 'drama-error', path: `/d/${drama.id}`, before: failing(`**/api/v1/dramas/${drama.id}`), ready: settled },
    { name: 'drama-gone', path: '/d/drm_00000000000000000000000000', ready: settled },
    { name: 'player', path: `/d/${drama.id}/1`, ready: playing },
    { name: 'player-menu', path: `/d/${drama.id}/1`, ready: pressed('s') },
    { name: 'player-scrub', path: `/d/${drama.id}/1`, ready: scrubbing },
    ...(size === 'phone'
      ? [
          { name: 'player-episodes', path: `/d/${drama.id}/1`, ready: opened('button.episodes', playing) },
          { name: 'player-many', path: `/d/${drama.id}/1`, before: many, ready: opened('button.episodes', playing) },
        ]
      : [{ name: 'player-many', path: `/d/${drama.id}/1`, before: many, ready: listed }]),
    { name: 'player-paused', path: `/d/${drama.id}/1`, ready: paused },
    { name: 'player-end', path: `/d/${drama.id}/1`, ready: ended },
    { name: 'player-last', path: `/d/${drama.id}/${last}`, ready: ended },
    { name: 'player-refused', path: `/d/${drama.id}/1`, before: failing('**/api/v1/grants'), ready: failed },
    { name: 'drama-begun', path: `/d/${drama.id}`, ready: settled },
    { name: 'library-continue', path: '/library', ready: settled },
    { name: 'library-follows', path: '/library?tab=follows', ready: settled },
    { name: 'library-likes', path: '/library?tab=likes', ready: settled },
    { name: 'library-history', path: '/library?tab=history', ready: settled },
    { name: 'library-hidden', path: '/library?tab=hidden', before: hidden, ready: settled },
    { name: 'library-clear', path: '/library?tab=history', ready: opened('.foot button') },
    { name: 'me', path: '/me', ready: settled },
    { name: 'me-devices', path: '/me', before: devices, ready: settled },
    { name: 'me-add', path: '/me', ready: opened('section:last-child button.row >> nth=0') },
    { name: 'me-code', path: '/me', ready: opened('section:last-child button.row >> nth=1') },
    { name: 'me-code-refused', path: '/me', ready: codeRefused },
    { name: 'about', path: '/me/about', ready: settled },
    { name: 'not-found', path: '/nowhere', ready: settled },
    { name: 'api-docs', path: '/api/docs', ready: (page) => page.waitForLoadState('load') },
  ];
}

/** Changes what the server answers to a route. */
const changing = (route, change) =>
  async function changed(page) {
    await page.route(route, async (r) => {
      const response = await r.fetch();
      await r.fulfill({ response, json: change(await response.json(), r.request().url()) });
    });
  };
const onlyOne = changing('**/api/v1/feed*', ({ items }) => ({ items: items.slice(0, 1), next: null }));
/** The first page of a list, and a server that fails when asked for the next. */
const broken = (route) =>
  async function breaks(page) {
    await changing(route, ({ items }) => ({ items: items.slice(0, 1), next: 'more' }))(page);
    await failing(/[?&]after=more/)(page);
  };
const oneThenNone = broken('**/api/v1/feed*');
const cut = broken('**/api/v1/dramas?*');
/** A drama as long as they come. */
export const many = changing(/\/api\/v1\/dramas\/drm_[^/]*$/, (body) => {
  const [first] = body.episodes;
  const next = (_, i) => ({ ...first, id: `${first.id}${i}`, number: i + 2, finished: i < 30, position_ms: 0 });
  body.episodes = [first, ...Array.from({ length: 87 }, next)];
  body.drama.episode_count = body.drama.released_count = 88;
  return body;
});
/** A drama that others have rated and this person may rate. */
const rated = changing(/\/api\/v1\/dramas\/drm_[^/]*$/, (body) => {
  Object.assign(body.drama, { rating: 8.7, rating_count: 128_431 });
  Object.assign(body.drama.state_for_me, { can_rate: true, rated: null });
  return body;
});
/** Swipes on past the last one. */
async function beyond(page) {
  await playing(page);
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=status] button').first().waitFor();
}
async function listed(page) {
  await playing(page);
  await page.locator('aside section a').first().waitFor();
}

async function paused(page) {
  await playing(page);
  await page.keyboard.press(' ');
  await page.locator('button.big').waitFor();
}
/** Enters a code that no device shows. */
async function codeRefused(page) {
  await opened('section:last-child button.row >> nth=1')(page);
  await page.getByRole('textbox').fill('ABCDEFGH');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('#code-problem.refused').waitFor();
}
const device = (name, seen, current = false) => ({
  id: `dev_${name}`,
  name,
  model: '',
  form: 'phone',
  current,
  last_seen_at: new Date(Date.now() - seen).toISOString(),
});
/** An account with devices of every age. */
async function devices(page) {
  await page.route('**/api/v1/me', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.devices = [
      ...body.devices,
      device('iPad', 40_000),
      device('Xiaomi 14 Ultra', 3 * 3_600_000),
      device('A browser with a long name on a television set', 9 * 86_400_000),
    ];
    await route.fulfill({ response, json: body });
  });
}
async function offline(page) {
  await settled(page);
  await page.context().setOffline(true);
  await page.locator('[role="status"] p').first().waitFor();
}
async function found(page) {
  await page.locator('main .cards, main .state').first().waitFor();
  await settled(page);
}
async function failed(page) {
  await page.getByRole('alert').waitFor();
}
