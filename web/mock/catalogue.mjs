// The specimen dramas of the mock. Every figure is invented for development.
import { clips, seconds } from './media.mjs';

const base = [
  [
    '雨夜归来',
    'The Night She Came Back',
    '走进沈家的女人说：我不是她。',
    'She walks back in and says: I am not her.',
    ['suspense', 'revenge'],
    'female',
    62,
    8.7,
    '#2b1c4a',
  ],
  [
    '长安灯下',
    'Under the Lanterns',
    '灯市尽头，她认出了仇人的字。',
    'At the end of the lantern fair she knows the hand.',
    ['costume', 'romance'],
    'female',
    80,
    8.9,
    '#5a1f14',
  ],
  [
    '南山有信',
    'Letters from South Hill',
    '一封迟到十年的信，把两个人叫回山里。',
    'A letter ten years late calls two people back.',
    ['family'],
    'all',
    36,
    9.1,
    '#123a33',
  ],
  [
    '月下合伙人',
    'Moonlight Partners',
    '白天是对手，夜里一起摆摊。',
    'Rivals by day, one food stall by night.',
    ['city', 'romance'],
    'all',
    66,
    null,
    '#1c2850',
  ],
  [
    '末班地铁',
    'Last Train Home',
    '末班车上，每个人都少说了一句话。',
    'On the last train everyone left one thing unsaid.',
    ['suspense', 'city'],
    'male',
    54,
    8.4,
    '#2b1c4a',
  ],
  [
    '她的第二人生',
    'Her Second Life',
    '三十五岁那天，她从头学起。',
    'On her thirty-fifth birthday she starts over.',
    ['city'],
    'female',
    72,
    8.5,
    '#5a1f14',
  ],
  [
    '星海拾荒',
    'Scavengers of the Star Sea',
    '捡到一艘船，船上有人。',
    'They salvage a ship. Someone is aboard.',
    ['scifi'],
    'male',
    48,
    null,
    '#123a33',
  ],
  [
    '春江花渡',
    'The Spring Ferry',
    '渡口的船娘，等一个不会来的人。',
    'A ferrywoman waits for one who will not come.',
    ['costume', 'family'],
    'female',
    48,
    8.2,
    '#1c2850',
  ],
];
export const genres = {
  suspense: ['悬疑', 'Suspense'],
  revenge: ['复仇', 'Revenge'],
  costume: ['古装', 'Costume'],
  romance: ['爱情', 'Romance'],
  family: ['家庭', 'Family'],
  city: ['都市', 'City'],
  scifi: ['科幻', 'Sci-fi'],
};
export const word = (pair, locale) => pair[locale === 'en' ? 1 : 0];
const titles = [
  ['雨夜', 'Rain'],
  ['旧宅', 'The old house'],
  ['来信', 'A letter'],
  ['灯市', 'Lantern fair'],
  ['笔迹', 'The hand'],
  ['三更问话', 'Questions at midnight'],
  ['归途', 'The way home'],
];

export const dramas = base.map((d, i) => ({
  row: d,
  i,
  id: `drm_${String(i + 1).padStart(4, '0')}`,
  clip: i % clips,
  count: d[6],
}));
export const find = (id) => dramas.find((d) => d.id === id);
export const clipOf = (drama, n) => (drama.clip + n - 1) % clips;

export function card(d, locale) {
  const [zh, en, synopsisZh, synopsisEn, slugs, audience, count, rating, colour] = d.row;
  const picture = (file, width, height) => ({ url: `/img/${d.clip}-${file}.jpg`, width, height, colour });
  return {
    id: d.id,
    title: word([zh, en], locale),
    synopsis: word([synopsisZh, synopsisEn], locale),
    poster: d.i === 6 ? null : picture('poster', 720, 960),
    landscape: picture('wide', 720, 405),
    genres: slugs.map((slug) => ({ slug, name: word(genres[slug], locale) })),
    tags: locale === 'en' ? ['Slow burn'] : ['慢热'],
    audience,
    year: 2026,
    episode_count: count,
    released_count: count - (d.i % 3),
    total_ms: count * 76_000,
    rating,
    rating_count: rating ? 240 : 3,
    credit: locale === 'en' ? 'Specimen for development' : '开发用样片',
  };
}

export function episode(d, n, locale) {
  return {
    id: `eps_${d.id.slice(4)}_${n}`,
    number: n,
    ...(n <= d.count - (d.i % 3)
      ? {
          title: word(titles[(n + d.i) % titles.length], locale),
          duration_ms: seconds * 1000,
          width: 720,
          height: 1280,
          released: true,
          released_at: '2026-10-26T12:00:00Z',
        }
      : { title: '', duration_ms: 0, width: 0, height: 0, released: false, released_at: '2027-02-01T12:00:00Z' }),
    thumbnail: `/img/${clipOf(d, n)}-wide.jpg`,
  };
}

export function parseEpisode(id) {
  const [, drama, n] = /^eps_(\d+)_(\d+)$/.exec(id) ?? [];
  const d = find(`drm_${drama}`);
  return d && Number(n) >= 1 && Number(n) <= d.count - (d.i % 3) ? { d, n: Number(n) } : null;
}
