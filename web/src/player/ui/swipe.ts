/** A vertical drag as numbers: where the finger is and how fast it moves. Pure but for what it remembers. */
export class Drag {
  #points: { y: number; at: number }[] = [];
  #from: { x: number; y: number; at: number };
  /** undecided until the finger has moved enough to tell. */
  direction: 'undecided' | 'vertical' | 'horizontal' = 'undecided';

  constructor(x: number, y: number, at: number) {
    this.#from = { x, y, at };
    this.#points.push({ y, at });
  }

  move(x: number, y: number, at: number): void {
    const dx = Math.abs(x - this.#from.x);
    const dy = Math.abs(y - this.#from.y);
    if (this.direction === 'undecided' && Math.max(dx, dy) > slop)
      this.direction = dy >= dx ? 'vertical' : 'horizontal';
    this.#points.push({ y, at });
    while (this.#points.length > 2 && at - (this.#points[0]?.at ?? at) > 100) this.#points.shift();
  }

  /** Whether that was too early for a finger that lies still to count as held. */
  early(at: number): boolean {
    return at - this.#from.at < holdMs;
  }

  /** Pixels since the start; down is positive. */
  get distance(): number {
    return (this.#points[this.#points.length - 1]?.y ?? this.#from.y) - this.#from.y;
  }

  /** Pixels per millisecond over the last tenth of a second. */
  velocity(at: number): number {
    const first = this.#points[0];
    const last = this.#points[this.#points.length - 1];
    if (!first || !last || at - last.at > 80 || last.at <= first.at) return 0;
    return (last.y - first.y) / (last.at - first.at);
  }
}

/** How long a finger lies still before it counts as held. */
export const holdMs = 450;

/** How far a finger may shake before it counts as a drag. */
export const slop = 8;

/** Where a released drag goes: 1 next, -1 previous, 0 back. A flick counts more than a distance. */
export function settle(distance: number, velocity: number, height: number): -1 | 0 | 1 {
  if (Math.abs(velocity) > 0.35 && Math.sign(velocity) === Math.sign(distance)) return velocity < 0 ? 1 : -1;
  if (Math.abs(distance) > height * 0.22 && Math.abs(velocity) <= 0.35) return distance < 0 ? 1 : -1;
  return 0;
}

/** The drag as shown: at the ends of the list it follows the finger reluctantly. */
export function resisted(distance: number, first: boolean, last: boolean): number {
  const against = (distance > 0 && first) || (distance < 0 && last);
  return against ? Math.sign(distance) * Math.min(80, Math.abs(distance) * 0.25) : distance;
}

/**
 * Turns a stream of wheel events into single steps: a trackpad's long tail is one step, a mouse's notch is one step.
 */
export class Wheel {
  #sum = 0;
  #last = Number.NEGATIVE_INFINITY;
  #quietUntil = Number.NEGATIVE_INFINITY;

  step(delta: number, at: number): -1 | 0 | 1 {
    if (at - this.#last > 180) this.#sum = 0;
    this.#last = at;
    if (at < this.#quietUntil) return 0;
    this.#sum += delta;
    if (Math.abs(this.#sum) < 50) return 0;
    const step = this.#sum > 0 ? 1 : -1;
    this.#sum = 0;
    this.#quietUntil = at + 450;
    return step;
  }
}
