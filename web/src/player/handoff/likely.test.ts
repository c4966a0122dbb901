import { expect, it } from 'vitest';
import { likely } from './likely.ts';

const device = (id: string, form: string, day: number, current = false) => ({
  id,
  form,
  current,
  last_seen_at: new Date(Date.UTC(2026, 10, day)).toISOString(),
});

it('puts who is here first, then televisions, then who was used last, and never this device', () => {
  const devices = [
    device('this', 'phone', 27, true),
    device('old tv', 'tv', 1),
    device('tablet', 'tablet', 26),
    device('desk', 'desktop', 25),
    device('tv', 'tv', 20),
  ];
  const order = (here: string[]) => likely(devices, (id) => (here.includes(id) ? 'here' : 'away')).map((d) => d.id);
  expect(order([])).toEqual(['tv', 'old tv', 'tablet', 'desk']);
  expect(order(['desk'])).toEqual(['desk', 'tv', 'old tv', 'tablet']);
  expect(order(['tablet', 'old tv'])).toEqual(['old tv', 'tablet', 'tv', 'desk']);
});
