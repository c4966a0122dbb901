import type { Minors } from '../../api/minors.svelte.ts';
import { humane, Problem } from '../../api/problem.ts';
import { locale } from '../../i18n/locale.svelte.ts';
import { t } from '../../i18n/minors/index.ts';

/** When watching goes on, by the wall clock of the rule and not of this device: "6:00 tomorrow". */
export function opening(status: Minors): string {
  if (!status.opens_at) return '';
  const zone = { timeZone: status.time_zone };
  const day = (iso: string) => new Date(iso).toLocaleDateString('en-CA', zone);
  const time = new Date(status.opens_at).toLocaleTimeString(locale() === 'en' ? 'en-GB' : locale(), {
    ...zone,
    hour: 'numeric',
    minute: '2-digit',
  });
  return day(status.opens_at) === day(status.server_time) ? t('today', { time }) : t('tomorrow', { time });
}

/** What a refused PIN, or anything else that was refused, says; and how long to wait where one has to. '' for nothing. */
export function refusalWords(error: unknown): string {
  if (error === null) return '';
  if (!(error instanceof Problem) || error.code === '') return humane(error).title;
  if (error.code !== 'youth.pin_throttled' || error.retryAfterMs === 0) return humane(error).detail;
  const seconds = Math.ceil(error.retryAfterMs / 1000);
  return seconds > 90 ? t('waitMinutes', { n: Math.ceil(seconds / 60) }) : t('waitSeconds', { n: seconds });
}
