import type { ConsoleKey } from '$/i18n/console/index.ts';
import type { IconName } from '$/kit/icons.ts';

interface Section {
  title: ConsoleKey;
  operator?: boolean;
  items: { title: ConsoleKey; href: string; icon: IconName }[];
}

/** What the side bar offers, by role. */
export const sections: Section[] = [
  {
    title: 'work',
    items: [
      { title: 'dramas', href: '/console/dramas', icon: 'film' },
      { title: 'files', href: '/console/files', icon: 'upload' },
    ],
  },
  {
    title: 'oversee',
    operator: true,
    items: [
      { title: 'staff', href: '/console/staff', icon: 'people' },
      { title: 'system', href: '/console/system', icon: 'server' },
    ],
  },
];
