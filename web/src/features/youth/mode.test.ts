import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Minors } from '../../api/minors.svelte.ts';

const answers: ((status: Partial<Minors>) => void)[] = [];
vi.mock('../../api/viewer.ts', () => ({
  api: { get: () => new Promise((answer) => answers.push(answer)) },
  ending: { over: false, tell: () => {} },
  session: async () => {},
}));
vi.mock('../../api/live.ts', () => ({ live: () => () => {} }));
const { followMinors, hear, read } = await import('./mode.ts');
const { minors } = await import('../../api/minors.svelte.ts');

const status = (closed: string) =>
  ({ on: false, closed, since_rest_ms: 0, opens_at: null, closes_at: null, server_time: '' }) as unknown as Minors;

describe('what is asked of the mode', () => {
  it('does not undo what was told while the answer was on its way', async () => {
    read();
    hear(status('time_over'));
    answers.pop()?.(status(''));
    await Promise.resolve();
    await Promise.resolve();
    expect(minors.status?.closed).toBe('time_over');
  });

  it('counts when nothing was told since', async () => {
    read();
    answers.pop()?.(status('curfew'));
    await vi.waitFor(() => expect(minors.status?.closed).toBe('curfew'));
  });
});

describe('what the shell of a device claims', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is brought within two seconds, or once somebody looks again', () => {
    vi.useFakeTimers();
    let says = '';
    let seen = () => {};
    const page = { visibilityState: 'visible', addEventListener: (_: string, f: () => void) => (seen = f) };
    vi.stubGlobal('document', { ...page, removeEventListener: () => {} });
    const look = (state: string) => Object.assign(document, { visibilityState: state });
    vi.stubGlobal('window', { CliffhangerDevice: { minor: () => says } });
    answers.length = 0;
    const stop = followMinors();
    vi.advanceTimersByTime(10_000);
    expect(answers).toHaveLength(1); // as the page begins, and not for the same claim
    says = 'v1;band=8-12';
    vi.advanceTimersByTime(2000);
    expect(answers).toHaveLength(2);
    look('hidden');
    says = 'v1;band=off';
    vi.advanceTimersByTime(10_000);
    expect(answers).toHaveLength(2);
    look('visible');
    seen();
    expect(answers).toHaveLength(3);
    stop();
    says = 'v1;band=8-12';
    vi.advanceTimersByTime(10_000);
    expect(answers).toHaveLength(3);
  });
});
