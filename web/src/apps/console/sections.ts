import type { Role } from '$/api/console.ts';
import type { ConsoleKey } from '$/i18n/console/index.ts';
import type { IconName } from '$/kit/icons.ts';

interface Section {
  title: ConsoleKey;
  items: { title: ConsoleKey; href: string; icon: IconName; roles: Role[] }[];
}

const makers: Role[] = ['operator', 'producer'];
/** Who sees what waits for review. */
export const judges: Role[] = ['reviewer', 'editor', 'minors_officer', 'filing_officer', 'operator'];

const sections: Section[] = [
  {
    title: 'work',
    items: [
      { title: 'dramas', href: '/console/dramas', icon: 'film', roles: makers },
      { title: 'files', href: '/console/files', icon: 'upload', roles: makers },
      { title: 'reviewDesk', href: '/console/reviews', icon: 'flag', roles: judges },
    ],
  },
  {
    title: 'oversee',
    items: [
      { title: 'staff', href: '/console/staff', icon: 'people', roles: ['admin'] },
      { title: 'markets', href: '/console/markets', icon: 'shield', roles: ['operator', 'reviewer'] },
      { title: 'publicLog', href: '/console/log', icon: 'list', roles: ['operator', 'regulator'] },
      { title: 'system', href: '/console/system', icon: 'server', roles: ['operator'] },
    ],
  },
];

/** What the side bar offers to somebody with these roles. */
export const sectionsFor = (roles: Role[]): Section[] =>
  sections
    .map((s) => ({ ...s, items: s.items.filter((i) => i.roles.some((r) => roles.includes(r))) }))
    .filter((s) => s.items.length > 0);

/** Where they begin. */
export const homeOf = (roles: Role[]): string | undefined => sectionsFor(roles)[0]?.items[0]?.href;
