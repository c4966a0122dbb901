import { describe, expect, it } from 'vitest';
import { activeReach, warmReach } from './hls.ts';

const seconds = (watched: number, saver = false, headroom = 10) =>
  activeReach(watched * 1000, saver, headroom).maxMaxBufferLength;

describe('activeReach', () => {
  it('begins with no more than was buffered before the swipe, and grows with what was watched', () => {
    expect(seconds(0)).toBeLessThanOrEqual(warmReach().maxMaxBufferLength);
    let before = 0;
    for (const watched of [0, 1, 5, 12, 30, 60, 300]) {
      expect(seconds(watched)).toBeGreaterThanOrEqual(before);
      before = seconds(watched);
    }
    expect(before).toBe(16);
  });

  it('makes ready what the budget holds, and no more than a start', () => {
    expect([-1, 0, 2, 9].map((s) => warmReach(s).maxMaxBufferLength)).toEqual([0, 0, 2, 4]);
  });

  it('keeps a lead on a tight line', () => {
    expect(seconds(0, false, 1.2)).toBe(6);
    expect(seconds(5, false, 0.8)).toBe(11);
  });

  it('never fetches far ahead for somebody who saves data', () => {
    for (const headroom of [0, 1, 10]) expect(seconds(300, true, headroom)).toBe(8);
  });
});
