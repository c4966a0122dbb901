import { live } from '../../api/live.ts';
import { type Minors, mark, minors } from '../../api/minors.svelte.ts';
import type { Wire } from '../../api/types.ts';
import { api } from '../../api/viewer.ts';
import { told } from '../../device/bridge.ts';
import { lookAtAge } from './age.ts';

export type Band = Wire['YouthOnRequest']['band'];
/** The bands, youngest first. */
export const bands: Band[] = ['0-3', '3-8', '8-12', '12-16', '16-18'];

/** What a guardian does; every call answers how things stand after it. */
export const youth = {
  read: () => api.get<Minors>('/youth'),
  on: (band: Band, pin: string) =>
    api.post<Minors>('/youth/on', { body: { band, pin } satisfies Wire['YouthOnRequest'] }),
  off: (pin: string) => api.post<Minors>('/youth/off', { body: { pin } satisfies Wire['YouthOffRequest'] }),
  extend: (pin: string, minutes: number) =>
    api.post<Minors>('/youth/extend', { body: { pin, minutes } satisfies Wire['YouthExtendRequest'] }),
  /** Brings what the shell of this device says of the age. */
  age: (statement: string) =>
    api.post<Minors>('/youth/age', { body: { statement } satisfies Wire['YouthAgeRequest'] }).then(hear),
  limit: (body: Wire['YouthLimitsRequest']) => api.put<Minors>('/youth/limits', { body }),
};

/** How old what the server said may become while the mode is on: it tells by itself, but a message may be lost. */
const askAgainMs = 60_000;
/** How often the shell of a device is asked what its system claims: another claim holds on the screen within 5 s. */
const claimMs = 2_000;
let next: ReturnType<typeof setTimeout> | undefined;

function again(ms: number): void {
  clearTimeout(next);
  next = setTimeout(read, ms);
}

/** How often something was heard. */
let heard = 0;

export function read(): void {
  const before = heard;
  youth.read().then(
    // What was told while the answer was on its way is newer than the answer.
    (status) => heard === before && hear(status),
    // Unheard, what is shown is still true, and what is played is asked for anyway.
    () => minors.on && again(askAgainMs),
  );
}

/** Takes what the server says of the mode. */
export function hear(status: Minors): void {
  heard++;
  minors.status = status;
  if (status.since_rest_ms < minors.passed) minors.passed = 0; // somebody has rested
  try {
    if (status.on) localStorage.setItem(mark, status.band);
    else localStorage.removeItem(mark);
  } catch {} // Then it is known a little later the next time.
  clearTimeout(next);
  if (!status.on) return;
  // How long until something changes is the server's word alone: the clock of this device may say anything.
  const turn = status.opens_at ?? status.closes_at;
  const left = turn === null ? askAgainMs : Date.parse(turn) - Date.parse(status.server_time);
  again(Math.min(Math.max(left, 0) + 500, askAgainMs));
}

/**
 * Asks the server whenever the shell of the device claims something else than before: any call brings it there. What
 * the shell says of the age is brought by a call of its own.
 */
function followShell(): () => void {
  let before = told('minor');
  void lookAtAge(youth.age);
  const timer = setInterval(() => {
    const now = told('minor');
    if (now !== before && document.visibilityState === 'visible') read();
    before = now;
    void lookAtAge(youth.age);
  }, claimMs);
  return () => clearInterval(timer);
}

/** Hears what becomes of the mode; answers what ends it. */
export function followMinors(): () => void {
  const stops = [live('youth', hear), live('hello', read), followShell()]; // What was told before a stream began is lost.
  const seen = () => document.visibilityState === 'visible' && read();
  document.addEventListener('visibilitychange', seen);
  const before = minors.ask;
  minors.ask = read;
  read();
  return () => {
    for (const stop of stops) stop();
    minors.ask = before;
    document.removeEventListener('visibilitychange', seen);
    clearTimeout(next);
  };
}
