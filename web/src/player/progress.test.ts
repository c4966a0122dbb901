import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem.ts';
import type { Position, ProgressReport } from '../api/types.ts';
import { append, Reporter } from './progress.ts';
import { FakeStorage } from './testing/fakes.ts';

function setup(storage = new FakeStorage()) {
  const sent: ProgressReport[][] = [];
  let away: unknown = null;
  const send = vi.fn(async (reports: ProgressReport[]): Promise<Position[]> => {
    if (away) throw away;
    sent.push(reports);
    return reports.map((r) => ({
      drama_id: 'd',
      episode_id: r.episode_id,
      position_ms: r.position_ms,
      version: 7,
      device_id: 'dev_1',
      applied: true,
    }));
  });
  let session = 0;
  const reporter = new Reporter(
    send,
    storage,
    () => 1_000,
    () => `s${++session}`,
  );
  return { reporter, sent, send, storage, lose: (error: unknown) => (away = error) };
}
const episode = { episode: 'e1', durationMs: 60_000, version: 3 };

describe('Reporter', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('names every playback apart, without needing HTTPS', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const sent: ProgressReport[] = [];
    const reporter = new Reporter(async (reports) => {
      sent.push(...reports);
      return [];
    }, new FakeStorage());
    reporter.begin(episode, 0);
    reporter.begin(episode, 0);
    await reporter.flush();
    expect(new Set(sent.map((r) => r.session)).size).toBe(2);
  });

  it('sends a start at once and builds on the version the server answered', async () => {
    const { reporter, sent } = setup();
    reporter.begin(episode, 0);
    await reporter.flush();
    reporter.report('pause', 5000.4);
    await reporter.flush();
    expect(sent.flat().map((r) => [r.event, r.position_ms, r.seq, r.based_on_version])).toEqual([
      ['start', 0, 1, 3],
      ['pause', 5000, 2, 7],
    ]);
  });

  it('keeps reports while the network is away and sends them in order afterwards', async () => {
    const { reporter, sent, lose, storage } = setup();
    lose(new Problem(0, '', ''));
    reporter.begin(episode, 0);
    for (let ms = 10_000; ms <= 50_000; ms += 10_000) {
      reporter.report('tick', ms);
      await reporter.flush();
    }
    reporter.report('end', 60_000);
    await reporter.flush();
    expect(sent).toEqual([]);
    expect(reporter.waiting).toBe(3);

    const after = setup(storage);
    await after.reporter.flush();
    expect(after.sent.flat().map((r) => [r.event, r.position_ms])).toEqual([
      ['start', 0],
      ['tick', 50_000],
      ['end', 60_000],
    ]);
    expect(after.reporter.waiting).toBe(0);
  });

  it('does not lose a report made while another is on its way', async () => {
    const { reporter, sent } = setup();
    reporter.begin(episode, 0);
    reporter.report('seek', 30_000);
    reporter.report('pause', 31_000);
    await reporter.flush();
    await reporter.flush();
    expect(sent.flat().map((r) => r.event)).toEqual(['start', 'seek', 'pause']);
  });

  it('drops what the server refuses for good, and keeps what it refuses for now', async () => {
    const { reporter, lose } = setup();
    lose(new Problem(429, '', ''));
    reporter.begin(episode, 0);
    await reporter.flush();
    expect(reporter.waiting).toBe(1);
    lose(new Problem(422, '', ''));
    await reporter.flush();
    expect(reporter.waiting).toBe(0);
  });

  it('sends no more than a hundred at once', async () => {
    const { reporter, sent, lose } = setup();
    lose(new Problem(0, '', ''));
    for (let i = 0; i < 120; i++) reporter.begin({ ...episode, episode: `e${i}` }, 0);
    await reporter.flush();
    lose(null);
    await reporter.flush();
    expect(sent.map((s) => s.length)).toEqual([100, 20]);
  });

  it('leaves with one last report that outlives the page', async () => {
    const { reporter, send } = setup();
    reporter.begin(episode, 0);
    await reporter.flush();
    reporter.leave(4000);
    const [reports, last] = send.mock.calls[send.mock.calls.length - 1] as unknown as [ProgressReport[], boolean];
    expect(last).toBe(true);
    expect(reports.map((r) => [r.event, r.position_ms])).toEqual([['pause', 4000]]);
  });

  it('lives with storage that is full, broken or written by another hand', async () => {
    const full = new FakeStorage();
    full.full = true;
    const a = setup(full);
    a.reporter.begin(episode, 0);
    await a.reporter.flush();
    expect(a.sent).toHaveLength(1);

    const odd = new FakeStorage();
    odd.kept.set('cliffhanger.progress', '{"not": "a list"');
    const b = setup(odd);
    b.reporter.begin(episode, 0);
    await b.reporter.flush();
    expect(b.sent).toHaveLength(1);
  });

  it('has nothing to say before a playback begins', async () => {
    const { reporter, send } = setup();
    reporter.report('pause', 1);
    reporter.leave(1);
    await reporter.flush();
    expect(send).not.toHaveBeenCalled();
  });
});

describe('append', () => {
  const report = (event: ProgressReport['event'], seq: number, session = 's'): ProgressReport => ({
    episode_id: 'e',
    position_ms: seq,
    duration_ms: 1,
    at: '',
    seq,
    session,
    event,
    based_on_version: 0,
  });
  it('replaces a tick only by the next tick of the same playback', () => {
    const ticks = append([report('tick', 1)], report('tick', 2));
    expect(ticks.map((r) => r.seq)).toEqual([2]);
    expect(append([report('tick', 1)], report('tick', 2, 'other'))).toHaveLength(2);
    expect(append([report('pause', 1)], report('tick', 2))).toHaveLength(2);
  });
  it('has an end', () => {
    let queue: ProgressReport[] = [];
    for (let i = 0; i < 600; i++) queue = append(queue, report('seek', i));
    expect(queue).toHaveLength(500);
    expect(queue[0]?.seq).toBe(100);
  });
});
