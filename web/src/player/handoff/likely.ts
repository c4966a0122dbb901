import type { Presence } from './roster.ts';

interface Device {
  id: string;
  form: string;
  current: boolean;
  last_seen_at: string;
}

/** The devices one may go on with, the likeliest first: who is here, televisions, and who was used last. */
export function likely<D extends Device>(devices: readonly D[], presence: (device: string) => Presence): D[] {
  const weight = (d: D) => (presence(d.id) === 'here' ? 2 : 0) + (d.form === 'tv' ? 1 : 0);
  return devices
    .filter((d) => !d.current)
    .sort((a, b) => weight(b) - weight(a) || Date.parse(b.last_seen_at) - Date.parse(a.last_seen_at));
}
