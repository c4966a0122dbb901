import type { Showing } from '../../api/players.ts';
import type { Moment, Stage } from '../handoff/index.ts';
import { screens } from './screens.svelte.ts';
import { startOf } from './start.ts';
import { type PlayerView, reporter } from './view.svelte.ts';
import type { WatchItem } from './watch-item.ts';

/** What is on the screen, and the way to the episodes around it. */
export interface Program {
  item: () => WatchItem | undefined;
  step: (by: 1 | -1) => boolean;
}

/** Lets the account's other devices see and control what plays here. Answers what to call when it leaves. */
export function enterStage(view: PlayerView, program: Program): () => void {
  const leave = screens.here.enter(stageOf(view, program));
  view.onchange = () => screens.here.changed();
  return () => {
    view.onchange = () => {};
    leave();
  };
}

function stageOf(view: PlayerView, { item, step }: Program): Stage {
  return {
    showing: () => showing(view, item()),
    failed: () => view.error,
    version: () => view.version,
    play: () => void view.play(),
    pause: () => stand(view),
    seek: (ms) => view.seek(ms),
    step,
    setVolume: (percent) => view.setVolume(percent),
    yield: (to) => view.part(to && { episode: to.episode_id, ms: to.position_ms }),
  };
}

function showing(view: PlayerView, item: WatchItem | undefined): Showing {
  if (!item) return { state: 'idle' };
  const { drama, episode } = item;
  return {
    state: stateOf(view),
    episode_id: episode.id,
    drama_id: drama.id,
    title: drama.title,
    number: episode.number,
    poster: drama.poster?.url,
    position_ms: Math.round(momentMs(view)),
    duration_ms: Math.round(view.durationMs || episode.duration_ms),
    volume: view.sound ? view.volume : 0,
  };
}

/** What waits for data after it has played counts as playing; what is still on its way does not. */
function stateOf({ state, wantsPlay }: PlayerView): Showing['state'] {
  if (state === 'ended') return 'ended';
  return wantsPlay && (state === 'playing' || state === 'waiting') ? 'playing' : 'paused';
}

/** The engine knows better than what was drawn last, unless it has only begun to load. */
function momentMs({ state, engine, positionMs, episode }: PlayerView): number {
  return state === 'loading' ? (startOf(episode) ?? positionMs) : (engine?.positionMs ?? positionMs);
}

/** Stops for another device: exactly where, and the version of the position once the server has it. */
export async function halt(view: PlayerView, { drama, episode }: WatchItem): Promise<[Moment, version: number]> {
  await stand(view);
  await within(1_000, reporter.flush()); // Without a network the command will not arrive, either.
  return [{ drama: drama.id, episode: episode.id, positionMs: momentMs(view) }, view.version];
}

/** Pauses, and settles when it stands still. */
async function stand(view: PlayerView): Promise<void> {
  const paused = view.state === 'playing' ? pauseOf(view) : null;
  view.pause();
  await within(1_000, paused);
}

/** The browser says a moment later that it paused; then the pause is reported. */
function pauseOf({ engine }: PlayerView): Promise<unknown> | null {
  return engine && new Promise((done) => engine.video.addEventListener('pause', done, { once: true }));
}

function within(ms: number, what: Promise<unknown> | null): Promise<unknown> {
  return Promise.race([what, new Promise((done) => setTimeout(done, ms))]);
}
