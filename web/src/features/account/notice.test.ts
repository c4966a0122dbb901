import { expect, it } from 'vitest';
import { openIn } from './notice.svelte.ts';
import type { Privacy } from './privacy.ts';

const unasked = { state: 'off', default: 'off', chosen_at: null } as const;
const refused = { state: 'off', default: 'off', chosen_at: '2026-11-27T00:00:00Z' } as const;
const unsaid = { state: 'on', default: 'on', chosen_at: null } as const;
const due = { version: '2026-11-27', agreed: '', agreed_at: null, due: true, next: '' };
const told = { ...due, agreed: '2026-11-27', agreed_at: '2026-11-27T00:00:00Z', due: false };
const first: Privacy = { minor: false, personalised: unasked, analytics: unasked, terms: due, privacy: due };

it('asks for what waits to be given, and tells of the texts', () => {
  expect(openIn(first)).toEqual({ ask: ['personalised', 'analytics'], tell: ['terms', 'privacy'], changed: [] });
});

it('asks for nothing that was chosen, or that holds until it is refused', () => {
  expect(openIn({ ...first, personalised: unsaid, analytics: refused })?.ask).toEqual([]);
});

it('is silent once all is said, and always to a minor', () => {
  expect(openIn({ ...first, personalised: refused, analytics: refused, terms: told, privacy: told })).toBeNull();
  expect(openIn({ ...first, minor: true })).toBeNull();
});

it('tells a new version from the first one', () => {
  const changed = { ...due, version: '2027-01-01', agreed: '2026-11-27' };
  expect(openIn({ ...first, analytics: refused, personalised: refused, terms: changed, privacy: told })).toEqual({
    ask: [],
    tell: ['terms'],
    changed: ['terms'],
  });
});
