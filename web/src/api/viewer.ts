import { claim } from '../device/bridge.ts';
import { locale } from '../i18n/locale.svelte.ts';
import { whenAnother } from './another.ts';
import { client } from './client.ts';
import { deviceInfo } from './device.ts';
import { minors } from './minors.svelte.ts';
import type { Order, Told } from './players.ts';
import type {
  AskedGrant,
  DramaCard,
  DramaDetail,
  FeedItem,
  Grant,
  Liked,
  Me,
  Page,
  ProgressReport,
  Watched,
  Wire,
} from './types.ts';

let opening: Promise<boolean> | undefined;

/** Opens the session of this device; the same one while its cookie lives. Many at once are one. */
function openSession(): Promise<boolean> {
  opening ??= client(base, undefined, undefined, claim)
    .post('/sessions', { body: { locale: locale(), device: deviceInfo() } satisfies Wire['EnterRequest'] })
    .then(
      () => remember(),
      () => false,
    )
    .finally(() => {
      opening = undefined;
    });
  return opening;
}

/** Whether this browser has had a session, told in storage because scripts cannot see its cookie. */
const mark = 'session';
function remember(): true {
  try {
    localStorage.setItem(mark, '1');
  } catch {} // Without storage the first call is refused once, and then a session opened.
  return true;
}

/** A new viewer's first call would only be told to open a session: it opens one first, which saves a round trip. */
function firstSession(): Promise<boolean> | undefined {
  try {
    return localStorage.getItem(mark) === null ? openSession() : undefined;
  } catch {
    return undefined;
  }
}

/** Settles when there is a session, for what goes past the client below. */
export const session = (): Promise<unknown> => firstSession() ?? Promise.resolve();

/** What the screen can show, as the launch before found out: nothing waits for it, and links stay the same. */
function display(): Record<string, string> {
  if (shown === undefined) {
    setTimeout(() => import('./display.ts').then((d) => d.rememberDisplay()).catch(() => {}), 5000);
    try {
      shown = localStorage.getItem('display') ?? '';
    } catch {
      shown = '';
    }
  }
  return shown ? { 'x-display': shown } : {};
}
let shown: string | undefined;

const base = '/api/v1';

/** The session this device had was ended elsewhere, and it may have missed being told: nothing begins by itself. */
export const ending = { over: false, tell: (): void => {} };

async function renew(code: string): Promise<boolean> {
  if (code !== ended) return openSession();
  // This device may have become another viewer's while the call was on its way.
  const now = await client(base)
    .get('/me')
    .then(
      () => '',
      (problem) => problem.code,
    );
  if (now === ended && !ending.over) {
    ending.over = true;
    ending.tell();
    minors.ask(); // Brings the page that says so.
  }
  return now === '';
}
const ended = 'account.session_ended';

/** Begins as a new viewer. */
export const startAnew = (): Promise<boolean> => openSession();

/** The client every call of a viewer goes through. */
export const api = client(base, renew, firstSession, () => ({ ...claim(), ...display() }));
const at = encodeURIComponent;

let seen: { lang: string; detail: DramaDetail } | undefined;
let begun: { lang: string; grant: Grant } | undefined;
/** What was looked at tells of the viewer's places and marks: when those go, or the viewer is another, it is not true any more. */
function unsee(): void {
  seen = undefined;
  begun = undefined;
}
whenAnother(unsee);

/** The viewer API, one function per call. All throw Problem. */
export const viewer = {
  unsee,
  feed: (after?: string | null) => api.get<Page<FeedItem>>('/feed', { query: { after, limit: 5 } }),
  following: (after?: string | null) => api.get<Page<FeedItem>>('/feed', { query: { tab: 'following', after } }),
  /** Asks to watch, or for a player that shows the episode already to watch on. */
  grant: (episode: string, renew?: true) =>
    api.post<AskedGrant>('/grants', { body: { episode_id: episode, renew } satisfies Wire['GrantEpisodeRequest'] }),
  /** Keeps the grant of an episode whose beginning a page has shown, for the player that may follow. */
  keepGrant: (grant: Grant) => {
    begun = { lang: locale(), grant };
  },
  /** The grant kept, once. */
  keptGrant: (episode: string): Grant | null => {
    const kept = begun;
    begun = undefined;
    return kept?.grant.episode_id === episode && kept.lang === locale() ? kept.grant : null;
  },
  progress: (reports: ProgressReport[], keepalive: boolean) =>
    api.put<Wire['ReportProgressResponse']>('/progress', {
      // With the clock at the moment of sending, so that a wrong one does no harm.
      body: { sent_at: new Date().toISOString(), reports } satisfies Wire['ReportProgressRequest'],
      keepalive,
    }),

  drama: async (id: string) => {
    const lang = locale();
    const detail = await api.get<DramaDetail>(`/dramas/${at(id)}`);
    seen = { lang, detail };
    return detail;
  },
  /** The drama looked at last, as it was then: saves a round trip on the way from its page into the player. */
  seenDrama: (id: string) => (seen?.detail.drama.id === id && seen.lang === locale() ? seen.detail : undefined),
  dramas: (query: { genre?: string; audience?: string; sort?: string; after?: string | null }) =>
    api.get<Page<DramaCard>>('/dramas', { query: { ...query, limit: 24 } }),
  shelves: () => api.get<Wire['ShelvesResponse']>('/shelves'),
  genres: () => api.get<Wire['GenresResponse']>('/genres'),
  search: (q: string, after: string | null, signal?: AbortSignal) =>
    api.get<Wire['SearchDramasResponse']>('/search', { query: { q, after, limit: 24 }, signal }),

  follow: (drama: string, on: boolean) =>
    api[on ? 'put' : 'delete']<Wire['FollowDramaResponse']>(`/library/follows/${at(drama)}`),
  like: (episode: string, on: boolean) =>
    api[on ? 'put' : 'delete']<Wire['LikeEpisodeResponse']>(`/library/likes/${at(episode)}`),
  hide: (drama: string, on: boolean) => api[on ? 'put' : 'delete']<unknown>(`/library/hidden/${at(drama)}`),
  rate: (drama: string, score: number) =>
    api.put<unknown>(`/library/ratings/${at(drama)}`, { body: { score } satisfies Wire['RateDramaRequest'] }),
  follows: (after?: string | null) => api.get<Page<DramaCard>>('/library/follows', { query: { after } }),
  hidden: (after?: string | null) => api.get<Page<DramaCard>>('/library/hidden', { query: { after } }),
  likes: (after?: string | null) => api.get<Page<Liked>>('/library/likes', { query: { after } }),
  continue: (limit = 24) => api.get<Page<Watched>>('/continue', { query: { limit } }),
  history: (after?: string | null) => api.get<Page<Watched>>('/history', { query: { after } }),
  clearHistory: () => api.delete<void>('/history').then(unsee),

  /** Asks the account's other devices what they do. */
  callPlayers: () => api.post<void>('/players/calls'),
  /** Says what this one does. */
  tellPlayer: (told: Told) => api.put<void>('/players/current', { body: told }),
  /** Asks one of the account's other devices for something; waits for its answer. */
  command: (device: string, order: Order) =>
    api.post<Wire['CommandPlayerResponse']>(`/players/${at(device)}/commands`, { body: order }),

  /** A link that opens this moment on another device, once, within a minute. */
  handoffLink: (episode: string, positionMs: number) =>
    api.post<Wire['MakeHandoffResponse']>('/handoffs', {
      body: { episode_id: episode, position_ms: Math.round(positionMs) } satisfies Wire['MakeHandoffRequest'],
    }),
  redeemHandoff: (token: string) => api.post<Wire['RedeemHandoffResponse']>('/handoffs/redeem', { body: { token } }),

  profiles: () => api.get<Wire['ProfilesResponse']>('/profiles').then(({ items }) => items),

  me: () => api.get<Me>('/me'),
  amend: (body: Wire['AmendMeRequest']) => api.patch<Me>('/me', { body }),
};
