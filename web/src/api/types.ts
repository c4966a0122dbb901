/** Wire types of the viewer API. Times are RFC 3339, durations and positions milliseconds. */

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface Picture {
  url: string;
  width: number;
  height: number;
  /** The picture's own colour, shown while it loads. */
  colour: string;
}

export interface Genre {
  slug: string;
  name: string;
}

export interface DramaCard {
  id: string;
  title: string;
  synopsis: string;
  poster: Picture | null;
  landscape: Picture | null;
  genres: Genre[];
  tags: string[];
  audience: string;
  year: number;
  episode_count: number;
  released_count: number;
  total_ms: number;
  /** Out of ten; null until enough people have rated. */
  rating: number | null;
  rating_count: number;
  credit: string;
  specimen: boolean;
}

export interface EpisodeRef {
  id: string;
  number: number;
  title: string;
  duration_ms: number;
  width: number;
  height: number;
  released_at: string;
}

export interface EpisodeState extends EpisodeRef {
  position_ms: number;
  finished: boolean;
}

export interface Sprite {
  url: string;
  interval_ms: number;
  columns: number;
  rows: number;
  width: number;
  height: number;
  count: number;
}

export interface Subtitle {
  lang: string;
  label: string;
  url: string;
}

/** The permission to watch one episode, with every address needed. */
export interface Grant {
  id: string;
  episode_id: string;
  drama_id: string;
  expires_at: string;
  renew_after: string;
  duration_ms: number;
  width: number;
  height: number;
  hls: string;
  dash: string;
  head: string | null;
  head_ms: number;
  sprite: Sprite | null;
  subtitles: Subtitle[];
  poster: string | null;
  next: EpisodeRef | null;
  position_ms: number;
  position_version: number;
  labels: { kind: string; text: string }[];
  first_bytes: { url: string; length: number } | null;
}

export interface Why {
  code: 'fresh' | 'popular' | 'following' | 'explore' | 'continue' | 'again';
}

export interface FeedItem {
  id: string;
  drama: DramaCard;
  episode: EpisodeRef;
  why: Why;
  grant?: Grant | null;
  position_ms: number;
  followed: boolean;
  liked: boolean;
  like_count: number;
  follow_count: number;
}

export interface DramaDetail {
  drama: DramaCard & {
    people: { role: string; name: string }[];
    languages: { original: string; subtitles: string[] };
    state_for_me: { followed: boolean; rated: number | null; hidden: boolean; can_rate: boolean };
  };
  episodes: EpisodeState[];
  resume: { episode_id: string; number: number; position_ms: number } | null;
  similar: DramaCard[];
}

export interface Shelf {
  key: string;
  title: string;
  items: DramaCard[];
  more: string;
}

export type Found = DramaCard & { matched: 'title' | 'people' | 'synopsis' | 'tag' };

export interface Liked {
  drama: DramaCard;
  episode: EpisodeRef;
}

export interface Watched {
  drama: DramaCard;
  episode: EpisodeRef;
  position_ms: number;
  updated_at: string;
  version: number;
}

export interface Device {
  id: string;
  name: string;
  model: string;
  last_seen_at: string;
  current: boolean;
}

export interface Me {
  account_id: string;
  profile: { id: string; name: string };
  device: { id: string; name: string };
  locale: string;
  created_at: string;
  devices: Device[];
}

export type ProgressEvent = 'start' | 'tick' | 'pause' | 'seek' | 'end';

export interface ProgressReport {
  episode_id: string;
  position_ms: number;
  duration_ms: number;
  at: string;
  seq: number;
  session: string;
  event: ProgressEvent;
  based_on_version: number;
}

export interface Position {
  drama_id: string;
  episode_id: string;
  position_ms: number;
  version: number;
  applied: boolean;
}
