import type { ConsoleKey } from '$/i18n/console/index.ts';
import type { IconName } from '$/kit/icons.ts';

interface Section {
  title: ConsoleKey;
  operator?: boolean;
  items: { title: ConsoleKey; href: string; icon: IconName }[];
}

/** What the side bar offers, by role. */
export const sections: Section[] = [];
