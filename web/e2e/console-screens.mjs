import { answering, failing, loading, nothing, opened, settled, waiting } from './screens.mjs';

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

/** A search that finds nothing. */
async function sought(page) {
  await settled(page);
  await page.locator('input[type=search]').fill('zzqqxx');
  await page.locator('main [role=status], main .state').first().waitFor();
}
/** Files whose names leave it open which episodes they are, and one that would replace a video. */
async function asked(page) {
  await settled(page);
  const file = (name) => ({ name, mimeType: 'video/mp4', buffer: Buffer.alloc(1 << 20) });
  await page.locator('input[type=file]').setInputFiles([file('final cut, graded, new music.mp4'), file('01.mp4')]);
  await page.locator('#plan').waitFor();
}
/** A market with its own days, which begin at a moment of their own. */
async function market(page) {
  await settled(page);
  await page.locator('input[type=datetime-local]').first().fill('2027-01-02T20:00');
  await page.locator('fieldset .stack > div:last-child > button').first().click();
  const group = page.locator('.market').last();
  await group.locator('input').first().fill('us');
  await group.locator('select').selectOption('daily');
  await group.locator('input[type=datetime-local]').fill('2027-01-03T19:30');
}
/** Episodes that come one after the other, the third at its own time. */
async function planned(page) {
  const coming = { release_at: '2027-01-02T12:00:00Z', released_elsewhere: { US: '2027-01-03T15:00:00Z' } };
  await page.route(/\/console\/v1\/dramas\/drm_[^/]*$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.episodes = body.episodes.map((e, i) =>
      i ? { ...e, ...coming, own_release_at: i === 2 ? coming.release_at : null } : e,
    );
    await route.fulfill({ response, json: body });
  });
  await page.route('**/console/v1/episodes/*', (route) => {
    const told =
      'Episode 3 would come before episode 2, which comes at 2027-01-02 12:00 UTC. Choose a later time, or move episode 2 first.';
    return route.fulfill({ status: 422, json: { code: 'catalogue.release_order', title: 'Invalid', detail: told } });
  });
}
const releaseOf = opened('#episode-3 .times button');
async function releaseRefused(page) {
  await releaseOf(page);
  await page.locator('dialog button[type=submit]').click();
  await page.getByRole('alert').waitFor();
}
async function subtitles(page) {
  await settled(page);
  const files = ['01.vtt', '01.en.vtt'].map((name) => ({ name, mimeType: 'text/vtt', buffer: Buffer.from('WEBVTT') }));
  await page.locator('#episode-1 input[type=file]').setInputFiles(files);
  await page.getByRole('dialog').waitFor();
}
/** The session ends while somebody works. */
async function ended(page) {
  await settled(page);
  const json = { code: 'account.session_ended', title: 'Unauthorized', detail: 'Sign in again.' };
  await page.route('**/console/v1/**', (r) => r.fulfill({ status: 401, json }));
  await page.locator('input[type=search]').fill('x');
  await page.getByRole('dialog').waitFor();
}

/** The console's pages for whoever is signed in: some are there for operators only. */
export function consoleScreens(found) {
  const forAll = ({ path }) => !/\/(staff|system)$/.test(path);
  return found.operator ? pages(found) : [...pages(found).filter(forAll), forbidden];
}
const forbidden = { name: 'forbidden', path: '/console/staff', ready: settled };

/** An inbox with one of each sort. */
const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString();
const item = (id, kind, en, zh, more = {}) => ({
  id,
  kind,
  alarm: false,
  state: 'open',
  read: false,
  title: { en, 'zh-CN': zh },
  link: '/console/system',
  due_at: null,
  since: hours(-2),
  changed_at: hours(-2),
  binding: false,
  ...more,
});
const waits = {
  items: [
    item('1', 'system.disk', 'The disk of one is full: uploads and encodes wait', 'one 的磁盘已满，上传和转码暂停', {
      alarm: true,
    }),
    item('2', 'account.grant', 'A role for Lin waits for a second administrator', '“林”的角色等待另一位管理员批准', {
      binding: true,
      due_at: hours(-1),
    }),
    item('3', 'account.grant', 'A role for Mo waits for a second administrator', '“莫”的角色等待另一位管理员批准', {
      binding: true,
      due_at: hours(5),
      read: true,
    }),
    item(
      '4',
      'media.failed',
      '“The Lantern Street, episode 12, the very last version of all.mp4” could not be prepared',
      '“长街灯火 第 12 集 最终版.mp4”处理失败',
    ),
  ],
  next: null,
};

/** Passkeys: one that is used, and one of a long name. */
const keyed = answering('**/console/v1/me/passkeys', {
  passkeys: [
    { id: 'a', name: 'Work laptop', added_at: hours(-2000), used_at: hours(-3) },
    { id: 'b', name: '放在办公室抽屉里备用的那一把安全密钥 (YubiKey 5C NFC)', added_at: hours(-1), used_at: null },
  ],
});

function pages({ drama, draft }) {
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
    { name: 'dramas-sought', path: '/console', ready: sought },
    { name: 'expired', path: '/console', ready: ended },
    { name: 'dramas-error', path: '/console', before: failing('**/console/v1/dramas?*'), ready: settled },
    { name: 'dramas-new', path: '/console', ready: opened('.head button') },
    { name: 'account', path: '/console', ready: menu },
    { name: 'account-password', path: '/console', ready: password },
    { name: 'editor', path: editor, ready: settled, tall: true },
    { name: 'editor-market', path: editor, ready: market, tall: true },
    { name: 'editor-planned', path: editor, before: planned, ready: settled, tall: true },
    { name: 'editor-release', path: editor, before: planned, ready: releaseOf },
    { name: 'editor-release-refused', path: editor, before: planned, ready: releaseRefused },
    { name: 'editor-subtitles', path: editor, ready: subtitles },
    { name: 'editor-lacks', path: editor, before: standing('draft', lacks), ready: settled },
    { name: 'editor-delete', path: editor, before: standing('draft'), ready: opened('.head button >> nth=0') },
    { name: 'editor-refused', path: editor, before: standing('ready'), ready: publishRefused },
    { name: 'editor-withdrawn', path: editor, before: standing('withdrawn'), ready: settled },
    { name: 'editor-withdraw', path: editor, ready: opened('.head button') },
    ...(draft ? [{ name: 'editor-draft', path: `/console/dramas/${draft.id}`, ready: settled, tall: true }] : []),
    ...(draft ? [{ name: 'delivery-none', path: `/console/dramas/${draft.id}/delivery`, ready: settled }] : []),
    { name: 'delivery', path: `${editor}/delivery`, ready: settled, tall: true },
    { name: 'delivery-sending', path: `${editor}/delivery`, before: sending(false), ready: dropped },
    { name: 'delivery-plan', path: `${editor}/delivery`, ready: asked, tall: true },
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
    { name: 'inbox', path: '/console/inbox', before: answering('**/console/v1/inbox?*', waits), ready: settled },
    { name: 'inbox-none', path: '/console/inbox', before: answering('**/console/v1/inbox?*', nothing), ready: settled },
    { name: 'inbox-mail', path: '/console/inbox', ready: opened('.head button') },
    { name: 'inbox-error', path: '/console/inbox', before: failing('**/console/v1/inbox?*'), ready: settled },
    { name: 'security', path: '/console/security', before: keyed, ready: settled, tall: true },
    { name: 'security-add', path: '/console/security', ready: opened('[aria-labelledby=passkeys] header button') },
    {
      name: 'security-rename',
      path: '/console/security',
      before: keyed,
      ready: opened('[aria-labelledby=passkeys] li button'),
    },
    { name: 'security-error', path: '/console/security', before: failing('**/console/v1/me/**'), ready: settled },
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
