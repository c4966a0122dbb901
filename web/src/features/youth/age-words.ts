import { span } from '../../i18n/span.ts';

/** A range of full years as people write it: 13–15, 8, 13+. */
export function agesOf(range: string): string {
  const [from = '', to] = range.split('-');
  return to === undefined || to === from ? from : span(range);
}
