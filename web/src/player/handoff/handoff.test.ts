import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, Order, Player, Showing, Told } from '../../api/players.ts';
import { Problem } from '../../api/problem.ts';
import type { Position } from '../../api/types.ts';
import { Handoff, type Stage } from './index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Storage {
  kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

/** A stage that does at once what it is asked. */
class Screen implements Stage {
  error: unknown = null;
  yielded: Position[] = [];
  constructor(
    readonly shows: Showing,
    readonly episodes = ['e1', 'e2'],
  ) {}
  showing = () => ({ ...this.shows });
  failed = () => this.error;
  version = () => 7;
  play = () => this.#show({ state: 'playing' });
  pause = async () => this.#show({ state: 'paused' });
  seek = (ms: number) => this.#show({ position_ms: ms });
  setVolume = (percent: number) => this.#show({ volume: percent });
  yield = (position?: Position) => {
    if (position) this.yielded.push(position);
    void this.pause();
  };
  step = (by: 1 | -1) => {
    const to = this.episodes[this.episodes.indexOf(this.shows.episode_id ?? '') + by];
    if (to) this.shows.episode_id = to;
    return to !== undefined;
  };
  #show(part: Partial<Showing>) {
    Object.assign(this.shows, part);
  }
}

const playing = (more: Partial<Showing> = {}): Showing => ({
  state: 'playing',
  episode_id: 'e1',
  drama_id: 'd1',
  position_ms: 40_000,
  duration_ms: 60_000,
  ...more,
});

let serverTime = 0;
/** What the television says of itself; each time a moment later. */
function tv(shows: Showing): Player {
  return { device_id: 'tv', name: 'Living room', form: 'tv', at: new Date(++serverTime).toISOString(), ...shows };
}

function phone(storage = new Storage()) {
  const orders: [string, Order][] = [];
  let answer: () => Promise<{ player: Player }> = async () => ({ player: tv(playing()) });
  const call = vi.fn(async () => undefined);
  const told: Told[] = [];
  const open = vi.fn(async (_episode: string, _ms: number) => {});
  const handoff = new Handoff(
    {
      call,
      tell: async (what) => void told.push(what),
      command: (device, order) => {
        orders.push([device, order]);
        return answer();
      },
    },
    open,
    storage,
  );
  const answers = (by: typeof answer) => {
    answer = by;
  };
  handoff.hear('hello', { device_id: 'phone' });
  return { handoff, orders, call, told, open, storage, answers };
}

const sent = { drama: 'd1', episode: 'e1', positionMs: 40_000.4 };
const television = { id: 'tv', name: 'Living room' };
const silent = () => Promise.reject(new Problem(503, 'playback.device_silent', 'Nothing was moved.'));

describe('who is there', () => {
  it('is called while somebody looks, and not after', () => {
    const { handoff, call } = phone();
    const stop = handoff.roster.look();
    const other = handoff.roster.look();
    expect(call).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10_000);
    expect(call).toHaveBeenCalledTimes(3);
    stop();
    stop();
    vi.advanceTimersByTime(5_000);
    expect(call).toHaveBeenCalledTimes(4);
    other();
    vi.advanceTimersByTime(60_000);
    expect(call).toHaveBeenCalledTimes(4);
  });

  it('is here when it answers, and away when it does not for twelve seconds', () => {
    const { handoff } = phone();
    const { roster } = handoff;
    expect(roster.presence('tv')).toBe('away');
    roster.look();
    expect(roster.presence('tv')).toBe('asking');
    handoff.hear('player', tv({ state: 'idle' }));
    expect([roster.presence('tv'), roster.presence('other')]).toEqual(['here', 'asking']);
    vi.advanceTimersByTime(12_000);
    expect([roster.presence('tv'), roster.presence('other')]).toEqual(['here', 'away']);
    vi.advanceTimersByTime(1);
    expect(roster.presence('tv')).toBe('away');
    expect(roster.here).toEqual([]);
  });

  it('is called anew when the stream begins again', () => {
    const { handoff, call } = phone();
    handoff.hear('hello', { device_id: 'phone' });
    expect(call).not.toHaveBeenCalled();
    handoff.roster.look();
    handoff.hear('player', tv({ state: 'idle' }));
    vi.advanceTimersByTime(14_000);
    expect(handoff.roster.presence('tv')).toBe('away');
    handoff.hear('hello', { device_id: 'phone' });
    expect(call).toHaveBeenCalledTimes(4);
    expect(handoff.roster.presence('tv')).toBe('asking');
  });

  it('is told of when the time has passed, not only when something arrives', () => {
    const { handoff } = phone();
    const { roster } = handoff;
    roster.look();
    handoff.hear('player', tv({ state: 'idle' }));
    const seen: string[] = [];
    roster.on('change', () => seen.push(roster.presence('tv')));
    vi.advanceTimersByTime(16_000);
    expect(seen.at(-1)).toBe('away');
  });

  it('is told of on time, though the others are called a while later', () => {
    const { handoff } = phone();
    const { roster } = handoff;
    roster.look();
    vi.advanceTimersByTime(4_000); // between two calls
    handoff.hear('player', tv({ state: 'idle' }));
    const seen: string[] = [];
    roster.on('change', () => seen.push(roster.presence('tv')));
    vi.advanceTimersByTime(12_500);
    expect(seen.at(-1)).toBe('away');
  });

  it('does not go back to what arrived late', () => {
    const { handoff } = phone();
    const early = tv(playing({ position_ms: 1_000 }));
    handoff.hear('player', tv(playing({ position_ms: 9_000 })));
    handoff.hear('player', early);
    expect(handoff.roster.last('tv')?.position_ms).toBe(9_000);
  });

  it('goes on in its episode, and not beyond it', () => {
    const { handoff } = phone();
    handoff.hear('player', tv(playing()));
    vi.advanceTimersByTime(2_000);
    expect(handoff.roster.positionMs('tv')).toBe(42_000);
    vi.advanceTimersByTime(60_000);
    expect(handoff.roster.positionMs('tv')).toBe(60_000);
    handoff.hear('player', tv(playing({ state: 'paused' })));
    vi.advanceTimersByTime(2_000);
    expect(handoff.roster.positionMs('tv')).toBe(40_000);
  });
});

describe('another device as the screen', () => {
  it('is sent the exact moment and its version, and is controlled from then on', async () => {
    const { handoff, orders } = phone();
    await handoff.remote.send(television, sent, 12);
    expect(orders).toEqual([['tv', { kind: 'play', episode_id: 'e1', position_ms: 40_000, position_version: 12 }]]);
    expect(handoff.remote.player?.state).toBe('playing');
    await handoff.remote.order({ kind: 'pause' });
    expect(orders.at(-1)).toEqual(['tv', { kind: 'pause' }]);
  });

  it('moves nothing when it does not answer', async () => {
    const { handoff, answers } = phone();
    answers(silent);
    await expect(handoff.remote.send(television, sent, 12)).rejects.toThrow('device_silent');
    expect(handoff.remote.sent).toBeNull();
  });

  it('is still controlled after a reload of the page', async () => {
    const { handoff, storage } = phone();
    await handoff.remote.send(television, sent, 12);
    const again = phone(storage).handoff;
    expect(again.remote.sent).toEqual({ device: 'tv', name: 'Living room', drama: 'd1', episode: 'e1' });
    expect(again.remote.player).toBeNull();
    again.hear('player', tv(playing()));
    expect(again.remote.player?.position_ms).toBe(40_000);
  });

  it('is followed to its next episode, and let go when it shows nothing', async () => {
    const { handoff } = phone();
    await handoff.remote.send(television, sent, 12);
    handoff.hear('player', tv(playing({ episode_id: 'e2' })));
    expect(handoff.remote.sent?.episode).toBe('e2');
    handoff.hear('player', tv({ state: 'idle' }));
    expect(handoff.remote.sent).toBeNull();
  });

  it('is let go when it was never heard after a reload, and after a long silence', async () => {
    const { handoff, storage } = phone();
    await handoff.remote.send(television, sent, 12);
    const again = phone(storage).handoff;
    again.roster.look();
    vi.advanceTimersByTime(20_000);
    expect(again.remote.sent).toBeNull();
    handoff.roster.look();
    vi.advanceTimersByTime(500_000);
    expect(handoff.remote.sent?.device).toBe('tv');
    vi.advanceTimersByTime(100_000);
    expect(handoff.remote.sent).toBeNull();
  });

  it('is brought back at the moment it answers', async () => {
    const { handoff, answers, orders } = phone();
    await handoff.remote.send(television, sent, 12);
    answers(async () => ({ player: tv(playing({ state: 'paused', position_ms: 47_300 })) }));
    expect(await handoff.remote.bringBack()).toEqual({ drama: 'd1', episode: 'e1', positionMs: 47_300 });
    expect(orders.at(-1)).toEqual(['tv', { kind: 'bring_back' }]);
    expect(handoff.remote.sent).toBeNull();
  });

  it('is brought back from the newest known moment when it is silent', async () => {
    const { handoff, answers } = phone();
    await handoff.remote.send(television, sent, 12);
    answers(silent);
    vi.advanceTimersByTime(3_000);
    handoff.hear('position', position({ episode_id: 'e2', position_ms: 1_500 }));
    vi.advanceTimersByTime(20_000);
    expect(await handoff.remote.bringBack()).toEqual({ drama: 'd1', episode: 'e2', positionMs: 1_500 });
  });

  it('is brought back from where it must be by now when it said so last', async () => {
    const { handoff, answers } = phone();
    handoff.hear('position', position({ position_ms: 1_500 }));
    await handoff.remote.send(television, sent, 12);
    answers(silent);
    vi.advanceTimersByTime(4_000);
    expect(await handoff.remote.bringBack()).toEqual({ drama: 'd1', episode: 'e1', positionMs: 44_000 });
  });
});

const position = (more: Partial<Position> = {}): Position => ({
  drama_id: 'd1',
  episode_id: 'e1',
  position_ms: 50_000,
  version: 8,
  device_id: 'tv',
  applied: true,
  ...more,
});

let commands = 0;
const command = (order: Order): Command => ({
  ...order,
  id: `c${++commands}`,
  from: { device_id: 'tv', name: 'Living room' },
  at: '2026-01-01T00:00:00Z',
});

describe('this device as the screen', () => {
  it('answers a call, and tells every change for fifteen seconds', async () => {
    const { handoff, told } = phone();
    const screen = new Screen(playing());
    handoff.here.enter(screen);
    handoff.here.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([]);
    handoff.hear('call', {});
    await vi.advanceTimersByTimeAsync(15_000);
    void screen.pause();
    handoff.here.changed();
    await vi.advanceTimersByTimeAsync(1);
    expect(told.map((s) => s.state)).toEqual(['playing', 'paused']);
    screen.play();
    handoff.here.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.length).toBe(2);
  });

  it('says that it shows nothing when its player is gone for good', async () => {
    const { handoff, told } = phone();
    const leave = handoff.here.enter(new Screen(playing()));
    handoff.hear('call', {});
    await vi.advanceTimersByTimeAsync(0);
    leave();
    const leaveOther = handoff.here.enter(new Screen(playing({ episode_id: 'e2' })));
    await vi.advanceTimersByTimeAsync(1_000);
    leaveOther();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.map((s) => s.state)).toEqual(['playing', 'playing', 'idle']);
  });

  it.each<[Order, Partial<Showing>]>([
    [{ kind: 'pause' }, { state: 'paused' }],
    [{ kind: 'resume' }, { state: 'playing' }],
    [{ kind: 'bring_back' }, { state: 'paused', position_ms: 40_000 }],
    [{ kind: 'seek', position_ms: 12_345 }, { position_ms: 12_345 }],
    [{ kind: 'volume', volume: 0 }, { volume: 0 }],
    [{ kind: 'next' }, { episode_id: 'e2', state: 'playing' }],
    [
      { kind: 'play', episode_id: 'e1', position_ms: 5_000 },
      { position_ms: 5_000, state: 'playing' },
    ],
  ])('does %j and answers it', async (order, shows) => {
    const { handoff, told } = phone();
    handoff.here.enter(new Screen(playing()));
    const asked = command(order);
    handoff.hear('command', asked);
    handoff.hear('command', asked);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([{ ...playing(), ...shows, answers: asked.id, refusal: undefined }]);
  });

  it('opens another episode and answers once it plays', async () => {
    const { handoff, told, open } = phone();
    const screen = new Screen(playing({ state: 'paused', episode_id: 'e9', position_ms: 0 }));
    open.mockImplementation(async () => void handoff.here.enter(screen));
    void handoff.here.obey(command({ kind: 'play', episode_id: 'e9', position_ms: 5_000 }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(open).toHaveBeenCalledWith('e9', 5_000);
    expect(told).toEqual([]);
    screen.seek(5_000);
    screen.play();
    handoff.here.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.map((s) => [s.state, s.position_ms])).toEqual([['playing', 5_000]]);
  });

  it('goes to the moment asked for when what opened began elsewhere', async () => {
    const { handoff, told, open } = phone();
    open.mockImplementation(async () => void handoff.here.enter(new Screen(playing({ position_ms: 900 }))));
    void handoff.here.obey(command({ kind: 'play', episode_id: 'e1', position_ms: 30_000 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(told.map((s) => s.position_ms)).toEqual([30_000]);
  });

  it('answers with what there is before whoever asked gives up', async () => {
    const { handoff, told, open } = phone();
    open.mockImplementation(async () => void handoff.here.enter(new Screen(playing({ state: 'paused' }))));
    void handoff.here.obey(command({ kind: 'play', episode_id: 'e9', position_ms: 5_000 }));
    await vi.advanceTimersByTimeAsync(4_500);
    expect(told.map((s) => [s.state, s.refusal])).toEqual([['paused', undefined]]);
  });

  it('says why it could not: refused, given up, nothing there, the last one', async () => {
    const { handoff, told, open } = phone();
    const ask = async (order: Order) => {
      void handoff.here.obey(command(order));
      await vi.advanceTimersByTimeAsync(0);
      return told.at(-1)?.refusal?.code;
    };
    expect(await ask({ kind: 'pause' })).toBe('playback.nothing_plays');
    open.mockRejectedValueOnce(new Problem(404, 'playback.not_watchable', 'Not to be watched.'));
    expect(await ask({ kind: 'play', episode_id: 'e9' })).toBe('playback.not_watchable');
    expect(told.at(-1)?.refusal?.message).not.toBe('');
    const screen = new Screen(playing());
    handoff.here.enter(screen);
    expect(await ask({ kind: 'previous' })).toBe('playback.no_further_episode');
    screen.error = new Error('decoder');
    expect(await ask({ kind: 'play', episode_id: 'e1' })).toBe('playback.failed');
  });

  it('yields to the same drama going on elsewhere, and to nothing else', () => {
    const { handoff } = phone();
    const screen = new Screen(playing());
    handoff.here.enter(screen);
    const yielded: number[] = [];
    handoff.here.on('yielded', ({ version }) => yielded.push(version));
    for (const other of [position({ device_id: 'phone' }), position({ version: 7 }), position({ drama_id: 'd2' })])
      handoff.hear('position', other);
    expect(screen.yielded).toEqual([]);
    handoff.hear('position', position());
    handoff.hear('position', position({ version: 9 }));
    expect(screen.yielded.map((p) => p.version)).toEqual([8, 9]);
    expect(yielded).toEqual([8]);
  });
});
