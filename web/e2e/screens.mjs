// What there is to see: a name, an address, and what to wait for or do before the picture.

/** The video on the screen shows a picture. */
async function playing(page) {
  await page.waitForFunction(() => document.querySelector('video:not([aria-hidden])')?.currentTime > 0.5);
}

/** Skeletons are gone and pictures are there. */
export async function settled(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'));
  await page.waitForFunction(() =>
    [...document.images].every((i) => i.complete || i.loading === 'lazy' || !i.checkVisibility()),
  );
  await page.evaluate(() =>
    Promise.all([...document.images].filter((i) => i.complete).map((i) => i.decode().catch(() => undefined))),
  );
}

/** Opens what a selector names, then waits for the dialog. */
const opened = (selector, first = settled) =>
  async function open(page) {
    await first(page);
    await page.locator(selector).first().click();
    await page.getByRole('dialog').waitFor();
    await settled(page);
  };

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

/** Answers a route of the API in the server's place. */
const answering = (route, json, status = 200) =>
  async function answer(page) {
    await page.route(route, (r) => r.fulfill({ status, json }));
  };
/** A server that takes its time. */
const waiting = (route) =>
  async function wait(page) {
    await page.route(route, () => {});
  };
async function loading(page) {
  await page.locator('.skeleton >> visible=true').first().waitFor();
}
const failing = (route) => answering(route, { title: 'Internal Server Error', code: 'httpx.internal' }, 500);
const nothing = { items: [], next: null };

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
const many = changing(/\/api\/v1\/dramas\/drm_[^/]*$/, (body) => {
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
  await page.locator('#code-problem.bad').waitFor();
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

/** What is shown to those who have not signed in. */
export const doorScreens = [
  { name: 'sign-in', path: '/console', ready: settled },
  { name: 'sign-in-wrong', path: '/console', ready: refused },
  {
    name: 'set-up',
    path: '/console/setup#token',
    before: answering('**/console/v1/setup', { needed: true }),
    ready: settled,
  },
  { name: 'set-up-done', path: '/console/setup#token', ready: settled },
  {
    name: 'set-up-old',
    path: '/console/setup',
    before: answering('**/console/v1/setup', { needed: true }),
    ready: settled,
  },
  { name: 'password', path: '/console/password#token', ready: settled },
  { name: 'password-old', path: '/console/password', ready: settled },
];

async function refused(page) {
  await settled(page);
  await page.locator('input[type=email]').fill('somebody@example.org');
  await page.locator('input[type=password]').fill('not the password');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').waitFor();
}

const finding = (code, severity, at, until, unit, measured, limit, message) => ({
  code,
  severity,
  at_ms: at,
  until_ms: until,
  unit,
  measured,
  limit,
  message,
});
const findings = [
  finding('black', 'block', 3200, 6400, 's', 3.2, 2, 'The picture is black for 3.2 s'),
  finding('silence', 'warn', 8000, 12000, 's', 4, 3, 'There is no sound for 4 s'),
  finding('loudness', 'info', 0, 0, 'LUFS', -37.5, -16, 'The sound is -37.5 LUFS, 21.5 LU quieter than -16 LUFS'),
];
const stages = [
  { state: 'uploaded', percent: 0, queue_position: 3, verdict: null },
  { state: 'uploaded', stage: 'room', percent: 0, verdict: null },
  { state: 'transcoding', stage: 'encode', percent: 64, verdict: null },
  {
    state: 'playable',
    percent: 0,
    verdict: { profile: 'web', outcome: 'block' },
    blocked_findings: 1,
    open_findings: 2,
  },
  {
    state: 'failed',
    percent: 0,
    verdict: null,
    problem: { code: 'media.unreadable', message: 'The file cannot be read.' },
  },
];

/** Files on their way: the server takes them and does not answer their bytes, or the network is gone. */
const sending = (gone) =>
  async function send(page) {
    const headers = { location: '/api/console/v1/uploads/shots', 'tus-resumable': '1.0.0' };
    await page.route(/\/console\/v1\/uploads(\/.*)?$/, (route) => {
      const method = route.request().method();
      if (method === 'GET') return route.fulfill({ json: nothing });
      if (gone) return route.abort();
      if (method === 'POST') return route.fulfill({ status: 201, headers });
    });
  };
async function dropped(page) {
  await settled(page);
  const file = (name, mb) => ({ name, mimeType: 'video/mp4', buffer: Buffer.alloc(mb << 20) });
  const long = '07 The lamp in the valley, final cut (graded, new music).mp4';
  await page.locator('input[type=file]').setInputFiles([file('06.mp4', 3), file(long, 4), file('08.mov', 2)]);
  await page.locator('td.stage .info').nth(2).waitFor({ state: 'attached' });
  await page.waitForTimeout(1000);
}
/** A file stopped by hand beside others that wait. */
async function stopped(page) {
  await dropped(page);
  await page.locator('.head button').click();
}

/** A delivery with every kind of news in it. */
async function busy(page) {
  await page.route(/\/console\/v1\/assets(\?|\/ast_[^/]*$)/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    if (body.items) body.items = body.items.map((a, i) => ({ ...a, ...stages[i % (stages.length + 1)] }));
    else
      Object.assign(body, {
        findings,
        verdict: { profile: 'web', outcome: 'block' },
        blocked_findings: 1,
        open_findings: 2,
      });
    await route.fulfill({ response, json: body });
  });
}
async function chosen(page) {
  await settled(page);
  await page.locator('button.pick').nth(2).click();
  await page.locator('aside h3').first().waitFor();
  await page.waitForFunction(() => document.querySelector('aside video')?.readyState > 1);
  await settled(page);
}
/** A file that episodes show; whatever the server would say, nothing is deleted on it. */
async function undeletable(page) {
  const json = { code: 'media.asset_shown', title: 'Conflict', detail: 'This file is still shown.' };
  await page.route('**/console/v1/assets/*', (r) =>
    r.request().method() === 'DELETE' ? r.fulfill({ status: 409, json }) : r.fallback(),
  );
}
const deleting = opened('aside .row:last-child button', async (page) => {
  await settled(page);
  await page.locator('button.pick').first().click();
  await page.locator('aside h3').first().waitFor();
});
async function keptByEpisodes(page) {
  await deleting(page);
  await page.locator('dialog button.danger').click();
  await page.locator('dialog li').first().waitFor();
}
async function menu(page) {
  await settled(page);
  await page.locator('button.me').click();
}
async function password(page) {
  await menu(page);
  await page.locator('.pop button').first().click();
  await page.getByRole('dialog').waitFor();
}
/** Every file is shown by several episodes, one of a drama with a long name. */
async function shared(page) {
  await page.route('**/console/v1/episodes?*', async (route) => {
    const response = await route.fetch();
    const { items } = await response.json();
    const long = {
      'zh-CN': '一个名字特别特别长的剧集特别版',
      en: 'The Drama With a Remarkably Long Name, Special Edition',
    };
    const more = items.flatMap((u) => [
      { ...u, title: long, drama_id: 'drm_1', number: 112 },
      { ...u, drama_id: 'drm_2', number: 7 },
    ]);
    await route.fulfill({ response, json: { items: [...items, ...more] } });
  });
}
async function named(page) {
  await settled(page);
  await page.locator('a.of').nth(3).waitFor();
}
/** The drama in another state, lacking something. */
const standing = (state, missing = []) =>
  async function stand(page) {
    await page.route(/\/console\/v1\/dramas\/drm_[^/]*$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), state, missing } });
    });
    const json = { code: 'catalogue.publish_refused', title: 'Conflict', detail: 'The drama lacks something.' };
    await page.route('**/publish', (route) => route.fulfill({ status: 409, json }));
  };
const lack = (path, code, severity) => ({ path, code, severity, message: code });
const lacks = [
  lack('episodes[2].subtitles.en', 'subtitle_long', 'warn'),
  lack('episodes[3].asset', 'video_missing', 'block'),
  lack('synopsis.en', 'synopsis_missing', 'warn'),
  lack('posters.portrait', 'poster_missing', 'block'),
];
async function publishRefused(page) {
  await settled(page);
  await page.locator('.head button').last().click();
  await page.getByRole('alert').waitFor();
}

/** The console's pages for whoever is signed in. */
export function consoleScreens({ drama, draft }) {
  const editor = `/console/dramas/${drama.id}`;
  const link = { password_link: '/console/password#nZ3tq0bX7w2uQm8KpV5cYd1sLrA4eHfG' };
  const letter = { id: '1', kind: 'job', name: 'media.transcode', error: 'no room on the disk', tries: 5 };
  const dead = [{ ...letter, at: new Date().toISOString(), failed_at: new Date().toISOString() }];
  return [
    { name: 'dramas', path: '/console', ready: settled },
    { name: 'dramas-loading', path: '/console', before: waiting('**/console/v1/dramas?*'), ready: loading },
    { name: 'editor-loading', path: editor, before: waiting(/\/console\/v1\/dramas\/drm_/), ready: loading },
    { name: 'files-loading', path: '/console/files', before: waiting('**/console/v1/assets?*'), ready: loading },
    { name: 'files-error', path: '/console/files', before: failing('**/console/v1/assets?*'), ready: settled },
    { name: 'system-error', path: '/console/system', before: failing('**/console/v1/system'), ready: settled },
    { name: 'dramas-none', path: '/console', before: answering('**/console/v1/dramas?*', nothing), ready: settled },
    { name: 'dramas-error', path: '/console', before: failing('**/console/v1/dramas?*'), ready: settled },
    { name: 'dramas-new', path: '/console', ready: opened('.head button') },
    { name: 'account', path: '/console', ready: menu },
    { name: 'account-password', path: '/console', ready: password },
    { name: 'editor', path: editor, ready: settled, tall: true },
    { name: 'editor-lacks', path: editor, before: standing('draft', lacks), ready: settled },
    { name: 'editor-delete', path: editor, before: standing('draft'), ready: opened('.head button >> nth=0') },
    { name: 'editor-refused', path: editor, before: standing('ready'), ready: publishRefused },
    { name: 'editor-withdrawn', path: editor, before: standing('withdrawn'), ready: settled },
    { name: 'editor-withdraw', path: editor, ready: opened('.head button') },
    ...(draft ? [{ name: 'editor-draft', path: `/console/dramas/${draft.id}`, ready: settled, tall: true }] : []),
    ...(draft ? [{ name: 'delivery-none', path: `/console/dramas/${draft.id}/delivery`, ready: settled }] : []),
    { name: 'delivery', path: `${editor}/delivery`, ready: settled, tall: true },
    { name: 'delivery-sending', path: `${editor}/delivery`, before: sending(false), ready: dropped },
    { name: 'delivery-offline', path: `${editor}/delivery`, before: sending(true), ready: dropped },
    { name: 'delivery-paused', path: `${editor}/delivery`, before: sending(false), ready: stopped },
    { name: 'delivery-findings', path: `${editor}/delivery`, before: busy, ready: chosen, tall: true },
    { name: 'files', path: '/console/files', ready: settled },
    {
      name: 'files-none',
      path: '/console/files',
      before: answering('**/console/v1/assets?*', nothing),
      ready: settled,
    },
    { name: 'files-shared', path: '/console/files', before: shared, ready: named },
    { name: 'files-chosen', path: '/console/files', before: busy, ready: chosen, tall: true },
    { name: 'files-delete', path: '/console/files', before: undeletable, ready: deleting },
    { name: 'files-delete-refused', path: '/console/files', before: undeletable, ready: keptByEpisodes },
    { name: 'staff', path: '/console/staff', ready: settled },
    {
      name: 'staff-organisation',
      path: '/console/staff',
      ready: opened('section >> nth=0 >> header button:last-child'),
    },
    { name: 'staff-invite', path: '/console/staff', ready: opened('section >> nth=1 >> header button:last-child') },
    {
      name: 'staff-link',
      path: '/console/staff',
      before: answering('**/password-link', link),
      ready: opened('td button:nth-last-child(2)'),
    },
    { name: 'system', path: '/console/system', ready: settled, tall: true },
    {
      name: 'system-dead',
      path: '/console/system',
      before: answering('**/dead-letters*', { items: dead }),
      ready: settled,
      tall: true,
    },
    { name: 'nowhere', path: '/console/nowhere', ready: settled },
  ];
}
