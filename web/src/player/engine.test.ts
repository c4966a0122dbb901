import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Budget } from './budget.ts';
import { Engine } from './engine.ts';
import { Ranges } from './ranges.ts';
import { FakeVideo, fakeHls, grantOf } from './testing/fakes.ts';

function setup() {
  const video = new FakeVideo();
  const hls = fakeHls();
  const budget = new Budget(1_000_000);
  const renew = vi.fn(async (episode: string) => grantOf(episode));
  const engine = new Engine(video.element, { hls: hls.load, renew, budget, ranges: new Ranges(), saver: () => false });
  const states: string[] = [];
  engine.on('state', (s) => states.push(s));
  return { video, hls, budget, renew, engine, states };
}

describe('Engine', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('buffers little until it is on the screen, and more the longer it is watched', async () => {
    const { engine, hls, video } = setup();
    await engine.load(grantOf('e1'));
    const config = hls.made[0]?.config;
    expect(config?.maxMaxBufferLength).toBe(4);
    engine.activate();
    expect(config?.maxMaxBufferLength).toBe(3);
    await engine.play(false);
    for (let s = 1; s <= 80; s++) video.at(s);
    expect(config?.maxMaxBufferLength).toBe(16);
    engine.deactivate();
    expect(config?.maxMaxBufferLength).toBe(4);
    expect(hls.made[0]?.calls).toContain('hold');
  });

  it('plays with sound, else muted, else says that it may not', async () => {
    const { engine, video } = setup();
    await engine.load(grantOf('e1'));
    expect(await engine.play(false)).toBe('sound');
    video.policy = (muted) => (muted ? 'ok' : 'NotAllowedError');
    expect(await engine.play(false)).toBe('muted');
    expect(video.muted).toBe(true);
    video.policy = () => 'NotAllowedError';
    expect(await engine.play(false)).toBe('blocked');
  });

  it('does not take an interrupted start for a refusal', async () => {
    const { engine, video } = setup();
    await engine.load(grantOf('e1'));
    video.policy = () => 'AbortError';
    expect(await engine.play(false)).toBe('sound');
    expect(video.muted).toBe(false);
  });

  it('tells a pause that nobody asked for, and only that', async () => {
    const { engine, video, states } = setup();
    const halted = vi.fn();
    engine.on('halted', halted);
    await engine.load(grantOf('e1'));
    await engine.play(false);
    engine.pause();
    expect(halted).not.toHaveBeenCalled();
    await engine.play(false);
    video.pause(); // The system: headphones were pulled.
    expect(halted).toHaveBeenCalledOnce();
    expect(states[states.length - 1]).toBe('paused');
    await engine.play(false);
    video.fire('pause'); // Of before, told late.
    expect(engine.state).toBe('playing');
    engine.unload();
    expect(halted).toHaveBeenCalledOnce();
  });

  it('shows a still, not a wait, when it may not play', async () => {
    const { engine, video } = setup();
    video.policy = () => 'NotAllowedError';
    await engine.load(grantOf('e1'));
    await engine.play(false);
    video.fire('waiting');
    expect(engine.state).toBe('loading');
    video.fire('loadeddata');
    expect(engine.state).toBe('paused');
  });

  it('tries again after a lost connection, slower every time, and gives up in the end', async () => {
    const { engine, hls } = setup();
    await engine.load(grantOf('e1'));
    const made = hls.made[0];
    if (made) made.levels = [{ width: 360, height: 640, bitrate: 1 }];
    await engine.play(false);
    for (let n = 0; n < 6; n++) {
      made?.fire('error', { fatal: true, type: 'network', details: 'fragLoadError' });
      expect(engine.state).toBe('waiting');
      expect(made?.calls.filter((c) => c.startsWith('start'))).toHaveLength(n);
      vi.advanceTimersByTime(1000 * 2 ** n);
      expect(made?.calls.filter((c) => c.startsWith('start'))).toHaveLength(n + 1);
    }
    made?.fire('error', { fatal: true, type: 'network', details: 'fragLoadError', error: new Error('gone') });
    expect(engine.state).toBe('failed');
    expect(engine.error).toMatchObject({ name: 'Problem', status: 0 });
  });

  it('starts counting tries anew once data came', async () => {
    const { engine, hls } = setup();
    await engine.load(grantOf('e1'));
    const made = hls.made[0];
    for (let n = 0; n < 20; n++) {
      made?.fire('error', { fatal: true, type: 'network' });
      vi.advanceTimersByTime(1000);
      made?.fire('buffered');
    }
    expect(engine.state).not.toBe('failed');
  });

  it('asks for the playlist again when it never came', async () => {
    const { engine, hls } = setup();
    await engine.load(grantOf('e1'));
    hls.made[0]?.fire('error', { fatal: true, type: 'network', details: 'manifestLoadError' });
    vi.advanceTimersByTime(1000);
    expect(hls.made[0]?.calls.filter((c) => c.startsWith('source'))).toHaveLength(2);
  });

  it('recovers a broken decoder twice', async () => {
    const { engine, hls } = setup();
    await engine.load(grantOf('e1'));
    const fire = () => hls.made[0]?.fire('error', { fatal: true, type: 'media', details: 'bufferAppendError' });
    fire();
    fire();
    expect(engine.state).not.toBe('failed');
    fire();
    expect(engine.state).toBe('failed');
  });

  it('ignores errors that are not fatal', async () => {
    const { engine, hls } = setup();
    await engine.load(grantOf('e1'));
    hls.made[0]?.fire('error', { fatal: false, type: 'network' });
    vi.advanceTimersByTime(60_000);
    expect(hls.made[0]?.calls.filter((c) => c !== 'destroy')).toEqual(['source /media/v1/token-1/e1/master.m3u8']);
  });

  it('counts what was on the screen, not what was jumped over', async () => {
    const { engine, video, budget } = setup();
    await engine.load(grantOf('e1'));
    budget.receive({ episode: 'e1', track: 'video', bytes: 6000, span: [0, 60_000] });
    engine.activate();
    await engine.play(false);
    video.at(1);
    video.at(2);
    video.fire('seeking');
    video.at(30);
    video.at(31);
    expect(budget.totals().shown).toBe(300);
  });

  it('does not count a player off the screen', async () => {
    const { engine, video, budget } = setup();
    await engine.load(grantOf('e1'));
    budget.receive({ episode: 'e1', track: 'video', bytes: 6000, span: [0, 60_000] });
    video.at(1);
    video.at(2);
    engine.unload();
    expect(budget.totals()).toMatchObject({ shown: 0, wasted: 6000 });
  });

  it('forgets a load that was overtaken by another', async () => {
    const { engine, hls } = setup();
    const first = engine.load(grantOf('e1'));
    const second = engine.load(grantOf('e2'));
    await Promise.all([first, second]);
    expect(hls.made).toHaveLength(1);
    expect(engine.episode).toBe('e2');
  });

  it('says so when the engine itself cannot be had', async () => {
    const video = new FakeVideo();
    const engine = new Engine(video.element, {
      hls: () => Promise.reject(new Error('offline')),
      renew: async (e) => grantOf(e),
      budget: new Budget(1),
      ranges: new Ranges(),
      saver: () => false,
    });
    await engine.load(grantOf('e1'));
    expect(engine.state).toBe('failed');
  });

  it('retries with a fresh grant from where it stopped', async () => {
    const { engine, hls, video, renew } = setup();
    await engine.load(grantOf('e1'));
    engine.activate();
    await engine.play(false);
    video.currentTime = 12;
    hls.made[0]?.fire('error', { fatal: true, type: 'other', error: new Error('x') });
    await engine.retry();
    expect(renew).toHaveBeenCalledOnce();
    expect(hls.made[1]?.config.startPosition).toBe(12);
    expect(engine.state).toBe('playing');
  });

  it('buffers no more off the screen than the budget holds', async () => {
    const { engine, hls, budget } = setup();
    budget.limit = 200_000;
    await engine.load(grantOf('e1'));
    const made = hls.made[0];
    if (made) made.levels = [{ width: 360, height: 640, bitrate: 800_000 }];
    made?.fire('parsed');
    expect(made?.config.maxMaxBufferLength).toBe(2);
    budget.receive({ episode: 'e1', track: 'video', bytes: 200_000, span: [0, 2000] });
    made?.fire('buffered');
    expect(made?.config.maxMaxBufferLength).toBe(0);
  });

  it('never seeks outside the video', async () => {
    const { engine, video } = setup();
    await engine.load(grantOf('e1'));
    engine.seek(-5000);
    expect(video.currentTime).toBe(0);
    engine.seek(9_999_999);
    expect(video.currentTime).toBeCloseTo(59.95);
  });

  it('names renditions by their short side and caps them to save data', async () => {
    const video = new FakeVideo();
    const hls = fakeHls();
    const engine = new Engine(video.element, {
      hls: hls.load,
      renew: async (e) => grantOf(e),
      budget: new Budget(1),
      ranges: new Ranges(),
      saver: () => true,
    });
    await engine.load(grantOf('e1'));
    const made = hls.made[0];
    if (made) {
      made.levels = [360, 480, 720].map((w) => ({ width: w, height: (w * 16) / 9, bitrate: w }));
    }
    engine.activate();
    expect(engine.qualities.map((q) => q.lines)).toEqual([360, 480, 720]);
    expect(made?.autoLevelCapping).toBe(1);
    engine.quality = 2;
    expect(made?.nextLevel).toBe(2);
  });
});
