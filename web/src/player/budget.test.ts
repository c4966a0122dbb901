import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';

const video = (episode: string, bytes: number, from: number, to: number) => ({
  episode,
  track: 'video' as const,
  bytes,
  span: [from, to] as const,
});

describe('Budget', () => {
  it('counts bytes as shown by how much of their time was on the screen', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 100, 0, 2000));
    budget.receive(video('a', 100, 2000, 4000));
    budget.show('a', [0, 3000]);
    expect(budget.totals()).toEqual({ received: 200, shown: 150, wasted: 0, ahead: 50, overhead: 0 });
  });

  it('counts a replay once', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 100, 0, 2000));
    budget.show('a', [0, 1000]);
    budget.show('a', [0, 1000]);
    expect(budget.totals().shown).toBe(50);
  });

  it('gives the moment to the newest rendition only', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 100, 0, 2000));
    budget.receive(video('a', 300, 0, 2000));
    budget.show('a', [0, 2000]);
    budget.leave('a');
    expect(budget.totals()).toMatchObject({ shown: 300, wasted: 100 });
  });

  it('shows sound and picture of the same moment', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 100, 0, 2000));
    budget.receive({ ...video('a', 20, 0, 2000), track: 'audio' });
    budget.show('a', [0, 2000]);
    expect(budget.totals().shown).toBe(120);
  });

  it('wastes what is left behind unseen', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 100, 0, 2000));
    budget.receive({ episode: 'a', track: 'other', bytes: 7, span: null });
    budget.leave('a');
    expect(budget.totals()).toEqual({ received: 107, shown: 0, wasted: 100, ahead: 0, overhead: 7 });
  });

  it('leaves room for what waits, not counting the screen', () => {
    const budget = new Budget(1000);
    budget.receive(video('on screen', 900, 0, 2000));
    budget.receive(video('next', 400, 0, 2000));
    expect(budget.room('on screen')).toBe(600);
    budget.receive(video('next', 700, 2000, 4000));
    expect(budget.room('on screen')).toBe(0);
    budget.leave('next');
    expect(budget.room('on screen')).toBe(1000);
  });

  it('ignores nothing received and time running backwards', () => {
    const budget = new Budget(1000);
    budget.receive(video('a', 0, 0, 2000));
    budget.show('a', [500, 100]);
    budget.leave('unknown');
    expect(budget.totals().received).toBe(0);
  });
});
