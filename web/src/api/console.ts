import { client } from './client.ts';
import { postOnce } from './once.ts';
import type { Page } from './types.ts';

/** The same words in several languages, keyed by language tag. */
export type Text = Record<string, string>;
export type Role = 'producer' | 'operator';
export type OrganisationKind = 'operator' | 'producer';

export interface Organisation {
  id: string;
  name: string;
  kind: OrganisationKind;
}

export interface Staff {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  organisation: Organisation;
  active: boolean;
  /** Has not chosen a password yet. */
  invited: boolean;
  created_at: string;
}

export type DramaState = 'draft' | 'ready' | 'published' | 'withdrawn';
export type Step = 'ready' | 'publish' | 'withdraw' | 'reopen';
export type PosterShape = 'portrait' | 'landscape';

export interface Picture {
  url: string;
  width: number;
  height: number;
  colour: string;
}

export interface Person {
  role: 'cast' | 'director' | 'writer';
  name: Text;
}

export interface Release {
  mode: 'all' | 'daily';
  per_day?: number;
  starts_at?: string;
}

export interface Missing {
  code: string;
  /** Where, e.g. `episodes[3].asset` for the episode with number 3. */
  path: string;
  message: string;
  severity: 'block' | 'warn';
}

export interface About {
  title: Text;
  synopsis: Text;
  original_language: string;
  genres: string[];
  tags: string[];
  audience: string;
  /** 0: not said. */
  year: number;
  people: Person[];
  credit: string;
  release: Release;
}

export interface Drama extends About {
  id: string;
  organisation_id: string;
  key: string;
  state: DramaState;
  reason: string;
  posters: { portrait: Picture | null; landscape: Picture | null };
  publish_when_ready: boolean;
  version: number;
  episodes: Episode[];
  missing: Missing[];
  created_at: string;
  updated_at: string;
  published_at: string | null;
}

export interface Episode {
  id: string;
  number: number;
  title: Text;
  asset_id: string | null;
  asset: EpisodeAsset | null;
  subtitles: { lang: string; cues: number; long: number }[];
  release_at: string | null;
}

export type AssetState = 'uploaded' | 'probing' | 'transcoding' | 'playable' | 'complete' | 'failed' | 'cancelled';

export interface AssetProblem {
  code: string;
  message: string;
}

/** What lists and live events tell of a master. */
export interface AssetSummary {
  id: string;
  filename: string;
  /** Bytes. */
  size: number;
  state: AssetState;
  stage?: string;
  /** Of the present pass, 0 to 100. */
  percent: number;
  /** 1 is next; absent or 0 when it does not wait. */
  queue_position?: number;
  verdict: Verdict | null;
  problem: AssetProblem | null;
  duration_ms: number;
  blocked_findings: number;
  open_findings: number;
}

/** Inside a drama the verdict is the outcome alone. */
export type EpisodeAsset = Omit<AssetSummary, 'verdict'> & { verdict: string };

export interface Verdict {
  profile: string;
  outcome: 'pass' | 'warn' | 'block';
}

export interface Finding {
  code: string;
  severity: 'info' | 'warn' | 'block';
  at_ms: number;
  until_ms: number;
  measured: number;
  limit: number;
  unit: string;
  message: string;
}

export interface Rendition {
  name: string;
  kind: string;
  codec?: string;
  width: number;
  height: number;
  /** Bits per second. */
  bitrate: number;
  bytes: number;
  later: boolean;
}

export interface Asset extends AssetSummary {
  organisation_id: string;
  sha256: string;
  drama_id?: string;
  episode_number?: number;
  attempts: number;
  source: {
    container: string;
    duration_ms: number;
    codec: string;
    width: number;
    height: number;
    fps: number;
    vfr: boolean;
    rotation: number;
    hdr: string;
    interlaced: boolean;
    audio: { codec: string; rate: number; channels: number } | null;
  } | null;
  findings: Finding[];
  renditions: Rendition[];
  scenes: number[];
  poster_candidates: string[];
  created_at: string;
  finished_at: string | null;
}

export interface Preview {
  hls: string;
  expires_at: string;
}

/** An upload of mine that has not ended. */
export interface OpenUpload {
  id: string;
  /** Where it continues. */
  url: string;
  filename: string;
  size: number;
  received: number;
  drama_id?: string;
  episode_number?: number;
  created_at: string;
  expires_at: string;
}

export interface System {
  version: string;
  node: string;
  roles: string;
  started_at: string;
  engine: { db: string; bus: string; blob: string };
  disk: { free: number; total: number };
  queues: { name: string; waiting: number; running: number; dead: number }[] | null;
  nodes: { name: string; url: string; seen_at: string }[] | null;
}

export interface DeadLetter {
  id: string;
  kind: string;
  name: string;
  listener?: string;
  error: string;
  tries: number;
  at: string;
  failed_at: string;
}

export const base = '/api/console/v1';
export const uploadsUrl = `${base}/uploads/`;
export const liveUrl = `${base}/live`;

const api = client(base);
const at = encodeURIComponent;
type After = string | null | undefined;

/** The console API, one function per call. All throw Problem. */
export const staffApi = {
  setUpNeeded: () => api.get<{ needed: boolean }>('/setup'),
  setUp: (body: { token: string; organisation: string; name: string; email: string; password: string }) =>
    api.post<{ staff: Staff }>('/setup', { body }),
  signIn: (email: string, password: string) => api.post<{ staff: Staff }>('/sessions', { body: { email, password } }),
  signOut: () => api.delete<void>('/sessions/current'),
  me: () => api.get<Staff>('/me'),
  changePassword: (current: string, next: string) => api.post<void>('/me/password', { body: { current, new: next } }),
  choosePassword: (token: string, next: string) =>
    api.post<{ staff: Staff }>('/password', { body: { token, new: next } }),
  organisations: (after?: After) => api.get<Page<Organisation>>('/organisations', { query: { after, limit: 100 } }),
  found: (name: string, kind: OrganisationKind) => api.post<Organisation>('/organisations', { body: { name, kind } }),
  people: (after?: After) => api.get<Page<Staff>>('/staff', { query: { after, limit: 100 } }),
  hire: (body: { name: string; email: string; roles: Role[]; organisation_id: string }) =>
    api.post<Staff & { password_link: string }>('/staff', { body }),
  reassign: (id: string, body: { roles?: Role[]; active?: boolean }) => api.patch<Staff>(`/staff/${at(id)}`, { body }),
  passwordLink: (id: string) => api.post<{ password_link: string }>(`/staff/${at(id)}/password-link`),
};

export interface Genre {
  slug: string;
  name: string;
}

/** An episode that shows a master. */
export interface Use {
  asset_id: string;
  drama_id: string;
  title: Text;
  number: number;
}

export const dramaApi = {
  genres: () => api.get<{ items: Genre[] }>('/genres'),
  list: (query: { state?: string; q?: string; after?: After; limit?: number }) =>
    api.get<Page<Drama>>('/dramas', { query }),
  create: (body: Partial<About>) => postOnce<Drama>(api, '/dramas', body),
  get: (id: string) => api.get<Drama>(`/dramas/${at(id)}`),
  edit: (id: string, version: number, body: Partial<About> & { publish_when_ready?: boolean }) =>
    api.patch<Drama>(`/dramas/${at(id)}`, { body: { ...body, version } }),
  remove: (id: string, version: number) => api.delete<void>(`/dramas/${at(id)}`, { query: { version } }),
  step: (id: string, step: Step, version: number, reason: string) =>
    api.post<Drama>(`/dramas/${at(id)}/${step}`, { body: { version, reason } }),
  putPoster: (id: string, shape: PosterShape, file: Blob) =>
    api.put<void>(`/dramas/${at(id)}/posters/${shape}`, { body: file, headers: { 'content-type': file.type } }),
  exportUrl: (id: string) => `${base}/dramas/${at(id)}/export`,
  addEpisode: (id: string, body: { number?: number; title?: Text; asset_id?: string }) =>
    postOnce<Drama>(api, `/dramas/${at(id)}/episodes`, body),
  editEpisode: (id: string, body: { number?: number; title?: Text; asset_id?: string }) =>
    api.patch<Drama>(`/episodes/${at(id)}`, { body }),
  /** The episodes that show these masters. */
  uses: (assets: string[]) => api.get<{ items: Use[] }>('/episodes', { query: { assets: assets.join(',') } }),
  removeEpisode: (id: string) => api.delete<void>(`/episodes/${at(id)}`),
  putSubtitles: (episode: string, lang: string, file: File) =>
    api.put<void>(`/episodes/${at(episode)}/subtitles/${at(lang)}`, {
      body: file,
      headers: { 'content-type': /\.srt$/i.test(file.name) ? 'application/x-subrip' : 'text/vtt' },
    }),
  removeSubtitles: (episode: string, lang: string) =>
    api.delete<void>(`/episodes/${at(episode)}/subtitles/${at(lang)}`),
};

export const mediaApi = {
  assets: (query: { drama?: string; state?: string; after?: After; limit?: number }) =>
    api.get<Page<AssetSummary>>('/assets', { query }),
  asset: (id: string) => api.get<Asset>(`/assets/${at(id)}`),
  act: (id: string, what: 'cancel' | 'retry' | 'av1') => api.post<AssetSummary>(`/assets/${at(id)}/${what}`),
  preview: (id: string) => api.post<Preview>(`/assets/${at(id)}/preview`),
  openUploads: () => api.get<Page<OpenUpload>>('/uploads'),
};

export const systemApi = {
  system: () => api.get<System>('/system'),
  deadLetters: (after?: After) => api.get<Page<DeadLetter>>('/dead-letters', { query: { after } }),
  redeliver: (id: string) => api.post<void>(`/dead-letters/${at(id)}/redeliver`),
};
