/** How far one press of left or right goes, in milliseconds: farther the longer somebody keeps at it. */
export function stride(presses: number): number {
  if (presses < 2) return 5000;
  if (presses < 5) return 10_000;
  return presses < 10 ? 20_000 : 40_000;
}

/** Presses that follow each other this closely are one way. */
export const togetherMs = 700;

/** A way through an episode by presses of left and right, which the player goes at its end. */
export class Way {
  #presses = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** Where a press leads, from where the way has come to. Moments of pressing are of one clock. */
  press(by: -1 | 1, from: number, length: number, now: number): number {
    this.#presses = now - this.#at < togetherMs ? this.#presses + 1 : 0;
    this.#at = now;
    // The very end would be the next episode: nobody seeks for that.
    return Math.max(0, Math.min(from + by * stride(this.#presses), Math.max(0, length - 1000)));
  }
}
