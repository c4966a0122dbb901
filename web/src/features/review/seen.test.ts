import { describe, expect, it } from 'vitest';
import type { ReviewPart, Watched } from '$/api/console.ts';
import { nextUnseen, seenOf, share, stretches } from './seen.ts';

const part = (number: number, length_ms: number): ReviewPart => ({
  number,
  length_ms,
  episode_id: `eps_${number}`,
  master: '',
  subtitles: [],
});
const parts = [part(1, 10_000), part(2, 4_500)];
const watched = (...spans: [number, number, number][]): Watched => ({
  share: 0,
  spans: spans.map(([episode, from_s, to_s]) => ({ episode, from_s, to_s })),
});

describe('what was seen', () => {
  it('is a share of whole seconds, the last of which may be short', () => {
    expect(seenOf(watched([1, 0, 5]), parts[0] as ReviewPart)).toBe(0.5);
    expect(seenOf(watched([2, 0, 5]), parts[1] as ReviewPart)).toBe(1);
    expect(stretches(watched([2, 4, 5]), parts[1] as ReviewPart)).toEqual([{ from: 4 / 4.5, to: 1 }]);
  });

  it('never rounds up to what a stage asks for', () => expect(share(979)).toBe(97.9));
});

describe('the next place that was not seen', () => {
  it('is where one is, when nothing was', () =>
    expect(nextUnseen(watched(), parts, 1, 2500)).toEqual({ episode: 1, ms: 2000 }));
  it('lies behind what was seen, in this episode or another', () => {
    expect(nextUnseen(watched([1, 2, 6]), parts, 1, 2500)).toEqual({ episode: 1, ms: 6000 });
    expect(nextUnseen(watched([1, 2, 10]), parts, 1, 2500)).toEqual({ episode: 2, ms: 0 });
  });
  it('is found before where one is at last, and is none when all was seen', () => {
    expect(nextUnseen(watched([1, 3, 10], [2, 0, 5]), parts, 1, 3000)).toEqual({ episode: 1, ms: 0 });
    expect(nextUnseen(watched([1, 0, 10], [2, 0, 5]), parts, 2, 1000)).toBeNull();
  });
});
