/** Half-open stretches of time [from, to) in milliseconds, kept sorted and apart. Pure. */
export type Span = readonly [from: number, to: number];

/** The union of spans with one more. */
export function add(spans: readonly Span[], [from, to]: Span): Span[] {
  if (to <= from) return [...spans];
  let low = from;
  let high = to;
  const apart: Span[] = [];
  for (const span of spans) {
    if (span[1] < low || span[0] > high) apart.push(span);
    else {
      low = Math.min(low, span[0]);
      high = Math.max(high, span[1]);
    }
  }
  apart.push([low, high]);
  return apart.sort((a, b) => a[0] - b[0]);
}

/** What is left of spans without another. */
export function subtract(spans: readonly Span[], [from, to]: Span): Span[] {
  const left: Span[] = [];
  for (const [a, b] of spans) {
    if (b <= from || a >= to) left.push([a, b]);
    else {
      if (a < from) left.push([a, from]);
      if (b > to) left.push([to, b]);
    }
  }
  return left;
}

/** The parts of spans inside another. */
export function within(spans: readonly Span[], [from, to]: Span): Span[] {
  return spans.map(([a, b]): Span => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => b > a);
}

/** Milliseconds covered. */
export function length(spans: readonly Span[]): number {
  return spans.reduce((sum, [a, b]) => sum + b - a, 0);
}
