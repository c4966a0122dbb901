import type { Minors } from '../../api/minors.svelte.ts';
import type { Wire } from '../../api/types.ts';
import { api } from '../../api/viewer.ts';
import { locale } from '../../i18n/locale.svelte.ts';
import type { Band } from './mode.ts';

/** What helps a guardian who forgot the PIN. */
export type Help = Wire['YouthForgottenResponse'];
export type Address = Wire['YouthForgottenCodeRequest'];

const path = '/youth/forgotten';
export const forgotten = {
  read: () => api.get<Help>(path),
  send: (to: Address) => api.post<void>(`${path}/code`, { body: to }),
  reset: (to: Address, code: string, pin: string) =>
    api.post<Minors>(`${path}/pin`, { body: { ...to, code, pin } satisfies Wire['YouthForgottenResetRequest'] }),
  /** Says which band of the status' choice is meant. */
  confirm: (to: Address, code: string, band: Band) =>
    api.post<Minors>('/youth/confirm', { body: { ...to, code, band } satisfies Wire['YouthConfirmRequest'] }),
  wait: () => api.post<Minors>(`${path}/wait`),
  stop: () => api.delete<Minors>(`${path}/wait`),
  leave: () => api.post<Minors>(`${path}/leave`),
};

export type Wait = Wire['YouthWaitOut'];
/** Others of the account who wait. */
export const waits = {
  read: () => api.get<Wire['YouthWaitsResponse']>('/youth/waits').then(({ items }) => items),
  stop: (profile: string) => api.delete<void>(`/youth/waits/${encodeURIComponent(profile)}`),
};

/** What somebody typed: with an @ an e-mail address, else a phone number. */
export function addressOf(typed: string): Address {
  const to = typed.trim();
  return { channel: to.includes('@') || to.includes('＠') ? 'email' : 'phone', to };
}

/** When, by the clock of this device's place: Mon 2 March, 12:00. */
export const whenLeft = (iso: string): string =>
  new Date(iso).toLocaleString(locale() === 'en' ? 'en-GB' : locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
