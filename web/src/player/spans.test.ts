import { describe, expect, it } from 'vitest';
import { add, length, type Span, subtract, within } from './spans.ts';

describe('spans', () => {
  it('joins what touches and keeps apart what does not', () => {
    expect(
      add(
        [
          [0, 10],
          [20, 30],
        ],
        [10, 20],
      ),
    ).toEqual([[0, 30]]);
    expect(add([[0, 10]], [11, 12])).toEqual([
      [0, 10],
      [11, 12],
    ]);
    expect(add([[5, 6]], [0, 10])).toEqual([[0, 10]]);
    expect(add([[5, 6]], [7, 7])).toEqual([[5, 6]]);
  });

  it('takes the middle out', () => {
    expect(subtract([[0, 10]], [3, 5])).toEqual([
      [0, 3],
      [5, 10],
    ]);
    expect(subtract([[0, 10]], [0, 10])).toEqual([]);
  });

  it('never counts a moment twice, whatever the order', () => {
    const parts: Span[] = [
      [0, 4],
      [2, 8],
      [20, 21],
      [7, 9],
      [0, 1],
    ];
    for (let turn = 0; turn < parts.length; turn++) {
      const order = [...parts.slice(turn), ...parts.slice(0, turn)];
      const joined = order.reduce<Span[]>(add, []);
      expect(length(joined)).toBe(10);
      expect(length(within(joined, [3, 5])) + length(subtract(joined, [3, 5]))).toBe(10);
    }
  });
});
