import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '$/testing/eventually.ts';
import type { Grant } from '../api/types.ts';
import { Budget } from './budget.ts';
import { Pool, resumeAt, type Source } from './pool.ts';
import { Ranges } from './ranges.ts';
import { FakeVideo, fakeHls, grantOf } from './testing/fakes.ts';

function setup() {
  const videos = [new FakeVideo(), new FakeVideo(), new FakeVideo()] as const;
  const hls = fakeHls();
  const deps = {
    hls: hls.load,
    renew: async (e: string) => grantOf(e),
    budget: new Budget(1e9),
    ranges: new Ranges(),
    saver: () => false,
  };
  const pool = new Pool([videos[0].element, videos[1].element, videos[2].element], deps);
  return { pool, videos, hls, deps };
}

/** Episodes e0 … e9, the grant made by `make`. */
function list(make: (episode: string) => Promise<Grant> = async (e) => grantOf(e)) {
  const asked: string[] = [];
  const source = (i: number): Source | undefined => {
    if (i < 0 || i > 9) return undefined;
    const key = `e${i}`;
    const grant = () => {
      asked.push(key);
      return make(key);
    };
    return { key, grant };
  };
  return { source, asked };
}

/** A pool whose first place plays its head, and the two videos between which it will hand over. */
async function beginning() {
  const { pool, videos } = setup();
  const { source } = list(async (e) => grantOf(e, { head: '/h.mp4' }));
  const going: boolean[] = [];
  pool.on('going', (g) => going.push(g));
  await pool.play();
  await pool.show(0, source);
  const head = pool.current;
  const stream = pool.engines.find((e) => e !== head && e.episode === 'e0');
  const [headVideo, streamVideo] = [head, stream].map((e) => videos.find((v) => v.element === e?.video));
  if (!headVideo || !streamVideo) throw new Error('no second player took the stream');
  return { pool, head, stream, headVideo, streamVideo, going };
}

const held = (pool: Pool) =>
  pool.engines
    .map((e) => e.episode)
    .filter(Boolean)
    .sort();

describe('Pool', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('holds the place on the screen and its neighbours, the next one first', async () => {
    const { pool } = setup();
    const { source, asked } = list();
    await pool.show(3, source);
    expect(asked).toEqual(['e3', 'e4']);
    await pool.show(4, source);
    expect(held(pool)).toEqual(['e3', 'e4', 'e5']);
    await pool.show(5, source);
    asked.length = 0;
    await pool.show(4, source); // The way back is ready for who came that way.
    expect(asked).toEqual(['e3']);
    expect(held(pool)).toEqual(['e3', 'e4', 'e5']);
    expect([pool.has('e3'), pool.has('e7')]).toEqual([true, false]);
  });

  it('makes nothing ready that the budget does not hold', async () => {
    const { pool, deps } = setup();
    const { source, asked } = list();
    deps.budget.limit = 50_000;
    await pool.show(3, source);
    expect(asked).toEqual(['e3']);
  });

  it('takes a place beyond the head to the stream', async () => {
    const { pool, head, stream, headVideo, streamVideo } = await beginning();
    head?.seek(30_000);
    expect(headVideo.currentTime).toBe(0);
    streamVideo.readyState = 4;
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(stream);
    expect(streamVideo.currentTime).toBe(30);
  });

  it('keeps two players and gives the third another place on a swipe', async () => {
    const { pool } = setup();
    const { source, asked } = list();
    await pool.show(3, source);
    const next = pool.engines.find((e) => e.episode === 'e4');
    asked.length = 0;
    await pool.show(4, source);
    expect(pool.current).toBe(next);
    expect(asked).toEqual(['e5']);
    expect(held(pool)).toEqual(['e3', 'e4', 'e5']);
  });

  it('plays what is ready before it tells anybody, and lets others go after it', async () => {
    const { pool, videos, hls } = setup();
    const { source } = list();
    await pool.play();
    await pool.show(3, source);
    await pool.show(4, source);
    for (const video of videos) video.fire('loadeddata');
    const next = pool.engines.find((e) => e.episode === 'e5');
    const heard: boolean[] = [];
    pool.on('current', (engine) => heard.push(engine.video.paused));
    const destroyed = () => hls.made.filter((h) => h.calls.includes('destroy')).length;
    const before = destroyed();
    const show = pool.show(5, source);
    expect(heard).toEqual([false]);
    expect(pool.current).toBe(next);
    expect(destroyed()).toBe(before);
    await show;
    expect(held(pool)).toEqual(['e4', 'e5', 'e6']);
    expect(videos.filter((v) => !v.paused)).toHaveLength(1);
  });

  it('plays only what is on the screen', async () => {
    const { pool, videos } = setup();
    const { source } = list();
    await pool.play();
    for (const i of [0, 1, 2, 1, 5]) {
      await pool.show(i, source);
      expect(videos.filter((v) => !v.paused).map((v) => v.element)).toEqual([pool.current?.video]);
      expect(pool.current?.episode).toBe(`e${i}`);
    }
  });

  it('ends at the last question when swiped faster than grants come', async () => {
    const { pool } = setup();
    const waiting = new Map<string, (g: Grant) => void>();
    const { source } = list((e) => new Promise((resolve) => waiting.set(e, resolve)));
    const shows = [pool.show(0, source), pool.show(1, source), pool.show(7, source)];
    for (const [episode, answer] of waiting) answer(grantOf(episode));
    await eventually(() => expect(pool.current?.episode).toBe('e7'));
    for (const [episode, answer] of waiting) answer(grantOf(episode));
    await eventually(() => expect(waiting.has('e8')).toBe(true));
    for (const [episode, answer] of waiting) answer(grantOf(episode));
    await Promise.all(shows);
    expect(held(pool)).toEqual(['e7', 'e8']);
  });

  it('tells a refusal of the screen, and hides one of a neighbour until it is swiped to', async () => {
    const { pool } = setup();
    const refused: unknown[] = [];
    pool.on('refused', (e) => refused.push(e));
    const { source } = list(async (e) => {
      if (e === 'e1') throw new Error('not watchable');
      return grantOf(e);
    });
    await pool.show(0, source);
    expect(refused).toEqual([]);
    await pool.show(1, source);
    expect(refused).toEqual([new Error('not watchable')]);
    await pool.show(2, source);
    expect(pool.current?.episode).toBe('e2');
  });

  it('loads another episode at the same place', async () => {
    const { pool } = setup();
    await pool.show(0, (i) => (i === 0 ? { key: 'a1', grant: async () => grantOf('a1') } : undefined));
    await pool.show(0, (i) => (i === 0 ? { key: 'a2', grant: async () => grantOf('a2') } : undefined));
    expect(pool.current?.episode).toBe('a2');
    expect(held(pool)).toEqual(['a2']);
  });

  it('only gets neighbours when the list grows around the screen', async () => {
    const { pool, hls } = setup();
    const one = (i: number): Source | undefined => (i === 0 ? list().source(0) : undefined);
    await pool.show(0, one);
    const before = hls.made.length;
    await pool.show(0, list().source);
    expect(hls.made.length).toBe(before + 1);
    expect(held(pool)).toEqual(['e0', 'e1']);
  });

  it('stays muted from place to place once the browser insists, until sound is asked for', async () => {
    const { pool, videos } = setup();
    const { source } = list();
    for (const v of videos) v.policy = (muted) => (muted ? 'ok' : 'NotAllowedError');
    await pool.play();
    await pool.show(0, source);
    expect(pool.sound).toBe(false);
    await pool.show(1, source);
    expect(pool.current?.video.muted).toBe(true);
    for (const v of videos) v.policy = () => 'ok';
    pool.mute(false);
    expect(pool.current?.video.muted).toBe(false);
    await pool.show(2, source);
    expect(pool.sound).toBe(true);
  });

  it('says when what is on the screen may not play, and tries again at the next swipe', async () => {
    const { pool, videos } = setup();
    const { source } = list();
    const going: boolean[] = [];
    pool.on('going', (g) => going.push(g));
    for (const v of videos) v.policy = () => 'NotAllowedError';
    await pool.play();
    await pool.show(0, source);
    expect(going).toEqual([false]);
    for (const v of videos) v.policy = () => 'ok';
    await pool.show(1, source);
    expect(going).toEqual([false, true]);
    expect(pool.current?.video.paused).toBe(false);
  });

  it('stays paused after the system paused it, also for the next place', async () => {
    const { pool } = setup();
    const { source } = list();
    const going: boolean[] = [];
    pool.on('going', (g) => going.push(g));
    await pool.play();
    await pool.show(0, source);
    pool.current?.video.pause();
    expect(going).toEqual([true, false]);
    await pool.show(1, source);
    expect(pool.current?.video.paused).toBe(true);
    expect(going).toEqual([true, false]);
    pool.pause();
    await pool.play();
    expect(going).toEqual([true, false, true]);
  });

  it('starts cold with the head and hands over to the stream where the head has got to', async () => {
    const { pool, head, stream, headVideo, streamVideo } = await beginning();
    expect(head?.isHead).toBe(true);

    headVideo.currentTime = 1;
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(head);

    streamVideo.readyState = 4;
    streamVideo.ranges = [[0, 4]];
    vi.advanceTimersByTime(100);
    expect(streamVideo.currentTime).toBeCloseTo(1.3);
    expect(pool.current).toBe(head);

    headVideo.currentTime = 1.3;
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(stream);
    expect(stream?.isHead).toBe(false);
    expect(head?.episode).not.toBe('e0');
    expect(streamVideo.paused).toBe(false);
  });

  it('hands over to a stream that comes late where the head ends', async () => {
    const { pool, head, stream, headVideo, streamVideo } = await beginning();
    headVideo.duration = 5;
    headVideo.currentTime = 4.5;
    streamVideo.readyState = 4;
    streamVideo.ranges = [[0, 4]];
    vi.advanceTimersByTime(100);
    expect(streamVideo.currentTime).toBe(5);
    expect(pool.current).toBe(head);

    Object.assign(headVideo, { currentTime: 5, ended: true, paused: true });
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(stream);
    expect(streamVideo.paused).toBe(false);
  });

  it('hands over paused what the system paused that moment', async () => {
    const { pool, stream, headVideo, streamVideo, going } = await beginning();
    streamVideo.readyState = 4;
    streamVideo.ranges = [[0, 4]];
    vi.advanceTimersByTime(100);
    Object.assign(headVideo, { currentTime: 0.3, paused: true }); // The event is still to come.
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(stream);
    expect(streamVideo.paused).toBe(true);
    expect(going).toEqual([true, false]);
  });

  it('hands over where the head was paused', async () => {
    const { pool, stream, headVideo, streamVideo } = await beginning();
    headVideo.currentTime = 1;
    streamVideo.readyState = 4;
    streamVideo.ranges = [[0, 4]];
    vi.advanceTimersByTime(16);
    expect(streamVideo.currentTime).toBeCloseTo(1.3);
    pool.pause();
    vi.advanceTimersByTime(100);
    expect(pool.current).toBe(stream);
    expect(streamVideo.currentTime).toBe(1);
    expect(streamVideo.paused).toBe(true);
  });

  it('keeps the line for the first picture: nothing else is asked for before it', async () => {
    const { pool, videos, hls } = setup();
    const { source, asked } = list(async (e) => grantOf(e, { head: '/h.mp4' }));
    const pictures: (() => void)[] = [];
    for (const video of videos) video.play = () => new Promise<void>((shown) => pictures.push(shown));
    await pool.play();
    const show = pool.show(0, source);
    await eventually(() => expect(pictures).toHaveLength(1));
    expect(asked).toEqual(['e0']);
    expect(hls.made).toEqual([]);
    for (const shown of pictures) shown();
    await show;
    expect(asked).toEqual(['e0', 'e1']);
    expect(hls.made).toHaveLength(2); // The stream behind the head, and the next place.
  });

  it('uses the head once only, and never to resume in the middle', async () => {
    const { pool } = setup();
    const { source } = list(async (e) => grantOf(e, { head: '/h.mp4', position_ms: 9000 }));
    await pool.show(0, source);
    expect(pool.current?.isHead).toBe(false);
  });

  it('lets everything go', async () => {
    const { pool, hls } = setup();
    await pool.show(3, list().source);
    pool.destroy();
    expect(held(pool)).toEqual([]);
    expect(hls.made.every((h) => h.calls.includes('destroy'))).toBe(true);
  });
});

describe('resumeAt', () => {
  it('goes back to the start when it was practically over', () => {
    expect(resumeAt({ position_ms: 20_000, duration_ms: 60_000 })).toBe(20_000);
    expect(resumeAt({ position_ms: 58_000, duration_ms: 60_000 })).toBe(0);
  });
});
