import { dateTime } from '$/i18n/format.ts';

/** The time zone of the reader. */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A moment as an input of date and time holds it, in the reader's time zone; '' for none. */
export function localTime(iso: string | null | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment such an input holds, or '' when it holds none. */
export function moment(local: string): string {
  const at = new Date(local);
  return local && !Number.isNaN(at.getTime()) ? at.toISOString().replace('.000Z', 'Z') : '';
}

/** What such an input holds, as the interface writes it; '' when it holds none. */
export function readOut(local: string): string {
  const at = moment(local);
  return at && `${dateTime(at)} · ${zone()}`;
}
