// A small stand-in for a node, for working on the front end alone: `npm run mock`, then open the address it prints.
// It serves dist with the product's headers and answers the viewer API from memory. Flags: --port, --grant-seconds.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { card, clipOf, dramas, episode, find, genres, parseEpisode, word } from './catalogue.mjs';
import { file, send } from './http.mjs';
import { firstBytes, makeMedia } from './media.mjs';

const { values: flags } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    media: { type: 'string', default: join(tmpdir(), 'cliffhanger-mock') },
    'grant-seconds': { type: 'string', default: '14400' },
  },
});
mkdirSync(flags.media, { recursive: true });
makeMedia(flags.media);

const csp =
  "default-src 'self'; media-src 'self' blob:; worker-src 'self'; img-src 'self' data: blob:; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const me = {
  follows: new Set(['drm_0001', 'drm_0003']),
  likes: new Set(),
  hidden: new Set(),
  ratings: new Map(),
  positions: new Map(),
  session: false,
  grants: 0,
  calls: [],
};
for (const [id, n, ms] of [
  ['drm_0001', 12, 9000],
  ['drm_0002', 3, 15000],
  ['drm_0005', 7, 4000],
]) {
  me.positions.set(id, { n, position_ms: ms, version: 1, updated_at: new Date(Date.now() - n * 3.6e6).toISOString() });
}

const routes = [
  [
    'POST',
    '/sessions',
    (c) => {
      me.session = true;
      c.cookie = 'ch_viewer=mock; Path=/; HttpOnly; SameSite=Lax';
      c.status = 201;
      return { account_id: 'acc_1', profile_id: 'prf_1', device_id: 'dev_1' };
    },
  ],
  [
    'POST',
    '/sessions/link',
    (c) =>
      c.body.code === '7K3M9Q2X'
        ? { account_id: 'acc_1', profile_id: 'prf_1', device_id: 'dev_2' }
        : refuse(404, 'account.link_invalid', 'No such code.'),
  ],
  ['POST', '/device-codes', deviceCode],
  ['POST', '/device-codes/redeem', () => refuse(409, 'account.authorization_pending', 'Ask again in a moment.')],
  ['DELETE', '/sessions/current', () => null],
  [
    'GET',
    '/me',
    (c) => ({
      account_id: 'acc_1',
      profile: { id: 'prf_1', name: 'Me' },
      device: { id: 'dev_1', name: 'Pixel 9' },
      locale: c.locale,
      created_at: '2026-10-01T08:00:00Z',
      devices: [
        { id: 'dev_1', name: 'Pixel 9', model: 'Chrome', last_seen_at: new Date().toISOString(), current: true },
        {
          id: 'dev_2',
          name: c.locale === 'en' ? 'Living-room TV' : '客厅电视',
          model: 'TV',
          last_seen_at: '2026-11-23T20:00:00Z',
          current: false,
        },
      ],
    }),
  ],
  ['PATCH', '/me', () => ({})],
  ['POST', '/device-links', () => ({ code: '7K3M9Q2X', expires_at: new Date(Date.now() + 600_000).toISOString() })],
  ['GET', '/feed', feed],
  ['GET', '/shelves', shelves],
  [
    'GET',
    '/genres',
    (c) => ({
      items: Object.entries(genres).map(([slug, pair]) => ({
        slug,
        name: word(pair, c.locale),
        count: dramas.filter((d) => d.row[4].includes(slug)).length,
      })),
    }),
  ],
  [
    'GET',
    '/dramas',
    (c) => {
      const genre = c.query.get('genre');
      const audience = c.query.get('audience');
      const wanted = dramas
        .filter((d) => !genre || d.row[4].includes(genre))
        .filter((d) => !audience || [audience, 'all'].includes(d.row[5]));
      return { items: wanted.map((d) => card(d, c.locale)), next: null };
    },
  ],
  ['GET', '/dramas/:id', drama],
  [
    'GET',
    '/search',
    (c) => {
      const q = (c.query.get('q') ?? '').toLowerCase();
      const hit = dramas.filter((d) => d.row.slice(0, 4).join(' ').toLowerCase().includes(q));
      return { items: hit.map((d) => ({ ...card(d, c.locale), matched: 'title' })), next: null, source: 'sql' };
    },
  ],
  [
    'POST',
    '/grants',
    (c) => {
      const given = grant(c.body.episode_id, c.locale);
      if (!given) return refuse(403, 'playback.not_watchable', 'This episode is not out yet.');
      return { ...given, liked: me.likes.has(c.body.episode_id), like_count: 900 };
    },
  ],
  ['PUT', '/progress', progress],
  ['GET', '/continue', (c) => ({ items: watched(c) })],
  ['GET', '/history', (c) => ({ items: watched(c), next: null })],
  [
    'DELETE',
    '/history',
    () => {
      me.positions.clear();
      return null;
    },
  ],
  ['GET', '/library/follows', (c) => ({ items: [...me.follows].map((id) => card(find(id), c.locale)), next: null })],
  [
    'GET',
    '/library/likes',
    (c) => {
      const liked = [...me.likes].map(parseEpisode);
      return {
        items: liked.map(({ d, n }) => ({ drama: card(d, c.locale), episode: episode(d, n, c.locale) })),
        next: null,
      };
    },
  ],
  [
    'PUT',
    '/library/follows/:id',
    (c) => {
      me.follows.add(c.p.id);
      return { followed: true, count: 3201 };
    },
  ],
  [
    'DELETE',
    '/library/follows/:id',
    (c) => {
      me.follows.delete(c.p.id);
      return { followed: false, count: 3200 };
    },
  ],
  [
    'PUT',
    '/library/likes/:id',
    (c) => {
      me.likes.add(c.p.id);
      return { liked: true, count: 128_001 };
    },
  ],
  [
    'DELETE',
    '/library/likes/:id',
    (c) => {
      me.likes.delete(c.p.id);
      return { liked: false, count: 128_000 };
    },
  ],
  [
    'GET',
    '/library/hidden',
    (c) => ({ items: [...me.hidden].reverse().map((id) => card(find(id), c.locale)), next: null }),
  ],
  [
    'PUT',
    '/library/hidden/:id',
    (c) => {
      me.hidden.add(c.p.id);
      return { hidden: true, count: me.hidden.size };
    },
  ],
  [
    'DELETE',
    '/library/hidden/:id',
    (c) => {
      me.hidden.delete(c.p.id);
      return { hidden: false, count: me.hidden.size };
    },
  ],
  [
    'PUT',
    '/library/ratings/:id',
    (c) => {
      me.ratings.set(c.p.id, c.body.score);
      return {};
    },
  ],
];

function feed(c) {
  const following = c.query.get('tab') === 'following';
  const pool = following ? [...me.follows].map(find) : dramas.filter((d) => !me.hidden.has(d.id));
  const from = Number(c.query.get('after') ?? 0);
  const items = Array.from({ length: following ? pool.length : pool.length && 5 }, (_, k) => {
    const i = from + k;
    const d = pool[i % pool.length];
    const n = i === 0 ? 12 : 1;
    const e = episode(d, n, c.locale);
    const why = following ? 'following' : ['fresh', 'popular', 'explore'][i % 3];
    return {
      id: `slot_${i}`,
      drama: card(d, c.locale),
      episode: e,
      why: { code: why },
      grant: k < 2 ? grant(e.id, c.locale) : null,
      position_ms: 0,
      followed: me.follows.has(d.id),
      liked: me.likes.has(e.id),
      like_count: i === 0 ? 128_000 : 900 * (i + 1),
      follow_count: 3200,
    };
  });
  return { items, next: !following && items.length && from < 40 ? String(from + 5) : null };
}

function shelves(c) {
  const all = dramas.map((d) => card(d, c.locale));
  const shelf = (key, zh, en, items) => ({
    key,
    title: word([zh, en], c.locale),
    items,
    more: `/api/v1/dramas?sort=${key}`,
  });
  return {
    shelves: [
      shelf('new', '新剧', 'New', all.slice(1, 6)),
      shelf('popular', '热播榜', 'Popular', all),
      shelf('top-rated', '高分', 'Top rated', all.filter((d) => d.rating).slice(0, 5)),
      {
        ...shelf(
          'genre:suspense',
          '悬疑',
          'Suspense',
          all.filter((d) => d.genres.some((g) => g.slug === 'suspense')),
        ),
        more: '/api/v1/dramas?genre=suspense',
      },
    ],
  };
}

function drama(c) {
  const d = find(c.p.id);
  if (!d) return refuse(404, 'catalogue.drama_unknown', 'No such drama.');
  const at = me.positions.get(d.id);
  const episodes = Array.from({ length: d.count - (d.i % 3) }, (_, k) => ({
    ...episode(d, k + 1, c.locale),
    position_ms: at?.n === k + 1 ? at.position_ms : 0,
    finished: at ? k + 1 < at.n : false,
  }));
  return {
    drama: {
      ...card(d, c.locale),
      people: [
        { role: 'cast', name: word(['周言', 'Zhou Yan'], c.locale) },
        { role: 'cast', name: word(['陆知微', 'Lu Zhiwei'], c.locale) },
        { role: 'director', name: word(['程野', 'Cheng Ye'], c.locale) },
      ],
      languages: { original: 'zh-CN', subtitles: ['zh-CN', 'en'] },
      state_for_me: {
        followed: me.follows.has(d.id),
        rated: me.ratings.get(d.id) ?? null,
        hidden: me.hidden.has(d.id),
        can_rate: (at?.n ?? 0) > 3,
      },
    },
    episodes,
    resume: at ? { episode_id: episode(d, at.n, c.locale).id, number: at.n, position_ms: at.position_ms } : null,
    similar: dramas
      .filter((o) => o !== d)
      .slice(0, 6)
      .map((o) => card(o, c.locale)),
  };
}

function grant(id, locale) {
  const at = parseEpisode(id);
  if (!at) return null;
  const { d, n } = at;
  const clip = clipOf(d, n);
  const lives = Number(flags['grant-seconds']) * 1000;
  const token = `t${++me.grants}.${Date.now() + lives}`;
  const dir = `/media/v1/${token}/${clip}/`;
  const kept = me.positions.get(d.id);
  return {
    episode_id: id,
    drama_id: d.id,
    expires_at: new Date(Date.now() + lives).toISOString(),
    renew_after: new Date(Date.now() + lives * 0.75).toISOString(),
    duration_ms: 24_000,
    width: 720,
    height: 1280,
    hls: `${dir}master.m3u8`,
    dash: `${dir}manifest.mpd`,
    head: `${dir}head.mp4`,
    head_ms: 4000,
    sprite: { url: `${dir}sprite.jpg`, interval_ms: 2000, columns: 10, rows: 6, width: 90, height: 160, count: 12 },
    subtitles: [
      { lang: 'zh-CN', label: '中文', url: `${dir}zh-CN.vtt` },
      { lang: 'en', label: 'English', url: `${dir}en.vtt` },
    ],
    poster: `/img/${clip}-poster.jpg`,
    next: parseEpisode(`eps_${d.id.slice(4)}_${n + 1}`) ? episode(d, n + 1, locale) : null,
    position_ms: kept?.n === n ? kept.position_ms : 0,
    position_version: kept?.version ?? 0,
    labels: d.i % 2 === 0 ? [{ kind: 'ai', text: locale === 'en' ? 'AI-generated shots' : '含 AI 生成画面' }] : [],
    first_bytes: { url: `${dir}v360.mp4`, length: firstBytes(join(flags.media, String(clip))) },
  };
}

function progress(c) {
  return {
    positions: c.body.reports.map((r) => {
      const { d, n } = parseEpisode(r.episode_id);
      const version = (me.positions.get(d.id)?.version ?? 0) + 1;
      me.positions.set(d.id, { n, position_ms: r.position_ms, version, updated_at: r.at });
      return { drama_id: d.id, episode_id: r.episode_id, position_ms: r.position_ms, version, applied: true };
    }),
  };
}

function watched(c) {
  return [...me.positions]
    .sort((a, b) => b[1].updated_at.localeCompare(a[1].updated_at))
    .map(([id, p]) => ({
      drama: card(find(id), c.locale),
      episode: episode(find(id), p.n, c.locale),
      position_ms: p.position_ms,
      updated_at: p.updated_at,
      version: p.version,
    }));
}

function deviceCode(c) {
  c.status = 201;
  const user_code = 'K7QM42XD';
  const uris = {
    verification_uri: 'http://localhost/tv',
    verification_uri_complete: `http://localhost/q/${user_code}`,
  };
  return { device_code: 'mock', user_code, ...uris, expires_in: 120, interval: 3 };
}

class Refusal {
  constructor(status, code, detail) {
    Object.assign(this, { status, code, detail });
  }
}
function refuse(status, code, detail) {
  return new Refusal(status, code, detail);
}

async function api(req, res, url) {
  const path = url.pathname.slice('/api/v1'.length);
  if (path === '/live') return live(req, res);
  for (const [method, pattern, handler] of routes) {
    const p = method === req.method && match(pattern, path);
    if (!p) continue;
    if (path !== '/sessions' && !/ch_viewer=/.test(req.headers.cookie ?? ''))
      return send(res, 401, { code: 'httpx.unauthenticated', detail: 'Sign in.' });
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const c = {
      p,
      query: url.searchParams,
      locale: /^en/.test(req.headers['accept-language'] ?? '') ? 'en' : 'zh-CN',
      body: chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : null,
      status: 200,
    };
    const out = handler(c);
    if (c.cookie) res.setHeader('set-cookie', c.cookie);
    return out instanceof Refusal ? send(res, out.status, out) : send(res, out === null ? 204 : c.status, out);
  }
  send(res, 404, { code: 'httpx.no_route', detail: 'No such route.' });
}

function live(req, res) {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  res.write('event: hello\ndata: {}\n\n');
  const timer = setInterval(() => res.write(': here\n\n'), 25_000);
  req.on('close', () => clearInterval(timer));
}

function match(pattern, path) {
  const want = pattern.split('/');
  const have = path.split('/');
  if (want.length !== have.length) return null;
  const parts = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(':')) parts[part.slice(1)] = decodeURIComponent(have[i]);
    else if (part !== have[i]) return null;
  }
  return parts;
}

createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost');
  const path = normalize(decodeURIComponent(url.pathname));
  if (path.startsWith('/api/v1/'))
    return api(req, res, url).catch((e) => send(res, 500, { code: 'mock.broken', detail: String(e) }));
  if (path.startsWith('/api/'))
    return send(res, 404, { code: 'httpx.no_route', detail: 'The mock knows the viewer API only.' });
  const media = /^\/media\/v1\/t\d+\.(\d+)\/(\d+\/[\w.-]+)$/.exec(path);
  if (media)
    return Number(media[1]) < Date.now()
      ? send(res, 403, { code: 'playback.grant_expired', detail: 'Ask again.' })
      : file(req, res, join(flags.media, media[2]), { 'cache-control': 'private, max-age=3600' });
  const image = /^\/img\/(\d+)-(\w+)\.jpg$/.exec(path);
  if (image)
    return file(req, res, join(flags.media, image[1], `${image[2]}.jpg`), {
      'cache-control': 'public, max-age=31536000, immutable',
    });
  const asset = join(flags.dist, path);
  const page = path.startsWith('/console') ? 'console.html' : 'index.html';
  const real = path !== '/' && existsSync(asset) && statSync(asset).isFile() ? asset : join(flags.dist, page);
  file(req, res, real, {
    'content-security-policy': csp,
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
  });
}).listen(Number(flags.port), () => console.log(`mock node on http://localhost:${flags.port}`));
