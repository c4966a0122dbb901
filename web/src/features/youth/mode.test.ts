import { describe, expect, it, vi } from 'vitest';
import type { Minors } from '../../api/minors.svelte.ts';

const answers: ((status: Partial<Minors>) => void)[] = [];
vi.mock('../../api/viewer.ts', () => ({
  api: { get: () => new Promise((answer) => answers.push(answer)) },
  ending: { over: false, tell: () => {} },
  session: async () => {},
}));
const { hear, read } = await import('./mode.ts');
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
