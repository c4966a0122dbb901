import { locale } from '../../i18n/locale.svelte.ts';

const digits = (currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** So many minor units as a number of whole ones: 5000 of CNY are 50. */
export const unitsOf = (minor: number, currency: string): number => minor / 10 ** digits(currency);

/** The number of minor units of what somebody typed; nothing typed is none. */
export const toMinor = (units: number | null, currency: string): number =>
  Math.round((units ?? 0) * 10 ** digits(currency));

/** An amount as people write it: ¥50. */
export function inUnits(minor: number, currency: string): string {
  const whole = minor % 10 ** digits(currency) === 0;
  const format = { style: 'currency', currency, ...(whole ? { maximumFractionDigits: 0 } : {}) } as const;
  return new Intl.NumberFormat(locale(), format).format(unitsOf(minor, currency));
}
