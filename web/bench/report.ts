/** Progress and trouble: people read it, tables do not contain it. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export interface Row {
  figure: string;
  value: number;
  unit: string;
  /** The most it may be; without one the figure is for information. */
  target?: number;
  details: string;
}

/** Prints a row: | figure | measured | target | verdict | details |. */
export function print({ figure, value, unit, target, details }: Row): void {
  const limit = target === undefined ? '–' : `≤ ${number(target)} ${unit}`;
  const verdict = target === undefined ? 'for information' : value <= target ? 'met' : '**missed**';
  console.log(`| ${figure} | ${number(value)} ${unit} | ${limit} | ${verdict} | ${details} |`);
}

/** Three significant digits where there are no more before the point. */
export function number(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return low + (high - low) * (at % 1);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Half of the values lie between these, and all between the outer ones. */
export function spread(values: readonly number[]): string {
  return [0, 0.25, 0.75, 1].map((share) => number(quantile(values, share))).join(' / ');
}
