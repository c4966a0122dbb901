import { whenAnother } from '../../api/another.ts';
import { learn } from '../../api/marks.svelte.ts';
import type { EpisodeRef, FeedItem } from '../../api/types.ts';
import { viewer } from '../../api/viewer.ts';
import { locale } from '../../i18n/locale.svelte.ts';
import type { WatchItem } from '../../player/ui/watch-item.ts';

/** The For You list: grows as it is swiped through, and stays while other screens are visited. */
class Feed {
  items = $state<WatchItem[]>([]);
  index = $state(0);
  error = $state<unknown>(null);
  loading = $state(false);
  /** The visit is over: there is nothing more to come. */
  ended = $state(false);
  #next: string | null = null;
  #visit = 0;
  #language = locale();

  /** Forgets the visit; the next one begins when it is looked at. */
  reset(): void {
    this.#visit++;
    this.items = [];
    this.index = 0;
    this.error = null;
    this.loading = false;
    this.ended = false;
    this.#next = null;
  }

  /** Begins, or goes on in the language spoken now: what is here in another is of no use. */
  open(): void {
    if (this.#language !== locale()) this.reset();
    this.#language = locale();
    void this.more();
  }

  /** Gets the next items when fewer than three are left. */
  async more(): Promise<void> {
    if (this.loading || this.ended || this.items.length - this.index > 3) return;
    const visit = this.#visit;
    this.loading = true;
    this.error = null;
    try {
      const { items, next } = await viewer.feed(this.#next);
      const places = await ownPlaces(items);
      if (visit !== this.#visit) return;
      this.#next = next ?? null;
      this.ended = !next;
      const known = new Set(this.items.map((i) => i.slot));
      this.items = [
        ...this.items,
        ...items.filter((i) => !known.has(i.id)).map((i) => toWatch(i, places.get(i.drama.id))),
      ];
    } catch (error) {
      if (visit === this.#visit) this.error = error;
    } finally {
      if (visit === this.#visit) this.loading = false;
    }
  }

  go(index: number): void {
    this.index = index;
    void this.more();
  }

  /** The place goes on with another episode of its drama. */
  setEpisode(episode: EpisodeRef): void {
    this.items = this.items.map((item, i) =>
      i === this.index ? { ...item, episode, grant: null, startMs: undefined } : item,
    );
  }

  /** Takes a drama out of what is still to come, and moves on. */
  drop(drama: string): void {
    const here = this.items[this.index];
    this.items = this.items.filter((item, i) => i <= this.index || item.drama.id !== drama);
    if (here?.drama.id === drama && this.index < this.items.length - 1) this.index++;
    void this.more();
  }
}

/**
 * A feed that is the same for everybody begins each drama at its first episode, and playing that would move the place of
 * who is farther on. Where one is in a drama is one's own and orders nothing, so it is put back here.
 */
async function ownPlaces(items: FeedItem[]): Promise<Map<string, EpisodeRef>> {
  if (!items.some((i) => i.why?.personal === false)) return new Map();
  const { items: begun } = await viewer.continue(100);
  return new Map(begun.map((b) => [b.drama.id, b.episode]));
}

function toWatch(item: FeedItem, place?: EpisodeRef): WatchItem {
  learn('follow', item.drama.id, item.followed, item.follow_count);
  learn('like', item.episode.id, item.liked, item.like_count);
  const { id: slot, drama, episode, why, grant } = item;
  if (place) return { slot, drama, episode: place, why, grant: null };
  return { slot, drama, episode, why, grant, startMs: grant ? undefined : item.position_ms || undefined };
}

export const feed = new Feed();
whenAnother(() => feed.reset());
