import { describe, expect, it } from 'vitest';
import { Drag, resisted, settle, Wheel } from './swipe.ts';

function dragged(points: [x: number, y: number, at: number][]) {
  const [[x, y, at] = [0, 0, 0], ...rest] = points;
  const drag = new Drag(x, y, at);
  for (const p of rest) drag.move(...p);
  return drag;
}

describe('Drag', () => {
  it('tells a tap, a swipe up and a swipe aside apart', () => {
    expect(
      dragged([
        [0, 0, 0],
        [3, 5, 20],
      ]).direction,
    ).toBe('undecided');
    expect(
      dragged([
        [0, 0, 0],
        [3, -40, 20],
      ]).direction,
    ).toBe('vertical');
    expect(
      dragged([
        [0, 0, 0],
        [40, -3, 20],
        [40, -90, 40],
      ]).direction,
    ).toBe('horizontal');
  });

  it('knows by the time of an event, however late it is heard of, whether the finger was held', () => {
    const drag = new Drag(0, 0, 1000);
    expect([drag.early(1449), drag.early(1450)]).toEqual([true, false]);
  });

  it('measures the speed of the last moment only', () => {
    const slowThenFast = dragged([
      [0, 0, 0],
      [0, -10, 400],
      [0, -20, 480],
      [0, -60, 500],
    ]);
    expect(slowThenFast.velocity(500)).toBeLessThan(-0.4);
    expect(slowThenFast.velocity(700)).toBe(0);
  });
});

describe('settle', () => {
  it('follows a flick, however short', () => expect(settle(-30, -0.8, 700)).toBe(1));
  it('follows a long slow drag', () => expect(settle(300, 0.05, 700)).toBe(-1));
  it('goes back after a short slow one', () => expect(settle(-60, -0.1, 700)).toBe(0));
  it('goes back when the finger came back', () => expect(settle(-300, 0.9, 700)).toBe(0));
});

describe('resisted', () => {
  it('moves freely inside the list and little at its ends', () => {
    expect(resisted(200, false, false)).toBe(200);
    expect(resisted(200, true, false)).toBe(50);
    expect(resisted(-2000, false, true)).toBe(-80);
  });
});

describe('Wheel', () => {
  it('makes one step of a trackpad with its long tail', () => {
    const wheel = new Wheel();
    const steps = Array.from({ length: 30 }, (_, i) => wheel.step(12, i * 15)).filter((s) => s !== 0);
    expect(steps).toEqual([1]);
  });
  it('makes a step of every notch of a mouse', () => {
    const wheel = new Wheel();
    expect([wheel.step(-120, 0), wheel.step(-120, 600), wheel.step(120, 1200)]).toEqual([-1, -1, 1]);
  });
});
