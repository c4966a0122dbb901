/** How long one viewer stays with one video, in seconds; Infinity: to its end, and on into the next episode. */
export interface Stay {
  seconds: number;
  /** How long the next episode is watched, where it is continued into. */
  next?: number;
}

/**
 * A visit of many videos. Stays are log-normal with a median of eight seconds and three in ten under two, which makes
 * one in five longer than about a minute: those watch to the end and continue.
 *
 * The quantiles are taken evenly, so that every run has the same distribution and no luck; the seed gives their order.
 */
export function visit(count: number, seed: number): Stay[] {
  const random = generator(seed);
  const continued = Math.round(count / 5);
  const first = shuffled(stays(count), random);
  const further = shuffled(stays(continued), random);
  const longest = [...first].sort((a, b) => b - a).slice(0, continued);
  return first.map((seconds) =>
    longest.includes(seconds) ? { seconds: Number.POSITIVE_INFINITY, next: further.pop() } : { seconds },
  );
}

const median = 8;
const short = { seconds: 2, share: 0.3 };
const sigma = Math.log(short.seconds / median) / normalQuantile(short.share);

function stays(count: number): number[] {
  return Array.from({ length: count }, (_, i) => median * Math.exp(sigma * normalQuantile((i + 0.5) / count)));
}

/** The inverse of the standard normal distribution by bisection of its series; exact enough for tenths of a second. */
export function normalQuantile(share: number): number {
  let low = -6;
  let high = 6;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normal(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-15; n++) {
    term *= (-x * x) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

function shuffled(values: number[], random: () => number): number[] {
  const out = [...values];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as number, out[i] as number];
  }
  return out;
}

/** mulberry32: small, seeded, good enough for an order. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
