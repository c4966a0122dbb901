import { untrack } from 'svelte';
import { whenAnother } from '../../api/another.ts';
import { listenHidden, live } from '../../api/live.ts';
import type { Stop } from '../../api/players.ts';
import { viewer } from '../../api/viewer.ts';
import { navigate } from '../../router/index.svelte.ts';
import { Handoff, type Here, type Remote, type Roster } from '../handoff/index.ts';
import { startAt } from './start.ts';
import { streams } from './view.svelte.ts';

/**
 * Brings an episode onto the screen at a moment, or where the person stopped. Rejected when it may not be watched on
 * this device.
 */
export async function openEpisode(episode: string, positionMs?: number, replace = false): Promise<void> {
  const grant = await viewer.grant(episode);
  const { drama, episodes } = viewer.seenDrama(grant.drama_id) ?? (await viewer.drama(grant.drama_id));
  const number = episodes.find((e) => e.id === episode)?.number ?? 1;
  viewer.keepGrant(grant);
  startAt(episode, positionMs);
  navigate(`/d/${drama.id}/${number}`, { replace });
}

/** One viewer, every screen: the one Handoff of this page. What is drawn from it is drawn anew when it changes. */
class Screens {
  readonly #handoff: Handoff;
  #open: (episode: string, positionMs: number) => Promise<void> = openEpisode;
  #changes = $state(0);
  /** Why the server has stopped this device; null while it has not. */
  stopped = $state.raw<Stop | null>(null);

  constructor() {
    const wire = { call: viewer.callPlayers, tell: viewer.tellPlayer, command: viewer.command };
    this.#handoff = new Handoff(wire, (episode, ms) => this.#open(episode, ms), localStorage);
    // To count is to read: an effect that leads to a change must not come to depend on it, and run for ever.
    const changed = () => untrack(() => this.#changes++);
    this.#handoff.roster.on('change', changed);
    this.#handoff.remote.on('change', changed);
    whenAnother(() => {
      this.#handoff.roster.clear();
      this.#handoff.remote.forget();
    });
  }

  get roster(): Roster {
    this.#changes;
    return this.#handoff.roster;
  }

  get remote(): Remote {
    this.#changes;
    return this.#handoff.remote;
  }

  get here(): Here {
    return this.#handoff.here;
  }

  /** Calls the others while somebody looks at them; an effect may do it. */
  look(): () => void {
    return this.#handoff.roster.look();
  }

  /** Takes part until the answered function is called. A face with pages of its own says how it opens an episode. */
  begin(open = this.#open): () => void {
    this.#open = open;
    listenHidden(() => this.here.showing.state === 'playing');
    const events = ['hello', 'call', 'player', 'command', 'position'] as const;
    const stops = events.map((event) => live(event, (data) => this.#handoff.hear(event, data)));
    stops.push(live('stop', (stop) => this.#stop(stop)));
    streams.onstop = () => this.#stop({ reason: 'too_many_streams' });
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The person wants this device to play all the same; the oldest stream must end then. */
  goOn(): void {
    this.stopped = null;
    this.here.play();
  }

  #stop(stop: Stop): void {
    this.here.stop();
    this.stopped = stop;
  }
}

export const screens = new Screens();
